"""Comments in a text that nothing else parses: Obsidian's, and those of HTML."""

from __future__ import annotations

import re

HTML_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:-->|\Z))", re.DOTALL)
ANY_COMMENT = re.compile(HTML_COMMENT.pattern + r"|(?<!%)%%(?!%).*?(?<!%)%%(?!%)", re.DOTALL)
"""A comment of HTML or of Obsidian."""

COMMENTS = re.compile(r"(?:[ \t]*+(?:%%(?!%)(?:(?!%%)[^\n])*+%%(?!%)|<!--(?:(?!-->)[^\n])*+-->))*+[ \t]*+")
"""Whole comments of one line, with nothing between them."""

OPEN_OR_CLOSED = re.compile(r"(?<!%)%%(?!%).*?(?:(?<!%)%%(?!%)|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
"""A comment, which may go to the end of the text."""


def without_comments(markup: str) -> str:
    """Return words or HTML of the author without comments, which no page has.

    >>> without_comments("<!-- a --> b <!-- c --> <b title='%%d%%'>")
    " b  <b title=''>"
    """
    return ANY_COMMENT.sub("", markup)


def cut_comments(text: str) -> str:
    """Return a text without its comments, one of Obsidian's that never ends among them.

    >>> cut_comments("a%%b%%c<!-- d -->e %% f")
    'ace '
    """
    return OPEN_OR_CLOSED.sub("", text)
