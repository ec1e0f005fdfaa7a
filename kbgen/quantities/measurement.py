"""Read a text that is one quantity and nothing else, with its unit: ``8,849 m``, ``57.9 million km``."""

from __future__ import annotations

import re

from msgspec import Struct

from kbgen.quantities.extraction import Quantity, in_kelvin, quantities
from kbgen.quantities.measures import unit_of_measure
from kbgen.quantities.numbers import SPACE

_DIGITS = re.compile("\\d[\\d,'’_ \u00a0\u2009\u202f]*")
_NO_DIGIT = re.compile(r"\D")
_CURRENCY = re.compile(rf"(?:US\$|[$€£¥]){SPACE}?")
_MAX_CHARS = 60


class Measurement(Struct, frozen=True):
    """A text that is one quantity with its unit and nothing else."""

    quantity: Quantity
    unit: str
    """As written, of measures and currencies; ``""`` for plain numbers and for times, bytes and shares."""
    whole: bool = False
    """Written out to its last digit, without fraction or scale: 1,200 but not 1.2k."""


def measurement(text: str) -> Measurement | None:
    """Read a text that is one quantity with its unit and nothing else.

    Examples
    --------
    >>> [(f"{m.quantity.value:f}", m.unit) for m in map(measurement, ("57.9 million km", "$1,200", "6 days"))]
    [('57900000', 'km'), ('1200', '$'), ('518400', '')]
    >>> measurement("−80 °C").quantity.value, measurement("5778 K").unit, measurement("6 ft 2 in").unit
    (Decimal('-80'), 'K', 'inch')
    >>> measurement("5 km or 6"), measurement("five apples")
    (None, None)
    """
    stripped = text.strip()
    sign = _CURRENCY.match(stripped)
    begin = sign.end() if sign else 0
    # A text that goes on longer than any quantity is none, and is not looked through.
    quantity = next(quantities(stripped), None) if len(stripped) <= _MAX_CHARS else None
    if quantity is None or (quantity.start != begin and quantity.operator == "="):
        return None
    rest = stripped[quantity.end :].strip(" \u00a0\u2009\u202f")
    if not rest and quantity.kelvin and stripped[:-1][-1:].isspace():
        # Signs of units stand apart: 60K is a number, 300 K a temperature.
        return Measurement(in_kelvin(quantity), "K")
    if not rest:
        unit = sign[0].strip() if sign else quantity.unit
        return Measurement(quantity, unit, _is_whole(quantity, stripped))
    if sign or quantity.form != "number" or not unit_of_measure(rest):
        return None
    return Measurement(quantity, rest, _is_whole(quantity, stripped))


def _is_whole(quantity: Quantity, text: str) -> bool:
    digits = _DIGITS.match(text, quantity.start + (text[quantity.start] in "-−–+"))
    if digits is None or text[digits.end() : digits.end() + 1] == ".":
        return False
    return int(_NO_DIGIT.sub("", digits[0])) * quantity.factor == abs(quantity.value)
