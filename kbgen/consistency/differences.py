"""Differences: a row *Margin* beside two rates, a column *Change* beside two others.

Rounding is carried along: 26.2 − 15.3 makes 10.9, and 10.8 and 11.0 may be what it was before both were
rounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec.structs import replace

from kbgen.claims.passages import Passage
from kbgen.consistency.cells import (
    Field,
    Table,
    exactly,
    number_between,
    number_in,
    numbers_between,
    rounding,
)
from kbgen.consistency.derived import Derived, between, derived
from kbgen.facts.fact import Kind, plain_decimal
from kbgen.quantities.measurement import Measurement

_DIFFERENCE = re.compile(
    r"\W*(?:(?!profit|gross|net)\w+\s)?(?:difference|gap|delta|Δ|change|diff|margin|lead|improvement)(?:\s\([^()]*\))?\W*",
    re.IGNORECASE,
)
_POINTED = re.compile(r"\W*(?:\w+\s)?(?:difference|gap|delta|Δ|diff)\W*", re.IGNORECASE)
"""What is a difference even where it is written in per cent, not in points."""
_OPERANDS = 2
_HUNDRED = Decimal(100)


def differences(tables: Iterable[Table], blocks: Iterable[Sequence[Field]]) -> Iterator[Derived]:
    """Yield the differences of a text, each with what the two numbers beside it make it."""
    for block in blocks:
        for index, field in enumerate(block):
            if names_difference(field.label):
                yield from _of_rates(block, index)
                yield from _of_last_two(block, index)
    for table in tables:
        yield from _column(table)


def names_difference(label: str) -> bool:
    """Tell whether a label, or the head of a column, is one of differences."""
    return _DIFFERENCE.fullmatch(label) is not None


def _of_rates(block: Sequence[Field], index: int) -> Iterator[Derived]:
    """Hold points against the only two per cents of a table or list."""
    field = block[index]
    stated = _unsigned(number_between(field.passage, field.start, field.end))
    if stated is None or stated.quantity.operator != "=" or stated.quantity.low != stated.quantity.high:
        return
    form = stated.quantity.form
    if form != "points" and not (form == "percent" and _POINTED.fullmatch(field.label)):
        return
    rates = [
        each
        for other in block
        if other is not field
        for each in numbers_between(other.passage, other.start, other.end)
        if each.quantity.form == "percent"
    ]
    if len(rates) == _OPERANDS:
        yield from _difference(field.passage, stated, rates)


def _of_last_two(block: Sequence[Field], index: int) -> Iterator[Derived]:
    """Hold a number against the two of its kind right above it, where the block has no others."""
    field = block[index]
    if index != _OPERANDS or len(block) != _OPERANDS + 1:
        return
    stated, *parts = (number_between(each.passage, each.start, each.end) for each in (field, *block[:index]))
    stated = _unsigned(stated)
    if stated is None or stated.quantity.form not in {"number", "duration"}:
        return
    known = [part for part in parts if part is not None]
    if len(known) == _OPERANDS and _alike([stated, *known]):
        yield from _difference(field.passage, stated, known)


def _column(table: Table) -> Iterator[Derived]:
    """Check a column of differences, where the other rows show that it is one."""
    column = next((n for n, head in enumerate(table.heads) if n and names_difference(head)), 0)
    if not column:
        return
    others = [
        n for n in range(1, len(table.heads)) if n != column and any(number_in(row, n) for row in table.rows)
    ]
    if len(others) != _OPERANDS:
        return
    found: list[tuple[bool, Derived]] = []
    for row in table.rows:
        stated = _unsigned(number_in(row, column))
        known = [part for n in others if (part := number_in(row, n)) is not None]
        if stated is None or len(known) != _OPERANDS or not _alike(known):
            return
        if stated.quantity.form not in {known[0].quantity.form, "points"} or stated.unit not in {
            known[0].unit,
            "",
        }:
            return
        for claim, fact in _difference(row, stated, known):
            low, _, high = fact.value.partition("..")
            away = stated.quantity.value
            room = rounding(stated)
            found.append((Decimal(low) - room <= away <= Decimal(high or low) + room, (claim, fact)))
    wrong = sum(not right for right, _ in found)
    if len(found) - wrong >= _OPERANDS and wrong <= 1:
        yield from (pair for _, pair in found)


def _unsigned(number: Measurement | None) -> Measurement | None:
    """Return a number without its sign: which of two is larger, a difference need not say."""
    if number is None or number.quantity.low >= 0:
        return number
    quantity = number.quantity
    return Measurement(replace(quantity, low=-quantity.high, high=-quantity.low), number.unit, number.whole)


def _alike(numbers: Sequence[Measurement]) -> bool:
    first = numbers[0]
    return all(
        each.unit == first.unit
        and each.quantity.form == first.quantity.form
        and each.quantity.form in {"number", "percent", "duration"}
        and each.quantity.operator == "="
        and each.quantity.low == each.quantity.high
        for each in numbers
    )


def _difference(passage: Passage, stated: Measurement, operands: Sequence[Measurement]) -> Iterator[Derived]:
    one, two = sorted((each.quantity for each in operands), key=lambda each: each.value, reverse=True)
    if one.operator != "=" or two.operator != "=" or one.low != one.high or two.low != two.high:
        return
    difference = one.value - two.value
    room = sum((rounding(each) for each in operands), Decimal(0))
    rate = one.form == "percent"
    scale = _HUNDRED if rate else 1 / one.factor
    unit = " %" if rate else ""
    shown = [f"{plain_decimal(value * scale)}{unit}" for value in (one.value, two.value, difference)]
    kind: Kind = "rate" if rate else "duration" if one.form == "duration" else "quantity"
    value = between(max(difference - room, Decimal(0)), difference + room)
    evidence = f"{shown[0]} − {shown[1]} = {shown[2]}"
    yield derived(passage, exactly(stated), "difference", (value, kind), evidence, unit=stated.unit)
