"""Blocks of code that are no programs: notes draw in them, so each of their lines may state something."""

from __future__ import annotations

from markdown_it.token import Token

from kbgen.notes.markdown.context import CompileContext
from kbgen.notes.markdown.info_strings import language_of
from kbgen.notes.markdown.offsets import offsets_of
from kbgen.notes.model import Statement
from kbgen.notes.source_map import columns_of

_FOR_READERS = frozenset({"ascii", "text", "txt"})
"""Languages that are none."""


def keep_diagram(fence: Token, context: CompileContext, level: int) -> None:
    """Write down the lines of a block that names no language; what has one is a program.

    An indented block names none.
    """
    if (fence.info.strip() and language_of(fence) not in _FOR_READERS) or "cut" in fence.meta:
        return
    begin = context.code_length
    start = 0
    offsets = offsets_of(fence)
    for words in fence.content.split("\n"):
        if words and not words.isspace():
            place = begin + start
            runs = [number for piece in offsets.pieces(start, len(words)) for number in piece]
            line = context.line_at(runs[1])
            _, columns = columns_of(runs, line, context.line_starts)
            context.statements.append(
                Statement("code", context.file_line(line), place, place + len(words), level, columns=columns)
            )
            number = fence.meta.setdefault("hole", context.holes)
            context.html_pieces += (number, len(context.statements) - 1, -start, len(words))
        start += len(words) + 1
    context.holes += "hole" in fence.meta
    context.code.append(fence.content)
    context.code_length += len(fence.content)
