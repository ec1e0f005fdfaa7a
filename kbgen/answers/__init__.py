"""What ``kbgen graph`` prints."""
