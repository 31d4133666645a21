"""What a team sets: the model, how files are read into it, and its schemas."""
