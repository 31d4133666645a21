"""What policies report, in which words, and what follows from it."""
