"""The platforms that a comment goes to, one a file, and what they share."""
