"""Read the units of numbers: per cent, points, times, bytes and durations, behind a number or on a label."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from kbgen.quantities.numbers import SCALES, SPACE

Form = Literal["number", "percent", "points", "times", "duration", "bytes", "date", "shape", "ordinal"]

_SECONDS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "hr": 3600, "h": 3600}
_SECONDS |= {"day": 86_400, "week": 604_800, "wk": 604_800, "month": 2_629_746, "year": 31_556_952}
_SECONDS |= {"yr": 31_556_952, "decade": 315_569_520, "century": 3_155_695_200, "centurie": 3_155_695_200}
_SHORT = {"s": Decimal(1), "ms": Decimal("1e-3"), "µs": Decimal("1e-6"), "μs": Decimal("1e-6")}
_SHORT |= {"ns": Decimal("1e-9")}
"""Signs in which case matters; a month is 1/12 of the mean Gregorian year, 31,556,952 seconds."""

_BYTES = {"B": 1, "byte": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_BYTES |= {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}

UNIT = (
    rf"(?:{SPACE}?%|{SPACE}?(?:percent|per{SPACE}cent)(?:age{SPACE}points?)?(?![a-z])"
    rf"|(?:{SPACE}|-)?(?:points?|pp|pts?)(?![a-z])"
    rf"|{SPACE}?-?(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|years?|yrs?)(?![a-z])"
    rf"|(?:{SPACE}|-)(?:decades?|century|centuries)(?![a-z])"
    rf"|{SPACE}?h(?![\w])|(?-i:{SPACE}s|(?<=\.\d)s|(?<=\.\d\d)s|(?<=\.\d\d\d)s|{SPACE}?(?:[mnµμ]s))(?![\w'’])"
    rf"|{SPACE}?(?-i:[kKMGT]?i?B|bytes?)(?!\w|\.[A-Z])"
    rf"|{SPACE}?[×✕](?!{SPACE}?\d)|x(?!\w)|{SPACE}x(?={SPACE}[A-Za-z])"
    rf"|(?:{SPACE}|-)?fold(?![a-z])(?!{SPACE}(?:cross|CV\b|validation|symmetr|rotation)))"
)

_MAX_LABEL_CHARS = 100
_LABEL_UNIT = re.compile(
    r"[(\[,]\s*(?:in\s+)?([^()\[\],]{1,16}?)\s*[)\]]?\s*$|\bin\s+(\w{1,12}|%)\s*$", re.IGNORECASE
)


def unit_of(label: str) -> tuple[Form, Decimal] | None:
    """Read the unit that a label gives for the bare numbers beside it.

    Examples
    --------
    >>> unit_of("Params (M)"), unit_of("Top-5 error, %"), unit_of("Error (test)")
    (('number', Decimal('1000000')), ('percent', Decimal('0.01')), None)
    """
    found = _LABEL_UNIT.search(label.strip(" *_:")) if len(label) < _MAX_LABEL_CHARS else None
    if not found:
        return None
    text = (found[1] or found[2]).strip()
    scale = re.fullmatch(
        r"([kKMGBT]|mn|bn|thousand|million|billion|trillion)s?(?:\s?(?:FLOPs?|MACs?|ops|params))?", text
    )
    if scale:
        return "number", Decimal(10) ** SCALES[scale[1].casefold()]
    if not re.fullmatch(UNIT, text, re.IGNORECASE):
        return None
    return read_unit(text)


def read_unit(text: str) -> tuple[Form, Decimal]:
    """Return the kind of a unit, and what a number in it is in base units."""
    sign = text.strip(" \u00a0\u2009\u202f-")
    letters = re.sub(r"\s+", " ", sign.casefold())
    if not sign:
        return "number", Decimal(1)
    if letters.endswith(("points", "point")) or letters in {"pp", "pt", "pts"}:
        return "points", Decimal("0.01")
    if letters.startswith(("%", "per")):
        return "percent", Decimal("0.01")
    if letters in {"×", "✕", "x", "fold"}:
        return "times", Decimal(1)
    if sign in _BYTES:
        return "bytes", Decimal(_BYTES[sign])
    if sign in _SHORT:
        return "duration", _SHORT[sign]
    singular = letters.removesuffix("s")
    if singular in _SECONDS:
        return "duration", Decimal(_SECONDS[singular])
    return "bytes", Decimal(_BYTES.get(sign.removesuffix("s"), 1))
