"""Dates as people and programs write them, in ISO form; what could be two days is none (FM-36)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_MONTH_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)

_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"

_DAYS = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
    r"(?P<year>[12]\d{3})(?P<month>\d{2})(?P<day>\d{2})",
    r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日일]",
    rf"{_WEEKDAY}{_MONTH_NAME}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})",
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]+(?:of\s+)?{_MONTH_NAME},?[\s-]+(?P<year>\d{{4}})",
    rf"(?P<year>\d{{4}})[\s-]+{_MONTH_NAME}[\s-]+(?P<day>\d{{1,2}})",
)
"""The year first, or the month by its English name: nothing else is the same day everywhere."""

_TIME = r"""
    (?: (?:t|\s*,\s*|\s+(?:at\s+)?) (?P<hour>\d{1,2}) : (?P<minute>\d{2})
        (?: : (?P<second>\d{2}) (?:[.,] (?P<fraction>\d+) )? )? \s* (?P<half>[ap]\.?m\.?)?
      | t? (?P<hour2>\d{2}) (?P<minute2>\d{2}) (?P<second2>\d{2})? )
    \s* (?P<zone> z | (?:utc|gmt)(?P<offset1>[-+]\d{2}:?\d{2})? | (?P<offset2>[-+]\d{1,2}(?::?\d{2})?) )?
    (?: \s* (?: \[[\w/+-]+\] | \([^()]*\) ) )?
"""

_DATES = tuple(re.compile(rf"(?:{day})(?:{_TIME})?", re.VERBOSE | re.IGNORECASE) for day in _DAYS)

NO_DAY = re.compile(
    rf"\d{{4}}(?:[-/.]\d{{1,2}})?|{_MONTH_NAME},?\s+\d{{4}}|\d{{4}}\s*[年년](?:\s*\d{{1,2}}\s*[月월])?",
    re.IGNORECASE,
)
"""A year, or a month of one."""

_SINCE_1970 = re.compile(r"(1[0-8]\d{8})(?:\d{3})?")
"""Seconds or milliseconds, as programs write them: from 2001 to 2030, where no digits could be a day."""

MAX_CHARS = 100
"""Characters of a date."""


def iso_date(text: str) -> str:
    """Return a date, or a date and a time, in ISO form; ``""`` where it is none, or could be another.

    Parameters
    ----------
    text
        As written. Without a zone it stays without one.

    Examples
    --------
    >>> iso_date("2014-04-30 03:55:32 +0000"), iso_date("April 30, 2014"), iso_date("20140430")
    ('2014-04-30T03:55:32+00:00', '2014-04-30', '2014-04-30')
    >>> iso_date("1612137600000")
    '2021-02-01T00:00:00Z'
    >>> iso_date("04/05/2014"), iso_date("2014-02-30"), iso_date("2014")
    ('', '', '')
    """
    text = text.strip()
    if len(text) > MAX_CHARS:
        return ""
    if found := _SINCE_1970.fullmatch(text):
        return datetime.fromtimestamp(int(found[1]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for form in _DATES:
        if found := form.fullmatch(text):
            try:
                return _iso(found)
            except ValueError:
                return ""
    return ""


def _iso(found: re.Match[str]) -> str:
    parts = found.groupdict()
    month = _MONTHS.index(parts["name"][:3].lower()) + 1 if parts.get("name") else int(parts["month"])
    year, day = int(parts["year"]), int(parts["day"])
    hour, minute = (parts[name] or parts[f"{name}2"] for name in ("hour", "minute"))
    if hour is None:
        return datetime(year, month, day).date().isoformat()  # noqa: DTZ001 (as written)
    hours = int(hour)
    if parts["half"]:
        if not 1 <= hours <= 12:
            raise ValueError("no hour of half a day")
        hours = hours % 12 + 12 * (parts["half"][0].lower() == "p")
    second = parts["second"] or parts["second2"]
    moment = datetime(year, month, day, hours, int(minute), int(second or 0))  # noqa: DTZ001 (as written)
    text = moment.isoformat(timespec="seconds" if second else "minutes")
    fraction = (parts["fraction"] or "")[:6]
    return _valid(text + ("." + fraction.ljust(6, "0") if fraction.strip("0") else "") + _zone(parts))


def _zone(parts: dict[str, str | None]) -> str:
    offset = parts["offset1"] or parts["offset2"]
    if offset:
        digits = offset[1:].replace(":", "")
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "00")
        return f"{offset[0]}{hours.zfill(2)}:{minutes}"
    return "Z" if parts["zone"] else ""


def _valid(text: str) -> str:
    datetime.fromisoformat(text)
    return text
