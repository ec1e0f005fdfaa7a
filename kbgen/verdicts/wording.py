"""Values as people read them: 60,965,224 parameters, 15.3 %, 5 to 6 days, conv1 → relu1."""

from __future__ import annotations

from decimal import Decimal

from kbgen.claims.facts import Fact, plain_decimal
from kbgen.verdicts.outcome import Placed

_BOUNDS = {">=": "at least ", ">": "more than ", "<=": "at most ", "<": "less than "}


def claimed(each: Placed) -> str:
    """Return what is claimed in the author's words, with the bound that stands before them."""
    text = " ".join(each.finding.text.split())
    return text if "+" in text else _BOUNDS.get(each.finding.operator, "") + text


def reference(each: Placed) -> str:
    """Return what the claim was held against."""
    finding = each.finding
    if finding.operator == "order":
        return finding.reference.replace(" > ", " → ")
    if each.fact is None:
        return finding.reference
    return value(finding.reference, each.fact)


def value(text: str, fact: Fact) -> str:
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
    >>> value(fact.value, fact)
    '5 to 6 days'
    """
    low, dots, high = text.partition("..")
    if dots and not (low and high):
        return f"at least {value(low, fact)}" if low else f"at most {value(high, fact)}"
    if dots:
        first, last = value(low, fact), value(high, fact)
        shared = first.rpartition(" ")[2]
        return f"{first.removesuffix(f' {shared}') if last.endswith(f' {shared}') else first} to {last}"
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
    whole, point, rest = plain_decimal(number).partition(".")
    return f"{int(whole):,}{point}{rest}" + (f" {fact.unit}" if fact.unit else "")


_DAY = 86_400
_LENGTHS = (
    *(("year", 31_556_952), ("month", 2_629_746), ("day", _DAY), ("hour", 3600), ("minute", 60)),
    ("second", 1),
)


def _duration(seconds: Decimal) -> str:
    """Write a duration in the longest unit in which one digit after the point is exact, else in days."""
    fitting = [(unit, length) for unit, length in _LENGTHS if seconds >= length]
    exact = [(unit, length) for unit, length in fitting if not seconds * 10 % length]
    unit, length = next(iter([*exact, *(each for each in fitting if each[1] <= _DAY)]), ("second", 1))
    count = plain_decimal(round(seconds / length, 2))
    return f"{count} {unit}" + ("" if count == "1" else "s")


def remark(each: Placed) -> str:
    """Return what the message says beyond the two values: whose value it is, what else would be right."""
    message = each.finding.message
    said = f", not {each.finding.text}."
    if message.startswith(f"{each.key} is ") and said in message:
        return message.partition(said)[2].strip()
    return message
