"""Does a gateway need a public entrance? Who calls it, and what kind of entrance it has."""
