"""What a filter of the graph is: an option of ``kbgen graph`` and a field of ``--where``.

Each filter is one module of :mod:`kbgen.graph.filters`. All of them are loaded for any ``--help``, so they
load no library, work on a graph that they are given, and are named tuples.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from kbgen.discovery import declared
from kbgen.errors import UsageError
from kbgen.nearest import did_you_mean

if TYPE_CHECKING:
    from kbgen.graph.build import Graph

LAST = 1_000
"""The position of a filter that does not ask for one: after all that do, by the name of its module."""


class Filter(NamedTuple):
    """What a module of :mod:`kbgen.graph.filters` declares, such as ``FILTER = Filter(...)``."""

    option: str
    """On the command line, such as ``--tag``; it can be given several times."""
    field: str
    """In an expression, without the colon, such as ``tag``."""
    example: str
    """A predicate as an error shows it, such as ``tag:ai``."""
    attribute: str
    """Of :class:`kbgen.graph.selection.Selection`, such as ``tags``."""
    help: str
    """Of the option, a sentence or two."""
    nodes: Callable[[Graph, str], set[str]]
    """From the graph and a value to the ids of nodes; raises what :func:`unknown` returns."""
    texts: Callable[[Graph, str], Mapping[str, Sequence[str]]] | None = None
    """Where an operator and a second value may follow: from the graph and the first value to the texts that
    each of its nodes has, which are compared with the second. None where nothing may follow."""
    metavar: str | None = None
    """What stands for the value in ``--help``; None where all the values themselves stand there."""
    type: Any = str
    """Of the value: ``str``, or a ``Literal`` of all the values there are."""
    names: Literal["note", "tag", ""] = ""
    """What the value is a name of, in any spelling; :attr:`nodes` is given its id or identity."""
    combine: Literal["any", "all"] = "any"
    """Whether several values mean the nodes of any of them, or of all."""
    option_position: int = LAST
    """Where it stands among the options in ``--help``."""
    field_position: int = LAST
    """Where it stands among the fields in errors; filters are applied in this order."""

    @property
    def values(self) -> tuple[str, ...]:
        """All the values there are; none where any text is one."""
        return get_args(self.type)


@functools.cache
def by_option() -> Mapping[str, Filter]:
    """Return all filters by their options, in the order of those."""
    found = sorted(declared("kbgen.graph.filters", Filter), key=lambda each: each.option_position)
    return {each.option: each for each in found}


@functools.cache
def by_field() -> Mapping[str, Filter]:
    """Return all filters by their fields, in the order of those."""
    found = sorted(declared("kbgen.graph.filters", Filter), key=lambda each: each.field_position)
    return {each.field: each for each in found}


def unknown(what: str, name: str, known: Iterable[str]) -> UsageError:
    """Return the error that there is no such thing, with the nearest that there is."""
    return UsageError(f'there is no {what} "{name}"', did_you_mean(name, known))
