"""Does a gateway need public outbound bandwidth? What its APIs, authorizers and plugins call."""
