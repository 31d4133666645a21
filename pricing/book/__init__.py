"""The price book: its model, its files, its proofs and how a price is found in it."""
