"""Judge a comparison by the facts of both sides: it is wrong only if no right values of theirs satisfy it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import product
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from kbgen.claims.comparison import Comparison, Operands
from kbgen.facts.fact import Fact, Key, interval, plain_decimal
from kbgen.facts.knowledge import Knowledge
from kbgen.facts.wording import format_fact
from kbgen.quantities.dates import span_of
from kbgen.quantities.extraction import Operator, Quantity
from kbgen.quantities.measures import conversion

Holds = Literal["yes", "perhaps", "no"]

_EXACT = frozenset({"discrete", "setting"})
_MAX_VALUES = 12
"""Right values of a side that are tried."""
_NEAR = Decimal("0.01")
"""Two amounts that differ by less are in no order that anybody would insist on."""
_ALIKE = (Decimal("0.88"), Decimal("1.14"))
_SECONDS = Decimal(31_556_952)
_EXACT_BELOW = 1000

Span = tuple[Decimal, Decimal]


class ComparisonJudgement(Struct, frozen=True):
    """What came of a comparison."""

    holds: Holds
    key: Key
    fact: Fact
    """What is known, worked out from the facts of both sides."""
    text: str
    """The facts of both sides, for people."""


def judge_comparison(comparison: Comparison, knowledge: Knowledge) -> ComparisonJudgement | None:
    """Hold a comparison against the facts.

    Parameters
    ----------
    comparison
        What a sentence states.
    knowledge
        What is known.

    Returns
    -------
    ComparisonJudgement or None
        ``None`` where the facts have no values that could be compared, or the source gives the factor
        itself, which is then right.
    """
    found = []
    for operand in comparison.operands:
        if _published(comparison, operand, knowledge):
            return None
        groups = [
            [*_spans(keys, knowledge, operand.one[0], dated=comparison.dated)]
            for keys in (operand.one, *operand.others)
        ]
        if not all(groups):
            return None
        found.append((_of_operand(comparison, groups, knowledge.about(*operand.one[0])[0]), operand, groups))
    if not found:
        return None
    verdicts = {holds for holds, _, _ in found}
    holds: Holds = "no" if verdicts == {"no"} else "yes" if verdicts == {"yes"} else "perhaps"
    _, operand, groups = found[0]
    fact = knowledge.about(*operand.one[0])[0]
    return ComparisonJudgement(
        holds,
        operand.one[0],
        _worked_out(comparison, operand, groups, knowledge),
        _facts_in_words(operand, knowledge, fact),
    )


def _published(comparison: Comparison, operand: Operands, knowledge: Knowledge) -> bool:
    """Tell whether a factor is one that a source gives for one of the subjects: *12 times fewer*."""
    if comparison.operation not in {"ratio", "difference"}:
        return False
    try:
        claimed = Decimal(comparison.claimed)
    except ArithmeticError:
        return False
    subjects = {key[0] for keys in (operand.one, *operand.others) for key in keys}
    return any(
        knowledge.compares(key[1]) and any(interval(v.value) == (claimed, claimed) for v in fact.values())
        for subject in subjects
        for key, facts in knowledge.facts_of(subject)
        for fact in facts
    )


def _spans(keys: Sequence[Key], knowledge: Knowledge, base: Key, *, dated: bool) -> Iterator[Span]:
    """Yield the right values of a side as intervals, in the unit of the first side's fact."""
    unit = knowledge.about(*base)[0].unit
    count = 0
    for fact in (knowledge.about(*key)[0] for key in keys):
        into = conversion(fact.unit, unit)
        for each in fact.values():
            span = span_of(each.value) if dated else interval(each.value)
            if span is None or into is None or not (span[0].is_finite() and span[1].is_finite()):
                continue
            count += 1
            if count > _MAX_VALUES:
                return
            yield into.of(span[0]), into.of(span[1])


def _of_operand(comparison: Comparison, groups: Sequence[Sequence[Span]], fact: Fact) -> Holds:
    if comparison.operation == "only":
        return _only(comparison, groups, fact)
    if comparison.operation == "most":
        return _of_rank(comparison, groups, fact)
    return _any(comparison, groups[0], groups[1], fact)


def _any(comparison: Comparison, ones: Sequence[Span], others: Sequence[Span], fact: Fact) -> Holds:
    """Tell whether any right values of two sides satisfy a comparison, and whether their first ones do."""
    verdicts = [_holds(comparison, one, other, fact) for one, other in product(ones, others)]
    if verdicts[0] == "yes":
        return "yes"
    return "no" if set(verdicts) == {"no"} else "perhaps"


