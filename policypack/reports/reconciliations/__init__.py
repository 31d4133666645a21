"""A bill beside the estimate, in each form that can be asked for."""
