"""Hold a claimed value against a fact: the kind of number decides how near it must come.

========== ===========================================================================================
kind       agrees when
========== ===========================================================================================
discrete   equal; also year, setting
rate       within half a unit of the last digit written; also points
quantity   within half a unit of the last digit written, and within 5 %
count      equal after rounding to some of the digits written and within 5 %, or within 1 %
duration   inside the interval, widened by half of the unit written, and within 5 %
date       the same as far as both say
shape      the same sides, channels first or last
order      the same steps, where adjacent ones that commute may be exchanged
name, list the same words
========== ===========================================================================================

A bound agrees when the fact satisfies it. A fact has several right values, each with its reason.

What is rounded has a digit left that is not nought: 0 is no rounding of 0.153. Rounding that leads further
than 5 % is too near to call, unless words such as *about* say that it is meant: 0.2 for 0.153. So is what
is less than 5 % off a measure that a note declares or a run took (a quantity with a unit, money left out),
for two measurements of one thing differ; a year *circa*, or a span of years around the right one; and a
number that differs in its sign alone where the fact can have none. Everything else is exact.

Units that cannot be converted are not comparable, nor are a share and a difference of shares, unless they
have the same digits: then the unit is wrong. A number without a unit is held against a fact with one, which
may be said elsewhere.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from kbgen.facts.fact import Fact, Kind, interval, plain_decimal
from kbgen.quantities.extraction import Quantity, in_kelvin
from kbgen.quantities.measures import Conversion, conversion, is_money, is_temperature, unit_of_measure

Agreement = Literal["exact", "rounded", "within tolerance", "interval", "bound", "equivalent", ""]

_SLACK = Decimal("0.05")
"""How far rounding may lead: one digit would let 1M pass for 1.4M."""
_NEAR = Decimal("0.01")
"""A count is right within this share whatever its digits."""
_DIGITS_OF_ROUNDED = 4
"""Of a number with more digits nobody would say that it is rounded."""
_EXACT_BELOW = 10_000
_NO_SUCH: dict[Kind, str] = {"rate": "points", "points": "percent"}
"""A share is no difference of shares, and the other way round."""
_WHOLE_PER_CENT = Decimal("0.01")
_ABOUT_YEARS = 10
"""How far *circa 1871* reaches."""
_UNSIGNED: frozenset[Kind] = frozenset({"count", "discrete", "duration", "points", "rate", "setting", "year"})
_HALF = Decimal("0.5")
_HUNDRED = Decimal(100)


class ComparisonResult(Struct, frozen=True):
    """Whether a claim agrees with a fact, and how."""

    agrees: bool
    """If not, the claim is refuted, unless it is :attr:`near`."""
    agreement: Agreement = ""
    reason: str = ""
    """Of the accepted value that it agrees with; or a remark on an agreement that is not quite."""
    reference: str = ""
    """The value it was held against."""
    near: bool = False
    """Of a claim that does not agree: whether it is too near to the fact to be called wrong."""


_TOO_NEAR = ComparisonResult(agrees=False, near=True)
_WRONG = ComparisonResult(agrees=False)


def compare(quantity: Quantity, fact: Fact, tolerance: Decimal | None = None) -> ComparisonResult | None:
    """Compare a quantity with a fact.

    Parameters
    ----------
    quantity
        As read from a text.
    fact
        What is known.
    tolerance
        A share that replaces the slack of the fact's kind.

    Returns
    -------
    Outcome or None
        ``None`` where the two cannot be compared: a percentage with a count, metres with kilograms.

    Examples
    --------
    >>> from kbgen.quantities.extraction import quantities
    >>> fact = Fact("alexnet", "parameters", "60965224", "", "count", (), "computed", "", "")
    >>> [compare(next(quantities(text)), fact).agreement for text in ("60M", "60.9M", "60,965,224", "62M")]
    ['rounded', 'within tolerance', 'exact', '']
    """
    first: ComparisonResult | None = None
    if fact.kind == "discrete" and quantity.low < quantity.high and _spans(quantity, fact):
        return ComparisonResult(True, "interval", "from one right value to another", fact.value)
    for value in fact.values():
        outcome = _against(quantity, value.value, fact, tolerance)
        if outcome is None:
            continue
        if outcome.agrees:
            return replace(outcome, reason=value.reason or outcome.reason, reference=value.value)
        if first is None or (outcome.near and not first.near):
            first = replace(outcome, reference=value.value)
    return first


def _spans(quantity: Quantity, fact: Fact) -> bool:
    """Tell whether a range reaches from one right value to another: *11 to 19 layers*."""
    right = {value.value for value in fact.values()}
    return {plain_decimal(quantity.low), plain_decimal(quantity.high)} <= right


def _against(
    quantity: Quantity, value: str, fact: Fact, tolerance: Decimal | None
) -> ComparisonResult | None:
    if fact.kind == "shape":
        return _shape(quantity, value)
    if fact.kind == "date":
        return _date(quantity, value)
    bounds = interval(value)
    if bounds is None:
        return None
    claimed = _in_units_of(quantity, fact)
    if claimed is None:
        return None
    low, high = bounds
    if fact.derivation != "arithmetic" and quantity.form == _NO_SUCH.get(fact.kind):
        # The same digits are a slip of the unit; others are of another thing: an error that fell by 3 points.
        return _WRONG if _by_kind(claimed, low, high, fact).agrees else None
    if high.is_infinite() and fact.kind == "count" and fact.derivation == "published":
        return _at_least(claimed, low)
    if claimed.operator not in {"=", "~"}:
        return _bound(claimed, low, high)
    if tolerance is not None and low == high:
        near = abs(claimed.value - low) <= tolerance * abs(low)
        return ComparisonResult(near, "within tolerance" if near else "")
    if claimed.high < 0 <= low and fact.kind in _UNSIGNED:
        return _unsigned(claimed, low, high, fact)
    return _by_kind(claimed, low, high, fact)


def _unsigned(claimed: Quantity, low: Decimal, high: Decimal, fact: Fact) -> ComparisonResult:
    """Compare a number below nought with what is never: a dash before a number looks like its sign."""
    outcome = _by_kind(replace(claimed, low=-claimed.high, high=-claimed.low), low, high, fact)
    if not outcome.agrees:
        return _WRONG
    if fact.kind == "points":  # an error that is 1.7 points less is an improvement of 1.7 points
        return replace(outcome, reason="its sign says which way")
    return _TOO_NEAR


def _by_kind(claimed: Quantity, low: Decimal, high: Decimal, fact: Fact) -> ComparisonResult:
    match fact.kind:
        case "year":
            return _year(claimed, low, high)
        case "discrete" | "setting":
            return _equal(claimed, low, high)
        case "count":
            return _count(claimed, low, high)
        case "duration":
            return _duration(claimed, low, high, fact)
        case _:
            outcome = _written(claimed, low, high, fact)
            return (
                outcome if outcome.agrees or is_exact(fact) or not _beside(claimed, low, high) else _TOO_NEAR
            )


def is_exact(fact: Fact) -> bool:
    """Tell whether a value is held to its last digit.

    What was measured is not, where its author says no more of it than a number and a unit. A published value
    is a reference that somebody chose, and what was computed follows from numbers.

    Examples
    --------
    >>> height = Fact("nanga", "height", "8126", "m", "quantity", (), "declared", "", "")
    >>> peaks = Fact("nanga", "peaks", "3", "", "discrete", (), "declared", "", "")
    >>> is_exact(height), is_exact(peaks)
    (False, True)
    """
    measured = fact.kind == "quantity" and fact.unit != "" and unit_of_measure(fact.unit) is not None
    return not measured or is_money(fact.unit) or fact.derivation not in {"declared", "measured"}


def _beside(claimed: Quantity, low: Decimal, high: Decimal) -> bool:
    """Tell whether a number is less than 5 % away from a fact."""
    return low - _SLACK * abs(low) < claimed.low and claimed.high < high + _SLACK * abs(high)


def fits(quantity: Quantity, fact: Fact) -> bool:
    """Tell whether a quantity can be compared with a fact at all."""
    if fact.kind in {"shape", "date"}:
        return any(_against(quantity, value.value, fact, None) is not None for value in fact.values()[:1])
    return fact.kind not in {"name", "order", "list"} and _in_units_of(quantity, fact) is not None


def _in_units_of(quantity: Quantity, fact: Fact) -> Quantity | None:
    """Bring a quantity to the base unit of the fact; ``None`` if its unit does not fit."""
    form, kind = quantity.form, fact.kind
    if fact.unit and (quantity.unit or unit_of_measure(fact.unit)):
        return _in_measure(quantity, fact.unit)
    if kind in {"rate", "points"}:
        return _share(quantity, kind)
    if kind == "duration":
        return quantity if form == "duration" else None
    if kind == "year":
        return quantity if form in {"number", "date"} and not quantity.unit else None
    if fact.unit == "B":
        return quantity if form in {"bytes", "number"} else None
    if form == "shape":
        return _product(quantity, fact)
    if form == "percent" and kind in {"quantity", "setting"}:
        return quantity
    return quantity if form in {"number", "times", "ordinal"} else None


def _in_measure(quantity: Quantity, unit: str) -> Quantity | None:
    """Convert a quantity into a unit of measure, in which a number without a unit is taken to be."""
    if quantity.form != "number":
        return None
    if quantity.kelvin and is_temperature(unit):
        quantity = in_kelvin(quantity)
    if not quantity.unit:
        return quantity
    into = conversion(quantity.unit, unit)
    return None if into is None else _converted(quantity, into)


def _share(quantity: Quantity, kind: Kind) -> Quantity | None:
    """Bring a share to a fraction of one, or a difference of shares to points."""
    if quantity.form == "number":
        bare = kind == "rate" and abs(quantity.value) >= 1  # "Error rate: 15.3"
        return _times(quantity, Decimal("0.01")) if bare else quantity
    if quantity.form not in {"percent", "points"}:
        return None
    return _times(quantity, _HUNDRED) if kind == "points" else quantity


def _product(quantity: Quantity, fact: Fact) -> Quantity | None:
    """Read ``11×11`` as the side of a square of pixels, and ``2×48`` as the count that it makes."""
    sides = quantity.sides
    if fact.kind not in {"discrete", "count"}:
        return None
    if len(set(sides)) == 1 or fact.unit == "px":
        if fact.unit != "px" or len(set(sides)) > 1:
            return None
        side = Decimal(sides[0])
        return replace(quantity, low=side, high=side, digits=len(str(sides[0])))
    return quantity if len(sides) == 2 else None


def _times(quantity: Quantity, factor: Decimal) -> Quantity:
    return _converted(quantity, Conversion(factor, Decimal(1)))


def _converted(quantity: Quantity, into: Conversion) -> Quantity:
    return replace(
        quantity,
        low=into.of(quantity.low),
        high=into.of(quantity.high),
        step=into.length(quantity.step),
        factor=into.length(quantity.factor),
    )


def _bound(claimed: Quantity, low: Decimal, high: Decimal) -> ComparisonResult:
    holds = {
        ">=": high >= claimed.low,
        ">": high > claimed.low,
        "<=": low <= claimed.high,
        "<": low < claimed.high,
    }[claimed.operator]
    return ComparisonResult(holds, "bound" if holds else "")


def _at_least(claimed: Quantity, low: Decimal) -> ComparisonResult:
    """Compare with a fact that says *over 15 million*: who says so would not, if it were many more."""
    if claimed.operator in {"<", "<="}:
        return ComparisonResult(claimed.high > low, "bound" if claimed.high > low else "")
    near = low * (1 - _SLACK * 2) <= claimed.low and claimed.low <= low * (1 + _HALF)
    return ComparisonResult(near, "bound" if near else "")


def _equal(claimed: Quantity, low: Decimal, high: Decimal) -> ComparisonResult:
    if claimed.low == low and claimed.high == high:
        return ComparisonResult(True, "exact")
    inside = low < high and low <= claimed.low <= claimed.high <= high
    return ComparisonResult(inside, "interval" if inside else "")


def _year(claimed: Quantity, low: Decimal, high: Decimal) -> ComparisonResult:
    outcome = _equal(claimed, low, high)
    if outcome.agrees:
        return outcome
    # Who says 1914–1918 does not say that it began in another year than 1914.
    around = claimed.low < claimed.high and claimed.low <= high and low <= claimed.high
    about = claimed.operator == "~" and low - _ABOUT_YEARS <= claimed.low <= high + _ABOUT_YEARS
    return _TOO_NEAR if around or about else outcome


def _count(claimed: Quantity, low: Decimal, high: Decimal) -> ComparisonResult:
    if low != high or claimed.low != claimed.high:
        inside = low <= claimed.low <= claimed.high <= high or claimed.low <= low <= high <= claimed.high
        return ComparisonResult(inside, "interval" if inside else "")
    value, reference = claimed.low, low
    if value == reference:
        return ComparisonResult(True, "exact")
    if not reference:
        return ComparisonResult(False)
    away = abs(value - reference) / abs(reference)
    if away <= _SLACK and any(
        _rounded(reference, digits) == value for digits in range(1, claimed.digits + 1)
    ):
        return ComparisonResult(True, "rounded")
    # Who writes all digits means them; so does who counts few things.
    exactly = claimed.operator != "~" and (
        claimed.digits > _DIGITS_OF_ROUNDED or abs(reference) < _EXACT_BELOW
    )
    near = away <= _NEAR and not exactly
    return ComparisonResult(near, "within tolerance" if near else "")


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1), ROUND_HALF_UP)


def _duration(claimed: Quantity, low: Decimal, high: Decimal, fact: Fact) -> ComparisonResult:
    if (claimed.low, claimed.high) == (low, high):
        return ComparisonResult(True, "exact")
    if low < high or claimed.low < claimed.high:
        room = (claimed.factor if low < high else claimed.step) * _HALF
        if high - low <= 2 * _SLACK * high:
            room = min(room, _SLACK * high)  # the interval is one of rounding
        inside = low - room <= claimed.low and claimed.high <= high + room
        inside = inside or claimed.low <= low == high <= claimed.high
        return ComparisonResult(inside, ("interval" if low < high else "rounded") if inside else "")
    return _rounding(claimed, low, fact)


def _rounding(claimed: Quantity, value: Decimal, fact: Fact) -> ComparisonResult:
    """Tell whether a number is another one with fewer digits."""
    away = abs(claimed.low - value)
    if away > claimed.step * _HALF:
        return _WRONG
    # What follows from other numbers of a text may be little more than their rounding.
    if fact.derivation == "arithmetic":
        return ComparisonResult(True, "rounded")
    if not claimed.low:
        return _WRONG
    if away <= _slack(claimed, value, fact.kind):
        return ComparisonResult(True, "rounded")
    # Who writes 30,000 does not mean 26,660, though it is the nearest number with one digit.
    by_noughts = claimed.step > claimed.factor and away > 2 * _SLACK * abs(value)
    return _WRONG if by_noughts else _TOO_NEAR


def _slack(claimed: Quantity, value: Decimal, kind: Kind) -> Decimal:
    """Return how far rounding may lead: of shares, half of the last digit of a whole per cent at least."""
    if claimed.operator == "~":
        return claimed.step * _HALF
    if not claimed.low or kind not in {"rate", "points"}:
        return _SLACK * abs(value)
    one = _WHOLE_PER_CENT if kind == "rate" else _WHOLE_PER_CENT * _HUNDRED
    return max(_SLACK * abs(value), min(claimed.step, one) * _HALF)


def _written(claimed: Quantity, low: Decimal, high: Decimal, fact: Fact) -> ComparisonResult:
    if (claimed.low, claimed.high) == (low, high):
        return ComparisonResult(True, "exact")
    if claimed.low < claimed.high or low < high:
        room = claimed.step * _HALF
        if fact.derivation != "arithmetic":
            room = min(room, _slack(claimed, max(claimed.low, claimed.high, key=abs), fact.kind))
        inside = low - room <= claimed.low <= claimed.high <= high + room
        inside = inside or claimed.low <= low == high <= claimed.high
        return ComparisonResult(inside, "interval" if inside else "")
    # The nought of a 10 may be a rounded digit, but 6 rounds to no ten.
    if claimed.step <= max(claimed.factor, abs(low)):
        outcome = _rounding(claimed, low, fact)
        if outcome.agrees or outcome.near:
            return outcome
    cut_off = fact.kind == "points" and low.quantize(claimed.step.normalize(), ROUND_DOWN) == claimed.low
    if cut_off and claimed.step < abs(low) / 10:
        nearest = low.quantize(claimed.step.normalize(), ROUND_HALF_EVEN)
        return ComparisonResult(
            True, "within tolerance", f"cut off rather than rounded, which gives {nearest.normalize():f}"
        )
    if fact.kind == "rate" and claimed.step == _NEAR and claimed.low and abs(claimed.low - low) < _NEAR:
        return ComparisonResult(agrees=False, near=True)  # 3 % for 3.57 %: cut off, to a whole per cent
    return _WRONG


def _shape(quantity: Quantity, value: str) -> ComparisonResult | None:
    sides = tuple(int(side) for side in value.split("x"))
    if quantity.form != "shape":
        if quantity.form == "number" and len(sides) == 1:
            equal = quantity.low == sides[0]
            return ComparisonResult(equal, "exact" if equal else "")
        return None
    claimed = quantity.sides
    if claimed == sides:
        return ComparisonResult(True, "exact")
    if len(sides) == 3 and claimed in {sides[1:] + sides[:1], sides[-1:] + sides[:-1]}:
        return ComparisonResult(True, "equivalent", "channels first or last is the same shape")
    if len(claimed) == 2 and len(sides) == 3 and claimed[0] == claimed[1]:
        square = claimed in {sides[:2], sides[1:]}
        return ComparisonResult(square, "exact" if square else "")
    return ComparisonResult(False)


def _date(quantity: Quantity, value: str) -> ComparisonResult | None:
    if quantity.unit:
        return None
    if quantity.form == "date":
        equal = value.startswith(quantity.date) or quantity.date.startswith(value)
    elif quantity.form == "number" and (quantity.plain or quantity.low < quantity.high):
        year = Decimal(year_of(value))
        equal = quantity.low == quantity.high == year
        if not equal and quantity.low < quantity.high and quantity.low <= year <= quantity.high:
            return _TOO_NEAR
    else:
        return None
    if not equal and quantity.operator == "~":
        about = abs(quantity.low - year_of(value)) <= _ABOUT_YEARS
        return _TOO_NEAR if about else _WRONG
    return ComparisonResult(equal, "exact" if equal else "")


def year_of(date: str) -> int:
    """Return the year of a date; those before Christ are negative.

    >>> year_of("2013-03-12"), year_of("-0753")
    (2013, -753)
    """
    return int(date[:5] if date.startswith("-") else date[:4])
