"""Read the statements of a compiled note: their words, cells, and where each word stands in the source."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import pairwise
from typing import NamedTuple

from kbgen.notes.formulas import said
from kbgen.notes.model import CompiledNote, Statement

CELL = " · "
"""Stands between the words of two cells of a row."""

_HIDDEN = r"""
    !\[\[ [^\[\]]* \]\]                                          # an embed
  | !\[ [^\[\]]* \] \( [^()]* \)                                 # a picture
  | \[\[ [^\[\]|]* \|                                            # the target of a wikilink that has words
  | \] \( (?:[^()\s]|\([^()\s]*\))* (?:\s[^()]*)? \)             # the address of a Markdown link
  | \[\^ [^\[\]\s]+ \]                                           # a reference to a footnote
  | </?[A-Za-z][^<>]*> | <!--(?:(?!-->)[^<])*--> | %%[^%]*%%     # tags and comments
"""
"""What may stand in a line without being words. Each part stops where another begins: a search is linear."""

_BEGINNING = r"""
    [\s>]* (?:(?:[-+*]|\d{1,9}[.)])[\s>]+)*
        (?:\#{1,6}(?=\s) | \[\^[^\[\]\s]+\]: | \[![^\[\]]*\][+-]? | \[.\](?=\s))?
"""
"""What makes a line the first of a list item, quote, heading, footnote, callout or task."""

_MOST = 5_000
"""Steps that a search with marks among the words may take; a line that needs more was made to be slow."""


class _Patterns(NamedTuple):
    hidden: re.Pattern[str]
    between: re.Pattern[str]
    """Two characters of the words."""
    beginning: re.Pattern[str]
    entity: re.Pattern[str]


@functools.cache
def _patterns() -> _Patterns:
    """Return the patterns, made when a column is first asked for: all compilers of notes import this file."""
    return _Patterns(
        re.compile(_HIDDEN, re.VERBOSE),
        re.compile(_HIDDEN + r"| [*_=~`\\\[\]]", re.VERBOSE),
        re.compile(_BEGINNING, re.VERBOSE),
        re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"),
    )


def words(note: CompiledNote, statement: Statement) -> str:
    """Return the words of a statement, with a line end where the source ends a line."""
    if statement.kind == "code":
        return note.code[statement.start : statement.end]
    found = note.text[statement.start : statement.end]
    if not statement.breaks:
        return found
    characters = list(found)
    for begin in statement.breaks:
        if begin and characters[begin - 1] == " ":
            characters[begin - 1] = "\n"
    return "".join(characters)


def line_of(note: CompiledNote, statement: Statement, offset: int) -> int:  # noqa: ARG001 (as its neighbours)
    """Return the line of the file on which the word at an offset stands."""
    return statement.line + bisect_right(statement.breaks, offset)


def said_on(note: CompiledNote, line: int) -> str:
    """Return the words on a line of the file, formulas in words; ``""`` where there are none."""
    for statement in note.statements:
        behind = line - statement.line
        if 0 <= behind <= len(statement.breaks) and statement.kind != "code":
            starts = (0, *statement.breaks, statement.end - statement.start)
            text = note.text[statement.start : statement.end]
            return " ".join(said(text, statement.formulas, starts[behind], starts[behind + 1]).split())
    return ""


def cells(note: CompiledNote, statement: Statement) -> tuple[str, ...]:
    """Return the words of each cell of a row, empty ones too; none for what is no row."""
    found = words(note, statement)
    begins = statement.cells
    ends = [max(begin, after - len(CELL)) for begin, after in pairwise(begins)]
    return tuple([found[begin:end] for begin, end in zip(begins, [*ends, len(found)], strict=bool(begins))])


def column_of(source_lines: Sequence[str], line: int, text: str, after: int = 1) -> int:
    r"""Return the column at which a piece of the words stands in its source line.

    Marks of Markdown may stand among its characters, and an entity for any of them. A place
    where the piece is no part of a longer word or number comes before one where it is.

    Parameters
    ----------
    source_lines
        The lines of the file.
    line
        From 1, as :func:`line_of` returns it.
    text
        The piece; of several lines the first is looked for.
    after
        The first column, from 1, where it may be.

    Returns
    -------
    int
        From 1. Where the words are not found it is that of the first character alone, and
        where even that is not there it is ``after``.

    Examples
    --------
    >>> lines = ["| error | **15.3**% (15.3%) |", r"`a\|b` &lt; 3"]
    >>> column_of(lines, 1, "15.3%"), column_of(lines, 1, "15.3%", 14), column_of(lines, 2, "a|b < 3")
    (13, 22, 2)
    """
    source = source_lines[line - 1] if line <= len(source_lines) else ""
    text = text.partition("\n")[0]
    first = max(after, 1) - 1
    found = -1
    if text:
        begin = _patterns().beginning.match(source)
        start = max(first, begin.end() if begin else 0)
        found = _search(source, text, start, whole=True)
        if found < 0:
            found = _search(source, text, start, whole=False)
        if found < 0:
            found = source.find(text, first)
        if found < 0:
            found = source.find(text[0], first)
    return (found if found >= 0 else first) + 1


def _search(source: str, text: str, start: int, *, whole: bool) -> int:
    """Return where the words begin, perhaps with marks among them; -1 if nowhere."""
    steps = _MOST
    patterns = _patterns()
    for candidate in _candidates(source, text[0], start):
        at, matched = candidate, 0
        if whole and text[0].isalnum() and source[at - 1 : at].isalnum():
            continue
        while steps > 0 and matched < len(text):
            steps -= 1
            entity = patterns.entity.match(source, at)
            meant = unescape(entity[0]) if entity else source[at : at + 1]
            between = patterns.between.match(source, at) if matched else None
            if meant and text.startswith(meant, matched):
                at, matched = (entity.end() if entity else at + 1), matched + len(meant)
            elif between:
                at = between.end()
            else:
                break
        if matched == len(text) and not (whole and text[-1].isalnum() and source[at : at + 1].isalnum()):
            return candidate
        if steps <= 0:
            break
    return -1


def _candidates(source: str, first: str, start: int) -> Iterator[int]:
    """Yield where words that begin with that character may begin."""
    begins, ends = _hidden(source)
    for found in re.compile(f"[{re.escape(first)}&]").finditer(source, start):
        behind = bisect_right(begins, found.start())
        if behind == 0 or ends[behind - 1] <= found.start():
            yield found.start()


@functools.lru_cache(maxsize=16)
def _hidden(source: str) -> tuple[list[int], list[int]]:
    """Return where what is no words begins and ends in a line; who asks once often asks again."""
    found = list(_patterns().hidden.finditer(source))
    return [each.start() for each in found], [each.end() for each in found]
