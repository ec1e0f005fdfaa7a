"""Values of facts as people read them: 60,965,224 parameters, 15.3 %, 5 to 6 days, 224×224×3, −80 °C."""

from __future__ import annotations

from decimal import Decimal

from kbgen.facts.fact import Fact, plain_decimal
from kbgen.locales.locale import ENGLISH, Locale

_COUNTED = frozenset({"count", "discrete", "setting", "year", "rate"})
"""Kinds whose unit a sentence or the head of a column names itself."""
_MINUTE, _DAY = 60, 86_400
_LENGTHS = (
    ("year", 31_556_952),
    ("month", 2_629_746),
    ("day", _DAY),
    ("hour", 3600),
    ("minute", _MINUTE),
    ("second", 1),
)
_MANY = 1000
"""Of a longer unit, people say so many; on a page only."""


def format_fact(
    fact: Fact, value: str = "", *, on_page: bool = False, unit: bool = True, locale: Locale = ENGLISH
) -> str:
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
    locale
        The language to write it in; the command line speaks English.

    Examples
    --------
    >>> time = Fact("alexnet", "training_time", "432000..518400", "s", "duration", (), "published", "", "")
    >>> size = Fact("alexnet", "input_shape", "224x224x3", "", "shape", (), "computed", "", "")
    >>> format_fact(time), format_fact(size), format_fact(time, "3600")
    ('5 to 6 days', '224×224×3', '1 hour')
    >>> count = Fact("alexnet", "parameters", "60965224", "parameters", "count", (), "computed", "", "")
    >>> format_fact(count), format_fact(count, on_page=True), format_fact(count, "..-4", unit=False)
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
        first, last = (
            format_fact(fact, end, on_page=on_page, unit=unit, locale=locale) if end else ""
            for end in (low, high)
        )
        return _between(first, last, locale)
    if fact.kind in {"year", "date"}:
        return _year(text, locale)
    try:
        number = Decimal(text)
    except ArithmeticError:
        return text
    return _measured(fact, number, locale, on_page=on_page, unit=unit)


def _between(low: str, high: str, locale: Locale) -> str:
    if low and high:
        return from_to(low, high, locale)
    bound = locale.gettext("at least %(value)s") if low else locale.gettext("at most %(value)s")
    return bound % {"value": low or high}


def _year(text: str, locale: Locale) -> str:
    # What comes before Christ is counted backwards, and days of it are not known.
    if not text.startswith("-"):
        return text.lstrip("0")
    # Translators: a year before Christ, such as "44 BC".
    return locale.gettext("%(year)s BC") % {"year": text[1:].lstrip("0")}


def _measured(fact: Fact, number: Decimal, locale: Locale, *, on_page: bool, unit: bool) -> str:
    if fact.kind == "rate":
        # Translators: a share in per cent.
        percent = locale.gettext("%(number)s %%")
        return percent % {"number": grouped(_short(number * 100) if on_page else number * 100, locale)}
    if fact.kind == "duration":
        return _duration(number, locale, on_page=on_page)
    counted = on_page and fact.kind in _COUNTED
    written = grouped(number, locale)
    if counted or not unit or not fact.unit:
        return written
    return (
        locale.gettext("%(number)s bytes") % {"number": written}
        if fact.unit == "B"
        else f"{written} {fact.unit}"
    )


def from_to(first: str, last: str, locale: Locale = ENGLISH) -> str:
    """Write a range, with a unit that both ends share once.

    >>> from_to("5 days", "6 days"), from_to("1 day", "2 days")
    ('5 to 6 days', '1 day to 2 days')
    """
    unit = last.rpartition(" ")[2]
    # Translators: a range, such as "5 to 6 days".
    return locale.gettext("%(first)s to %(last)s") % {
        "first": first.removesuffix(f" {unit}"),
        "last": last,
    }


def grouped(number: Decimal, locale: Locale = ENGLISH) -> str:
    """Write a number with its thousands grouped.

    >>> grouped(Decimal("60965224")), grouped(Decimal("-1234.50")), grouped(Decimal("0.0005"))
    ('60,965,224', '−1,234.5', '0.0005')
    """
    return f"{'−' if number < 0 else ''}{locale.number(Decimal(plain_decimal(abs(number))))}"


def _short(percent: Decimal) -> Decimal:
    """Cut what nobody reads off a share that was worked out; one that was printed has no such digits."""
    return percent if percent == round(percent, 3) else _rounded(percent, 2)


def _rounded(number: Decimal, digits: int) -> Decimal:
    """Round to some digits after the point, or to as many more as one that is not nought needs.

    >>> [f"{_rounded(Decimal(text), 2):f}" for text in ("17.1828", "0.00042", "0")]
    ['17.18', '0.0004', '0.00']
    """
    return round(number, max(digits, -number.adjusted()) if number else digits)


def _duration(seconds: Decimal, locale: Locale, *, on_page: bool) -> str:
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
    count = Decimal(plain_decimal(_rounded(seconds / length, digits)))
    return _counted_unit(unit, count, locale) % {"count": locale.number(count, grouped=False)}


def _counted_unit(unit: str, count: Decimal, locale: Locale) -> str:
    number = int(count) if count == int(count) else 2  # gettext knows no forms for fractions
    match unit:
        case "year":
            return locale.ngettext("%(count)s year", "%(count)s years", number)
        case "month":
            return locale.ngettext("%(count)s month", "%(count)s months", number)
        case "day":
            return locale.ngettext("%(count)s day", "%(count)s days", number)
        case "hour":
            return locale.ngettext("%(count)s hour", "%(count)s hours", number)
        case "minute":
            return locale.ngettext("%(count)s minute", "%(count)s minutes", number)
        case _:
            return locale.ngettext("%(count)s second", "%(count)s seconds", number)
