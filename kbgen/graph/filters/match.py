"""Nodes with words in their title, an alias or their path; in an expression, words alone mean this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kbgen.graph.filter import Filter
from kbgen.graph.node_names import names_of

if TYPE_CHECKING:
    from kbgen.graph.build import Graph


def _matching(graph: Graph, words: str) -> set[str]:
    folded = words.casefold()
    return {node for node in graph if any(folded in name.casefold() for name in names_of(graph, node))}


FILTER = Filter(
    option="--match",
    attribute="match",
    field="match",
    example='match:"two words"',
    metavar="TEXT",
    help="What has a text in its title, alias or path.",
    combine="all",
    nodes=_matching,
    option_position=50,
    field_position=40,
)
