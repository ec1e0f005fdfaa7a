"""Blocks of code that are no programs: notes draw in them, so each of their lines may state something."""

from __future__ import annotations

from markdown_it.token import Token

from kbgen.notes.markdown.code import language_of
from kbgen.notes.markdown.collected import Collected
from kbgen.notes.model import Statement

_FOR_READERS = frozenset({"ascii", "text", "txt"})
"""Languages that are none."""


def keep_drawing(fence: Token, gathered: Collected, level: int) -> None:
    """Write down the lines of a block that names no language; what has one is a program."""
    if (fence.info.strip() and language_of(fence) not in _FOR_READERS) or "cut" in fence.meta:
        return
    begin = gathered.code_length
    start = 0
    first = gathered.first_line + (fence.map or [0])[0] + 2
    for line, words in enumerate(fence.content.split("\n"), first):
        if words and not words.isspace():
            place = begin + start
            gathered.statements.append(Statement("code", line, place, place + len(words), level))
            if gathered.carriers is not None:
                gathered.carriers.append([(fence, -start)])
        start += len(words) + 1
    gathered.code.append(fence.content)
    gathered.code_length += len(fence.content)
