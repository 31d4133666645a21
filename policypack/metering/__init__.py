"""What a billed type says of itself, and the items that it yields: what is bought, before any price."""
