"""Numbers that neither count nor measure: citations, sections, times of day, coordinates, moves of chess.

A number in a name (One Direction) is one of them, and so is one whose meaning cannot be told: 12 March of no
year, the '90s.
"""

from __future__ import annotations

import re

from kbgen.lazy_expression import lazy_expression
from kbgen.quantities.dates import MONTHS
from kbgen.quantities.numbers import ORDINALS, SPACE

_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in map(str.capitalize, MONTHS)) + "|Sept"

_FOLLOWED = lazy_expression(
    rf"""{SPACE}?[°º]{SPACE}?(?:
        \d{{1,2}}(?:\.\d{{1,6}})?{SPACE}?[′'’](?:{SPACE}?\d{{1,2}}(?:\.\d{{1,6}})?{SPACE}?(?:[″"”]|''|′′))?
          (?:{SPACE}?[NSEW](?!\w))?
      | [NSEW](?!\w))                                           # 51°30′N, 51.5° N
    | {SPACE}?(?i:[ap]\.?m\b\.?|o['’]clock\b)                   # 7 am
    | (?<=\d0)['’]s\b                                             # 1990's
    | \.{{1,3}}{SPACE}?(?:O-O(?:-O)?|[KQRBN]?[a-h]?[1-8]?x?[a-h][1-8])(?![a-z])  # 12. Nf3
    | (?:st|nd|rd|th)?(?:[-–]\d{{1,2}})?{SPACE}(?:{_MONTH})\b                    # 12 March
    | {SPACE}(?:A\.?H\.?|AUC)(?!\w)                             # years of other calendars
    """,
    re.VERBOSE,
)
_PRECEDED = lazy_expression(
    rf"""(?:\b(?i:ISBN(?:-1[03])?:?|ISSN:?|DOI:?|PMID:?|OCLC:?|arXiv:|phone:?|fax:?|
        sections?|chapters?|figures?|tables?|equations?|appendix|page|version)
      | \b(?i:no|nr|nos|op|ch|chap|sec|sect|fig|figs|eq|vol|pp?|ver|tel)\.:?
      | [№§]
      | \b(?:{_MONTH})\.?                                       # March 12
      ){SPACE}?$""",
    re.VERBOSE,
)
_MAY_PRECEDE = frozenset(" \u00a0\u2009\u202f.:№")
_OPENING = frozenset("[+(")
_QUOTES = frozenset("'’")
_MAX_CHARS_BEFORE = 14
_CITATION = re.compile(rf"\[\d{{1,3}}(?:{SPACE}?[,;–-]{SPACE}?\d{{1,3}}){{0,30}}\]")
_PHONE = re.compile(
    r"\+\d{1,3}(?:[ -]?\(\d{1,5}\))?(?:[ -]\d{1,10}){1,6}(?!\d)|\(\d{3}\)[ -]?\d{3}[ -]\d{4}(?!\d)"
)
_THOUSANDS = re.compile(r"\+\d{1,3}(?: \d{3})+")
_YEAR_OF = re.compile(r"\bYear $")
_OTHER_YEARS = re.compile(r" [A-Z]{2}\b")
_GOES_ON = lazy_expression(rf"-(?:{'|'.join(ORDINALS)})\b", re.IGNORECASE)
_NAME_GOES_ON = re.compile(rf"(?:{SPACE}|-)[A-Z][a-z]")
_IN_SENTENCE = re.compile(rf"[^\W\d_],?{SPACE}$")
_CODES = re.compile(
    r"(?=(?:[\d-]{13}|[\d-]{17})$)(?:97[89]-)?\d{1,5}-\d{1,7}-\d{1,7}-\d"
    r"|\d{3}-\d{3}-\d{4}|\d{1,2}-\d{1,2}-\d{4}"
)
"""A book, a telephone, a day that may be two: what hyphens join, and is no list of numbers."""


def end_of_non_quantity(text: str, start: int, end: int) -> int:
    """Return where a number ends that is no quantity, with what belongs to it; 0 if it may be one.

    Examples
    --------
    >>> end_of_non_quantity("7 am", 0, 1), end_of_non_quantity("as [12] says", 4, 6)
    (4, 7)
    >>> end_of_non_quantity("7 m", 0, 1)
    0
    """
    before = text[start - 1 : start]
    if text[start].isalpha():
        named = text[start].isupper() and _is_of_a_name(text, start, end)
        return end if named or _GOES_ON.match(text, end) else 0
    if before == "±" or text[start - 3 : start] in {"+/-", "+/−"}:
        return end
    enclosed = _enclosed(text, start, before) if before in _OPENING and before else 0
    if enclosed:
        return enclosed
    if before in _QUOTES and before and _is_short_year(text, start, end):
        return end
    followed = _FOLLOWED.match(text, end)
    if followed:
        return followed.end()
    if before in _MAY_PRECEDE and before:
        if _PRECEDED.search(text, max(0, start - _MAX_CHARS_BEFORE), start):
            return end
        if _YEAR_OF.search(text, max(0, start - _MAX_CHARS_BEFORE), start) and _OTHER_YEARS.match(text, end):
            return end
    return end if _begins_with_nought(text, start, end) else 0


def _enclosed(text: str, start: int, before: str) -> int:
    """Return where a citation or a telephone number ends; 0 for anything else."""
    if before == "[" and text[start - 2 : start - 1] != "[":
        cited = _CITATION.match(text, start - 1)
        if cited and not text.startswith("(", cited.end()):
            return cited.end()
        return 0
    phone = _PHONE.match(text, start - 1)
    return phone.end() if phone and not _THOUSANDS.fullmatch(phone[0]) else 0


def is_code(chain: str) -> bool:
    """Tell whether numbers that hyphens join are one code: a book, a telephone, a day.

    >>> [is_code(chain) for chain in ("978-3-16-148410-0", "555-123-4567", "12-03-2013", "96-256-384")]
    [True, True, True, False]
    """
    return _CODES.fullmatch(chain) is not None


def _begins_with_nought(text: str, start: int, end: int) -> bool:
    """Tell whether digits are a code: 007, 0171. A number begins with nought before a point alone."""
    return text[start] == "0" and text[start + 1 : start + 2].isdigit() and text[start:end].isdecimal()


def _is_short_year(text: str, start: int, end: int) -> bool:
    return (
        end - start == 2
        and text[start:end].isdecimal()
        and text[end : end + 1] not in {"'", "’"}
        and (start < 2 or not text[start - 2].isalnum())
    )


def _is_of_a_name(text: str, start: int, end: int) -> bool:
    """Tell whether a number word is part of a name: *Seven Years War*, *the Magnificent Seven*."""
    if text[start:end].isupper():
        return False  # all is in capitals
    return (
        _NAME_GOES_ON.match(text, end) is not None
        or _IN_SENTENCE.search(text, max(0, start - 3), start) is not None
    )
