"""Choose nodes of the graph: by tag, folder, kind, words and properties, and by how they hang together.

Values of one option widen the choice, further options narrow it: two tags mean notes with either of them, a
tag and a folder notes with both.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kbgen.graph import filters
from kbgen.graph.build import Graph
from kbgen.graph.evaluate import evaluate
from kbgen.graph.query_parser import parse
from kbgen.graph.vocabulary import Direction, NodeKind


class Selection(Struct, frozen=True):
    """What is asked for; empty fields ask for nothing."""

    tags: tuple[str, ...] = ()
    """With or without ``#``, in any case; a tag stands for those below it."""
    folders: tuple[str, ...] = ()
    """A folder stands for those in it."""
    kinds: tuple[NodeKind, ...] = ()
    match: tuple[str, ...] = ()
    """Words in the title, an alias or the path, whatever their case."""
    linked_from: tuple[str, ...] = ()
    """Notes, by path, name, title or alias."""
    links_to: tuple[str, ...] = ()
    around: str = ""
    """A note with its neighbourhood."""
    depth: int = 1
    """Steps from that note."""
    direction: Direction = "both"
    properties: tuple[str, ...] = ()
    """Each ``KEY`` or ``KEY=VALUE``, in any case."""
    where: str | None = None
    """An expression; see :func:`kbgen.graph.query_parser.parse`."""

    def __bool__(self) -> bool:
        return self != Selection()


def select(graph: Graph, asked: Selection) -> list[str]:
    """Return the ids of the nodes that are asked for, in the order of the graph.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    asked
        What to choose.

    Raises
    ------
    UsageError
        If there is no such tag, folder, property or note, several notes may be meant, or the expression is
        none.
    """
    expression = None if asked.where is None else parse(asked.where)  # before anything is looked for
    sets = [*_by_what_they_are(graph, asked), *_by_links(graph, asked)]
    if expression is not None:
        sets.append(evaluate(graph, expression))
    chosen = set(graph).intersection(*sets)
    return [node for node in graph if node in chosen]


def _by_what_they_are(graph: Graph, asked: Selection) -> Iterator[set[str]]:
    if asked.tags:
        yield set().union(*(filters.tagged(graph, tag) for tag in asked.tags))
    if asked.folders:
        yield set().union(*(filters.inside(graph, folder) for folder in asked.folders))
    if asked.kinds:
        yield filters.of_kind(graph, asked.kinds)
    for words in asked.match:
        yield filters.matching(graph, words)
    if asked.properties:
        yield set().union(*(_with_property(graph, each) for each in asked.properties))


def _with_property(graph: Graph, asked: str) -> set[str]:
    key, sign, value = asked.partition("=")
    return filters.with_property(graph, key.strip(), "=" if sign else None, value.strip())


def _by_links(graph: Graph, asked: Selection) -> Iterator[set[str]]:
    if asked.linked_from:
        yield set().union(*(filters.led_to(graph, name) for name in asked.linked_from))
    if asked.links_to:
        yield set().union(*(filters.leading_to(graph, name) for name in asked.links_to))
    if asked.around:
        yield filters.around(graph, asked.around, asked.depth, asked.direction)
