"""Choose nodes of the graph: by filters, by a neighbourhood, and by an expression.

Values of one filter widen the choice, further filters narrow it: two tags mean notes with either of them, a
tag and a folder notes with both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, defstruct

from kbgen.graph.build import Graph
from kbgen.graph.evaluate import evaluate, filtered
from kbgen.graph.filter import by_field
from kbgen.graph.neighbourhood import neighbourhood
from kbgen.graph.note_lookup import find_note
from kbgen.graph.query_parser import parse
from kbgen.graph.vocabulary import Direction


class _Unfiltered(Struct, frozen=True, kw_only=True):
    """What is asked for beside the filters."""

    around: str = ""
    """A note with its neighbourhood."""
    depth: int = 1
    """Steps from that note."""
    direction: Direction = "both"
    where: str | None = None
    """An expression; see :func:`kbgen.graph.query_parser.parse`."""

    def __bool__(self) -> bool:
        return self != type(self)()


if TYPE_CHECKING:

    class Selection(_Unfiltered, frozen=True, kw_only=True):
        """What is asked for; what is empty asks for nothing.

        Each filter has an attribute, such as ``tags``.
        """

        def __init__(
            self,
            *,
            around: str = "",
            depth: int = 1,
            direction: Direction = "both",
            where: str | None = None,
            **values: tuple[str, ...],
        ) -> None: ...

        def __getattr__(self, attribute: str) -> tuple[str, ...]: ...
else:
    Selection = defstruct(
        "Selection",
        [(each.attribute, tuple[each.type, ...], ()) for each in by_field().values()],
        bases=(_Unfiltered,),
        module=__name__,
        frozen=True,
        kw_only=True,
    )


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
    sets = list(_by_filters(graph, asked))
    if asked.around:
        sets.append(neighbourhood(graph, find_note(graph, asked.around), asked.depth, asked.direction))
    if expression is not None:
        sets.append(evaluate(graph, expression))
    chosen = set(graph).intersection(*sets)
    return [node for node in graph if node in chosen]


def _by_filters(graph: Graph, asked: Selection) -> Iterator[set[str]]:
    for each in by_field().values():
        found = [filtered(graph, each, value) for value in getattr(asked, each.attribute)]
        if each.combine == "all":
            yield from found
        elif found:
            yield set.union(*found)
