"""Values of facts as people read them: 60,965,224 parameters, 15.3 %, 5 to 6 days, 224×224×3."""

from __future__ import annotations

from decimal import Decimal

from kbgen.facts.fact import Fact, plain_decimal

_DAY = 86_400
_LENGTHS = (
    *(("year", 31_556_952), ("month", 2_629_746), ("day", _DAY), ("hour", 3600), ("minute", 60)),
    ("second", 1),
)


def shown(text: str, fact: Fact) -> str:
    """Write a value of a fact.

    Parameters
    ----------
    text
        As the fact has it.
    fact
        Whose kind and unit it shares.

    Examples
    --------
    >>> fact = Fact("alexnet", "training_time", "432000..518400", "s", "duration", (), "published", "", "")
    >>> shown(fact.value, fact)
    '5 to 6 days'
    """
    low, dots, high = text.partition("..")
    if dots and not (low and high):
        return f"at least {shown(low, fact)}" if low else f"at most {shown(high, fact)}"
    if dots:
        return from_to(shown(low, fact), shown(high, fact))
    try:
        number = Decimal(text)
    except ArithmeticError:
        return text.replace("x", "×") if fact.kind == "shape" else text
    match fact.kind:
        case "rate":
            return f"{plain_decimal(number * 100)} %"
        case "duration":
            return _duration(number)
        case "year" | "date" | "name":
            return text
    return grouped(number) + (f" {fact.unit}" if fact.unit else "")


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
    ('60,965,224', '-1,234.5', '0.0005')
    """
    whole, point, rest = plain_decimal(number).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits or 0):,}{point}{rest}"


def _duration(seconds: Decimal) -> str:
    """Write a duration in the longest unit in which one digit after the point is exact, else in days."""
    fitting = [(unit, length) for unit, length in _LENGTHS if seconds >= length]
    exact = [(unit, length) for unit, length in fitting if not seconds * 10 % length]
    unit, length = next(iter([*exact, *(each for each in fitting if each[1] <= _DAY)]), ("second", 1))
    count = plain_decimal(round(seconds / length, 2))
    return f"{count} {unit}" + ("" if count == "1" else "s")
