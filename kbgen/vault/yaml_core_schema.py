"""The scalars of YAML 1.2's core schema, distinguished by their text alone (FM-03).

PyYAML follows YAML 1.1, where ``no`` is false, ``1:30`` is 90 and ``1_000`` a number.
Nothing is converted here: the text of a scalar stays what its author typed.
"""

from __future__ import annotations

import functools
import re
from datetime import date, datetime
from typing import Literal

ScalarKind = Literal["null", "bool", "int", "float", "string", "date", "datetime"]

_KINDS: dict[str, ScalarKind] = {"null": "null", "bool": "bool", "int": "int", "float": "float"}

_CORE = re.compile(
    r"""(?P<null>    ~ | null | Null | NULL | )
      | (?P<bool>    true | True | TRUE | false | False | FALSE )
      | (?P<int>     [-+]?[0-9]+ | 0o[0-7]+ | 0x[0-9a-fA-F]+ )
      | (?P<float>   [-+]? (?: \.[0-9]+ | [0-9]+ (?:\.[0-9]*)? ) (?:[eE][-+]?[0-9]+)?
                   | [-+]? \. (?:inf|Inf|INF) | \. (?:nan|NaN|NAN) )""",
    re.VERBOSE,
)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:[Zz]|[-+][0-9]{2}:?[0-9]{2})?"
)


@functools.lru_cache(maxsize=1_000)
def scalar_kind(text: str) -> ScalarKind:
    """Return what an unquoted scalar is.

    >>> [scalar_kind(text) for text in ("no", "true", "007", "1_000", "1:30", "", "2026-11-23")]
    ['string', 'bool', 'int', 'string', 'string', 'null', 'date']
    """
    if found := _CORE.fullmatch(text):
        return _KINDS[found.lastgroup or "null"]
    return date_kind(text) or "string"


@functools.lru_cache(maxsize=1_000)
def date_kind(text: str) -> Literal["date", "datetime"] | None:
    """Tell whether a text is a day or a moment of the calendar, in ISO form.

    The 30th of February is neither, so that nobody who reads a date has to fear one.

    >>> date_kind("2026-11-23"), date_kind("2026-11-23 09:30"), date_kind("2026-02-30")
    ('date', 'datetime', None)
    """
    try:
        if _DAY.fullmatch(text):
            date.fromisoformat(text)
            return "date"
        if _MOMENT.fullmatch(text):
            datetime.fromisoformat(text.upper())
            return "datetime"
    except ValueError:
        pass
    return None