def _holds(comparison: Comparison, one: Span, other: Span, fact: Fact) -> Holds:
    match comparison.operation:
        case "order" | "most":
            return _in_order(comparison.operator, one, other, dated=comparison.dated)
        case "same":
            return _alike(comparison, one, other, fact)
        case "ratio" | "share":
            return _ratio(comparison, one, other)
        case "sum":
            total = (one[0] + other[0], one[1] + other[1])
            return _amounts(comparison, total, fact)
        case _:
            if comparison.falling:
                one, other = other, one
            if comparison.dated:
                return _years(comparison, one, other)
            return _amounts(comparison, (one[0] - other[1], one[1] - other[0]), fact)


# ---------------------------------------------------------------- each operation


def _in_order(operator: Operator, one: Span, other: Span, *, dated: bool) -> Holds:
    if operator in {">", ">="}:
        return _in_order("<" if operator == ">" else "<=", other, one, dated=dated)
    if dated:
        # A year lasts: of two things of one year, nobody knows which was first.
        if one[1] <= other[0] and one != other:
            return "yes"
        return "perhaps" if one[0] < other[1] or (operator == "<=" and one[0] <= other[1]) else "no"
    near = _NEAR * max(abs(one[0]), abs(other[1]))
    exact = one[0] == one[1] and other[0] == other[1] and max(abs(one[0]), abs(other[0])) < _EXACT_BELOW
    if exact:
        return "yes" if one[0] < other[0] or (operator == "<=" and one[0] == other[0]) else "no"
    if one[1] < other[0]:
        return "yes"
    return "perhaps" if one[0] - near < other[1] else "no"


def _of_rank(comparison: Comparison, groups: Sequence[Sequence[Span]], fact: Fact) -> Holds:
    """Tell whether the first is in its place: whether as many as its rank says are before it."""
    above = [_any(comparison, groups[0], other, fact) for other in groups[1:]]
    if comparison.rank == 1:
        return "no" if "no" in above else "yes" if set(above) == {"yes"} else "perhaps"
    if "perhaps" in above:
        return "perhaps"
    return "yes" if above.count("no") + 1 == comparison.rank else "no"


def _alike(comparison: Comparison, one: Span, other: Span, fact: Fact) -> Holds:
    if comparison.dated:
        apart = int(one[0]) - int(other[0])
        return "no" if apart else "yes"
    if one == other:
        return "yes"
    if fact.kind in _EXACT and comparison.operator == "=":
        return "no"
    low, high = (Decimal("0.7"), Decimal("1.3")) if comparison.operator == "~" else _ALIKE
    return _within(_quotient(one, other), low, high)


def _ratio(comparison: Comparison, one: Span, other: Span) -> Holds:
    found = _quotient(one, other)
    verdicts = [_within(found, low, high) for low, high in comparison.factors]
    return "yes" if "yes" in verdicts else "no" if set(verdicts) == {"no"} else "perhaps"


def _quotient(one: Span, other: Span) -> Span | None:
    if other[0] <= 0 or one[0] < 0:
        return None
    return one[0] / other[1], one[1] / other[0]


def _within(found: Span | None, low: Decimal, high: Decimal) -> Holds:
    if found is None:
        return "perhaps"
    if low <= found[0] and found[1] <= high:
        return "yes"
    return "perhaps" if low <= found[1] and found[0] <= high else "no"


def _amounts(comparison: Comparison, found: Span, fact: Fact) -> Holds:
    """Compare a sum or a difference with a number as written."""
    quantity = comparison.quantity
    if quantity is None:
        return "perhaps"
    claimed = _in_units(quantity, fact)
    if claimed is None:
        return "perhaps"
    low, high, room = claimed
    match comparison.operator:
        case ">" | ">=":
            return _within(found, low - room / 2, Decimal("Infinity"))
        case "<" | "<=":
            return _within(found, Decimal("-Infinity"), high + room / 2)
        case "~":
            room = max(room, abs(low) * Decimal("0.15"))
    return _within(found, low - room, high + room)


def _in_units(quantity: Quantity, fact: Fact) -> tuple[Decimal, Decimal, Decimal] | None:
    """Return a quantity in the unit of a fact, and how far from it is still as it is written."""
    into = conversion(quantity.unit, fact.unit) if quantity.unit else None
    if quantity.unit and into is None:
        return None
    factor = into.length(Decimal(1)) if into else Decimal(100 if fact.kind == "points" else 1)
    low, high, step = quantity.low * factor, quantity.high * factor, quantity.step * factor
    number = quantity.low / quantity.factor
    if number < _EXACT_BELOW and number == number.to_integral_value() and not quantity.scaled:
        step = quantity.factor * factor  # the nought of a 10 counts
        room = step / 2 if fact.kind not in _EXACT else Decimal(0)
        return low, high, max(room, abs(low) * _NEAR if fact.kind not in _EXACT else room)
    return low, high, step if fact.kind not in _EXACT else step / 2


