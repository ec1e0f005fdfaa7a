"""What a text says of itself, and where two parts of it cannot both be right."""
