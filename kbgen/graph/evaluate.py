"""The nodes that a filter means, and those that an expression means."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import assert_never

from kbgen.errors import UsageError
from kbgen.graph.build import Graph
from kbgen.graph.comparison import ComparisonOperator, compares
from kbgen.graph.counts import COUNTS
from kbgen.graph.expression import And, Expression, Not, Or, Predicate
from kbgen.graph.filter import Filter, by_field
from kbgen.graph.note_graph import DirectedNotes, directed_notes
from kbgen.graph.note_lookup import find_note
from kbgen.links.tags import tag_identity


def filtered(graph: Graph, by: Filter, value: str) -> set[str]:
    """Return the nodes that a filter means with a value.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    by
        One of those that :mod:`kbgen.graph.filters` declares.
    value
        As it is typed.

    Raises
    ------
    UsageError
        If there is no such thing; the message names the nearest.
    """
    if by.texts is None:
        return _matching(graph, by, value)
    name, equals, wanted = value.partition("=")
    return _matching(graph, by, name.strip(), "=" if equals else None, wanted.strip())


def evaluate(graph: Graph, expression: Expression) -> set[str]:
    """Return the nodes that an expression means.

    ``not`` means all other nodes of the graph, of whatever kind. What is no note has no number of notes that
    lead to it.

    Parameters
    ----------
    graph
        As :func:`kbgen.graph.build.build_graph` makes it.
    expression
        As :func:`kbgen.graph.query_parser.parse` returns it.

    Raises
    ------
    UsageError
        If there is no such tag, folder, property or note, or several notes may be meant; the message begins
        with the place in the expression.
    """
    notes = functools.cache(lambda: directed_notes(graph))  # most expressions count no notes

    def nodes(part: Expression) -> set[str]:
        match part:
            case Predicate() if part.field in COUNTS:
                return _counted(notes(), part)
            case Predicate():
                return _filtered(graph, by_field()[part.field], part)
            case Not(inner=inner):
                return set(graph) - nodes(inner)
            case And(parts=parts):
                return set.intersection(*map(nodes, parts))
            case Or(parts=parts):
                return set.union(*map(nodes, parts))
            case _:
                assert_never(part)

    return nodes(expression)


def _filtered(graph: Graph, by: Filter, predicate: Predicate) -> set[str]:
    try:
        return _matching(graph, by, predicate.name, predicate.operator, predicate.value)
    except UsageError as error:
        raise UsageError(f"--where, character {predicate.at}: {error.message}", error.hint) from error


def _matching(
    graph: Graph, by: Filter, name: str, operator: ComparisonOperator | None = None, value: str = ""
) -> set[str]:
    if by.texts is not None and operator is not None:
        return _comparing(by.texts(graph, name), operator, value)
    match by.names:
        case "note":
            return by.nodes(graph, find_note(graph, name))
        case "tag":
            return by.nodes(graph, tag_identity(name.removeprefix("#").strip("/")))
        case _:
            return by.nodes(graph, name)


def _comparing(texts: Mapping[str, Sequence[str]], operator: ComparisonOperator, value: str) -> set[str]:
    """Return the nodes of which one text compares; ``!=`` wants none that is equal.

    A node without texts has the empty one.
    """
    wanted: ComparisonOperator = "=" if operator == "!=" else operator
    found = {
        node for node, each in texts.items() if any(compares(text, wanted, value) for text in each or [""])
    }
    return set(texts) - found if operator == "!=" else found


def _counted(notes: DirectedNotes, predicate: Predicate) -> set[str]:
    """Return the notes with so many other notes around them."""
    number, operator = COUNTS[predicate.field].of, predicate.operator or "="
    return {note for note in notes if compares(str(number(notes, note)), operator, predicate.value)}
