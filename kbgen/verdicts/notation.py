"""Write another value in the notation of a number: with its unit, scale, separators and digits, or in words.

A number is taken apart into what its author chose; candidates are made of the same choices, the likeliest
first. Whether one of them is right is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from msgspec import Struct
from msgspec.structs import replace

from kbgen.quantities.numbers import FRACTIONS, SCALES, SMALL, SPACE, TENS, WORDS, read_number
from kbgen.quantities.signs import sign_of

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")

_FIGURES = re.compile(
    rf"""(?P<mixed>\d{{0,3}}{SPACE}?[{"".join(FRACTIONS)}]|\d{{1,3}}{SPACE}[1-9]/\d{{1,2}}(?![\w/]))
    |(?P<whole>\d{{1,3}}(?:(?P<group>[,'’_ \u00a0\u2009\u202f])\d{{3}})(?:(?P=group)\d{{3}})*(?!\d)
      |\d+|(?=\.\d))
    (?:\.(?P<fraction>\d+))?
    (?P<power>[eE][+-]?\d{{1,3}}(?!\w)|{SPACE}?[×x·*]{SPACE}?10(?:\^\{{?-?\d{{1,3}}\}}?|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?
    (?P<scale>(?:{SPACE}|-)?(?:thousand|million|billion|trillion)(?![A-Za-z])
      |{SPACE}?(?:mn|mio|bn|tn|[kKMBGT])(?![A-Za-z0-9]))?""",
    re.VERBOSE | re.IGNORECASE,
)

_WORD = "|".join([*TENS, *reversed(SMALL), "hundred"])
_IN_WORDS = re.compile(
    rf"(?P<whole>\b(?:{_WORD})(?:[ -](?:and )?(?:{_WORD}))*)"
    r"(?P<scale>[ -](?:thousand|million|billion|trillion))?(?![A-Za-z])",
    re.IGNORECASE,
)

_FAMILIES = (("thousand", "million", "billion", "trillion"), ("k", "M", "B", "T"), ("K", "M", "G", "T"))
"""Scales that one author uses beside each other."""

_LEAST = Decimal("0.1")
"""Nobody who writes 1.5 G writes 0.0000005 G."""
_MAX_DECIMALS_ADDED = 6
"""Digits after the point that a correction may add."""
_SLACK = Decimal("0.05")
"""How far rounding may lead, as where values are compared."""


class NumberNotation(Struct, frozen=True):
    """A number in a text, taken apart."""

    start: int
    end: int
    mantissa: Decimal
    """With its sign."""
    decimals: int
    group: str = ""
    """What stands between groups of three digits."""
    power: str = ""
    scale: str = ""
    """As written, with the space before it."""
    in_words: bool = False
    words: str = ""
    """As written."""
    sign: str = ""
    """As written: ``−``, ``+`` or ``minus`` with the space behind it."""

    @property
    def value(self) -> Decimal:
        """What it says, before any unit."""
        return self.mantissa.scaleb(self.exponent)

    @property
    def unit(self) -> Decimal:
        """How much one more in its last digit is."""
        return Decimal(1).scaleb(self.exponent - self.decimals + _zeros(self))

    @property
    def exponent(self) -> int:
        """The power of ten that its power and its scale make."""
        return _power_of(self.power) + _exponent_of(self.scale)


def numbers(text: str) -> list[NumberNotation]:
    """Take apart the numbers of a text.

    Examples
    --------
    >>> [str(number.value) for number in numbers("Sixty-one million, 60,965,224 or −6.1 × 10^7")]
    ['6.1E+7', '60965224', '-6.1E+7']
    """
    found = [_signed(_from_figures(match), text) for match in _FIGURES.finditer(text)]
    spans = [(number.start, number.end) for number in found]
    found += [
        _signed(_from_words(match), text)
        for match in _IN_WORDS.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in spans)
    ]
    return sorted(found, key=lambda number: number.start)


def _signed(number: NumberNotation, text: str) -> NumberNotation:
    """Take the sign before a number for a part of it."""
    sign, start = sign_of(text, number.start, number.end, 0)
    if start == number.start:
        return number
    return replace(number, start=start, mantissa=number.mantissa * sign, sign=text[start : number.start])


def _from_figures(found: re.Match[str]) -> NumberNotation:
    if found["mixed"]:
        mantissa = read_number(found["mixed"]).value
        return NumberNotation(*found.span(), mantissa, 1, "", "", found["scale"] or "", words=found[0])
    group = found["group"] or ""
    fraction = found["fraction"] or ""
    digits = found["whole"].replace(group, "") if group else found["whole"]
    return NumberNotation(
        *found.span(),
        Decimal(f"{digits or 0}.{fraction}" if fraction else digits),
        len(fraction),
        group,
        found["power"] or "",
        found["scale"] or "",
        words=found[0],
    )


def _from_words(found: re.Match[str]) -> NumberNotation:
    total = 0
    for word in re.findall(r"[a-z]+", found["whole"].casefold()):
        if word == "hundred":
            total = max(total, 1) * 100
        else:
            total += WORDS.get(word, 0)
    return NumberNotation(
        *found.span(), Decimal(total), 0, scale=found["scale"] or "", in_words=True, words=found[0]
    )


def _exponent_of(scale: str) -> int:
    return SCALES[scale.strip(" -\u00a0\u2009\u202f").casefold()] if scale else 0


def _power_of(power: str) -> int:
    found = re.search(r"(?:[eE]|10[\^{]*)([+-]?\d+)\}?$", power.translate(_PLAIN))
    return int(found[1]) if found else 0


def written_like(number: NumberNotation, value: Decimal, operator: str = "=") -> Iterator[str]:
    """Yield ways to write a value as an author wrote a number, the likeliest first.

    Parameters
    ----------
    number
        What the author wrote.
    value
        What should stand there, before any unit.
    operator
        What stands before it: a lower bound is rounded down, an upper one up.

    Examples
    --------
    >>> next(written_like(numbers("66M")[0], Decimal(60965224)))
    '61M'
    >>> next(written_like(numbers("Sixty billion")[0], Decimal(60965224)))
    'Sixty-one million'
    """
    rounding = {
        ">=": ROUND_FLOOR,
        ">": ROUND_FLOOR,
        "<=": ROUND_CEILING,
        "<": ROUND_CEILING,
    }.get(operator, ROUND_HALF_UP)
    seen: set[str] = set()
    for form, decimals in _forms(number, value):
        mantissa = value.scaleb(-form.exponent)
        if value and (form.power or form.scale) and abs(mantissa) < _LEAST <= abs(number.mantissa):
            continue
        try:
            rounded = mantissa.quantize(Decimal(1).scaleb(-decimals), rounding)
            # More digits than the reference has would be made up: 15.3 for 15.4, and 15 for 15.4 too.
            exact = rounded == mantissa
            if not exact and _loses(number, rounded.scaleb(form.exponent), value, rounding):
                continue
            text = _write(form, mantissa.normalize() if exact else rounded, inexact=not exact)
        except ArithmeticError:  # of more digits than anybody reads
            return
        if text and text not in seen:
            seen.add(text)
            yield text


def _loses(number: NumberNotation, rounded: Decimal, value: Decimal, rounding: str) -> bool:
    """Tell whether a rounded value says less than its author's did: more than half of the last digit is gone.

    A bound may lose a whole one. Of a value that is not nought a digit must be left.
    """
    lost = abs(rounded - value)
    if not rounded:
        return True
    if rounding != ROUND_HALF_UP:
        return lost > number.unit
    return lost > number.unit / 2 or lost > _SLACK * abs(value)


def _forms(number: NumberNotation, value: Decimal) -> Iterator[tuple[NumberNotation, int]]:
    """Yield how to write it, and with how many digits after the point; less than none is round."""
    if number.power:
        exponent = value.adjusted() if value and 1 <= abs(number.mantissa) < 10 else _power_of(number.power)
        number = replace(number, power=_with_exponent(number.power, exponent))
    scaled = [_rescaled(number, scale) for scale in _scales(number.scale)]
    mantissa = abs(value.scaleb(-_power_of(number.power) - _exponent_of(number.scale)))
    others = [form for form in scaled if 1 <= abs(value.scaleb(-_exponent_of(form.scale))) < 1000]
    if others and (mantissa < 1 <= abs(number.mantissa) or mantissa >= 1000):
        for form in others:
            yield form, number.decimals
    zeros = _zeros(number)
    for decimals in range(number.decimals - zeros, number.decimals + _MAX_DECIMALS_ADDED + 1):
        yield number, decimals
    for form in others:
        for decimals in range(number.decimals, number.decimals + _MAX_DECIMALS_ADDED + 1):
            yield form, decimals
    if number.scale:
        for decimals in range(_MAX_DECIMALS_ADDED + 1):
            yield replace(number, scale=""), decimals


def _zeros(number: NumberNotation) -> int:
    """Return how many zeros at the end of a number that is written out may be meant as roughly."""
    if number.power or number.scale or number.decimals or number.in_words or not number.mantissa:
        return 0
    digits = str(abs(number.mantissa))
    zeros = len(digits) - len(digits.rstrip("0"))
    return min(zeros, len(digits) - 2) if zeros >= 3 else 0


def _scales(scale: str) -> list[str]:
    """Return the other scales that go with one."""
    name = scale.strip(" -\u00a0\u2009\u202f")
    for family in _FAMILIES:
        if name in family:
            return [other for other in family if other != name]
        if name.casefold() in family:
            return [
                other.title() if name.istitle() else other for other in family if other != name.casefold()
            ]
    return []


def _rescaled(number: NumberNotation, scale: str) -> NumberNotation:
    name = number.scale.strip(" -\u00a0\u2009\u202f")
    return replace(number, scale=number.scale.replace(name, scale))


def _with_exponent(power: str, exponent: int) -> str:
    raised = re.search(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+$", power)
    if raised:
        return power[: raised.start()] + str(exponent).translate(_SUPERSCRIPT)
    written = re.search(r"(?P<sign>[+-]?)(?P<digits>\d+)(?=\}?$)", power)
    if written is None:
        return power
    sign = "-" if exponent < 0 else "+" if written["sign"] == "+" else ""
    digits = f"{abs(exponent):0{len(written['digits']) if written['digits'][0] == '0' else 1}}"
    return power[: written.start()] + sign + digits + power[written.end() :]


def _write(number: NumberNotation, mantissa: Decimal, *, inexact: bool) -> str:
    sign = _sign(number, mantissa)
    if number.in_words:
        words = _in_words(number, abs(mantissa), inexact=inexact)
        return "" if not words or sign in {"-", "−", "–", "+"} else sign + words
    whole, point, fraction = f"{abs(mantissa):f}".partition(".")
    if number.group:
        whole = f"{int(whole):,}".replace(",", number.group)
    if number.words.startswith(".") and point and whole == "0":
        whole = ""
    return f"{sign}{whole}{point}{fraction}{number.power}{number.scale}"


def _sign(number: NumberNotation, mantissa: Decimal) -> str:
    """Return the sign of another value: the author's, if it is the same."""
    if not mantissa:
        return ""
    if (mantissa < 0) == (number.mantissa < 0):
        return number.sign
    return "-" if mantissa < 0 else ""


def _in_words(number: NumberNotation, mantissa: Decimal, *, inexact: bool) -> str:
    if mantissa != mantissa.to_integral_value() or not 0 <= mantissa < 1000 or (inexact and not number.scale):
        return ""
    hundreds, rest = divmod(int(mantissa), 100)
    parts = [f"{SMALL[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        parts.append(TENS[rest // 10 - 2] + (f"-{SMALL[rest % 10]}" if rest % 10 else ""))
    elif rest or not hundreds:
        parts.append(SMALL[rest])
    text = " ".join(parts) + number.scale
    if number.words.isupper():
        return text.upper()
    return text[0].upper() + text[1:] if number.words[0].isupper() else text
