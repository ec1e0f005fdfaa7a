"""Read numbers in any notation: 60,965,224, 6.1e7, 6.1×10⁷, 60 M, sixty million, 60 965 224, 1½.

Everything is a `Decimal`: in binary floating point 26.2 - 15.3 is 10.899999999999999.
"""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from kbgen.lazy_expression import lazy_expression


class Number(Struct, frozen=True):
    """A number as it is written."""

    value: Decimal
    step: Decimal
    digits: int
    plain: bool
    scaled: bool = False


SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "mio": 6, "million": 6, "b": 9, "bn": 9, "g": 9}
SCALES |= {"billion": 9, "t": 12, "tn": 12, "trillion": 12, "hundred": 2, "lakh": 5, "crore": 7}

_SMALL = """
    zero one two three four five six seven eight nine ten eleven
    twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
"""
SMALL = tuple(_SMALL.split())
"""The words for the first numbers, each at its number."""
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = {word: number for number, word in enumerate(SMALL)}
WORDS |= {word: 10 * number for number, word in enumerate(TENS, start=2)}
MULTIPLES = {"dozen": 12, "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9}
MULTIPLES |= {"trillion": 10**12}
"""Words that are a number behind an article or another number alone: *a hundred*, *two million*."""
_DOZEN = MULTIPLES["dozen"]

SPACE = "[ \u00a0\u2009\u202f]"
_SUPERSCRIPT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")

FRACTIONS = {"½": "0.5", "⅓": "0.33", "⅔": "0.67", "¼": "0.25", "¾": "0.75", "⅕": "0.2", "⅖": "0.4"}
FRACTIONS |= {"⅗": "0.6", "⅘": "0.8", "⅛": "0.125", "⅜": "0.375", "⅝": "0.625", "⅞": "0.875"}
FRACTION = f"[{''.join(FRACTIONS)}]"

# Repetitions are bounded: a number of a million digits costs no more than reading it.
_DIGITS = (
    r"\d{1,3}(?:,\d{3}){1,9}(?!\d|,\d)(?:\.\d{1,20})?"  # 60,965,224
    "|\\d{1,3}(?:[ \u00a0\u2009\u202f'’_]\\d{3}){1,9}(?!\\d)(?:\\.\\d{1,20})?"  # 60 965 224
    rf"|\d{{1,3}}{SPACE}?{FRACTION}|\d{{1,3}}{SPACE}[1-9]/(?:[2-9]|1[0-6])(?![\w/])"  # 1½, 1 1/2
    r"|\d{1,30}(?:\.\d{1,20})?"
    rf"|\.\d{{1,20}}|{FRACTION}"
)
_EXPONENT = r"(?:\^\{?-?\d{1,3}\}?|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})"
_POWER = rf"(?:[eE][+-]?\d{{1,3}}(?!\w)|{SPACE}?[×x·*]{SPACE}?10{_EXPONENT})"
_SCALE = (
    rf"(?:(?:{SPACE}|-)?(?:hundred|thousand|million|billion|trillion|lakh|crore)s?(?![a-z])"
    rf"|{SPACE}dozen(?![a-z])"
    rf"|{SPACE}?(?-i:mn|mio|bn|tn|k|K|M|B|G|T)(?![A-Za-z0-9]|\.[A-Z]\.)"
    rf"|{SPACE}?(?-i:[kMGT](?=(?:FLOP|MAC|OP|Hz|bit|pixel)[A-Za-z/]*)))"  # GMACs, MFLOPs
)
_IN_DIGITS = rf"(?:10{_EXPONENT}(?!\d)|(?:{_DIGITS})(?:{_POWER})?(?:{_SCALE})?)"

# One word after another, each where it can stand: "five and six" are two numbers.
_WORD = rf"(?:{'|'.join((*TENS, *reversed(SMALL)))})(?![a-z])"
_ONES = rf"(?:{'|'.join(SMALL[1:10])})(?![a-z])"
_MULTIPLE = rf"(?:{'|'.join(MULTIPLES)})(?![a-z])"
UP_TO_99 = rf"{_WORD}(?:(?<=ty)(?:{SPACE}|-){_ONES})?"
"""*Sixty-one*."""
LAST_WORD = rf"(?:{_WORD}|{_MULTIPLE})"
IN_WORDS = (
    rf"(?:{_WORD}|(?:half{SPACE}an?|half|an?{SPACE}half|an?)(?=(?:{SPACE}|-){_MULTIPLE}))"
    rf"(?:{SPACE}and{SPACE}a{SPACE}half(?![a-z])|(?:{SPACE}|-)(?:{_MULTIPLE}|(?<=ty.){_ONES}"
    rf"|(?:(?<=hundred.)|(?<=thousand.)|(?<=illion.))(?:and{SPACE})?{_WORD})){{0,9}}"
)
"""*Sixty-one million*, *two and a half*, *a hundred and one*, *half a dozen*."""
NUMBER = rf"(?:{_IN_DIGITS}|{IN_WORDS})"

ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
ORDINALS += ["eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth"]
ORDINALS += ["eighteenth", "nineteenth", "twentieth"]
ORDINAL = rf"(?:{'|'.join(ORDINALS)}|\d{{1,3}}(?:st|nd|rd|th))"

_SCALE_AT_END = lazy_expression(rf"{_SCALE}$", re.IGNORECASE)
_POWER_AT_END = lazy_expression(rf"{_POWER}$", re.IGNORECASE)
_SIGNS_AROUND_SCALE = " \u00a0\u2009\u202f-"
_FRACTION_AT_END = re.compile(rf"(?P<whole>\d{{0,3}}){SPACE}?(?P<part>{FRACTION}|[1-9]/\d{{1,2}})")


def read_scale(text: str) -> Decimal | None:
    """Return what the word or letter behind a number multiplies it with: *million*, ``M``."""
    found = _SCALE_AT_END.search(text)
    return _scale(found[0]) if found and not text[0].isalpha() else None


def _scale(written: str) -> Decimal:
    name = written.strip(_SIGNS_AROUND_SCALE).casefold().removesuffix("s")
    return Decimal(_DOZEN) if name == "dozen" else Decimal(10) ** SCALES[name]


def read_number(text: str) -> Number:
    """Read a text that matches :data:`NUMBER`.

    Examples
    --------
    >>> [f"{read_number(text).value:f}" for text in ("60,965,224", "6.1e7", "60 M", "sixty-one million")]
    ['60965224', '61000000', '60000000', '61000000']
    >>> [f"{read_number(text).value:f}" for text in ("1½", "2 3/4", "10^6", "half a million", "a dozen")]
    ['1.5', '2.75', '1000000', '500000', '12']
    """
    if text[0].isalpha():
        return _from_words(text)
    found = _SCALE_AT_END.search(text)
    scale = _scale(found[0]) if found else Decimal(1)
    rest = text[: found.start()] if found else text
    power = _POWER_AT_END.search(rest)
    if not power and rest.startswith("10") and len(rest) > 2 and rest[2] in "^⁻⁰¹²³⁴⁵⁶⁷⁸⁹":
        return _power_of_ten(rest)
    digits = rest[: power.start()] if power else rest
    mixed = _FRACTION_AT_END.fullmatch(digits)
    if mixed:
        return _mixed(mixed, scale, scaled=found is not None)
    plain = re.sub("[,'’_ \u00a0\u2009\u202f]", "", digits)
    if power:
        shown = re.search(r"(?:[eE]|10[\^{]*)([+-]?\d+)\}?$", power[0].translate(_SUPERSCRIPT))
        scale *= Decimal(10) ** (int(shown[1]) if shown else 0)
    fraction = len(plain.partition(".")[2])
    value = Decimal(plain).scaleb(scale.adjusted()) if scale != _DOZEN else Decimal(plain) * scale
    significant = plain.replace(".", "").lstrip("0")
    if not fraction and not found and not power:
        # A round number written out, 60,000,000, may be meant as roughly as 60M.
        trimmed = significant.rstrip("0")
        return Number(
            value, Decimal(10) ** (len(significant) - len(trimmed)), max(len(trimmed), 1), "," not in digits
        )
    scaled = found is not None or power is not None
    return Number(value, scale.scaleb(-fraction), max(len(significant), 1), plain=False, scaled=scaled)


def _power_of_ten(text: str) -> Number:
    value = Decimal(10) ** int(text[2:].strip("^{}").translate(_SUPERSCRIPT))
    return Number(value, value, 1, plain=False, scaled=True)


def _mixed(found: re.Match[str], scale: Decimal, *, scaled: bool) -> Number:
    """Read a whole number and a vulgar fraction, ``1½``, as precisely as a fraction says it."""
    above, slash, below = found["part"].partition("/")
    part = round(Decimal(above) / Decimal(below), 3) if slash else Decimal(FRACTIONS[above])
    value = (Decimal(found["whole"] or 0) + part).normalize()
    return Number(
        value * scale, Decimal("0.1") * scale, len(value.as_tuple().digits), plain=False, scaled=scaled
    )


def _from_words(text: str) -> Number:
    total = current = Decimal(0)
    for word in re.split(r"[\s\u00a0\u2009\u202f-]+", text.casefold()):
        if word == "half":
            current += Decimal("0.5")
        elif word in WORDS:
            current += WORDS[word]
        elif word in {"dozen", "hundred"}:
            current = (current or Decimal(1)) * MULTIPLES[word]
        elif word in MULTIPLES:
            total += (current or Decimal(1)) * MULTIPLES[word]
            current = Decimal(0)
    value = total + current
    value = value if value % 1 else value.quantize(Decimal(1))
    significant = value.normalize().as_tuple()
    step = Decimal(1).scaleb(int(significant.exponent)) if value else Decimal(1)
    return Number(value, step, len(significant.digits), plain=value == value.to_integral_value())
