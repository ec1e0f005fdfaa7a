"""Read a table as a grid: which column names what the rows are about, and what the heads stand for.

A table has a head for each property and a row for each thing, or the other way round, or it is a list of
figures with a label each. A row whose name nobody knows is about something else, and says nothing about the
note's own subject.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from kbgen.claims.passages import Passage
from kbgen.facts.knowledge import Knowledge, Word
from kbgen.phrases import Mention

_ALL = re.compile(
    r"\W*(?:(?:in )?total|sum|all(?: together)?|altogether|overall|whole(?: network)?|network)\W*",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\d+")
_COMPARED = re.compile(r"(?:vs\.?|versus|than|against|compared|relative|before|after|over)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_HARMLESS = frozenset(
    [
        "number",
        "of",
        "total",
        "count",
        "the",
        "its",
        "a",
        "an",
        "in",
        "per",
        "used",
        "all",
        "overall",
        "approx",
        "approximate",
        "about",
        "and",
        "or",
        "for",
        "as",
        "by",
        "on",
        "at",
        "to",
        "with",
        "learned",
        "trainable",
        "initial",
        "final",
        "full",
        "whole",
        "average",
        "exact",
        "rounded",
        "published",
    ]
)


_LONGEST_LABEL = 200
_FIRST_CELLS = 12
"""Cells of a row that may hold its label."""
_LOOKED_AT = 60
"""Rows of a table that decide what its columns are."""


class Label(Struct, frozen=True):
    """What the words of a head or of a cell name."""

    terms: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    part: str = ""
    whole: bool = False
    """It says *total*: the thing itself, and none of its parts."""
    known: bool = False
    """It says hardly anything that is not in the lexicon."""
    figure: bool = False
    """There are digits in it that are no part of a name."""


class Grid(Struct, frozen=True):
    """A table."""

    heads: tuple[Label, ...]
    names: int
    """Column with the names of what the rows are about; -1 if there is none."""
    said: tuple[tuple[Mention[Word], ...], ...] = ()
    """What each head mentions."""
    by_property: bool = False
    """Whether some head names a property."""
    by_subject: bool = False
    """Whether some head names a subject."""


class Row(Struct, frozen=True):
    """What the first cells of a row name; the cells behind them are told by their heads alone."""

    labels: tuple[Label, ...] = ()
    mentions: tuple[Mention[Word], ...] = ()

    def label(self, column: int) -> Label:
        """Return what a cell names."""
        return self.labels[column] if 0 <= column < len(self.labels) else Label()

    def beside(self, start: int, end: int) -> list[Mention[Word]]:
        """Return what is mentioned in the row outside of some words."""
        return [m for m in self.mentions if not start <= m.start < end]


def read_label(knowledge: Knowledge, words: str) -> Label:
    """Read the words of a head, of a label or of a row's first cell."""
    stripped = words.strip(" *_:\t")
    if not stripped or len(stripped) > _LONGEST_LABEL:
        return Label()
    if _ALL.fullmatch(stripped):
        return Label(whole=True, known=True)
    mentions = knowledge.mentions(stripped)
    rest = list(stripped)
    for mention in mentions:
        rest[mention.start : mention.end] = " " * (mention.end - mention.start)
    left = [
        word
        for word in _WORD.findall(_ASIDE.sub(" ", "".join(rest)))
        if word.casefold() not in _HARMLESS and len(word) > 1
    ]
    figure = re.search(r"\d", "".join(rest)) is not None
    covered = sum(len(word) for word in left) * 2 <= len(stripped)
    terms = tuple(dict.fromkeys(m.entry.id for m in mentions if m.entry.sort in {"term", "label", "unit"}))
    if not covered:
        return Label(figure=figure)
    compared = _COMPARED.match(stripped) is not None
    return Label(
        terms=terms,
        subjects=()
        if compared
        else tuple(dict.fromkeys(m.entry.id for m in mentions if m.entry.sort == "subject")),
        part=next((m.entry.id for m in mentions if m.entry.sort == "part"), ""),
        known=not left,
        figure=figure,
    )


def read_row(knowledge: Knowledge, row: Passage, mentions: Sequence[Mention[Word]]) -> Row:
    """Read the first cells of a row."""
    cells = row.cells[:_FIRST_CELLS]
    end = cells[-1].end if cells else 0
    first = []
    for mention in mentions:
        if mention.start >= end:
            break
        first.append(mention)
    return Row(tuple(read_label(knowledge, row.words[cell.start : cell.end]) for cell in cells), tuple(first))


def read_grid(knowledge: Knowledge, rows: Sequence[Passage]) -> Grid:
    """Read the rows of one table."""
    heads = tuple(read_label(knowledge, head) for head in rows[0].heads)
    return Grid(
        heads,
        _names_column(knowledge, rows, heads),
        tuple(tuple(knowledge.mentions(head)) for head in rows[0].heads),
        any(head.terms for head in heads),
        any(head.subjects for head in heads),
    )


def _names_column(knowledge: Knowledge, rows: Sequence[Passage], heads: Sequence[Label]) -> int:
    """Return the column with the names of what the rows are about: most of its cells are known names.

    Else it is the first column under a head that names no property, where others do.
    """
    width = max(len(row.cells) for row in rows)
    for column in range(min(width, 3)):
        if column < len(heads) and heads[column].subjects:
            continue
        labels = [
            read_label(knowledge, row.words[row.cells[column].start : row.cells[column].end])
            for row in rows[:_LOOKED_AT]
            if column < len(row.cells)
        ]
        named = sum(
            label.known and not label.figure and bool(label.subjects or label.part) for label in labels
        )
        figures = sum(bool(label.terms) and not (label.subjects or label.part) for label in labels)
        if named > figures and (3 if column == 0 else 2) * named >= len(labels):
            return column
    if any(head.terms for head in heads):
        for column, head in enumerate(heads):
            if (
                not head.terms
                and not head.subjects
                and any(
                    column < len(row.cells)
                    and re.search(r"[^\W\d_]{2}", row.words[row.cells[column].start : row.cells[column].end])
                    for row in rows[:_LOOKED_AT]
                )
            ):
                return column
    return -1