def _years(comparison: Comparison, later: Span, earlier: Span) -> Holds:
    """Compare the time between two dates with a duration; whoever counts whole years leaves the rest out."""
    quantity = comparison.quantity
    if quantity is None:
        return "perhaps"
    unit = quantity.factor / _SECONDS
    low, high = quantity.low / _SECONDS, quantity.high / _SECONDS
    least, most = later[0] - earlier[1], later[1] - earlier[0]
    whole = Decimal(int(later[0]) - int(earlier[0]))
    match comparison.operator:
        case ">" | ">=":
            return (
                "yes" if least >= low or whole > low else "perhaps" if most >= low or whole == low else "no"
            )
        case "<" | "<=":
            return (
                "yes"
                if most <= high or whole < high
                else "perhaps"
                if least <= high or whole == high
                else "no"
            )
        case "~":
            room = max(unit, high * Decimal("0.15"))
        case _:
            room = Decimal(0)
    if unit == 1 and low - room <= whole <= high + room:
        return "yes"
    slack = max(room, unit * _NEAR if unit < 1 else Decimal(0))
    if most - least < unit:  # between two days, the rest may be rounded up
        slack = max(slack, unit / 2)
    return "perhaps" if low - slack < most and least < high + unit + slack else "no"


def _only(comparison: Comparison, groups: Sequence[Sequence[Span]], fact: Fact) -> Holds:
    """Tell whether the first has a value that the others have not."""
    verdicts = [_has(comparison, group, fact) for group in groups]
    if verdicts[0] == "no" or "yes" in verdicts[1:]:
        return "no"
    return "yes" if verdicts[0] == "yes" and set(verdicts[1:]) == {"no"} else "perhaps"


def _has(comparison: Comparison, group: Iterable[Span], fact: Fact) -> Holds:
    quantity = comparison.quantity
    if quantity is None:
        return "perhaps"
    verdicts: set[Holds] = set()
    for span in group:
        if comparison.dated:
            year = (quantity.low, quantity.low + 1)
            if comparison.operator == "=":
                inside = year[0] <= span[0] and span[1] <= year[1]
                verdicts.add(
                    "yes" if inside else "no" if span[1] <= year[0] or span[0] >= year[1] else "perhaps"
                )
            else:
                after = span[0] >= year[1] if comparison.operator == ">" else span[1] <= year[0]
                verdicts.add("yes" if after else "no")
        else:
            verdicts.add(_amounts(comparison, span, fact))
    return next(iter(verdicts)) if len(verdicts) == 1 else "perhaps"


# ---------------------------------------------------------------- for people


def _worked_out(
    comparison: Comparison, operand: Operands, groups: Sequence[Sequence[Span]], knowledge: Knowledge
) -> Fact:
    """Return what is known of a comparison as a fact of its own."""
    fact = knowledge.about(*operand.one[0])[0]
    others = [knowledge.about(*keys[0])[0] for keys in operand.others]
    one, other = groups[0][0], groups[1][0]
    value, unit, kind = fact.value, fact.unit, fact.kind
    match comparison.operation:
        case "same" if comparison.dated:
            pass
        case "ratio" | "share" | "same":
            factor = _middle(one) / _middle(other) if _middle(other) else Decimal(0)
            value, unit, kind = plain_decimal(_short(_as_expressed(factor, comparison))), "", "quantity"
        case "sum":
            value = plain_decimal(_middle(one) + _middle(other))
        case "difference":
            apart = int(one[0]) - int(other[0]) if comparison.dated else _middle(one) - _middle(other)
            apart = -apart if comparison.falling else apart
            if apart < 0:  # the other way round: what the first one has says more than a difference
                pass
            elif comparison.dated:
                value, unit, kind = plain_decimal(_SECONDS * apart), "s", "duration"
            else:
                value = plain_decimal(Decimal(apart))
    evidence = "; ".join(f"{each.key} {each.value}" for each in (fact, *others))
    source = "; ".join(dict.fromkeys(each.source for each in (fact, *others)))
    return replace(
        fact,
        value=value,
        unit=unit,
        kind=kind,
        accepted=(),
        derivation="arithmetic",
        evidence=evidence,
        source=source,
        path=None,
    )


def _as_expressed(factor: Decimal, comparison: Comparison) -> Decimal:
    match comparison.expressed:
        case "inverse":
            return 1 / factor if factor else factor
        case "more":
            return factor - 1
        case "less":
            return 1 - factor
        case _:
            return factor


def _middle(span: Span) -> Decimal:
    return (span[0] + span[1]) / 2


def _short(value: Decimal) -> Decimal:
    """Keep three digits of a factor."""
    return round(value, max(0, 2 - value.adjusted())) if value else value


def _facts_in_words(operand: Operands, knowledge: Knowledge, fact: Fact) -> str:
    others = [knowledge.about(*keys[0])[0] for keys in operand.others]
    return ", ".join(f"{each.key} is {format_fact(each)}" for each in (fact, *others))
