"""A passage to read: the words of a sentence, a cell or a line, and all that its place says about it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kbgen.links.model import LinkedNote
from kbgen.notes.model import Statement
from kbgen.notes.statements import cell_spans, words
from kbgen.vault.paths import VaultPath


class Cell(Struct, frozen=True):
    """A cell of a row, by where it stands in the words of the row."""

    start: int
    end: int


class LinkSpan(Struct, frozen=True):
    """Words that lead to another note."""

    start: int
    end: int
    path: VaultPath


class Passage(Struct, frozen=True):
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
    return [*_properties(note), *_statements(note)]


def _properties(note: LinkedNote) -> Iterator[Passage]:
    number = 0
    for each in note.compiled.properties:
        if each.kind in {"text", "number", "date", "datetime", "list", "aliases"}:
            for value in each.values:
                label = each.name.replace("_", " ").replace("-", " ")
                number -= 1
                yield Passage(number, "property", f"{label}: {value.text}", line=each.line)


def _statements(note: LinkedNote) -> Iterator[Passage]:
    above: list[tuple[int, str]] = []
    over: list[tuple[int, str]] = []
    sections: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    table = -1
    compiled = note.compiled
    for number, statement in enumerate(compiled.statements):
        kind, level = statement.kind, statement.level
        text = words(compiled, statement)
        cells = _cells(statement) if statement.cells else ()
        if kind == "heading":
            above = [each for each in above if each[0] < level]
            sections = tuple([words for _, words in above])
        elif kind == "head":
            heads = tuple([text[cell.start : cell.end].strip() for cell in cells])
            table = number
        elif kind == "item":
            over = [each for each in over if each[0] < level]
            parents = tuple([words for _, words in over])
        elif not level and over:
            over, parents = [], ()
        row = kind in {"row", "head"}
        yield Passage(
            number,
            kind,
            text,
            statement.line,
            level,
            cells if row else (),
            heads if kind == "row" else (),
            table if row else -1,
            sections,
            parents,
            tuple(_links(note, statement)) if statement.links else (),
            tuple(zip(statement.verbatim[::2], statement.verbatim[1::2], strict=True))
            if statement.verbatim
            else (),
        )
        if kind == "heading":
            above.append((level, text))
            sections = (*sections, text)
        elif kind == "item":
            over.append((level, text))
            parents = (*parents, text)


def _cells(statement: Statement) -> tuple[Cell, ...]:
    return tuple([Cell(start, end) for start, end in cell_spans(statement)])


def _links(note: LinkedNote, statement: Statement) -> Iterator[LinkSpan]:
    triples = statement.links
    for at in range(0, len(triples), 3):
        path = note.links[triples[at]].path
        if path is not None:
            yield LinkSpan(triples[at + 1], triples[at + 2], path)
