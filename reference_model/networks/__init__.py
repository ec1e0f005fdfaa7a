"""The networks in torch, each one readable file, found by name and checked against the arithmetic."""
