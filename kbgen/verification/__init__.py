"""Hold what notes claim against what is known."""
