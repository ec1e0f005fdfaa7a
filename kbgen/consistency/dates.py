"""Dates that no calendar has: 2013-02-30, 31 April 1999.

A date that exists says nothing; and what has a month 13 is a number of something else.
"""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from collections.abc import Iterator, Sequence

from kbgen.claims.passages import Passage
from kbgen.consistency.derived import Derived, derived
from kbgen.quantities.extraction import quantities

# What stands before the day is looked at behind it: what begins with these figures is found by them at once.
_MAY_BE = re.compile(
    r"(?:29|3[01])(?:(?<=-\d\d)(?!\d)"
    r"|(?<![\d-]\d\d)(?:st|nd|rd|th)?(?:[ ][^\W\d]{3,9}\.?,?[ ]|,[ ])\d{4}\b)"
)
"""Few texts have a day that not all months have."""
_ON_PURPOSE = re.compile(
    r"\b(?:invalid|valid|exists?|impossible|no such|not a|non-?existent|fake|fictional)\b", re.IGNORECASE
)
_GREGORIAN = range(1600, 2101)


def impossible_dates(passages: Sequence[Passage]) -> Iterator[Derived]:
    """Yield the dates of a text that do not exist, each with the last day of its month."""
    for passage in passages:
        words = passage.words
        if not may_be_impossible(words):
            continue
        if passage.kind == "code" or _ON_PURPOSE.search(words):
            continue
        for quantity in quantities(passage.words):
            parts = quantity.date.split("-")
            if (
                quantity.form != "date"
                or len(parts) != 3
                or _is_of_a_name(passage, quantity.start, quantity.end)
            ):
                continue
            year, month, day = map(int, parts)
            if year in _GREGORIAN and 1 <= month <= 12:
                last = monthrange(year, month)[1]
                if last < day <= 31:
                    evidence = f"{month_name[month]} {year} has {last} days"
                    yield derived(passage, quantity, "date", (f"{year}-{month:02}-{last}", "date"), evidence)


def may_be_impossible(words: str) -> bool:
    """Tell whether words may hold a date that does not exist; what holds such words may do so too."""
    return ("29" in words or "30" in words or "31" in words) and _MAY_BE.search(words) is not None


def _is_of_a_name(passage: Passage, start: int, end: int) -> bool:
    """Tell whether a date is in code, or part of the name of a file."""
    words = passage.words
    return (
        any(low <= start < high for low, high in passage.masked)
        or re.match(r"\.\w|[_/\\]", words[end : end + 2]) is not None
        or words[max(0, start - 1) : start] in {"_", "/", "\\"}
    )
