"""A passage to read: the words of a sentence, a cell or a line, and all that its place says about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from kbgen.links.model import LinkedNote
from kbgen.notes.model import Statement
from kbgen.notes.statements import cell_spans, words
from kbgen.vault.paths import VaultPath

_READ = frozenset({"text", "number", "date", "datetime", "list", "aliases"})
"""Kinds of properties that say something."""
_ROWS = frozenset({"row", "head"})


class Cell(Struct, frozen=True, gc=False):
    """A cell of a row, by where it stands in the words of the row."""

    start: int
    end: int


class LinkSpan(Struct, frozen=True, gc=False):
    """Words that lead to another note."""

    start: int
    end: int
    path: VaultPath


class Passage(Struct, frozen=True, gc=False):
    """Words with their place."""

    number: int
    """Index of the statement in its note; from -1 down for properties."""
    kind: str
    """A kind of statement, or ``property``."""
    words: str
    line: int = 0
    level: int = 0
    cells: tuple[Cell, ...] = ()
    heads: tuple[str, ...] = ()
    """Of a row: the words of the head row, by column."""
    table: int = -1
    """Of a row: the number of its head row."""
    sections: tuple[str, ...] = ()
    """The headings above, outermost first."""
    parents: tuple[str, ...] = ()
    """Of an item: the items above, outermost first."""
    links: tuple[LinkSpan, ...] = ()
    masked: tuple[tuple[int, int], ...] = ()
    """Spans of inline code and formulas, which state nothing."""


def passages_of(note: LinkedNote) -> list[Passage]:
    """Return what there is to read in a note, in order: its properties, then its statements."""
    return [*properties_of(note), *_statements(note)]


def properties_of(note: LinkedNote) -> Iterator[Passage]:
    """Yield what there is to read in the properties of a note."""
    number = 0
    for each in note.compiled.properties:
        if each.kind in _READ:
            label = each.name.replace("_", " ").replace("-", " ")
            for value in each.values:
                number -= 1
                yield Passage(number, "property", f"{label}: {value.text}", line=each.line)


def _statements(note: LinkedNote) -> Iterator[Passage]:
    above: list[int] = []  # the levels of the headings above, and of the items
    over: list[int] = []
    sections: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    table = -1
    content = note.content
    for number, statement in enumerate(content.statements):
        kind, level = statement.kind, statement.level
        text = words(content, statement)
        row = kind in _ROWS
        cells = _cells(statement) if row else ()
        if kind == "heading":
            sections = sections[: _count_outer(above, level)]
        elif kind == "head":
            heads = tuple([text[cell.start : cell.end].strip() for cell in cells])
            table = number
        elif kind == "item":
            parents = parents[: _count_outer(over, level)]
        elif not level and over:
            over, parents = [], ()
        spans = statement.verbatim
        yield Passage(
            number,
            kind,
            text,
            statement.line,
            level,
            cells,
            heads if kind == "row" else (),
            table if row else -1,
            sections,
            parents,
            _links(note, statement.links) if statement.links else (),
            tuple(zip(spans[::2], spans[1::2], strict=True)) if spans else (),
        )
        if kind == "heading":
            above.append(level)
            sections = (*sections, text)
        elif kind == "item":
            over.append(level)
            parents = (*parents, text)


def _count_outer(levels: list[int], level: int) -> int:
    """Take away the levels that one ends, and return how many are left."""
    while levels and levels[-1] >= level:
        levels.pop()
    return len(levels)


def _cells(statement: Statement) -> tuple[Cell, ...]:
    return tuple([Cell(start, end) for start, end in cell_spans(statement)])


def _links(note: LinkedNote, triples: Sequence[int]) -> tuple[LinkSpan, ...]:
    found = zip(triples[::3], triples[1::3], triples[2::3], strict=True)
    return tuple(
        [
            LinkSpan(start, end, path)
            for link, start, end in found
            if (path := note.links[link].path) is not None
        ]
    )
