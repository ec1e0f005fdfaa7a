"""How far from a factor as it is written another may be: *twice*, *about 2.3 times*, *75 %*."""

from __future__ import annotations

from decimal import Decimal

from kbgen.quantities.extraction import Operator, Quantity

Interval = tuple[Decimal, Decimal]

_ONE, _INFINITE = Decimal(1), Decimal("Infinity")
_ONE_DIGIT = Decimal("0.15")
"""Twice may be 1.7 or 2.3 times: nobody reckons further."""
_MORE_DIGITS = Decimal("0.08")


def relative_change(quantity: Quantity, low: Decimal, high: Decimal, sign: int) -> list[Interval]:
    """Return the factors of *N times more*, *N times fewer*, *N % more*, *N % fewer*."""
    if quantity.form == "percent":
        return [(_ONE + low, _ONE + high)] if sign > 0 else [(_ONE - high, _ONE - low)]
    if sign > 0:
        return [(low, high), (low + 1, high + 1)]
    return [(_ONE / high if high.is_finite() else Decimal(0), _ONE / low if low else _INFINITE)]


def written_interval(quantity: Quantity) -> Interval:
    """Return the interval that a factor or a share stands for, as widely as it is written."""
    half = quantity.step / 2
    if quantity.form == "percent":
        room = max(half, quantity.value * Decimal("0.05"))
        low, high = hedged_interval(quantity.low, quantity.operator, Decimal(0))
        wide = room * 2 if quantity.operator == "~" else room
        return (low - wide if low else low), (high + wide if high.is_finite() else high)
    share = _ONE_DIGIT if quantity.digits == 1 else _MORE_DIGITS
    low, _ = hedged_interval(quantity.low, quantity.operator, share)
    _, high = hedged_interval(quantity.high, quantity.operator, share)
    return low, high


def hedged_interval(value: Decimal, operator: Operator, share: Decimal = _ONE_DIGIT) -> Interval:
    """Return the interval of a value with a word such as *about* or *more than* before it."""
    if operator in {">", ">="}:
        return value * Decimal("0.98"), _INFINITE
    if operator in {"<", "<="}:
        return Decimal(0), value * Decimal("1.02")
    room = value * share * (Decimal("1.6") if operator == "~" else 1)
    return value - room, value + room
