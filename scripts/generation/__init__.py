"""What of this checkout is made from something else, one kind a file."""
