"""One note: from its bytes to a compiled note."""
