"""How many things a text says that it lists, and how many it does: *the three elements* over three rows.

It is a count of what follows only where nothing else can be meant: the noun is the head of the table's
first column, or a list follows at once on a heading *The three laws* or on a sentence *There are three
laws:*. Two weeks and 90 minutes count nothing below them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kbgen.claims.passages import Passage
from kbgen.consistency.cells import cell
from kbgen.consistency.derived import Derived, derived
from kbgen.phrases import stem
from kbgen.quantities.extraction import Quantity, quantities

_NUMBER = r"(?P<number>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})"
_NOUN = r"(?P<between>(?:[^\W\d_][\w-]*[ ]){0,2}?)(?P<noun>[^\W\d_][\w-]*s)"
_HEADING = re.compile(
    rf"(?P<article>(?:the|these|our|my|its|their)\s)?{_NUMBER}\s{_NOUN}(?:\sof\s[\w -]{{2,40}})?\s?[:.]?",
    re.IGNORECASE,
)
_LEAD = re.compile(
    rf"""(?:\b(?:these|the[ ]following|following|there[ ](?:are|were)|has|have|had|includes?|contains?|offers?
        |provides?|comprises?|consists?[ ]of|supports?|(?:divided|split|falls?)[ ]into|made[ ](?:up[ ])?of)
        |^the)[ ]{_NUMBER}[ ]{_NOUN}(?:[ ](?:of|for|to|in)[ ][\w ,'’-]{{2,40}})?:\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_FOLLOWING = re.compile(rf"\b{_NUMBER}[ ]following[ ]{_NOUN}:\s*$", re.IGNORECASE)
_TAIL = 160
"""As much of a sentence as can hold such an announcement."""

_COUNTED = range(2, 100)
_MAX_PASSAGES_AWAY = 500
"""How far a count is looked for: a hundred rows or items, and what stands among them."""

_SIZES = """
    years months weeks days hours minutes seconds nights decades centuries times percents points dollars
    euros pounds cents metres meters kilometres kilometers miles feet inches grams kilos tonnes litres
    liters degrees pages words chapters volumes versions releases players users people stars thousands
    hundreds dozens millions always plus less thus this is was has as
"""
_MEASURING = frozenset(stem(word) for word in _SIZES.split())
"""What a number before is a size of, not a count of what follows."""

_SOME = re.compile(
    r"\b(?:first|last|next|past|more|other|others|new|further|additional|extra|different|main|of)\b",
    re.IGNORECASE,
)
_AND_MORE = re.compile(r"\W*(?:\.\.\.|…|etc\b|and (?:more|others|so on)\b|more\b)", re.IGNORECASE)
_COUNTS = re.compile(r"\W*(?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)", re.IGNORECASE)
"""What begins an item that counts itself: *5 rooms*, *3 halls* below *8 rooms*."""
_SUMMARY = re.compile(r"\W*(?:total|sum|average|mean|overall|all|together|notes?)\b", re.IGNORECASE)
_NUMBERING = re.compile(r"\W*(?:no|nr|number)?\W*", re.IGNORECASE)


def counts(passages: Sequence[Passage]) -> Iterator[Derived]:
    """Yield the counts of a text, each with what there is to count."""
    for index, passage in enumerate(passages):
        found = announcement(passage.kind, passage.words)
        if found is None or _measures(found):
            continue
        listed = passage.kind != "heading" or (found["article"] is not None and found["noun"].islower())
        quantity = _quantity(passage, found["number"], found.start("number"))
        what = _rows(passages, index, found["noun"], passage.kind) or (
            _items(passages, index) if listed else None
        )
        if quantity and what:
            number, kind = what
            if number in _COUNTED:
                # A list may go on in words; a table whose rows are named by the noun does not.
                yield derived(
                    passage,
                    quantity,
                    "count",
                    (str(number), "discrete"),
                    f"{number} {kind} below",
                    firm=kind == "rows",
                )


def announcement(kind: str, words: str) -> re.Match[str] | None:
    """Return where a passage may say how many things follow."""
    if kind == "heading":
        return _HEADING.fullmatch(words.strip())
    if kind != "paragraph" or not words.rstrip().endswith(":"):
        return None
    begin = max(0, len(words) - _TAIL)
    return _LEAD.search(words, begin) or _FOLLOWING.search(words, begin)


def _measures(found: re.Match[str]) -> bool:
    return (
        stem(found["noun"]) in _MEASURING
        or stem(found["noun"].rpartition("-")[2]) in _MEASURING
        or _SOME.search(found["between"]) is not None
    )


def _quantity(passage: Passage, number: str, start: int) -> Quantity | None:
    start += len(passage.words) - len(passage.words.lstrip()) if passage.kind == "heading" else 0
    words = passage.words
    # Capitals in a heading are no name: *The Three Laws*.
    for quantity in quantities(f"{words[:start]}{number.lower()}{words[start + len(number) :]}"):
        if quantity.start == start:
            exact = quantity.end == start + len(number) and quantity.operator == "="
            return quantity if exact else None
    return None


def _rows(passages: Sequence[Passage], index: int, noun: str, kind: str) -> tuple[int, str] | None:
    """Count the rows of the one table in reach, if its first column is of these things."""
    heading = kind == "heading"
    level = passages[index].level
    table = -1
    number = 0
    for passage in passages[index + 1 : index + _MAX_PASSAGES_AWAY]:
        if passage.kind == "heading":
            if not heading or passage.level <= level or table >= 0:
                break
            return None
        if passage.kind not in {"row", "head"}:
            if not heading:
                break
            continue
        if table not in {-1, passage.table}:
            return None  # there are two
        table = passage.table
        if passage.kind != "row":
            continue
        column = 1 if passage.heads and _NUMBERING.fullmatch(passage.heads[0]) else 0
        head = passage.heads[column] if column < len(passage.heads) else ""
        if stem(noun) not in [stem(word) for word in re.findall(r"\w+", head)]:
            return None
        label = cell(passage, column)
        if _AND_MORE.match(label):
            return None
        number += bool(label) and not _SUMMARY.match(label)
    return (number, "rows") if table >= 0 else None


def _items(passages: Sequence[Passage], index: int) -> tuple[int, str] | None:
    """Count the items of the list that follows at once."""
    number = 0
    base = -1
    for passage in passages[index + 1 : index + _MAX_PASSAGES_AWAY]:
        if base < 0:
            if passage.kind != "item":
                return None
            base = passage.level
        if passage.kind == "heading" or passage.level < base:
            break
        if passage.kind in {"code", "row", "head"}:
            return None  # items without words of their own may be there
        if passage.kind == "item" and passage.level == base:
            if _AND_MORE.match(passage.words) or _COUNTS.match(passage.words):
                return None
            number += 1
    return (number, "items") if base >= 0 else None
