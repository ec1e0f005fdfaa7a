"""What front matter of any form is read to: entries of scalars, lists and nested data, with their places."""

from __future__ import annotations

import re

from msgspec import Struct

from kbgen.vault.yaml_core_schema import ScalarKind

_UNREADABLE = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What libyaml refuses, the characters that YAML 1.1 took for line breaks, and the marks of kbgen
(NUL, U+FDD0 to U+FDEF), which an escape such as ``"\\0"`` could bring back."""


class Scalar(Struct, frozen=True, array_like=True, gc=False):
    """A single value.

    ``text`` is what the author typed, quotes and escapes undone. Lines and columns
    count from 1 in the whole file; a quoted scalar begins at its quote.
    """

    text: str
    kind: ScalarKind
    plain: bool
    """Written without quotes."""
    line: int
    column: int


class Sequence(Struct, frozen=True, array_like=True):
    """A list."""

    items: tuple[Node, ...]
    flow: bool
    """Written in brackets."""
    line: int
    column: int


class Mapping(Struct, frozen=True, array_like=True):
    """Nested data."""

    items: tuple[tuple[str, Node], ...]
    line: int
    column: int


Node = Scalar | Sequence | Mapping


class Entry(Struct, frozen=True, array_like=True):
    """One name with its value, at the top level."""

    name: str
    value: Node
    line: int
    column: int


def readable(text: str) -> str:
    r"""Replace, one for one so that columns stay, characters that have no place in a text.

    >>> readable("a\0b\u2028c")
    'a\ufffdb c'
    """
    return _UNREADABLE.sub(_substitute, text) if _UNREADABLE.search(text) else text


def _substitute(found: re.Match[str]) -> str:
    return " " if found[0].isspace() else "\ufffd"
