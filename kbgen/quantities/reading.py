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

from kbgen.phrases import letters
from kbgen.quantities.days import DATES, iso_date
from kbgen.quantities.numbers import NUMBER, ORDINAL, ORDINALS, SPACE, WORDS, read_number, read_scale
from kbgen.quantities.units import UNIT, Form, read_unit

Operator = Literal["=", "~", ">=", "<=", "<", ">"]


class Quantity(Struct, frozen=True):
    """A number, a range, a date or a shape, where it stands in its text.

    ``text[start:end]`` is the quantity as written, with its scale and unit sign but
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
    """ISO, as far as it is known: ``2013-03``."""
    plain: bool = False
    """Digits alone, without fraction, scale or unit: a count or a year."""
    factor: Decimal = Decimal(1)
    """What a number as written is multiplied with to be in the base unit."""
    unit: str = ""
    """Of measure, as it stands behind the number."""
    scaled: bool = False
    """Whether a power of ten or a word such as *million* is written."""

    @property
    def value(self) -> Decimal:
        """The number, or the middle of a range."""
        return self.low if self.low == self.high else (self.low + self.high) / 2


# Not within a longer number nor a name: Conv1, VGG-16, v1.5, #12, §3.5, 1.2.3, /2012.
_BEFORE = r"(?<![\w.#§/\\@^])(?<!\w[-‐‑])(?<!\d[,:])(?<!\(§)"
_AFTER = r"(?:(?<=[kMGT])(?-i:(?=FLOP|MAC|OP|Hz|bit|pixel))|(?![\w@])(?![.:]\d)(?!,\d{3}(?!\d))(?![/\\]\w))"

_QUANTITY = re.compile(
    rf"""{_BEFORE}(?:
      (?P<ordinal>{ORDINAL}(?={SPACE}(?:place|position|rank)\b)
        |(?<=\bcame{SPACE}){ORDINAL}(?!\w)|(?<=\bcame{SPACE}in{SPACE}){ORDINAL}(?!\w)
        |(?<=\branked{SPACE}){ORDINAL}(?!\w)|(?<=\bfinished{SPACE}){ORDINAL}(?!\w)
        |(?<=\bplaced{SPACE}){ORDINAL}(?!\w))
    | {DATES} |
    (?P<shape>\d{{1,6}}(?:{SPACE}?(?:[×✕xX]|by){SPACE}?\d{{1,6}}){{1,4}})
      (?![\w×⁻^])(?!{SPACE}?[×xX]{SPACE}?\d)
    | (?P<chain>\d{{1,6}}(?:[-–]\d{{1,6}}){{2,40}})(?![\w-]) |
    (?P<low>{NUMBER})(?P<lowunit>{UNIT})?(?:{SPACE}?[–—-]{SPACE}?|{SPACE}to{SPACE})
      (?P<high>{NUMBER})(?P<highunit>{UNIT})?{_AFTER}
    | (?P<single>{NUMBER})(?P<unit>{UNIT})?(?:{_AFTER}|(?=-[a-z]))
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_BETWEEN = re.compile(
    rf"between{SPACE}(?P<low>{NUMBER})(?P<lowunit>{UNIT})?{SPACE}and{SPACE}"
    rf"(?P<high>{NUMBER})(?P<highunit>{UNIT})?{_AFTER}",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_NUMBER_WORDS = frozenset((*WORDS, *ORDINALS))

_BEFORE_NUMBER: tuple[tuple[Operator, str], ...] = (
    (">=", r"≥|>=|\bat least|\bno (?:fewer|less) than|\bnot less than|\ba minimum of|\bover"),
    ("<=", r"≤|<=|\bat most|\bup to|\bno more than|\bnot more than|\ba maximum of"),
    ("~", r"~|≈|∼|≃|\babout|\baround|\broughly|\bapprox(?:imately|\.)?|\bcirca|\bca?\.|\bsome|\bclose to"),
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
        if found["chain"]:
            yield from _chain(found)
            position = found.end()
            continue
        between = _BETWEEN.match(text, max(0, found.start() - 8)) if found["single"] else None
        quantity = _range(between, text) if between else _read(found, text)
        if quantity is None:
            position = max(found.end(), position + 1)
            continue
        yield quantity
        position = max(quantity.end, position + 1)


def _chain(found: re.Match[str]) -> Iterator[Quantity]:
    """Read numbers that hyphens join, 96-256-384, as one after the other."""
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


def _read(found: re.Match[str], text: str) -> Quantity | None:
    if found["ordinal"]:
        word = found["ordinal"].casefold()
        place = Decimal(ORDINALS.index(word) + 1 if word in ORDINALS else re.sub(r"\D", "", word))
        return Quantity("ordinal", *found.span("ordinal"), place, place, Decimal(1), 1)
    if found["iso"] or found["daymonth"] or found["monthday"]:
        return _date(found)
    if found["shape"]:
        sides = re.findall(r"\d+", found["shape"])
        if "b" not in found["shape"].casefold() or len(sides) > 2 or sides[0] == sides[1]:
            return _shape(found)
        single = _SINGLE.match(text, found.start())  # "in 2012 by 10 points" is no shape
        return _single(single, "single", "unit", text) if single else None
    if found["low"]:
        separate = _FROM.search(text, max(0, found.start() - 8), found.start())
        if separate or not _is_range(found):
            single = _SINGLE.match(text, found.start())
            return _single(single, "single", "unit", text) if single else None
        return _range(found, text)
    return _single(found, "single", "unit", text)


_SINGLE = re.compile(rf"(?P<single>{NUMBER})(?P<unit>{UNIT})?", re.IGNORECASE)


def _is_range(found: re.Match[str]) -> bool:
    """Tell a range from a hyphen: the second number is larger, and thirty-eight is one number."""
    between = found.string[
        found.end("lowunit") if found["lowunit"] else found.end("low") : found.start("high")
    ]
    if between == "-" and not found["low"][0].isdigit():
        return False
    low, high = read_number(found["low"]), read_number(found["high"])
    scale = read_scale(found["high"]) if not read_scale(found["low"]) else Decimal(1)
    return low.value * (scale or 1) < high.value


def _single(found: re.Match[str], group: str, unit_group: str, text: str) -> Quantity:
    number = read_number(found[group])
    form, factor = read_unit(found[unit_group] or "")
    end = found.end(unit_group) if found[unit_group] else found.end(group)
    quantity = Quantity(
        form,
        found.start(group),
        end,
        number.value * factor,
        number.value * factor,
        number.step * factor,
        number.digits,
        plain=number.plain and form == "number",
        factor=factor,
        scaled=number.scaled,
    )
    return _bounded(quantity, text)


def _range(found: re.Match[str], text: str) -> Quantity:
    low, high = read_number(found["low"]), read_number(found["high"])
    form, factor = read_unit(found["highunit"] or found["lowunit"] or "")
    low_form, low_factor = read_unit(found["lowunit"]) if found["lowunit"] else (form, factor)
    if low_form != form:
        low_factor = factor
    scale = read_scale(found["high"])
    if scale and not read_scale(found["low"]):
        low = replace(low, value=low.value * scale, step=low.step * scale)
    end = found.end("highunit") if found["highunit"] else found.end("high")
    return _bounded(
        Quantity(
            form,
            found.start("low"),
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


_UNIT_ALONE = re.compile(UNIT, re.IGNORECASE)


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


def _date(found: re.Match[str]) -> Quantity:
    group, iso = iso_date(found)
    year = Decimal(iso[:4])
    return Quantity("date", *found.span(group), year, year, Decimal(1), 4, date=iso)
