"""Values of facts as people read them: 60,965,224 parameters, 15.3 %, 5 to 6 days, 224×224×3, −80 °C."""

from __future__ import annotations

from decimal import Decimal

from kbgen.facts.fact import Fact, plain_decimal

_COUNTED = frozenset({"count", "discrete", "setting", "year", "rate"})
"""Kinds whose unit a sentence or the head of a column names itself."""
_WRITTEN_OUT = {"B": "bytes"}
_MINUTE, _DAY = 60, 86_400
_LENGTHS = (
    *(("year", 31_556_952), ("month", 2_629_746), ("day", _DAY), ("hour", 3600), ("minute", _MINUTE)),
    ("second", 1),
)
_MANY = 1000
"""Of a longer unit, people say so many; on a page only."""


def shown(fact: Fact, value: str = "", *, on_page: bool = False, unit: bool = True) -> str:
    """Write a value of a fact.

    Parameters
    ----------
    fact
        Whose kind and unit it has.
    value
        Another value than the fact's own, in its form.
    on_page
        Whether to write it as it stands on a page: shorter than alone, for its label says what it counts,
        and nobody reads the last digits of what was worked out.
    unit
        Whether to write a unit at all.

    Examples
    --------
    >>> time = Fact("alexnet", "training_time", "432000..518400", "s", "duration", (), "published", "", "")
    >>> size = Fact("alexnet", "input_shape", "224x224x3", "", "shape", (), "computed", "", "")
    >>> shown(time), shown(size), shown(time, "3600")
    ('5 to 6 days', '224×224×3', '1 hour')
    >>> count = Fact("alexnet", "parameters", "60965224", "parameters", "count", (), "computed", "", "")
    >>> shown(count), shown(count, on_page=True), shown(count, "..-4", unit=False)
    ('60,965,224 parameters', '60,965,224', 'at most −4')
    """
    text = value or fact.value
    match fact.kind:
        case "shape":
            return text.replace("x", "×")
        case "order":
            return text.replace(" > ", " → ")
        case "name" | "list":
            return text
    low, dots, high = text.partition("..")
    if dots:
        if low and high:
            first, last = (shown(fact, end, on_page=on_page, unit=unit) for end in (low, high))
            return from_to(first, last)
        bound = "at least" if low else "at most"
        return f"{bound} {shown(fact, low or high, on_page=on_page, unit=unit)}"
    if fact.kind in {"year", "date"}:
        # What comes before Christ is counted backwards, and days of it are not known.
        return f"{text[1:].lstrip('0')} BC" if text.startswith("-") else text.lstrip("0")
    try:
        number = Decimal(text)
    except ArithmeticError:
        return text
    if fact.kind == "rate":
        return f"{grouped(_short(number * 100) if on_page else number * 100)} %"
    if fact.kind == "duration":
        return _duration(number, on_page=on_page)
    counted = on_page and fact.kind in _COUNTED
    behind = "" if counted or not unit else _WRITTEN_OUT.get(fact.unit, fact.unit)
    return grouped(number) + (f" {behind}" if behind else "")


def from_to(first: str, last: str) -> str:
    """Write a range, with a unit that both ends share once.

    >>> from_to("5 days", "6 days"), from_to("1 day", "2 days")
    ('5 to 6 days', '1 day to 2 days')
    """
    unit = last.rpartition(" ")[2]
    return f"{first.removesuffix(f' {unit}')} to {last}"


def grouped(number: Decimal) -> str:
    """Write a number with commas between its thousands.

    >>> grouped(Decimal("60965224")), grouped(Decimal("-1234.50")), grouped(Decimal("0.0005"))
    ('60,965,224', '−1,234.5', '0.0005')
    """
    whole, point, rest = plain_decimal(abs(number)).partition(".")
    return f"{'−' if number < 0 else ''}{int(whole or 0):,}{point}{rest}"


def _short(percent: Decimal) -> Decimal:
    """Cut what nobody reads off a share that was worked out; one that was printed has no such digits."""
    return percent if percent == round(percent, 3) else _rounded(percent, 2)


def _rounded(number: Decimal, digits: int) -> Decimal:
    """Round to some digits after the point, or to as many more as one that is not nought needs.

    >>> [f"{_rounded(Decimal(text), 2):f}" for text in ("17.1828", "0.00042", "0")]
    ['17.18', '0.0004', '0.00']
    """
    return round(number, max(digits, -number.adjusted()) if number else digits)


def _duration(seconds: Decimal, *, on_page: bool) -> str:
    """Write a duration in the longest unit in which one digit after the point is exact, else in days."""
    fitting = [(unit, length) for unit, length in _LENGTHS if seconds >= length]
    exact = [
        (unit, length)
        for unit, length in fitting
        if not seconds * 10 % length and not (on_page and seconds >= _MANY * length)
    ]
    plain = [each for each in fitting if each[1] <= _DAY]
    unit, length = next(iter([*exact, *plain]), ("second", 1))
    digits = (1 if seconds >= _MINUTE else 3) if on_page else 2
    count = plain_decimal(_rounded(seconds / length, digits))
    return f"{count} {unit}" + ("" if count == "1" else "s")
