"""What is known: facts, the words for them, and where they come from."""
