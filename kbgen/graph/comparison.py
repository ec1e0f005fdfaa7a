"""How the value of a property compares with what is asked: as numbers, as dates, or as texts."""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

ComparisonOperator = Literal["=", "!=", "<", "<=", ">", ">="]

_COMPARISONS: Mapping[ComparisonOperator, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_WHOLE = re.compile(r"[+-]?[0-9]{1,300}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PERIOD = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}")
"""A year, a month or a day."""
_ZONE = r"Z|[+-][0-9]{2}:?[0-9]{2}"
_TIME = rf"[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]{{1,6}})?)?(?:{_ZONE})?"
_DATE = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}(?:-[0-9]{{2}}(?:{_TIME})?)?")
"""A month, a day or a time."""


def compares(text: str, sign: ComparisonOperator, asked: str) -> bool:
    """Tell whether the text of a value stands in a relation to what is asked.

    What is asked says how: a number is compared with numbers, a date with dates, and other words with any
    text, whatever its case. What is of another kind is neither equal nor less nor greater. A date is looked
    at as closely as it is asked for: by its year for ``2012``, its month for ``2012-09``, its day or its
    time. A time without a zone is one of UTC.

    Parameters
    ----------
    text
        The value, as its author wrote it.
    sign
        How ``text`` shall stand to ``asked``.
    asked
        A number, a date in ISO 8601, or words.

    Examples
    --------
    >>> compares("9", "<", "10"), compares("9", "<", "ten"), compares("nine", "<", "10")
    (True, True, False)
    >>> compares("2012-09-30", "=", "2012"), compares("2012-09-30", ">", "2012-09-29T23:59")
    (True, True)
    >>> compares("Done", "=", "done"), compares("", "<", "done")
    (True, False)
    """
    compared = _as_dates(text, asked) or _as_numbers(text, asked)
    if compared is None:
        if _number(asked) is not None or _DATE.fullmatch(asked):
            return sign == "!="
        if not text and asked and sign != "!=":
            return False  # what is left empty is not less than anything
        compared = _folded(text), _folded(asked)
    return _COMPARISONS[sign](*compared)


def _as_numbers(text: str, asked: str) -> tuple[float, float] | None:
    number, wanted = _number(text), _number(asked)
    return None if number is None or wanted is None else (number, wanted)


def _number(text: str) -> float | None:
    if _WHOLE.fullmatch(text):
        return int(text)  # exactly, however long
    return float(text) if _NUMBER.fullmatch(text) else None


def _as_dates(text: str, asked: str) -> tuple[Any, Any] | None:
    """Return a date and what is asked of it, as closely as it is asked; None where they are no dates."""
    if not _DATE.fullmatch(text):
        return None
    if _PERIOD.fullmatch(asked):
        return (text[: len(asked)], asked) if len(text) >= len(asked) else None
    if not _DATE.fullmatch(asked):
        return None
    try:
        return _moment(text), _moment(asked)
    except ValueError:  # such as 2012-02-31, or a month without a day
        return None


def _moment(text: str) -> datetime:
    """Return the moment of a time, or that at which a day begins."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
