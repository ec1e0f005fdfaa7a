"""Presenting: a network as a table, and how its figures are written."""
