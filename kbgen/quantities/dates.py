"""Read dates: 2013-03-12, 12 March 2013, March 12, 2013, Mar 2013, 753 BC."""

from __future__ import annotations

import re
from decimal import Decimal

from kbgen.quantities.numbers import SPACE

_MONTHS = "january february march april may june july august september october november december"
MONTHS = tuple(_MONTHS.split())
MONTH = "(?:" + "|".join(f"{month[:3]}(?:{month[3:]})?" for month in MONTHS) + r"|sept)(?![a-z])\.?"

ERA = re.compile(rf"{SPACE}?(?:BCE?|B\.C\.(?:E\.)?|AD|A\.D\.|CE|C\.E\.)(?![\w-])")
"""What stands behind a year, and counts from the birth of Christ or towards it."""

DATES = rf"""
      (?P<iso>\d{{4}}-(?:\d\d-\d\d|0[1-9]|1[0-2]))(?:(?![-\w])|(?=T\d\d:?\d\d))
    | (?P<daymonth>\d{{1,2}}(?:st|nd|rd|th)?{SPACE}(?:of{SPACE})?{MONTH},?{SPACE}\d{{4}})(?!\w)
    | (?P<monthday>{MONTH}{SPACE}(?:\d{{1,2}}(?:st|nd|rd|th)?,?{SPACE})?\d{{4}})(?!\w)
"""
"""Pattern with a group for each way to write a date; white space in it does not count."""


def iso_date(found: re.Match[str]) -> tuple[str, str]:
    """Return the group of :data:`DATES` that matched, and the date as far as it is known: ``2013-03``."""
    group = next(name for name in ("iso", "daymonth", "monthday") if found[name])
    text = found[group]
    if group == "iso":
        return group, text
    name = re.search(r"[A-Za-z]{3,}", re.sub(r"(?<=\d)(?:st|nd|rd|th)", "", text, flags=re.IGNORECASE))
    month = next(
        number for number, full in enumerate(MONTHS, 1) if name and full.startswith(name[0][:3].casefold())
    )
    numbers = re.findall(r"\d+", text)
    day = f"-{int(numbers[0]):02}" if len(numbers) > 1 else ""
    return group, f"{numbers[-1]}-{month:02}{day}"


def span_of(date: str) -> tuple[Decimal, Decimal] | None:
    """Return when a year, a month or a day begins and ends, in years; ``None`` for other text.

    Examples
    --------
    >>> [f"{end:.3f}" for end in span_of("1931-07")], span_of("July")
    (['1931.500', '1931.583'], None)
    """
    found = re.fullmatch(r"(\d{3,4})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?", date)
    if found is None:
        return None
    year, month, day = (Decimal(group) if group else None for group in found.groups())
    start, length = year or Decimal(0), Decimal(1)
    if month:
        start, length = start + (month - 1) / 12, Decimal(1) / 12
    if day:
        start, length = start + (day - 1) / 372, Decimal(1) / 372
    return start, start + length
