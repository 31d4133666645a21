"""What uses an elastic IP or a shared bandwidth, and who is in a bandwidth."""
