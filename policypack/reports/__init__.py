"""One output format a file; all take the same ``Report``."""
