"""The sign of a number: a minus or a hyphen right before its first digit, where it joins no two words."""

from __future__ import annotations

import re
from decimal import Decimal

from kbgen.lazy_expression import lazy_expression
from kbgen.quantities.numbers import LAST_WORD, SPACE

_SIGNS = frozenset("-−–+")
_MAY_STAND_BEFORE = frozenset('([{|<>=≤≥~≈∼*_"“‘:,;&\t\n ') | frozenset("\u00a0\u2009\u202f")
_BLANK = frozenset("\t\n \u00a0\u2009\u202f")
_OPERAND = lazy_expression(rf"(?:[\d%‰°)\]]|\b{LAST_WORD}){SPACE}{{1,2}}$", re.IGNORECASE)
_MAX_OPERAND_CHARS = 24
_IN_A_WORD = re.compile(rf"\b(?:minus|negative){SPACE}$", re.IGNORECASE)
_DEGREES = re.compile(rf"{SPACE}?(?:°|℃|℉|%|percent|degrees)")
_MAX_WORD_CHARS = len("negative ")


def sign_of(text: str, start: int, end: int, floor: int) -> tuple[Decimal, int]:
    """Return the sign of a number, 1 or -1, and where the number begins with its sign.

    Parameters
    ----------
    text
        What the number stands in.
    start, end
        Its digits.
    floor
        Where the number may begin at the earliest.

    Examples
    --------
    >>> [int(sign_of(text, at, at + 2, 0)[0]) for text, at in (("at -80", 4), ("10 -15", 4), ("GPT -10", 5))]
    [-1, 1, -1]
    """
    before = text[start - 1 : start]
    if before in _SIGNS and before and start > floor:
        outer = text[start - 2 : start - 1] if start > 1 else ""
        if outer and outer not in _MAY_STAND_BEFORE:
            return Decimal(1), start
        if before == "–" and not _DEGREES.match(text, end):
            return Decimal(1), start  # a dash, unless it stands where only a minus can
        if (
            outer in _BLANK
            and outer
            and _OPERAND.search(text, max(0, start - 1 - _MAX_OPERAND_CHARS), start - 1)
        ):
            return Decimal(1), start  # 10 -15 is a range, and 10 −5 a difference
        return Decimal(1 if before == "+" else -1), start - 1
    if before in _BLANK and before and text[start - 2 : start - 1] in {"s", "S", "e", "E"}:
        word = _IN_A_WORD.search(text, max(0, start - _MAX_WORD_CHARS), start)
        if (
            word
            and word.start() >= floor
            and not _OPERAND.search(text, max(0, word.start() - _MAX_OPERAND_CHARS), word.start())
        ):
            return Decimal(-1), word.start()
    return Decimal(1), start
