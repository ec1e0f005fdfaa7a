"""The names by which a node is known: its path, its title and its aliases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kbgen.graph.build import Graph


def names_of(graph: Graph, node: str) -> Iterator[str]:
    """Yield the names of a node."""
    yield node
    yield graph.nodes[node]["title"]
    yield from graph.nodes[node]["aliases"]
