"""An expression that chooses nodes, as frozen data, and how it is written."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct

from kbgen.graph.comparison import ComparisonOperator

Field = Literal["tag", "folder", "kind", "match", "property", "from", "to", "in", "out", "degree"]

_PLAIN = re.compile(r"[\w./+#-]+")
"""What needs no quotes anywhere."""


class Predicate(Struct, frozen=True):
    """One thing that is asked of a node."""

    field: Field
    name: str = ""
    """Of a tag, a folder, a kind, a property or a note; the words to match; nothing for a number of notes."""
    sign: ComparisonOperator | None = None
    """None where nothing is compared."""
    value: str = ""
    """What the property or the number is compared with."""
    at: int = 1
    """The character where the name, or for a number of notes the term, begins; counted from 1."""


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
    >>> unparse(And((Predicate("tag", "ai"), Not(Or((inbox, Predicate("in", sign=">", value="3")))))))
    'tag:ai and not (folder:"In box" or in>3)'
    """
    match expression:
        case Predicate():
            return _term(expression)
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


def _term(term: Predicate) -> str:
    if term.field in {"in", "out", "degree"}:
        return f"{term.field}{term.sign}{term.value}"
    compared = f"{term.sign}{_quoted(term.value)}" if term.sign else ""
    return f"{term.field}:{_quoted(term.name)}{compared}"


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'
