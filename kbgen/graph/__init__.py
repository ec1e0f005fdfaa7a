"""The vault as a networkx graph."""
