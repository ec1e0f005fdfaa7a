"""Tokens that know where their words stand, made quicker than markdown-it's, which looks for an old form.

There are two hundred in a note, and making them was a tenth of the time to compile it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from markdown_it.token import Token

from kbgen.notes.holes import hole

Nesting = Literal[-1, 0, 1]


NO_POSITION = -1
"""The position of words that no source has."""

Run = tuple[int, int, int]
"""A stretch of the words of a token: where it begins among them, where in those of the block, its length."""


class PlacedToken(Token):
    """A :class:`Token` that is made of what rules give, and has all else as markdown-it has it.

    It is the only class of tokens that we make: where a piece of code meets several, Python has to look up
    each of their fields anew.
    """

    __slots__ = ("pos", "runs")

    pos: int
    """Of words: where their source begins among those of the block."""
    runs: Sequence[Run] | None
    """Where its words stand, if not in one piece that begins there: an entity or an escape may be a part
    of it, and code begins behind its marks."""

    def __init__(
        self,
        kind: str,
        tag: str,
        nesting: Nesting,
        level: int = 0,
        content: str = "",
        position: int = NO_POSITION,
        runs: Sequence[Run] | None = None,
    ) -> None:
        self.type = kind
        self.tag = tag
        self.nesting = nesting
        self.attrs = {}
        self.map = None
        self.level = level
        self.children = None
        self.content = content
        self.markup = ""
        self.info = ""
        self.meta = {}
        self.block = False
        self.hidden = False
        self.pos = position
        self.runs = runs


def block_token(
    kind: str,
    tag: str,
    nesting: Nesting,
    level: int = 0,
    *,
    lines: list[int] | None = None,
    meta: dict[Any, Any] | None = None,
) -> PlacedToken:
    """Return a token of a block, from its first line up to another."""
    token = PlacedToken(kind, tag, nesting, level)
    token.block = True
    token.map = lines
    if meta is not None:
        token.meta = meta
    return token


def content_of(token: Token) -> str:
    """Return what a token holds, as it is."""
    return token.content


def hole_token(payload: str, words: str = "") -> PlacedToken:
    """Return a hole; ``words`` is what stands for it among the words."""
    token = PlacedToken("hole", "", 0, 0, hole(payload))
    token.info = words
    return token


def markup_token(html: str) -> PlacedToken:
    """Return HTML of ours that is written as it is."""
    return PlacedToken("markup", "", 0, 0, html)


def implied_tags(html: str = "") -> PlacedToken:
    """Return tags that no author wrote: ends that are implied."""
    token = PlacedToken("html_inline", "", 0, 0, html)
    token.meta = {"raw": ""}
    return token
