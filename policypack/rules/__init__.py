"""The policies: one file each, and nothing else."""
