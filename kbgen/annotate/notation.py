"""Values of facts as they stand on a page: shorter than alone, for their label says what they count."""

from __future__ import annotations

from decimal import Decimal

from kbgen.facts.fact import Fact, plain_decimal
from kbgen.facts.wording import from_to, grouped

_COUNTED = frozenset({"count", "discrete", "setting", "year", "rate"})
"""Kinds whose unit a sentence or the head of a column names itself."""

_WRITTEN_OUT = {"B": "bytes"}

_LENGTHS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))


def shown(fact: Fact, value: str = "", *, unit: bool = True) -> str:
    """Write a value of a fact.

    Parameters
    ----------
    fact
        Whose kind and unit it has.
    value
        Another value than the fact's own, in its form.
    unit
        Whether to write a unit that is no word of the sentence, such as bytes.

    Examples
    --------
    >>> time = Fact("alexnet", "training_time", "432000..518400", "s", "duration", (), "published", "", "")
    >>> size = Fact("alexnet", "input_shape", "224x224x3", "", "shape", (), "computed", "", "")
    >>> shown(time), shown(size), shown(time, "3600")
    ('5 to 6 days', '224×224×3', '1 hour')
    """
    text = value or fact.value
    low, dots, high = text.partition("..")
    if dots and fact.kind not in {"name", "list", "order"}:
        if not (low and high):
            bound, value = ("at least", low) if low else ("at most", high)
            return f"{bound} {shown(fact, value, unit=unit)}"
        return from_to(shown(fact, low, unit=unit), shown(fact, high, unit=unit))
    match fact.kind:
        case "shape":
            return text.replace("x", "×")
        case "order":
            return text.replace(" > ", " → ")
        case "year" | "date" | "name" | "list":
            return text
    try:
        number = Decimal(text)
    except ArithmeticError:
        return text
    if fact.kind == "rate":
        return f"{plain_decimal(_short(number * 100))} %"
    if fact.kind == "duration":
        return _duration(number)
    behind = _WRITTEN_OUT.get(fact.unit, fact.unit) if unit and fact.kind not in _COUNTED else ""
    return grouped(number) + (f" {behind}" if behind else "")


def _short(percent: Decimal) -> Decimal:
    """Cut what nobody reads off a share that was worked out; one that was printed has no such digits."""
    return percent if percent == round(percent, 3) else round(percent, 2)


def _duration(seconds: Decimal) -> str:
    unit, length = next(((unit, length) for unit, length in _LENGTHS if seconds >= length), ("second", 1))
    count = plain_decimal(round(seconds / length, 1 if seconds >= 60 else 3))
    return f"{count} {unit}" + ("" if count == "1" else "s")
