"""Read numbers in any notation: 60,965,224, 6.1e7, 6.1×10⁷, 60 M, sixty million, 60 965 224.

Everything is a `Decimal`: in binary floating point 26.2 - 15.3 is 10.899999999999999.
"""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct


class Number(Struct, frozen=True):
    """A number as it is written."""

    value: Decimal
    step: Decimal
    digits: int
    plain: bool
    scaled: bool = False


SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "mio": 6, "million": 6, "b": 9, "bn": 9, "g": 9}
SCALES |= {"billion": 9, "t": 12, "tn": 12, "trillion": 12}

SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
"""The words for the first numbers, each at its number."""
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = {word: number for number, word in enumerate(SMALL)}
WORDS |= {word: 10 * number for number, word in enumerate(TENS, start=2)}
_MULTIPLIERS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}

SPACE = "[ \u00a0\u2009\u202f]"
_SUPERSCRIPT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")

# Repetitions are bounded: a number of a million digits costs no more than reading it.
_DIGITS = (
    r"\d{1,3}(?:,\d{3}){1,9}(?!\d|,\d)(?:\.\d{1,20})?"  # 60,965,224
    "|\\d{1,3}(?:[ \u00a0\u2009\u202f'’_]\\d{3}){1,9}(?!\\d)(?:\\.\\d{1,20})?"  # 60 965 224
    r"|\d{1,30}(?:\.\d{1,20})?"
)
_POWER = (
    rf"(?:[eE][+-]?\d{{1,3}}(?!\w)"
    rf"|{SPACE}?[×x·*]{SPACE}?10(?:\^\{{?-?\d{{1,3}}\}}?|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,4}}))"
)
_SCALE = (
    rf"(?:(?:{SPACE}|-)?(?:thousand|million|billion|trillion)s?(?![a-z])"
    rf"|{SPACE}?(?-i:mn|mio|bn|tn|k|K|M|B|G|T)(?![A-Za-z0-9])"
    rf"|{SPACE}?(?-i:[kMGT](?=(?:FLOP|MAC|OP|Hz|bit|pixel)[A-Za-z/]*)))"  # GMACs, MFLOPs
)
_IN_DIGITS = rf"(?:{_DIGITS})(?:{_POWER})?(?:{_SCALE})?"
WORD = rf"(?:{'|'.join((*TENS, *reversed(SMALL)))})"
_IN_WORDS = (
    rf"{WORD}(?:(?:{SPACE}|-)(?:and{SPACE})?(?:{WORD}|{'|'.join(_MULTIPLIERS)})(?![a-z])){{0,9}}(?![a-z])"
)
NUMBER = rf"(?:{_IN_DIGITS}|{_IN_WORDS})"

ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
ORDINAL = rf"(?:{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))"


def read_scale(text: str) -> Decimal | None:
    """Return what the word or letter behind a number multiplies it with: *million*, ``M``."""
    found = re.search(rf"{_SCALE}$", text, re.IGNORECASE)
    if not found or not text[0].isdigit():
        return None
    return Decimal(10) ** SCALES[found[0].strip(" \u00a0\u2009\u202f-").casefold().removesuffix("s")]


def read_number(text: str) -> Number:
    """Read a text that matches :data:`NUMBER`.

    Examples
    --------
    >>> [f"{read_number(text).value:f}" for text in ("60,965,224", "6.1e7", "60 M", "sixty-one million")]
    ['60965224', '61000000', '60000000', '61000000']
    """
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
        exponent += SCALES[scale[0].strip(" \u00a0\u2009\u202f-").casefold().removesuffix("s")]
    fraction = len(plain.partition(".")[2])
    value = Decimal(plain).scaleb(exponent)
    significant = plain.replace(".", "").lstrip("0")
    if not fraction and not exponent:
        # A round number written out, 60,000,000, may be meant as roughly as 60M.
        trimmed = significant.rstrip("0")
        return Number(
            value, Decimal(10) ** (len(significant) - len(trimmed)), max(len(trimmed), 1), "," not in digits
        )
    scaled = scale is not None or power is not None
    return Number(
        value, Decimal(10) ** (exponent - fraction), max(len(significant), 1), plain=False, scaled=scaled
    )


def _from_words(text: str) -> Number:
    total = current = 0
    for word in re.split(r"[\s\u00a0\u2009\u202f-]+", text.casefold()):
        if word == "and":
            continue
        if word in WORDS:
            current += WORDS[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        else:
            total += max(current, 1) * 10 ** _MULTIPLIERS[word]
            current = 0
    value = total + current
    trimmed = str(value).rstrip("0") or "0"
    step = Decimal(10) ** (len(str(value)) - len(trimmed)) if value else Decimal(1)
    return Number(Decimal(value), step, len(trimmed), plain=True)
