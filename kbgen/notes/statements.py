"""Read the statements of a compiled note: their words and cells, and the line of each word."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

from kbgen.notes.formulas import with_formulas_as_text
from kbgen.notes.model import Content, Statement

CELL = " · "
"""Stands between the words of two cells of a row."""


def words(note: Content, statement: Statement) -> str:
    """Return the words of a statement, with a line end where the source ends a line."""
    if statement.kind == "code":
        return note.code[statement.start : statement.end]
    found = note.text[statement.start : statement.end]
    if not statement.breaks:
        return found
    lines: list[str] = []
    at = 0
    for begin in statement.breaks:
        if begin > at and found[begin - 1] == " ":
            lines.append(found[at : begin - 1])
            at = begin
    return "\n".join((*lines, found[at:]))


def line_of(statement: Statement, offset: int) -> int:
    """Return the line of the file on which the word at an offset stands."""
    return statement.line + bisect_right(statement.breaks, offset)


def text_on_line(note: Content, line: int) -> str:
    """Return the words on a line of the file, formulas in words; ``""`` where there are none."""
    for statement in note.statements:
        behind = line - statement.line
        if 0 <= behind <= len(statement.breaks) and statement.kind != "code":
            starts = (0, *statement.breaks, statement.end - statement.start)
            text = note.text[statement.start : statement.end]
            return " ".join(
                with_formulas_as_text(text, statement.formulas, starts[behind], starts[behind + 1]).split()
            )
    return ""


def cell_spans(statement: Statement) -> tuple[tuple[int, int], ...]:
    """Return where the words of each cell of a row begin and end, empty ones too; none for what is no row."""
    begins = statement.cells
    ends = [max(begin, after - len(CELL)) for begin, after in pairwise(begins)]
    return tuple(zip(begins, [*ends, statement.end - statement.start], strict=False))
