"""Find the quantities in a text: numbers in any notation, with unit, bound and the precision written.

Everything is a `Decimal`: in binary floating point 26.2 - 15.3 is 10.899999999999999.
A quantity is always an interval; for a plain number both ends are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from kbgen.lazy_expression import lazy_expression
from kbgen.phrases import letters
from kbgen.quantities.compounds import CLOCK, Compound, clock, in_inches_or_ounces, shorter_times
from kbgen.quantities.dates import DATES, ERA, iso_date
from kbgen.quantities.non_quantities import end_of_non_quantity, is_code
from kbgen.quantities.numbers import (
    FRACTIONS,
    MULTIPLES,
    NUMBER,
    ORDINAL,
    ORDINALS,
    SPACE,
    WORDS,
    Number,
    read_number,
    read_scale,
)
from kbgen.quantities.signs import sign_of
from kbgen.quantities.units import UNIT, Form, read_unit

Operator = Literal["=", "~", ">=", "<=", "<", ">"]


class Quantity(Struct, frozen=True):
    """A number, a range, a date or a shape, where it stands in its text.

    ``text[start:end]`` is the quantity as written, with its sign, scale and unit sign but
    without the word that says what it counts.
    """

    form: Form
    start: int
    end: int
    low: Decimal
    """In the base unit: a fraction for a percentage, seconds for a duration."""
    high: Decimal
    step: Decimal
    """One unit of the last digit written, in the base unit: ``0.001`` for ``15.3 %``, 10⁶ for ``60M``."""
    digits: int
    """Significant digits written."""
    operator: Operator = "="
    sides: tuple[int, ...] = ()
    """Of a shape, in the order written."""
    date: str = ""
    """ISO, as far as it is known: ``2013-03``. Of a year before Christ as it is counted: ``-0753``."""
    plain: bool = False
    """Digits alone, without fraction, scale or unit: a count or a year."""
    factor: Decimal = Decimal(1)
    """What a number as written is multiplied with to be in the base unit."""
    unit: str = ""
    """Of measure, as it stands behind the number; of feet and inches, and pounds and ounces, the smaller."""
    scaled: bool = False
    """Whether a power of ten or a word such as *million* is written."""
    kelvin: bool = False
    """Whether a ``K`` is written that is read as thousand, and may be kelvin: 300 K."""

    @property
    def value(self) -> Decimal:
        """The number, or the middle of a range."""
        return self.low if self.low == self.high else (self.low + self.high) / 2


# Not within a longer number nor a name: Conv1, VGG-16, v1.5, #12, §3.5, 1.2.3, /2012.
# The second look ahead is for speed alone: most words of a text begin no number.
_BEFORE = (
    r"(?:(?<![\w.#§/\\@^])|(?<=\bc\.)|(?<=\bca\.))"
    rf"(?=[\d.{''.join(FRACTIONS)}]|an?[ \u00a0\u2009\u202f-]|[adefhjmnostz\u017f][^\W\d_])"
    r"(?<!\w[-‐‑])(?<!\d[,:])(?<!\(§)(?<!\^[-−])"
)
_AFTER = r"(?:(?<=[kMGT])(?-i:(?=FLOP|MAC|OP|Hz|bit|pixel))|(?![\w@^⁻])(?![.:]\d)(?!,\d)(?![/\\]\w))"
_JOINT = rf"(?:{SPACE}(?:to|and|[–—-]){SPACE}(?P<minus>[-−](?=\d))?|{SPACE}?(?:--|[–—-]){SPACE}?)"

_QUANTITY = lazy_expression(
    rf"""{_BEFORE}(?:
      (?P<placed>(?<=\bcame{SPACE})|(?<=\bcame{SPACE}in{SPACE})|(?<=\branked{SPACE})
        |(?<=\bfinished{SPACE})|(?<=\bplaced{SPACE}))?
      (?P<ordinal>{ORDINAL})(?(placed)(?!\w)|(?={SPACE}(?:place|position|rank)\b))
    | {DATES} |
    (?P<clock>{CLOCK}) |
    (?P<shape>\d{{1,6}}(?:{SPACE}?(?:[×✕xX]|by){SPACE}?\d{{1,6}}){{1,4}})
      (?![\w×⁻^])(?!{SPACE}?[×xX]{SPACE}?\d)
    | (?P<chain>\d{{1,6}}(?:[-–]\d{{1,6}}){{2,40}})(?![\w-]) |
    (?P<first>{NUMBER})(?P<unit>{UNIT})?
      (?:{_JOINT}(?P<last>{NUMBER})(?P<lastunit>{UNIT})?{_AFTER}|{_AFTER}|(?=-[a-z]))
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBERS = ("first", "shape", "chain", "clock")
"""The groups that begin with a number; others are dates and places in an order."""
_SIDE = re.compile(r"(?P<first>\d+)(?P<unit>(?!))?")
_BETWEEN = re.compile(rf"\bbetween{SPACE}$", re.IGNORECASE)
_DIGIT = re.compile(rf"[\d{''.join(FRACTIONS)}]")
_NUMBER_WORDS = frozenset((*WORDS, *ORDINALS, *MULTIPLES))

_BEFORE_NUMBER: tuple[tuple[Operator, str], ...] = (
    (">=", r"≥|>=|\bat least|\bno (?:fewer|less) than|\bnot less than|\ba minimum of|\bover"),
    ("<=", r"≤|<=|\bat most|\bup to|\bno more than|\bnot more than|\ba maximum of"),
    (
        "~",
        r"~|≈|∼|≃|\babout|\baround|\broughly|\bapprox(?:imately|\.)?|\bcirca|\bca?\.|\bca|\bsome|\bclose to",
    ),
    ("~", r"\bnearly|\balmost|\bjust (?:over|under|above|below)"),
    ("~", r"\bslightly (?:over|under|more than|less than)"),
    (">", r"(?<![-=])>|\bmore than|\babove|\bgreater than|\bexceed(?:s|ing|ed)?|\bbeyond"),
    ("<", r"<|\bless than|\bfewer than|\bunder|\bbelow"),
)
_OPERATORS = tuple(
    (operator, re.compile(rf"(?:{words})[ \u00a0*_]*$", re.IGNORECASE)) for operator, words in _BEFORE_NUMBER
)
_SPREAD = re.compile(
    r"\b(?:spread|distributed|averaged|summed|split|shared|divided|trained) (?:out )?over $", re.IGNORECASE
)
_OR_SO = re.compile(r"[ \u00a0]or so\b|[ \u00a0]?(?:±|\+/[-−])", re.IGNORECASE)
_PLUS = re.compile(r"\+(?!\w)|[ \u00a0](?:or more|plus|and up)\b", re.IGNORECASE)
_MINUS = re.compile(r"[ \u00a0]or (?:less|fewer)\b", re.IGNORECASE)
_FROM = re.compile(r"\bfrom[ \u00a0*_]*$", re.IGNORECASE)


def may_hold(text: str) -> bool:
    """Tell whether a text may hold a quantity; ``False`` is certain.

    Examples
    --------
    >>> may_hold("Conv1"), may_hold("Forty-two"), may_hold("Someone often wonders.")
    (True, True, False)
    """
    return _DIGIT.search(text) is not None or not _NUMBER_WORDS.isdisjoint(letters(text))


def quantities(text: str) -> Iterator[Quantity]:
    """Yield the quantities of a text, in order.

    Examples
    --------
    >>> [(f"{q.value:f}", q.form) for q in quantities("60M parameters, 15.3% in ~6 days on 2× GTX")]
    [('60000000', 'number'), ('0.153', 'percent'), ('518400', 'duration'), ('2', 'times')]
    >>> [q.sides for q in quantities("Input (224×224×3)")]
    [(224, 224, 3)]
    >>> [(q.operator, f"{q.low:f}", f"{q.high:f}") for q in quantities("by 10+ points, five to six days")]
    [('>=', '0.10', '0.10'), ('=', '432000', '518400')]
    """
    if not may_hold(text):
        return
    position = 0
    while found := _QUANTITY.search(text, position):
        start = found.start()
        first = next((name for name in _NUMBERS if found[name]), None)
        after = end_of_non_quantity(text, start, found.end(first)) if first else 0
        if after:
            # "Tables 1 to 7" are no more a quantity than Table 1.
            position = max(after, found.end() if after == found.end(first or 0) else 0, position + 1)
            continue
        if found["chain"]:
            yield from _chain(found)
            position = found.end()
            continue
        quantity = _read(found, text, position)
        if isinstance(quantity, int):
            position = max(quantity, position + 1)
            continue
        yield quantity
        position = max(quantity.end, position + 1)


def _chain(found: re.Match[str]) -> Iterator[Quantity]:
    """Read numbers that hyphens join, 96-256-384, as one after the other."""
    if is_code(found["chain"]):
        return
    for each in re.finditer(r"\d+", found["chain"]):
        start, value = found.start("chain") + each.start(), Decimal(each[0])
        end = start + len(each[0])
        yield Quantity(
            "number", start, end, value, value, Decimal(1), len(each[0].strip("0")) or 1, plain=True
        )


def in_units(quantity: Quantity, unit: tuple[Form, Decimal]) -> Quantity:
    """Read a bare number in a unit that stands elsewhere."""
    form, factor = unit
    return replace(
        quantity,
        form=form,
        plain=False,
        low=quantity.low * factor,
        high=quantity.high * factor,
        step=quantity.step * factor,
        factor=factor,
    )


def with_unit(quantity: Quantity, unit: str) -> Quantity:
    """Read a bare number in the unit of measure that stands behind it."""
    return replace(quantity, unit=unit, plain=False) if quantity.form == "number" else quantity


def in_kelvin(quantity: Quantity) -> Quantity:
    """Read the ``K`` behind a number as kelvin, not as thousand."""
    thousand = Decimal(1000)
    return replace(
        quantity,
        low=quantity.low / thousand,
        high=quantity.high / thousand,
        step=quantity.step / thousand,
        scaled=False,
        kelvin=False,
        unit="K",
    )


def _read(found: re.Match[str], text: str, floor: int) -> Quantity | int:
    """Return the quantity that was found, or where to go on if it is none."""
    if found["ordinal"]:
        word = found["ordinal"].casefold()
        place = Decimal(ORDINALS.index(word) + 1 if word in ORDINALS else re.sub(r"\D", "", word))
        return Quantity("ordinal", *found.span("ordinal"), place, place, Decimal(1), 1)
    if found["iso"] or found["daymonth"] or found["monthday"]:
        return _date(found, text)
    if found["clock"]:
        read = clock(text, found.start(), found["clock"])
        return _compound(read, found.start(), text) if read else found.end()
    if found["shape"]:
        sides = re.findall(r"\d+", found["shape"])
        if "b" not in found["shape"].casefold() or len(sides) > 2 or sides[0] == sides[1]:
            return _shape(found)
        side = _SIDE.match(text, found.start())  # "in 2012 by 10 points" is no shape
        return _single(side, text, floor) if side else found.end()
    return _joined(found, text, floor) if found["last"] else _single(found, text, floor)


def _joined(found: re.Match[str], text: str, floor: int) -> Quantity | int:
    """Read two numbers with a dash, *to*, or *and* between them."""
    if found["unit"] is None and (years := _shortened_years(found)):
        return years
    _, begin = sign_of(text, found.start(), found.end("first"), floor)
    room = max(0, begin - 8)
    if "and" in _joint(found).casefold():
        between = _BETWEEN.search(text, room, begin) and _is_range(found, text, floor)
        return _range(found, text, floor) if between else _single(found, text, floor)
    if not _FROM.search(text, room, begin):
        if _is_range(found, text, floor):
            return _range(found, text, floor)
        if _is_score(found) or (found["lastunit"] is None and ERA.match(text, found.end())):
            return found.end()
    return _single(found, text, floor)


def _joint(found: re.Match[str]) -> str:
    """Return what stands between the two numbers."""
    return found.string[found.end("unit") if found["unit"] else found.end("first") : found.start("last")]


def _is_range(found: re.Match[str], text: str, floor: int) -> bool:
    """Tell a range from a hyphen: the second number is larger, and thirty-eight is one number."""
    if _joint(found) == "-" and not found["first"][0].isdigit():
        return False
    low, high = _ends(found, text, floor)
    return low.value < high.value


def _ends(found: re.Match[str], text: str, floor: int) -> tuple[Number, Number]:
    """Return the two numbers of a range, each with its sign, the first with the scale of the second."""
    low, high = read_number(found["first"]), read_number(found["last"])
    scale = None if read_scale(found["first"]) else read_scale(found["last"])
    sign, _ = sign_of(text, found.start("first"), found.end("first"), floor)
    low = replace(low, value=low.value * sign * (scale or 1), step=low.step * (scale or 1))
    return low, replace(high, value=-high.value) if found["minus"] else high


def _is_score(found: re.Match[str]) -> bool:
    """Tell whether two numbers that a dash joins, the second no larger, are a result: 3–1."""
    joint = _joint(found)
    return (
        joint in {"-", "–", "—"}
        and not found["lastunit"]
        and len(found["first"]) <= 3
        and found["first"].isdecimal()
        and found["last"].isdecimal()
    )


def _shortened_years(found: re.Match[str]) -> Quantity | None:
    """Read a range of years whose second is shortened: 1914–18."""
    low, high = found["first"], found["last"]
    if len(low) != 4 or len(high) != 2 or found["lastunit"] or not (low + high).isdecimal():
        return None
    if found.start("last") - found.end("first") != 1 or not 1000 <= int(low) <= 2100 or high <= low[2:]:
        return None
    one = Decimal(1)
    return Quantity(
        "number", found.start("first"), found.end(), Decimal(low), Decimal(low[:2] + high), one, 4
    )


def _single(found: re.Match[str], text: str, floor: int) -> Quantity | int:
    number = read_number(found["first"])
    form, factor = read_unit(found["unit"] or "")
    end = found.end("unit") if found["unit"] else found.end("first")
    if number.plain and form == "number" and (era := _with_era(found, text, number)):
        return era
    if form == "duration" and (
        rest := shorter_times(text, end, number.value * factor, factor, number.digits)
    ):
        return _compound(rest, found.start(), text)
    if form == "number" and (rest := in_inches_or_ounces(text, end, number.value)):
        return _compound(rest, found.start(), text)
    sign, start = sign_of(text, found.start(), found.end("first"), floor)
    quantity = Quantity(
        form,
        start,
        end,
        number.value * factor * sign,
        number.value * factor * sign,
        number.step * factor,
        number.digits,
        plain=number.plain and form == "number" and start == found.start(),
        factor=factor,
        scaled=number.scaled,
        kelvin=form == "number" and found["first"].endswith("K"),
    )
    return _bounded(quantity, text)


def _with_era(found: re.Match[str], text: str, number: Number) -> Quantity | None:
    """Read a year with its era: 753 BC, AD 79."""
    start, end = found.span("first")
    era = ERA.match(text, end)
    before = text[start - 3 : start] in {"AD ", "AD\u00a0", "CE "} if start > 2 else False
    if (era is None and not before) or not text[start:end].isdecimal() or end - start > 4:
        return None
    if era is None:
        start -= 3
    year = -number.value if era and era[0].lstrip().startswith("B") else number.value
    date = f"{'-' if year < 0 else ''}{abs(int(year)):04}"
    one = Decimal(1)
    return _bounded(Quantity("date", start, era.end() if era else end, year, year, one, 4, date=date), text)


def _compound(read: Compound, start: int, text: str) -> Quantity:
    form: Form = "number" if read.unit else "duration"
    return _bounded(
        Quantity(
            form=form,
            start=start,
            end=read.end,
            low=read.value,
            high=read.value,
            step=read.step,
            digits=read.digits,
            factor=read.factor,
            unit=read.unit,
        ),
        text,
    )


def _range(found: re.Match[str], text: str, floor: int) -> Quantity:
    low, high = _ends(found, text, floor)
    _, start = sign_of(text, found.start("first"), found.end("first"), floor)
    form, factor = read_unit(found["lastunit"] or found["unit"] or "")
    low_form, low_factor = read_unit(found["unit"]) if found["unit"] else (form, factor)
    if low_form != form:
        low_factor = factor
    end = found.end("lastunit") if found["lastunit"] else found.end("last")
    return _bounded(
        Quantity(
            form,
            start,
            end,
            low.value * low_factor,
            high.value * factor,
            high.step * factor,
            high.digits,
            factor=factor,
            scaled=low.scaled or high.scaled,
        ),
        text,
    )


_UNIT_ALONE = lazy_expression(UNIT, re.IGNORECASE)


def _bounded(quantity: Quantity, text: str) -> Quantity:
    """Read the words around a number that make it a bound or an estimate."""
    plus = _PLUS.match(text, quantity.end)
    if plus:
        end = plus.end()
        # "10+ points": the unit follows the sign.
        unit = _UNIT_ALONE.match(text, end) if quantity.form == "number" else None
        form, factor = read_unit(unit[0]) if unit else (quantity.form, Decimal(1))
        return replace(
            quantity,
            operator=">=",
            form=form,
            plain=quantity.plain and form == "number",
            end=unit.end() if unit else end,
            low=quantity.low * factor,
            high=quantity.high * factor,
            step=quantity.step * factor,
            factor=quantity.factor * factor,
        )
    minus = _MINUS.match(text, quantity.end)
    if minus:
        return replace(quantity, operator="<=", end=minus.end())
    about = _OR_SO.match(text, quantity.end)
    if about:
        return replace(quantity, operator="~")
    if _SPREAD.search(text, max(0, quantity.start - 24), quantity.start):
        return quantity
    for operator, pattern in _OPERATORS:
        if pattern.search(text, max(0, quantity.start - 24), quantity.start):
            return replace(quantity, operator=operator)
    return quantity


def _shape(found: re.Match[str]) -> Quantity:
    sides = tuple(int(side) for side in re.findall(r"\d+", found["shape"]))
    product = Decimal(1)
    for side in sides:
        product *= side
    return Quantity(
        "shape", *found.span("shape"), product, product, Decimal(1), len(str(product)), sides=sides
    )


def _date(found: re.Match[str], text: str) -> Quantity:
    group, iso = iso_date(found)
    year = Decimal(iso[:4])
    return _bounded(Quantity("date", *found.span(group), year, year, Decimal(1), 4, date=iso), text)
