"""Formats of a comparison, one a file, and nothing else; every other format shows the head alone."""
