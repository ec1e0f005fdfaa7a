"""Find the quantities in a text: numbers in any notation, with unit, bound and precision.

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

Form = Literal["number", "percent", "points", "times", "duration", "bytes", "date", "shape", "ordinal"]
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


class _Number(Struct, frozen=True):
    value: Decimal
    step: Decimal
    digits: int
    plain: bool
    scaled: bool = False


_SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "mio": 6, "million": 6, "b": 9, "bn": 9, "g": 9}
_SCALES |= {"billion": 9, "t": 12, "tn": 12, "trillion": 12}

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: number for number, word in enumerate(_SMALL)}
_WORDS |= {word: 10 * number for number, word in enumerate(_TENS, start=2)}
_MULTIPLIERS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}

_SECONDS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "hr": 3600, "h": 3600}
_SECONDS |= {"day": 86_400, "week": 604_800, "month": 2_629_746, "year": 31_556_952}

_BYTES = {"B": 1, "byte": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_BYTES |= {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = "(?:" + "|".join(f"{month[:3]}(?:{month[3:]})?" for month in _MONTHS) + r")\.?"

_SP = "[ \u00a0\u2009\u202f]"
_SUPERSCRIPT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")

# Repetitions are bounded: a number of a million digits costs no more than reading it.
_DIGITS = (
    r"\d{1,3}(?:,\d{3}){1,9}(?![\d,])(?:\.\d{1,20})?"  # 60,965,224
    "|\\d{1,3}(?:[ \u00a0\u2009\u202f'’_]\\d{3}){1,9}(?!\\d)(?:\\.\\d{1,20})?"  # 60 965 224
    r"|\d{1,30}(?:\.\d{1,20})?"
)
_POWER = rf"(?:[eE][+-]?\d{{1,3}}(?!\w)|{_SP}?[×x·*]{_SP}?10(?:\^\{{?-?\d{{1,3}}\}}?|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,4}}))"
_SCALE = (
    rf"(?:(?:{_SP}|-)?(?:thousand|million|billion|trillion)s?(?![a-z])"
    rf"|{_SP}?(?-i:mn|mio|bn|tn|k|K|M|B|G|T)(?![A-Za-z0-9])"
    rf"|{_SP}?(?-i:[kMGT](?=(?:FLOP|MAC|OP|Hz|bit|pixel)[A-Za-z/]*)))"  # GMACs, MFLOPs
)
_NUMBER = rf"(?:{_DIGITS})(?:{_POWER})?(?:{_SCALE})?"
_WORD = rf"(?:{'|'.join((*_TENS, *reversed(_SMALL)))})"
_IN_WORDS = (
    rf"{_WORD}(?:(?:{_SP}|-)(?:and{_SP})?(?:{_WORD}|{'|'.join(_MULTIPLIERS)})(?![a-z])){{0,9}}(?![a-z])"
)
_ONE = rf"(?:{_NUMBER}|{_IN_WORDS})"

_UNIT = (
    rf"(?:{_SP}?%|{_SP}?(?:percent|per{_SP}cent)(?:age{_SP}points?)?(?![a-z])"
    rf"|{_SP}?(?:points?|pp|pts?)(?![a-z])"
    rf"|{_SP}?-?(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)(?![a-z])"
    rf"|{_SP}?h(?![\w])"
    rf"|{_SP}?(?-i:[kKMGT]?i?B|bytes?)(?!\w)"
    rf"|{_SP}?[×✕](?!{_SP}?\d)|x(?!\w)|{_SP}x(?={_SP}[A-Za-z]))"
)

_NTHS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_NTH = rf"(?:{'|'.join(_NTHS)}|\d{{1,2}}(?:st|nd|rd|th))"

# Not within a longer number nor a name: Conv1, VGG-16, v1.5, #12, §3.5, 1.2.3, /2012.
_BEFORE = r"(?<![\w.#§/\\@^])(?<!\w[-‐‑])(?<!\d[,:])(?<!\(§)"
_AFTER = r"(?:(?<=[kMGT])(?-i:(?=FLOP|MAC|OP|Hz|bit|pixel))|(?![\w@])(?![.:]\d)(?!,\d{3}(?!\d))(?![/\\]\w))"

_QUANTITY = re.compile(
    rf"""{_BEFORE}(?:
      (?P<ordinal>{_NTH}(?={_SP}(?:place|position|rank)\b)
        |(?<=\bcame{_SP}){_NTH}(?!\w)|(?<=\bcame{_SP}in{_SP}){_NTH}(?!\w)
        |(?<=\branked{_SP}){_NTH}(?!\w)|(?<=\bfinished{_SP}){_NTH}(?!\w)|(?<=\bplaced{_SP}){_NTH}(?!\w))
    | (?P<iso>\d{{4}}-\d{{2}}(?:-\d{{2}})?)(?![-\w])
    | (?P<daymonth>\d{{1,2}}(?:st|nd|rd|th)?{_SP}{_MONTH},?{_SP}\d{{4}})(?!\w)
    | (?P<monthday>{_MONTH}{_SP}(?:\d{{1,2}}(?:st|nd|rd|th)?,?{_SP})?\d{{4}})(?!\w)
    | (?P<shape>\d{{1,6}}(?:{_SP}?(?:[×✕xX]|by){_SP}?\d{{1,6}}){{1,4}})(?![\w×⁻^])(?!{_SP}?[×xX]{_SP}?\d)
    | (?P<chain>\d{{1,6}}(?:[-–]\d{{1,6}}){{2,40}})(?![\w-])
    | (?P<low>{_ONE})(?P<lowunit>{_UNIT})?(?:{_SP}?[–—-]{_SP}?|{_SP}to{_SP})
      (?P<high>{_ONE})(?P<highunit>{_UNIT})?{_AFTER}
    | (?P<single>{_ONE})(?P<unit>{_UNIT})?(?:{_AFTER}|(?=-[a-z]))
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_BETWEEN = re.compile(
    rf"between{_SP}(?P<low>{_ONE})(?P<lowunit>{_UNIT})?{_SP}and{_SP}(?P<high>{_ONE})(?P<highunit>{_UNIT})?{_AFTER}",
    re.IGNORECASE,
)
_MAY_HOLD = re.compile(rf"\d|(?:{_WORD}|{'|'.join(_NTHS)})(?![a-z])", re.IGNORECASE)

_BOUNDS: tuple[tuple[Operator, str], ...] = (
    (">=", r"≥|>=|\bat least|\bno (?:fewer|less) than|\bnot less than|\ba minimum of"),
    ("<=", r"≤|<=|\bat most|\bup to|\bno more than|\bnot more than|\ba maximum of"),
    ("~", r"~|≈|∼|≃|\babout|\baround|\broughly|\bapprox(?:imately|\.)?|\bcirca|\bca?\.|\bsome|\bclose to"),
    ("~", r"\bnearly|\balmost|\bjust (?:over|under|above|below)"),
    ("~", r"\bslightly (?:over|under|more than|less than)"),
    (">", r"(?<![-=])>|\bmore than|\bover|\babove|\bgreater than|\bexceed(?:s|ing|ed)?|\bbeyond"),
    ("<", r"<|\bless than|\bfewer than|\bunder|\bbelow"),
)
_OPERATORS: tuple[tuple[Operator, re.Pattern[str]], ...] = tuple(
    (operator, re.compile(rf"(?:{words})[ \u00a0*_]*$", re.IGNORECASE)) for operator, words in _BOUNDS
)
_SPREAD = re.compile(
    r"\b(?:spread|distributed|averaged|summed|split|shared|divided|trained) (?:out )?over $", re.IGNORECASE
)
_PLUS = re.compile(r"\+(?!\w)|[ \u00a0](?:or more|plus|and up)\b", re.IGNORECASE)
_MINUS = re.compile(r"[ \u00a0]or (?:less|fewer)\b", re.IGNORECASE)
_FROM = re.compile(r"\bfrom[ \u00a0*_]*$", re.IGNORECASE)
_TO = re.compile(r"[ \u00a0]to[ \u00a0]", re.IGNORECASE)


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
    if not _MAY_HOLD.search(text):
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


def number_of(text: str) -> Quantity | None:
    """Read a text that is one quantity and nothing else."""
    found = list(quantities(text.strip()))
    return found[0] if len(found) == 1 and found[0].end - found[0].start >= len(text.strip()) else None


_LABEL_UNIT = re.compile(
    r"[(\[,]\s*(?:in\s+)?([^()\[\],]{1,16}?)\s*[)\]]?\s*$|\bin\s+(\w{1,12}|%)\s*$", re.IGNORECASE
)


def unit_of(label: str) -> tuple[Form, Decimal] | None:
    """Read the unit that a label gives for the bare numbers beside it.

    Examples
    --------
    >>> [unit_of(head) for head in ("Params (M)", "Top-5 error, %", "Training time (days)", "Error (test)")]
    [('number', Decimal('1000000')), ('percent', Decimal('0.01')), ('duration', Decimal('86400')), None]
    """
    found = _LABEL_UNIT.search(label.strip(" *_:"))
    if not found:
        return None
    text = (found[1] or found[2]).strip()
    scale = re.fullmatch(
        r"([kKMGBT]|mn|bn|thousand|million|billion|trillion)s?(?:\s?(?:FLOPs?|MACs?|ops|params))?", text
    )
    if scale:
        return "number", Decimal(10) ** _SCALES[scale[1].casefold()]
    if not re.fullmatch(_UNIT, text, re.IGNORECASE):
        return None
    return _unit(text)


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
        place = Decimal(_NTHS.index(word) + 1 if word in _NTHS else re.sub(r"\D", "", word))
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


_SINGLE = re.compile(rf"(?P<single>{_ONE})(?P<unit>{_UNIT})?", re.IGNORECASE)


def _is_range(found: re.Match[str]) -> bool:
    """Tell a range from a hyphen: the second number is larger, and thirty-eight is one number."""
    between = found.string[
        found.end("lowunit") if found["lowunit"] else found.end("low") : found.start("high")
    ]
    if between == "-" and not found["low"][0].isdigit():
        return False
    low, high = _number(found["low"]), _number(found["high"])
    scale = _scale(found["high"]) if not _scale(found["low"]) else Decimal(1)
    return low.value * (scale or 1) < high.value


def _single(found: re.Match[str], group: str, unit_group: str, text: str) -> Quantity:
    number = _number(found[group])
    form, factor = _unit(found[unit_group] or "")
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
    low, high = _number(found["low"]), _number(found["high"])
    form, factor = _unit(found["highunit"] or found["lowunit"] or "")
    low_form, low_factor = _unit(found["lowunit"]) if found["lowunit"] else (form, factor)
    if low_form != form:
        low_factor = factor
    scale = _scale(found["high"])
    if scale and not _scale(found["low"]):
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


def _bounded(quantity: Quantity, text: str) -> Quantity:
    """Read the words around a number that make it a bound or an estimate."""
    plus = _PLUS.match(text, quantity.end)
    if plus:
        end = plus.end()
        # "10+ points": the unit follows the sign.
        unit = _UNIT_ALONE.match(text, end) if quantity.form == "number" else None
        form, factor = _unit(unit[0]) if unit else (quantity.form, Decimal(1))
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


_UNIT_ALONE = re.compile(_UNIT, re.IGNORECASE)


def _unit(text: str) -> tuple[Form, Decimal]:
    """Return the kind of a unit, and what a number in it is in base units."""
    sign = text.strip(" \u00a0\u2009\u202f-")
    letters = re.sub(r"\s+", " ", sign.casefold())
    if not sign:
        return "number", Decimal(1)
    if letters.endswith(("points", "point")) or letters in {"pp", "pt", "pts"}:
        return "points", Decimal("0.01")
    if letters.startswith(("%", "per")):
        return "percent", Decimal("0.01")
    if letters in {"×", "✕", "x"}:
        return "times", Decimal(1)
    if sign in _BYTES:
        return "bytes", Decimal(_BYTES[sign])
    singular = letters.removesuffix("s")
    if singular in _SECONDS:
        return "duration", Decimal(_SECONDS[singular])
    return "bytes", Decimal(_BYTES.get(sign.removesuffix("s"), 1))


def _scale(text: str) -> Decimal | None:
    found = re.search(rf"{_SCALE}$", text, re.IGNORECASE)
    if not found or not text[0].isdigit():
        return None
    return Decimal(10) ** _SCALES[found[0].strip(" \u00a0\u2009\u202f-").casefold().removesuffix("s")]


def _number(text: str) -> _Number:
    if not text[0].isdigit():
        return _from_words(text)
    scale = re.search(rf"{_SCALE}$", text, re.IGNORECASE)
    rest = text[: scale.start()] if scale else text
    power = re.search(rf"{_POWER}$", rest)
    digits = rest[: power.start()] if power else rest
    plain = re.sub("[,'’_ \u00a0\u2009\u202f]", "", digits)
    exponent = 0
    if power:
        shown = re.search(r"(?:[eE]|10[\^{]*)([+-]?\d+)\}?$", power[0].translate(_SUPERSCRIPT))
        exponent = int(shown[1]) if shown else 0
    if scale:
        exponent += _SCALES[scale[0].strip(" \u00a0\u2009\u202f-").casefold().removesuffix("s")]
    fraction = len(plain.partition(".")[2])
    value = Decimal(plain).scaleb(exponent)
    significant = plain.replace(".", "").lstrip("0")
    if not fraction and not exponent:
        # A round number written out, 60,000,000, may be meant as roughly as 60M.
        trimmed = significant.rstrip("0")
        return _Number(
            value, Decimal(10) ** (len(significant) - len(trimmed)), max(len(trimmed), 1), "," not in digits
        )
    scaled = scale is not None or power is not None
    return _Number(
        value, Decimal(10) ** (exponent - fraction), max(len(significant), 1), plain=False, scaled=scaled
    )


def _from_words(text: str) -> _Number:
    total = current = 0
    for word in re.split(r"[\s\u00a0\u2009\u202f-]+", text.casefold()):
        if word == "and":
            continue
        if word in _WORDS:
            current += _WORDS[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        else:
            total += max(current, 1) * 10 ** _MULTIPLIERS[word]
            current = 0
    value = total + current
    trimmed = str(value).rstrip("0") or "0"
    step = Decimal(10) ** (len(str(value)) - len(trimmed)) if value else Decimal(1)
    return _Number(Decimal(value), step, len(trimmed), plain=True)


def _shape(found: re.Match[str]) -> Quantity:
    sides = tuple(int(side) for side in re.findall(r"\d+", found["shape"]))
    product = Decimal(1)
    for side in sides:
        product *= side
    return Quantity(
        "shape", *found.span("shape"), product, product, Decimal(1), len(str(product)), sides=sides
    )


def _date(found: re.Match[str]) -> Quantity:
    group = found.lastgroup or "iso"
    text = found[group]
    if group == "iso":
        iso = text
    else:
        name = re.search(r"[A-Za-z]{3,}", re.sub(r"(?<=\d)(?:st|nd|rd|th)", "", text, flags=re.IGNORECASE))
        month = next(
            number
            for number, full in enumerate(_MONTHS, 1)
            if name and full.startswith(name[0][:3].casefold())
        )
        numbers = re.findall(r"\d+", text)
        day = f"-{int(numbers[0]):02}" if len(numbers) > 1 else ""
        iso = f"{numbers[-1]}-{month:02}{day}"
    year = Decimal(iso[:4])
    return Quantity("date", *found.span(group), year, year, Decimal(1), 4, date=iso)
