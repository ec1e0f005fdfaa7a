"""Find out which property a number is a value of: by the words beside it, on its label, or above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kbgen.claims.grids import read_label
from kbgen.claims.neighbours import FIELD, counts_other, places, terms
from kbgen.claims.pieces import Piece
from kbgen.facts.knowledge import Knowledge
from kbgen.quantities.days import MONTHS
from kbgen.quantities.reading import Quantity

_NEXT_VALUE = re.compile(r"[\s,;/]*(?:\([^()]{0,30}\))?[\s,;/&]*(?:and|or)?[\s*_]*")
_IN_PARENTHESES = re.compile(r"\([\d.,]+\s?(?:[kMB%]|million|billion)?\)")
_BY = re.compile(r"\b(?:in|by|in terms of)\s(?:the\s)?(?:number of\s|its\s)?$")
_OPENING = re.compile(
    rf"[\s*_\"“]*(?:in|on|by)\s(?:(?:{'|'.join(MONTHS)})\s)?",
    re.IGNORECASE,
)
_LISTED = re.compile(r"[\s*_]*(?:[,;/–&+-]|and|or|to|vs\.?|→)?[\s*_(]*(?:or|and)?[\s*_]*")
_YEAR_DIGITS = 4


def properties(
    knowledge: Knowledge, piece: Piece, quantity: Quantity, room: tuple[int, int]
) -> Iterator[tuple[list[str], bool]]:
    """Yield the properties that a number may be a value of, the likeliest together and first.

    Parameters
    ----------
    knowledge
        What is known.
    piece
        Where the number stands.
    quantity
        The number.
    room
        Where the number before it ends, and where the one behind it begins.

    Yields
    ------
    list of str
        Names of properties.
    bool
        Whether it can be no other: they stand right behind the number.
    """
    yield from places(knowledge, piece, quantity, room)
    yield from ((names, False) for names in _elsewhere(knowledge, piece, quantity, room) if names)


def _elsewhere(
    knowledge: Knowledge, piece: Piece, quantity: Quantity, room: tuple[int, int]
) -> Iterator[list[str]]:
    """Yield the properties that are named in the row, above, on the label, or farther away."""
    if piece.passage.kind == "row" and _is_value(piece, quantity):
        yield from _of_row(piece)
    if _is_fragment(knowledge, piece, quantity):
        yield from _of_context(knowledge, piece)
    yield _of_field(piece, quantity)
    yield _at_end(piece, quantity)
    yield from _of_opening_year(piece, quantity)
    if quantity.form in {"duration", "bytes"} and piece.prose:
        # "for 70 epochs, around 12 days": the verb stands before the number before it.
        for mention in reversed([m for m in piece.of_sort("term") if m.end <= room[0]]):
            yield [mention.entry.id]


def _of_field(piece: Piece, quantity: Quantity) -> list[str]:
    """Return what the label of a field names, for a further value: *Parameters: 65M (base), 213M (big)*."""
    first = piece.numbers[0]
    if quantity is first or first.form != quantity.form:
        return []
    label = [m for m in piece.of_sort("term", "label") if m.end <= first.start]
    if not label or not FIELD.fullmatch(piece.words, label[-1].end, first.start):
        return []
    chain = [q for q in piece.numbers if q.start <= quantity.start]
    if not all(_NEXT_VALUE.fullmatch(piece.words, one.end, two.start) for one, two in pairwise(chain)):
        return []
    return terms(m for m in label if m.start == label[-1].start)


def _at_end(piece: Piece, quantity: Quantity) -> list[str]:
    """Return the property that a comparison ends with: *A (138M) dwarfs B (60M) in parameters*."""
    if not piece.prose or not _IN_PARENTHESES.match(piece.words, max(quantity.start - 1, 0)):
        return []
    last = next((m for m in reversed(piece.here) if m.entry.sort in {"term", "unit"}), None)
    if last is None or last.start < quantity.end or not _BY.search(piece.words, piece.start, last.start):
        return []
    return terms(m for m in piece.here if m.start == last.start)


def _of_opening_year(piece: Piece, quantity: Quantity) -> Iterator[list[str]]:
    """Yield what a sentence that begins with a date tells of: *in 2013, Google acquired DNNresearch*."""
    dated = quantity.form == "date" or (quantity.plain and quantity.end - quantity.start == _YEAR_DIGITS)
    if dated and piece.prose and _OPENING.fullmatch(piece.words, piece.start, quantity.start):
        for place in dict.fromkeys(m.start for m in piece.of_sort("term") if m.start >= quantity.end):
            yield terms(m for m in piece.here if m.start == place)


def _is_value(piece: Piece, quantity: Quantity) -> bool:
    """Tell whether a number is what its cell states, or one of a list; not one in what explains it."""
    for before, after in pairwise(piece.numbers):
        if before.start >= quantity.start:
            break
        if not _LISTED.fullmatch(piece.words, before.end, after.start) and after.start <= quantity.start:
            return False
    return True


def _of_row(piece: Piece) -> Iterator[list[str]]:
    """Yield what the head of the column names, then what the labels of the row do."""
    grid = piece.grid
    if grid is not None and grid.names != piece.column:
        label = piece.row.label(grid.names)
        if label.terms and not (label.subjects or label.part):
            yield list(label.terms)
    if grid is not None and 0 <= piece.column < len(grid.heads) and grid.heads[piece.column].terms:
        yield list(grid.heads[piece.column].terms)
        return
    for number, label in enumerate(piece.row.labels):
        if number == piece.column or (grid is not None and number == grid.names and grid.names > 0):
            continue
        if label.terms and not _has_value(piece, number):
            yield list(label.terms)


def _has_value(piece: Piece, column: int) -> bool:
    """Tell whether a cell holds a number of its own, so that it is a value and no label."""
    cell = piece.passage.cells[column]
    return (
        re.search(r"(?<![\w-])\d", piece.words[cell.start : cell.end]) is not None
        and re.search(r"\btop[- ]?\d|\(.*\)", piece.words[cell.start : cell.end], re.IGNORECASE) is None
    )


def _is_fragment(knowledge: Knowledge, piece: Piece, quantity: Quantity) -> bool:
    """Tell whether a piece says hardly more than the number, as an answer does, or the value of a list."""
    if (
        piece.passage.kind in {"heading", "code", "property"}
        or len(piece.numbers) > 3
        or piece.numbers[0] is not quantity
    ):
        return False
    if counts_other(knowledge, piece, quantity):
        return False
    before = piece.words[piece.start : quantity.start].strip(" *_(~≈>")
    return before.casefold() in {
        "",
        "in",
        "about",
        "some",
        "roughly",
        "around",
        "approximately",
        "it is",
        "it was",
        "there are",
        "at",
    }


def _of_context(knowledge: Knowledge, piece: Piece) -> Iterator[list[str]]:
    """Yield what the question before asks for, or the item or heading right above names."""
    asked = piece.words[: piece.start].rstrip()
    above: Sequence[str] = ()
    if asked.endswith("?"):
        above = (asked.rpartition(". ")[2],)
    elif piece.start == 0:
        above = piece.passage.parents[-1:] or piece.passage.sections[-1:]
    for words in above:
        mentions = knowledge.mentions(words)
        sorts = {"term", "unit", "label"} if "?" in words else {"term", "label"}
        names = terms(m for m in mentions if m.entry.sort in sorts)
        if names and ("?" in words or read_label(knowledge, words).terms):
            yield names
