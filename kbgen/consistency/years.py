"""The order of years: a table or list that goes through them, and one year that is in the wrong place.

A first column *Year*, or a list whose items begin with years, is in order, oldest or newest first, with
ties. Where all but one are, and only that one can be meant, it is wrong; where more are not, the order was
never one of years.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from kbgen.claims.claim import Claim, Order
from kbgen.claims.passages import Passage
from kbgen.consistency.cells import Table, cell
from kbgen.consistency.derived import TEXT, Derived, derived
from kbgen.facts.fact import Fact
from kbgen.quantities.extraction import quantities

_HEAD = re.compile(r"\W*(?:years?|dates?|when|released|introduced|founded|published|since)\W*", re.IGNORECASE)
_YEAR = re.compile(r"[\s*_(]*(?P<year>(?:1[0-9]|20)\d\d)(?:[–-]\d{2,4}|-\d\d-\d\d)?(?![\w.,]\w)")
MIN_YEARS = 4
"""So many years in a row are an order."""
_DIFFERENT = 3
"""Fewer different years are in order by chance."""
_MAX_YEARS_OFF = 100
_MIN_YEARS_FOR_EDGES = 6
"""At either end of a shorter list something may stand that was put before or after it on purpose."""


class _Place(Struct, frozen=True):
    passage: Passage
    start: int
    end: int
    year: int


def years(tables: Iterable[Table], passages: Iterable[Passage]) -> Iterator[Derived]:
    """Yield the orders of years of a text, or the one year that is out of order."""
    for table in tables:
        yield from _ordered(_column(table))
    for items in _lists(passages):
        yield from _ordered(items)


def _column(table: Table) -> list[_Place]:
    if not table.heads or not _HEAD.fullmatch(table.heads[0]) or len(table.rows) < MIN_YEARS:
        return []
    found = [
        _place(row, row.cells[0].start, row.cells[0].end) for row in table.rows if row.cells and cell(row, 0)
    ]
    places = [place for place in found if place is not None]
    return places if len(places) == len(table.rows) else []


def _lists(passages: Iterable[Passage]) -> Iterator[list[_Place]]:
    """Yield the lists in which each item begins with a year."""
    items: list[_Place | None] = []
    level = 0
    for passage in passages:
        if not items and passage.kind != "item":
            continue
        if passage.kind == "item" and items and passage.level > level:
            continue
        if passage.kind != "item" or (items and passage.level < level):
            if passage.level < max(level, 1) or passage.kind == "heading":
                yield _all(items)
                items = []
            if passage.kind != "item":
                continue
        level = passage.level
        items.append(_place(passage, 0, len(passage.words)))
    yield _all(items)


def _all(items: Sequence[_Place | None]) -> list[_Place]:
    places = [place for place in items if place is not None]
    return places if len(places) == len(items) else []


def _place(passage: Passage, start: int, end: int) -> _Place | None:
    found = year_at(passage.words, start, end)
    return _Place(passage, found.start("year"), found.end("year"), int(found["year"])) if found else None


def year_at(words: str, start: int, end: int) -> re.Match[str] | None:
    """Return the year with which a stretch of words begins."""
    return _YEAR.match(words, start, end)


def _ordered(places: Sequence[_Place]) -> Iterator[Derived]:
    if len(places) < MIN_YEARS:
        return
    row = [place.year for place in places]
    for newest_first in (False, True):
        if len(set(row)) >= _DIFFERENT and row == sorted(row, reverse=newest_first):
            yield _order(places, "newest first" if newest_first else "oldest first")
            return
    odd = [
        (index, newest_first)
        for newest_first in (False, True)
        for index in _suspects(row, newest_first=newest_first)
        if (rest := [*row[:index], *row[index + 1 :]]) == sorted(rest, reverse=newest_first)
        and len(set(rest)) >= _DIFFERENT
    ]
    if len(odd) == 1:
        index, newest_first = odd[0]
        if 0 < index < len(row) - 1 or len(row) >= _MIN_YEARS_FOR_EDGES:
            yield from _misplaced(places, index, newest_first=newest_first)


def _suspects(row: Sequence[int], *, newest_first: bool) -> list[int]:
    """Return where the year may stand without which all others are in order: beside a step back."""
    back = [n for n, (one, two) in enumerate(pairwise(row)) if (one < two if newest_first else one > two)]
    return sorted({place for n in back for place in (n, n + 1)}) if len(back) <= 2 else []


def _order(places: Sequence[_Place], evidence: str) -> Derived:
    first = places[0]
    steps = tuple(dict.fromkeys(str(place.year) for place in places))
    text = first.passage.words[first.start : first.end]
    claim = Claim(
        first.passage.number,
        first.start,
        first.end,
        text,
        ((TEXT, "year_order"),),
        order=Order(steps, "parts", begins=True),
        binding="consistency",
    )
    value = " > ".join(steps)
    return claim, Fact(TEXT, "year_order", value, "", "order", (), "arithmetic", evidence, "this text")


def _misplaced(places: Sequence[_Place], index: int, *, newest_first: bool) -> Iterator[Derived]:
    around = [places[n].year if 0 <= n < len(places) else None for n in (index - 1, index + 1)]
    low, high = reversed(around) if newest_first else around
    place = places[index]
    quantity = next((q for q in quantities(place.passage.words) if q.start == place.start), None)
    if quantity is None or quantity.form not in {"number", "date"}:
        return
    value = f"{'' if low is None else low}..{'' if high is None else high}"
    order = "newest" if newest_first else "oldest"
    evidence = f"all others of {len(places)} are in order, {order} first"
    # A row out of order says nothing false; a year that is centuries off is a slip of the pen.
    others = [each.year for each in places if each is not place]
    slip = not min(others) - _MAX_YEARS_OFF <= place.year <= max(others) + _MAX_YEARS_OFF
    yield derived(place.passage, quantity, "year", (value, "year"), evidence, firm=slip)
