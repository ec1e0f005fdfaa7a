"""Quantities that are written in two units: 7 h 42 min, 2 days and 3 hours, 6 ft 2 in, 7 lb 4 oz."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from kbgen.lazy_expression import lazy_expression
from kbgen.quantities.numbers import FRACTION, SPACE, UP_TO_99, read_number
from kbgen.quantities.units import read_unit

CLOCK = (
    r"\d{1,3}h[0-5]?\d(?:m(?:in)?)?(?!\w)"
    rf"|\d{{1,3}}:[0-5]\d{SPACE}?(?:h|hours?|hrs?|min|minutes?)(?!\w)"
)
"""Pattern of hours and minutes written as one, ``1h20``, ``1:30 h``, or minutes and seconds, ``3:45 min``."""

_SMALL_NUMBER = rf"(?:\d{{1,3}}(?:\.\d{{1,3}}|{FRACTION})?|{UP_TO_99})"
_SHORTER = lazy_expression(
    rf"(?:,?{SPACE}(?:and{SPACE})?)?(?P<number>{_SMALL_NUMBER})"
    rf"(?P<unit>{SPACE}?(?:weeks?|days?|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s))(?![\w'’])",
    re.IGNORECASE,
)
_INCHES = lazy_expression(
    rf"""(?:
      (?:{SPACE}?(?:ft\.?|feet|foot),?(?:{SPACE}(?:and{SPACE})?)?|{SPACE}?[′'’]{SPACE}?)
      (?P<inches>{_SMALL_NUMBER}){SPACE}?(?:in\b\.?|inch(?:es)?|[″"”]|''|′′)
      | -f(?:oo|ee)t[ -](?P<height>{_SMALL_NUMBER})(?:-inch)?)(?!\w)""",
    re.VERBOSE | re.IGNORECASE,
)
_OUNCES = lazy_expression(
    rf"{SPACE}?(?:lbs?\.?|pounds?),?{SPACE}(?:and{SPACE})?(?P<ounces>{_SMALL_NUMBER}){SPACE}?(?:oz\.?|ounces?)(?!\w)",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(
    r"\b(?:at|from|until|till|to|by|since|before|after|around)[ \u00a0]$", re.IGNORECASE
)
_MINUTE = 60


class Compound(Struct, frozen=True):
    """The parts of a quantity taken together."""

    end: int
    value: Decimal
    factor: Decimal
    """What the last part is multiplied with."""
    step: Decimal
    digits: int
    unit: str = ""


def shorter_times(text: str, end: int, value: Decimal, factor: Decimal, digits: int) -> Compound | None:
    """Read the shorter units behind a duration: *42 min* behind *7 h*.

    Parameters
    ----------
    text, end
        Where the first part ends.
    value, factor
        What it says in seconds, and what its unit is in seconds.
    digits
        Those it is written with.
    """
    found: Compound | None = None
    while part := _SHORTER.match(text, end):
        unit = part["unit"].strip()
        seconds = Decimal(_MINUTE) if unit == "m" else read_unit(part["unit"])[1]
        number = read_number(part["number"])
        if seconds >= factor or number.value * seconds >= factor:
            break
        value, factor, end = value + number.value * seconds, seconds, part.end()
        digits += number.digits
        found = Compound(end, value, factor, number.step * seconds, digits)
    return found


def in_inches_or_ounces(text: str, end: int, feet: Decimal) -> Compound | None:
    """Read the rest of feet and inches, or of pounds and ounces, behind its first number."""
    found = _INCHES.match(text, end)
    many, unit = (12, "inch") if found else (16, "oz")
    found = found or _OUNCES.match(text, end)
    if found is None or feet != feet.to_integral_value():
        return None
    rest = read_number(found[found.lastgroup or 0])
    if rest.value >= many:
        return None
    one = Decimal(1)
    return Compound(found.end(), feet * many + rest.value, one, min(rest.step, one), 3, unit)


def clock(text: str, start: int, written: str) -> Compound | None:
    """Read hours and minutes that are written as one; ``None`` where it is the time of day."""
    if ":" in written and _TIME_OF_DAY.search(text, max(0, start - 8), start):
        return None
    one, other = re.findall(r"\d+", written)
    seconds = _MINUTE if "min" in written and ":" in written else _MINUTE * _MINUTE
    step = Decimal(seconds // _MINUTE)
    value = int(one) * seconds + int(other) * step
    return Compound(start + len(written), Decimal(value), step, step, len(one + other))
