"""A piece of a passage that is read on its own: a cell of a row, a sentence of any other text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from kbgen.claims.assertions import sentences
from kbgen.claims.grids import Grid, Row, read_row
from kbgen.claims.passages import Passage
from kbgen.facts.knowledge import Knowledge, Word
from kbgen.phrases import Mention
from kbgen.quantities.measures import unit_behind
from kbgen.quantities.reading import Quantity, quantities

_LONG_PROPERTY = 60
"""A property that is longer is a text about the note, such as a description."""
_PROSE = frozenset({"paragraph", "item", "footnote", "title", "heading"})

_ATTACHED = re.compile(r"[A-Za-z]+/s\b|[A-Z]+S\b(?=/s)")
_FIELD = re.compile(r"[\s*_>(\[-]*[^:.;]{2,40}?[\s*_]*:{1,2}[\s*_]")
_MOST_PARTS = 9
_MORE_PARTS = re.compile(r"(?:\s*(?:,|and|or|to|&|–|-)+\s*\d)*\s*(?:,|and|or|to|&|–|-)+(?:\sand)?\s*")
_TAKEN = re.compile(r"\b(?:took|takes|won|claimed|came|came in|finished|got|gained)\s$", re.IGNORECASE)

LONGEST = 2000
MOST_NUMBERS = 200
MOST_MENTIONS = 1000
"""A piece with more of them is a dump of data, not a sentence."""


class Piece(Struct, frozen=True):
    """Some words of a passage, with all that is found in them."""

    passage: Passage
    start: int
    end: int
    here: tuple[Mention[Word], ...]
    """Those of the piece."""
    numbers: tuple[Quantity, ...]
    column: int = -1
    """Of a cell."""
    grid: Grid | None = None
    row: Row = Row()

    @property
    def words(self) -> str:
        """The words of the whole passage, which all places count in."""
        return self.passage.words

    @property
    def text(self) -> str:
        """The words of the piece."""
        return self.passage.words[self.start : self.end]

    @property
    def prose(self) -> bool:
        """Whether it is a sentence or may be one."""
        return self.passage.kind in _PROSE or (
            self.passage.kind == "property" and len(self.passage.words) > _LONG_PROPERTY
        )

    @property
    def field(self) -> bool:
        """Whether it is a label and its value."""
        return _FIELD.match(self.text) is not None

    @property
    def near(self) -> list[Mention[Word]]:
        """What is mentioned in the piece, and in the rest of its row."""
        return [*self.row.beside(self.start, self.end), *self.here]

    def of_sort(self, *sorts: str) -> list[Mention[Word]]:
        """Return the mentions in the piece of some sorts."""
        return [m for m in self.here if m.entry.sort in sorts]


def pieces(
    knowledge: Knowledge, passage: Passage, mentions: Sequence[Mention[Word]], grid: Grid | None
) -> Iterator[Piece]:
    """Yield the pieces of a passage."""
    row = read_row(knowledge, passage, mentions) if passage.kind == "row" else Row()
    if passage.kind == "row":
        spans = [(cell.start, cell.end, column) for column, cell in enumerate(passage.cells)]
    else:
        spans = [(start, end, -1) for start, end in sentences(passage.words)]
    everything = tuple(mentions)
    at = 0
    for start, end, column in spans:
        while at < len(everything) and everything[at].start < start:
            at += 1
        last = at
        while last < len(everything) and everything[last].end <= end:
            last += 1
        here = everything[at:last]
        if end - start > LONGEST:
            continue
        found = list(islice(quantities(passage.words[start:end]), MOST_NUMBERS + 1))
        if len(found) <= MOST_NUMBERS and len(here) <= MOST_MENTIONS:
            numbers = tuple(
                _with_unit(shifted, passage.words)
                for quantity in found
                if not _covered(shifted := _shifted(quantity, start), here, passage)
            )
            yield Piece(passage, start, end, here, numbers, column, grid, row)


def _shifted(quantity: Quantity, by: int) -> Quantity:
    return replace(quantity, start=quantity.start + by, end=quantity.end + by) if by else quantity


def _with_unit(quantity: Quantity, words: str) -> Quantity:
    if quantity.form != "number":
        return quantity
    attached = _ATTACHED.match(words, quantity.end)
    found = (attached[0], 0) if attached else unit_behind(words, quantity.end)
    return replace(quantity, unit=found[0], plain=False) if found else quantity


def _covered(quantity: Quantity, here: Sequence[Mention[Word]], passage: Passage) -> bool:
    """Tell whether a number is part of a name, *GTX 580* or *top-5 error*, or of code."""
    if quantity.form == "ordinal" and _TAKEN.search(
        passage.words, max(0, quantity.start - 12), quantity.start
    ):
        return False  # in "took second place" the place is what is claimed
    if (
        quantity.plain
        and quantity.value <= _MOST_PARTS
        and any(
            m.entry.sort == "part"
            and passage.words[m.end - 1].isdigit()
            and m.end <= quantity.start
            and _MORE_PARTS.fullmatch(passage.words, m.end, quantity.start)
            for m in here
        )
    ):
        return True  # layers 3, 4 and 5
    return any(
        m.start <= quantity.start < m.end
        for m in here
        if m.entry.sort not in {"unit", "shape"} or m.start < quantity.start
    ) or any(start <= quantity.start < end for start, end in passage.masked)
