"""Billed types, one a file, with a test of its name. Found by their files: see ``policypack.metering``."""
