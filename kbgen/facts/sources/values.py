"""What somebody wrote as a value, as a fact has it: its kind, its unit, and how precisely it was written.

The digits written count on both sides. Who declares 8 million does not contradict a text that says 8.1
million, so what rounds to the declared value is accepted as well; whole numbers that were not rounded are
exact.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from msgspec import Struct

from kbgen.facts.fact import Accepted, Kind, plain_decimal
from kbgen.quantities.extraction import Operator, Quantity
from kbgen.quantities.measurement import measurement
from kbgen.quantities.measures import is_money


class FactValue(Struct, frozen=True):
    """A value with all that a fact needs to know of it."""

    text: str
    unit: str
    kind: Kind
    accepted: tuple[Accepted, ...] = ()
    operator: Operator = "="


_DISCRETE_BELOW = 1000
_YEARS = range(1500, 2101)
_ROUND = 10
"""A step in which a whole number may end by chance: 8,849,320 is not rounded, 8,849,300 may be."""
_INSIDE = Decimal("0.49")
"""Less than half of a step: what is half a step away would be rounded to the next value as well."""
_HUNDRED = Decimal(100)
_YEARS_ABOUT = 5
_SHARE_ABOUT = Decimal("0.05")
"""How far a value reaches that is said to be about right, and at most one that is rounded."""


@lru_cache(4096)  # a vault has the same years and ratings again and again
def value_of(text: str) -> FactValue | None:
    """Read a text that is one value and nothing else; ``None`` for words.

    Examples
    --------
    >>> value_of("8,849 m").unit, value_of("1998").kind, value_of("2").kind, value_of("1947-12-06").kind
    ('m', 'year', 'discrete', 'date')
    >>> value_of("8.1 million").text, value_of("8.1 million").accepted[0].value, value_of("about a lot")
    ('8100000', '8051000..8149000', None)
    """
    found = measurement(text)
    if found is None:
        return None
    quantity = found.quantity
    match quantity.form:
        case "date":
            return FactValue(quantity.date, "", "date")
        case "shape":
            return FactValue("x".join(map(str, quantity.sides)), "", "shape")
        case "points":
            return _number(quantity, text, "points", "points", _HUNDRED)
        case "percent":
            return _number(quantity, text, "", "rate")
        case "duration":
            return _number(quantity, text, "s", "duration")
        case "bytes":
            return _number(quantity, text, "B", "quantity")
        case _ if found.unit:
            return _number(quantity, text, found.unit, "quantity")
        case _:
            return _number(quantity, text, "", _kind(quantity))


def _kind(quantity: Quantity) -> Kind:
    whole = quantity.value == quantity.value.to_integral_value()
    if quantity.plain and whole and int(quantity.value) in _YEARS:
        return "year"
    if not whole:
        return "quantity"
    return "discrete" if quantity.value < _DISCRETE_BELOW and _is_exact(quantity) else "count"


def _is_exact(quantity: Quantity) -> bool:
    """Tell whether a number is hardly a rounded one: a whole one without scale or two noughts at its end."""
    return quantity.form in {"number", "times"} and 1 <= quantity.step <= _ROUND


def _number(
    quantity: Quantity, written: str, unit: str, kind: Kind, scale: Decimal = Decimal(1)
) -> FactValue:
    low, high = plain_decimal(quantity.low * scale), plain_decimal(quantity.high * scale)
    match quantity.operator:
        case ">=" | ">":
            return FactValue(f"{low}..", unit, kind, (), quantity.operator)
        case "<=" | "<":
            return FactValue(f"..{high}", unit, kind, (), quantity.operator)
        case _ if low != high:
            return FactValue(f"{low}..{high}", unit, kind, (), quantity.operator)
    exact = (
        kind in {"year", "discrete"}
        or (not unit and kind == "count" and _is_exact(quantity))
        or (is_money(unit) and not quantity.scaled)
    )
    if quantity.operator == "~":
        return FactValue(low, unit, kind, (_about(quantity, kind, written, scale),), quantity.operator)
    return FactValue(
        low, unit, kind, () if exact else (_rounded(quantity, written, scale),), quantity.operator
    )


def _about(quantity: Quantity, kind: Kind, written: str, scale: Decimal) -> Accepted:
    """Return the values that are meant by one that is said to be about right."""
    room = Decimal(_YEARS_ABOUT) if kind == "year" else abs(quantity.low) * _SHARE_ABOUT
    room = max(room, quantity.step * _INSIDE)
    low, high = plain_decimal((quantity.low - room) * scale), plain_decimal((quantity.low + room) * scale)
    return Accepted(f"{low}..{high}", f"{' '.join(written.split())} is about right")


def _rounded(quantity: Quantity, written: str, scale: Decimal) -> Accepted:
    """Return the values that were written alike."""
    room = min(quantity.step * _INSIDE, abs(quantity.low) * _SHARE_ABOUT)
    low, high = plain_decimal((quantity.low - room) * scale), plain_decimal((quantity.high + room) * scale)
    return Accepted(f"{low}..{high}", f"rounds to {' '.join(written.split())}")
