"""Tables and labelled values of a text, with their numbers: what sums, differences and orders are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from kbgen.claims.passages import Passage
from kbgen.quantities.extraction import Quantity, quantities
from kbgen.quantities.measurement import Measurement, measurement

_LABEL = re.compile(r"[ \t]*(?P<label>[^\W\d][^:\n|→]{0,39}?)[ \t]*(?:::?|=)[ \t]+(?=\S)")
_EDGES = " \t\n\u00a0*_"
LABELLED = frozenset({"item", "paragraph", "footnote"})
"""Kinds of statements that may be a label and a value without cells."""


class Table(Struct, frozen=True):
    """A table without its head row."""

    heads: tuple[str, ...]
    rows: tuple[Passage, ...]


class Field(Struct, frozen=True):
    """A label with a value: a row of two cells, a list item or line ``Label: value``."""

    passage: Passage
    label: str
    start: int
    end: int
    """``words[start:end]`` is the value."""


def tables(passages: Iterable[Passage]) -> list[Table]:
    """Return the tables of a text."""
    rows: dict[int, list[Passage]] = {}
    for passage in passages:
        if passage.kind == "row":
            rows.setdefault(passage.table, []).append(passage)
    return [Table(found[0].heads, tuple(found)) for found in rows.values()]


def cell(row: Passage, column: int) -> str:
    """Return the words of a cell; ``""`` where a row is too short."""
    if column >= len(row.cells):
        return ""
    return words_of_cell(row.words, row.cells[column].start, row.cells[column].end)


def words_of_cell(words: str, start: int, end: int) -> str:
    """Return the words of a cell of some row."""
    return words[start:end].strip(_EDGES)


def number_in(row: Passage, column: int) -> Measurement | None:
    """Return the number of a cell that holds nothing else, placed in the words of the row."""
    if column >= len(row.cells):
        return None
    return number_between(row, row.cells[column].start, row.cells[column].end)


def number_between(passage: Passage, start: int, end: int) -> Measurement | None:
    """Return the number that is all of a span of words."""
    text = passage.words[start:end]
    found = measurement(text)
    if found is None:
        return None
    by = start + len(text) - len(text.lstrip())
    quantity = found.quantity
    return Measurement(
        replace(quantity, start=quantity.start + by, end=quantity.end + by), found.unit, found.whole
    )


def numbers_between(passage: Passage, start: int, end: int) -> list[Measurement]:
    """Return all numbers of a span of words, without their units of measure."""
    return [
        Measurement(replace(each, start=each.start + start, end=each.end + start), "")
        for each in quantities(passage.words[start:end])
    ]


def fields(passages: Sequence[Passage]) -> Iterator[list[Field]]:
    """Yield the labelled values of a text, those together that stand in one table, list or run of lines."""
    block: list[Field] = []
    before: Passage | None = None
    for passage in passages:
        found = _field(passage)
        if block and (found is None or before is None or not _together(before, passage)):
            yield block
            block = []
        if found:
            block.append(found)
        before = passage
    if block:
        yield block


def _together(one: Passage, other: Passage) -> bool:
    return (one.kind, one.table, one.level, one.sections) == (
        other.kind,
        other.table,
        other.level,
        other.sections,
    )


def _field(passage: Passage) -> Field | None:
    if passage.kind == "row":
        if len(passage.cells) != 2:
            return None
        return Field(passage, cell(passage, 0), passage.cells[1].start, passage.cells[1].end)
    found = label_match(passage.kind, passage.words)
    if found is None:
        return None
    return Field(passage, label_in(found), found.end(), len(passage.words))


def label_match(kind: str, words: str) -> re.Match[str] | None:
    """Return where words are a labelled value, of a kind of passage that is one without cells."""
    if kind not in LABELLED:
        return None
    found = _LABEL.match(words) if ":" in words or "=" in words else None
    return None if found is None or "\n" in words.strip() else found


def label_in(found: re.Match[str]) -> str:
    """Return the label of a labelled value."""
    return str(found["label"]).strip(_EDGES)


def rounding(number: Measurement) -> Decimal:
    """Return how far a number may be from what it was before it was rounded.

    Per cents are rounded, and what has a fraction or a scale; a whole number is what was counted.
    """
    quantity = number.quantity
    if quantity.form in {"percent", "points"}:
        return min(quantity.step, quantity.factor) / 2
    return Decimal(0) if number.whole else quantity.step / 2


def exactly(number: Measurement) -> Quantity:
    """Return a number in which noughts at the end count as much as other digits: 30 is not 25."""
    quantity = number.quantity
    return replace(quantity, step=2 * rounding(number) or quantity.factor)
