"""The commands, one a file; what is slow to import is imported when a command runs."""
