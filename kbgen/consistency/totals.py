"""Sums: the last row *Total* of a table, the last item of a list, and a column that adds up the others.

Nothing is said where the parts may not be all there is, or where a total need not be their sum: with empty
cells, subtotals, estimates or mixed units, over averages, rates and running totals, under *top five*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from kbgen.claims.passages import Passage
from kbgen.consistency.cells import (
    Field,
    Table,
    cell,
    exactly,
    number_between,
    number_in,
    rounding,
)
from kbgen.consistency.derived import Derived, between, derived
from kbgen.facts.fact import Kind, plain_decimal
from kbgen.quantities.extraction import Quantity
from kbgen.quantities.measurement import Measurement

_TOTAL = re.compile(r"\W*(?:in\s)?(?:(?:grand|overall)\s)?(?:total|sum|altogether)\W*", re.IGNORECASE)
_PARTIAL = re.compile(
    r"total|\bsum\b|\ball\b|of which|thereof|incl|excl|average|mean\b|\bnet\b|gross|discount|refund|tax",
    re.IGNORECASE,
)
_NOT_ADDED = re.compile(
    r"cumul|running|average|\bavg|mean\b|median|\bmax|\bmin\b|rate\b|ratio|pric(?:e|ing)|\bper\b|/|\byears?\b|date|"
    r"\bages?\b|rank|score|\bid\b|\bno\b\.?|#|version|unique|distinct|speed|temperature|density|balance|level|index",
    re.IGNORECASE,
)
_SELECTED = re.compile(
    r"\b(?:top|largest|biggest|selected|selection|examples?|some|most|best|highlights)\b", re.IGNORECASE
)
_MIN_PARTS = 2
_WHOLE = Decimal(1)
_ALMOST = Decimal("0.005")


def totals(tables: Iterable[Table], blocks: Iterable[Sequence[Field]]) -> Iterator[Derived]:
    """Yield the totals of a text, each with the sum that it should be."""
    for table in tables:
        yield from _last_row(table)
        yield from _last_column(table)
    for block in blocks:
        if block[0].passage.kind != "row":
            yield from _last_field(block)


def names_total(label: str) -> bool:
    """Tell whether a label, or the head of a column, is one of sums."""
    return _TOTAL.fullmatch(label) is not None


def _last_row(table: Table) -> Iterator[Derived]:
    *rows, last = table.rows
    if len(rows) < _MIN_PARTS or not names_total(cell(last, 0)):
        return
    if _is_selection(last, table.heads) or any(_PARTIAL.search(cell(row, 0)) for row in rows):
        return
    for column in range(1, len(last.cells)):
        head = table.heads[column] if column < len(table.heads) else ""
        if not _NOT_ADDED.search(head):
            yield from _sum(last, [number_in(row, column) for row in rows], number_in(last, column))


def _last_field(block: Sequence[Field]) -> Iterator[Derived]:
    *parts, last = block
    if len(parts) < _MIN_PARTS or not names_total(last.label) or _is_selection(last.passage, ()):
        return
    if any(_PARTIAL.search(part.label) or _NOT_ADDED.search(part.label) for part in parts):
        return
    numbers = [number_between(part.passage, part.start, part.end) for part in parts]
    yield from _sum(last.passage, numbers, number_between(last.passage, last.start, last.end))


def _is_selection(row: Passage, heads: Sequence[str]) -> bool:
    return any(_SELECTED.search(words) for words in (*row.sections[-1:], *row.parents[-1:], *heads))


def _last_column(table: Table) -> Iterator[Derived]:
    """Check a column *Total*, where the other rows show that it is the sum of all columns before it."""
    column = next((n for n, head in enumerate(table.heads) if n > _MIN_PARTS and names_total(head)), 0)
    if not column or any(_NOT_ADDED.search(head) for head in table.heads[1:column]):
        return
    found: list[tuple[bool, list[Derived]]] = []
    for row in table.rows:
        parts = [number_in(row, n) for n in range(1, column)]
        if all(part is None for part in parts) and number_in(row, column) is None:
            continue
        sums = list(_sum(row, parts, number_in(row, column)))
        if not sums:
            return
        claim, fact = sums[0]
        right = claim.quantity is not None and _agrees(claim.quantity, fact.value)
        found.append((right, sums))
    wrong = sum(not right for right, _ in found)
    if len(found) - wrong >= _MIN_PARTS and wrong <= 1:
        for _, sums in found:
            yield from sums


def _agrees(quantity: Quantity, value: str) -> bool:
    low, _, high = value.partition("..")
    return Decimal(low) <= quantity.value <= Decimal(high or low)


def _sum(row: Passage, parts: Sequence[Measurement | None], stated: Measurement | None) -> Iterator[Derived]:
    known = [part for part in parts if part is not None]
    if stated is None or len(known) != len(parts) or len(known) < _MIN_PARTS or not _alike([*known, stated]):
        return
    if all(part.quantity.plain and 1500 <= part.quantity.value <= 2100 for part in known):
        return  # years
    values = [part.quantity.value for part in known]
    total = sum(values, Decimal(0))
    room = sum((rounding(part) for part in known), Decimal(0))
    quantity = stated.quantity
    away = abs(quantity.value - total)
    right = away <= room + rounding(stated)
    if not right and (away <= _doubt(stated, known) or _may_be_other(quantity, values)):
        return
    written = known[0].quantity.factor
    evidence = " + ".join(_shown(value, written) for value in values)
    evidence = (
        f"{evidence} = {_shown(total, written)}" if len(evidence) < 200 else f"the sum of {len(values)} parts"
    )
    kind: Kind = (
        "rate" if quantity.form == "percent" else "duration" if quantity.form == "duration" else "quantity"
    )
    value = between(total - room, total + room)
    yield derived(row, exactly(stated), "total", (value, kind), evidence, unit=stated.unit)


def _alike(numbers: Sequence[Measurement]) -> bool:
    first = numbers[-1]
    return all(
        each.quantity.form == first.quantity.form
        and each.unit == first.unit
        and each.quantity.operator == "="
        and each.quantity.low == each.quantity.high
        and each.quantity.form in {"number", "percent", "duration"}
        for each in numbers
    )


def _doubt(stated: Measurement, parts: Sequence[Measurement]) -> Decimal:
    """Return how far from the sum a total may be and not be wrong: it or its parts were rounded."""
    quantity = stated.quantity
    room = Decimal(0)
    if (
        quantity.form == "number"
        and quantity.step > 10
        and any(each.quantity.step < quantity.step for each in parts)
    ):
        room += quantity.step / 2
    if stated.unit.strip("$€£¥"):
        room += (len(parts) + 1) * quantity.factor / 2
    if any(each.quantity.factor != quantity.factor for each in parts):
        room += quantity.factor / 2
    return room


def _may_be_other(stated: Quantity, values: Sequence[Decimal]) -> bool:
    """Tell whether a total may be no sum: an average, the last of running totals, a share."""
    if stated.form == "percent" and abs(stated.value - _WHOLE) > _ALMOST:
        return True
    if min(values) <= stated.value <= max(values):
        return True
    return values == sorted(values) and stated.value == values[-1]


def _shown(value: Decimal, factor: Decimal) -> str:
    return plain_decimal(value / factor) if factor else plain_decimal(value)
