"""Put the reference in the place of a refuted value, in its author's notation; nothing where none is safe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

from msgspec.structs import replace

from kbgen.claims.chains import ARROW
from kbgen.claims.comparison import BINDINGS
from kbgen.facts.compare import compare
from kbgen.facts.fact import Fact, interval
from kbgen.facts.name_matching import find_phrase
from kbgen.quantities.dates import MONTHS
from kbgen.quantities.extraction import Quantity, in_kelvin, quantities, with_unit
from kbgen.quantities.measures import conversion, is_temperature, unit_behind
from kbgen.verdicts.notation import NumberNotation, numbers, written_like
from kbgen.verdicts.outcome import LocatedFinding

_MONTH = re.compile(r"[A-Za-z]{3,}")
_SIDES = re.compile(r"\d+")
_DAY_OF_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?(?!\d)")


def rewritten(each: LocatedFinding, before: str, after: str, tolerance: Decimal | None) -> Iterator[str]:
    """Yield texts that may stand in the place of a refuted claim, the likeliest first; all of them are right.

    Parameters
    ----------
    each
        The finding.
    before, after
        What stands around the claim in its line: *more than* and *+* decide what is right.
    tolerance
        Slack of the fact in the config.
    """
    finding, fact = each.finding, each.fact
    if fact is None or finding.binding in BINDINGS:
        return  # which of the two sides is wrong, nobody knows
    if finding.operator == "order":
        yield from _reordered(finding.text, finding.claimed, finding.reference)
    elif fact.kind == "name":
        yield _renamed(finding.text, finding.reference)
    else:
        dates = fact.kind == "date" and not finding.text.isdigit()
        written = _read(before, finding.text, after, fact)
        if dates:
            texts = _date(finding.text, finding.reference)
        else:
            texts = _candidates(each, fact, written) if written else iter(())
        yield from (text for text in texts if _is_right(each, text, before, after, tolerance))


def suits(each: LocatedFinding, text: str, before: str, after: str, tolerance: Decimal | None) -> bool:
    """Tell whether a text would be right in the place of a claim; the parameters are those above."""
    fact = each.fact
    if fact is None or each.finding.operator == "order" or each.finding.binding in BINDINGS:
        return False
    if fact.kind == "name":
        return any(find_phrase(value.value, text) for value in fact.values())
    return _is_right(each, text, before, after, tolerance)


def _is_right(each: LocatedFinding, text: str, before: str, after: str, tolerance: Decimal | None) -> bool:
    """Tell whether a text, read as the verifier reads it, is a value that agrees."""
    if each.fact is None:
        return False
    quantity, written = (_read(before, words, after, each.fact) for words in (text, each.finding.text))
    if quantity is None or written is None:
        return False
    scale = _elsewhere(each, each.fact, written)
    result = compare(_times(quantity, scale), each.fact, tolerance)
    return result is not None and result.agrees


def _read(before: str, text: str, after: str, fact: Fact) -> Quantity | None:
    """Return the quantity that a text is among the words around it, whole and with its unit."""
    words = before + text + after
    for quantity in quantities(words):
        if quantity.start == len(before):
            if quantity.end < len(before) + len(text):
                return None
            if quantity.kelvin and is_temperature(fact.unit):
                return in_kelvin(quantity)
            unit = None if quantity.unit else unit_behind(words, quantity.end)
            return with_unit(quantity, unit[0]) if unit else quantity
    return None


def _times(quantity: Quantity, scale: Decimal) -> Quantity:
    return replace(quantity, low=quantity.low * scale, high=quantity.high * scale, step=quantity.step * scale)


def _elsewhere(each: LocatedFinding, fact: Fact, written: Quantity) -> Decimal:
    """Return what a number is multiplied with by a unit that stands elsewhere: on the head of a column."""
    claimed = interval(each.finding.claimed)
    if fact.kind in {"points", "rate"} or not claimed or not written.high:
        return Decimal(1)
    into = conversion(written.unit, fact.unit) if written.unit and fact.unit else None
    if into and (claimed[1] == into.of(written.high) or written.unit == "K"):
        return Decimal(1)
    return claimed[1] / written.high


def _candidates(each: LocatedFinding, fact: Fact, written: Quantity) -> Iterator[str]:
    finding = each.finding
    if "x" in finding.claimed:
        yield from _shape(finding.text, finding.reference)
        return
    found = numbers(finding.text)
    right = _in_the_unit_written(fact, finding.reference, written)
    one = written.low == written.high
    if not right or not 1 <= len(found) <= 2 or (len(found) == 1) != one:
        return
    if any(not end.is_finite() for end in right):
        return
    factor = _factor(fact, found[-1], written) * _elsewhere(each, fact, written)
    if not factor:
        return
    low, high = (end / factor for end in right)
    if fact.derivation == "arithmetic" and fact.property != "count":
        low = high = (low + high) / 2  # the room is that of rounding, and no range
    if finding.operator in {">", ">="}:
        high = low
    elif finding.operator in {"<", "<="}:
        low = high
    yield from _in_place(finding.text, found, low, high, finding.operator)


def _in_the_unit_written(fact: Fact, value: str, written: Quantity) -> tuple[Decimal, Decimal] | None:
    """Return a value of a fact in its author's unit of measure; ``None`` if it has no such unit."""
    right = interval(value)
    if right is None or not written.unit or not fact.unit:
        return right
    into = conversion(fact.unit, written.unit)
    return (into.of(right[0]), into.of(right[1])) if into else None


