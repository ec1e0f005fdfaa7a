"""An expression that chooses nodes, as frozen data."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from kbgen.graph.comparison import ComparisonOperator


class Predicate(Struct, frozen=True):
    """One thing that is asked of a node."""

    field: str
    """That of a filter, or one of :data:`kbgen.graph.counts.COUNTS`."""
    name: str = ""
    """Such as that of a tag or a note; the words to match; nothing for a number of notes."""
    operator: ComparisonOperator | None = None
    """None where nothing is compared."""
    value: str = ""
    """What the property or the number is compared with."""
    at: int = 1
    """The character where the name, or for a number of notes the predicate, begins; counted from 1."""


class Not(Struct, frozen=True):
    """All nodes but those of another expression."""

    inner: Expression


class And(Struct, frozen=True):
    """The nodes of all of two or more expressions."""

    parts: tuple[Expression, ...]


class Or(Struct, frozen=True):
    """The nodes of any of two or more expressions."""

    parts: tuple[Expression, ...]


Expression: TypeAlias = Predicate | Not | And | Or
