"""The nodes that an expression means."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import assert_never

from kbgen.errors import UsageError
from kbgen.graph import filters
from kbgen.graph.build import Graph
from kbgen.graph.comparison import compares
from kbgen.graph.expression import And, Expression, Not, Or, Predicate
from kbgen.graph.note_graph import DirectedNotes, directed_notes


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

    def chosen(part: Expression) -> set[str]:
        match part:
            case Predicate():
                return _of_term(graph, part, notes)
            case Not(inner=inner):
                return set(graph) - chosen(inner)
            case And(parts=parts):
                return set.intersection(*map(chosen, parts))
            case Or(parts=parts):
                return set.union(*map(chosen, parts))
            case _:
                assert_never(part)

    return chosen(expression)


def _of_term(graph: Graph, term: Predicate, notes: Callable[[], DirectedNotes]) -> set[str]:
    try:
        match term.field:
            case "tag":
                return filters.tagged(graph, term.name)
            case "folder":
                return filters.inside(graph, term.name)
            case "kind":
                return filters.of_kind(graph, {term.name})
            case "match":
                return filters.matching(graph, term.name)
            case "property":
                return filters.with_property(graph, term.name, term.sign, term.value)
            case "from":
                return filters.led_to(graph, term.name)
            case "to":
                return filters.leading_to(graph, term.name)
            case _:
                return _counted(notes(), term)
    except UsageError as error:
        raise UsageError(f"--where, character {term.at}: {error.message}", error.hint) from error


def _counted(notes: DirectedNotes, term: Predicate) -> set[str]:
    """Return the notes with so many other notes around them; one that leads here and back is one."""
    sign = term.sign or "="
    numbers: dict[str, Callable[[str], int]] = {
        "in": lambda node: len(notes.pred[node]),
        "out": lambda node: len(notes.succ[node]),
        "degree": lambda node: len({*notes.pred[node], *notes.succ[node]}),
    }
    number = numbers[term.field]
    return {node for node in notes if compares(str(number(node)), sign, term.value)}