def _factor(fact: Fact, number: NumberNotation, written: Quantity) -> Decimal:
    """Return what a number as written is multiplied with to be in the base unit."""
    factor = written.high / number.value if number.value else written.factor
    if fact.kind == "points" and written.form in {"percent", "points"}:
        return factor * 100
    bare = fact.kind == "rate" and written.form == "number" and abs(written.value) >= 1
    return factor / 100 if bare else factor


def _in_place(
    text: str, found: Sequence[NumberNotation], low: Decimal, high: Decimal, operator: str
) -> Iterator[str]:
    """Yield the text with one or two other numbers in the place of its one or two."""
    head, tail = text[: found[0].start], text[found[-1].end :]
    last = found[-1]
    if low == high:
        for number in written_like(last, high, operator):
            yield f"{head}{number}{tail}"
        return
    joint = text[found[0].end : found[1].start] if len(found) > 1 else " to "
    for one, two in product(written_like(found[0], low), written_like(last, high)):
        yield f"{head}{one}{joint}{two}{tail}"


def _shape(text: str, reference: str) -> Iterator[str]:
    """Yield a shape with other sides: channels stay where the author has them."""
    written = [int(side) for side in _SIDES.findall(text)]
    sides = [int(side) for side in reference.split("x")] if _SIDES.match(reference) else []
    if len(written) == len(sides) == 3:
        first = sides[-1:] + sides[:-1]
        same = sum(one == two for one, two in zip(written, first, strict=True))
        straight = sum(one == two for one, two in zip(written, sides, strict=True))
        orders = [first, sides] if same > straight else [sides, first]
    elif len(written) == 2 and len(sides) == 3:
        orders = [sides[:2], sides[1:]]
    elif len(written) == len(sides):
        orders = [sides]
    elif len(sides) == 1 and len(set(written)) == 1:
        orders = [sides * len(written)]
    elif len(sides) == 1 and len(written) == 2 and written[0] and not sides[0] % written[0]:
        orders = [[written[0], sides[0] // written[0]]]
    else:
        return
    for order in orders:
        left = iter(order)
        yield _SIDES.sub(lambda _, left=left: str(next(left)), text)  # type: ignore[misc]


def _date(text: str, reference: str) -> Iterator[str]:
    """Yield a date that is as long as the author's, if the reference says that much."""
    year, _, rest = reference.partition("-")
    if re.fullmatch(r"[\d-]+", text):
        if len(text) <= len(reference):
            yield reference[: len(text)]
        return
    name = _MONTH.search(re.sub(r"(?<=\d)(?:st|nd|rd|th)", "  ", text))
    if name is None or not rest:
        return
    month = MONTHS[int(rest[:2]) - 1].capitalize()
    begun, ended = text[: name.start()], text[name.end() :]
    short = len(name[0]) == 3 and name[0].casefold() not in MONTHS
    ended = re.sub(r"\d{4}", year, ended)
    for part, keep in ((begun, True), (ended, False)):
        day = _DAY_OF_MONTH.search(part)
        if day is None or len(day[1]) > 2:
            continue
        if len(rest) < 5 or not day[0].isdigit():
            return  # the reference knows no day, or the ending of an ordinal would have to follow
        changed = part[: day.start()] + str(int(rest[3:])) + part[day.end() :]
        begun, ended = (changed, ended) if keep else (begun, changed)
    yield f"{begun}{month[:3] if short else month}{ended}"


def _renamed(text: str, reference: str) -> str:
    if text[:1].isupper() and reference[:1].islower():
        return reference[:1].upper() + reference[1:]
    return reference


def _reordered(text: str, claimed: str, reference: str) -> Iterator[str]:
    """Yield the steps in their right order, each in the author's words; nothing if they are not the same."""
    segments = ARROW.split(text)
    joints = ARROW.findall(text)
    steps = claimed.split(" > ")
    # The claim begins where the order is first wrong; what stands before and on other lines stays.
    shown = (steps[at : at + len(segments)] for at in range(len(steps) - len(segments) + 1))
    steps = next((part for part in shown if all(map(_begins_with, segments, part))), steps)
    if len(segments) != len(steps):
        return
    right = reference.split(" > ")
    wanted = [_as_claimed(step, steps) for step in right]
    wanted = [step for step in wanted if step in steps]
    if sorted(wanted) != sorted(steps):
        return
    left = list(zip(steps, segments, strict=True))
    ordered = []
    for step in wanted:
        found = next(pair for pair in left if pair[0] == step)
        left.remove(found)
        ordered.append(found[1])
    yield "".join(f"{segment}{joint}" for segment, joint in zip(ordered, [*joints, ""], strict=True))


def _as_claimed(step: str, steps: Sequence[str]) -> str:
    """Return the kind under which a claim names a step of the reference: ``relu`` for ``relu1``."""
    kinds = (each for each in steps if re.fullmatch(rf"(?:.*_)?{re.escape(each)}[\d_.]*", step))
    return step if step in steps else next(kinds, step)


def _begins_with(segment: str, step: str) -> bool:
    """Tell whether the author's word for a step is its name."""
    return "".join(filter(str.isalnum, segment.casefold())).startswith(step)
