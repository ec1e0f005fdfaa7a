"""A network drawn: a self-contained SVG, every figure in it from the summary."""
