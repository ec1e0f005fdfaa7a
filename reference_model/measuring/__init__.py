"""Measuring: how fast the networks run, and what each innovation brings."""
