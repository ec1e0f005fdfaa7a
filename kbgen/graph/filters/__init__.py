"""Filters of the graph, one a module; :mod:`kbgen.graph.filter` says what they are."""
