"""The output formats: one file each, and nothing else."""
