"""An expression that chooses nodes, as frozen data, and how it is written."""

from __future__ import annotations

import re
from typing import TypeAlias, assert_never

from msgspec import Struct

from kbgen.graph.comparison import ComparisonOperator

_PLAIN = re.compile(r"[\w./+#-]+")
"""What needs no quotes anywhere."""


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


def unparse(expression: Expression) -> str:
    """Return an expression as :func:`kbgen.graph.query_parser.parse` reads it.

    Examples
    --------
    >>> inbox = Predicate("folder", "In box")
    >>> unparse(And((Predicate("tag", "ai"), Not(Or((inbox, Predicate("in", operator=">", value="3")))))))
    'tag:ai and not (folder:"In box" or in>3)'
    """
    match expression:
        case Predicate():
            return _predicate(expression)
        case Not(inner=inner):
            return f"not {_bracketed(inner, And, Or)}"
        case And(parts=parts):
            return " and ".join(_bracketed(part, And, Or) for part in parts)
        case Or(parts=parts):
            return " or ".join(_bracketed(part, Or) for part in parts)
        case _:
            assert_never(expression)


def _bracketed(expression: Expression, *looser: type) -> str:
    text = unparse(expression)
    return f"({text})" if isinstance(expression, looser) else text


def _predicate(predicate: Predicate) -> str:
    if not predicate.name:
        return f"{predicate.field}{predicate.operator}{predicate.value}"
    compared = f"{predicate.operator}{_quoted(predicate.value)}" if predicate.operator else ""
    return f"{predicate.field}:{_quoted(predicate.name)}{compared}"


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'
