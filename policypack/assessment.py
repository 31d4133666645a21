"""All that is said about one stack, computed in one pass from left to right through the rooms."""
