"""Tokens that are made quicker than markdown-it's, which looks at each new one for attributes of an old form.

There are two hundred in a note, and making them was a tenth of the time to compile it.
"""

from __future__ import annotations

from typing import Literal

from markdown_it.token import Token

from kbgen.notes.holes import hole

Nesting = Literal[-1, 0, 1]


class QuickToken(Token):
    """A :class:`Token` that is made of what rules give, and has all else as markdown-it has it.

    >>> QuickToken("text", "", 0) == QuickToken("text", "", 0)
    True
    """

    __slots__ = ()

    def __init__(self, kind: str, tag: str, nesting: Nesting, level: int = 0, content: str = "") -> None:
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


def content_of(token: Token) -> str:
    """Return what a token holds, as it is."""
    return token.content


def hole_token(payload: str, words: str = "") -> QuickToken:
    """Return a hole; ``words`` is what stands for it among the words."""
    token = QuickToken("hole", "", 0, 0, hole(payload))
    token.info = words
    return token


def markup_token(html: str) -> QuickToken:
    """Return HTML of ours that is written as it is."""
    return QuickToken("markup", "", 0, 0, html)


def implied_tags(html: str = "") -> QuickToken:
    """Return tags that no author wrote: ends that are implied."""
    token = QuickToken("html_inline", "", 0, 0, html)
    token.meta = {"raw": ""}
    return token
