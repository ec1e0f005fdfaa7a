"""Find the words beside a number that may name what it is: right behind it, before it, or in a list with it.

What stands right behind a number is what it counts. Words before it are farther than they look: a verb or a
full stop between them parts the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kbgen.claims.grids import read_label
from kbgen.claims.pieces import Piece
from kbgen.facts.knowledge import Knowledge, Word
from kbgen.phrases import Mention
from kbgen.quantities.reading import Quantity

_STOP_AFTER = re.compile(
    r"[.;:!?()\[\]|→]|\s[–—]\s|,\s|\b(?:and|or|with|in|on|at|by|for|from|than|the|was|is|are|were|had|"
    r"has|its|while|after|to|against|"
    r"vs|versus|of|as|reached|won)\b",
    re.IGNORECASE,
)
_PARENTHESIS = re.compile(r"[\s*_]*\([\s*_]*")
_STOP_BEFORE = re.compile(
    r"[.;!?](?:\s|$)|\s[–—]\s|\)|^\s*,\s*$|\b(?:sees?|looks?|feeds?|gives?|reduces?|yields?|produces?|"
    r"shares?|replaces?|stacks?|shrinks?|shrank|grows?|grew)\b"
)
FIELD = re.compile(r"[\s*_]*(?:[–—]|-|:{1,2}|=|→|\|)[\s*_]*")
_LABELLED = re.compile(r"[\s*_]*(?:\([^()]{0,30}\))?[\s*_]*(?:[:=→]|::|\bof\b|\bis\b|\bwas\b)[\s*_]*")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_PAIR = re.compile(r"(?P<first>\d[\d.,]*\s?%?)\s*(?:and|,)\s*(?P<second>\d[\d.,]*\s?%?)")
_JOINED = re.compile(r"\s*(?:and|,|/|&)\s*")
_ENUMERATION = re.compile(
    r"(?:[\s,/*_–-]*(?:or|and|to|&)?[\s,/*_–-]*(?:\d[\d.,]*(?:[×x]\d+)*[kMB%]?|one|two|three|four|five|"
    r"six|seven|eight|nine|ten)){1,8}[\s*_-]*",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"[\s*_]+((?:[a-z][a-z-]+\s+)?[a-z]{2,}[^su\W]s)\b(?!['’])")
_NO_PLURAL = frozenset(
    [
        "is",
        "was",
        "has",
        "as",
        "its",
        "this",
        "thus",
        "plus",
        "less",
        "vs",
        "versus",
        "does",
        "always",
        "perhaps",
        "across",
        "towards",
        "besides",
        "various",
    ]
)
_ACTS = re.compile(r"[\s*_]+(?!in\b|on\b|of\b|and\b|with\b|deep\b|for\b|at\b|by\b|from\b|to\b|or\b)[a-z]+")
_SHAPE = re.compile(r"\d[×x]\d")
_CLOSES = re.compile(r"[\s*_]*[),;]")
_OF = re.compile(r"[\s*_]+(?:for|of|by)[\s*_]+(?:the[\s*_]+)?")
_CLOSE = re.compile(r"[\s*_]*(?:of|is|was|:{1,2}|=)?[\s*_(]*")
_TOLD = re.compile(r"[\s*_]*(?:(?:of|is|was)[\s*_]+)?")
"""Between a property and its number, though the number counts what another would: *batches of 128 images*."""
_LONGEST_LABEL = 40
_YEAR_DIGITS = 4
_FAR_AFTER = 3
_FAR_BEFORE = 6


def places(
    knowledge: Knowledge, piece: Piece, quantity: Quantity, room: tuple[int, int]
) -> Iterator[tuple[list[str], bool]]:
    """Yield the properties that words beside a number name, the likeliest first.

    Parameters
    ----------
    knowledge, piece, quantity, room
        As for :func:`kbgen.claims.properties.properties`.

    Yields
    ------
    list of str
        Names of properties.
    bool
        Whether it can be no other: they stand right behind the number.
    """
    listed = _listed(piece, quantity)
    if listed:
        yield listed, False
    found = _neighbours(knowledge, piece, quantity, room)
    behind = [each for each in found if each[0] > quantity.start]
    listed_behind = [(place, False) for place in _enumerated(piece, quantity)]
    ahead = [each for each in found if each[0] <= quantity.start]
    close = [each for each in ahead if _is_close(piece, quantity, each[0])]
    counted = bool(behind) and _is_counted(piece, quantity, behind[0][0])
    told = [each for each in close if counted and _is_close(piece, quantity, each[0], _TOLD)]
    for place, surely in [*told, *behind, *close, *listed_behind, *ahead]:
        if _is_some(piece, quantity, place):
            continue
        fitting = (
            m
            for m in piece.here
            if m.start == place and (m.entry.sort != "shape" or quantity.form == "shape")
        )
        yield terms(fitting), surely


def terms(mentions: Iterable[Mention[Word]]) -> list[str]:
    """Return the properties that some mentions name."""
    return list(
        dict.fromkeys(m.entry.id for m in mentions if m.entry.sort in {"term", "label", "unit", "shape"})
    )


def _neighbours(
    knowledge: Knowledge, piece: Piece, quantity: Quantity, room: tuple[int, int]
) -> list[tuple[int, bool]]:
    """Return where words begin that may name the property, the nearest first, and whether they surely do."""
    found: list[tuple[int, int, int]] = []
    alone = not counts_other(knowledge, piece, quantity) and not _is_pronoun(piece, quantity)
    for mention in piece.here:
        if mention.start > quantity.start:
            far = _behind(piece, quantity, mention, room[1])
            after = 0
        else:
            far = _ahead(knowledge, piece, quantity, mention, room[0], alone=alone)
            after = 1
        if far is not None:
            found.append((far, after, mention.start))
    starts = list(dict.fromkeys(place for _, _, place in sorted(found)))
    at_once = {place for far, _, place in found if far == 0 and place >= quantity.end and piece.prose}
    named = {m.start for m in piece.of_sort("term")}
    return [(place, place in at_once and place in named) for place in starts]


def _behind(piece: Piece, quantity: Quantity, mention: Mention[Word], end: int) -> int | None:
    """Return how far behind a number a word stands that may name its property; ``None`` for too far."""
    words, sort = piece.words, mention.entry.sort
    if sort == "unit" and mention.end <= quantity.end:
        return 0  # the unit is part of the number: 10.9 points
    if sort == "term" and quantity.scaled and mention.start == quantity.end - 1:
        return 0  # they share a letter: 0.7 GMACs
    if mention.start < quantity.end or mention.end > end:
        return None
    begin = quantity.end
    if quantity.unit:  # 9,000 km of diameter
        begin += words[begin : mention.start].find(quantity.unit) + len(quantity.unit)
    between = words[begin : mention.start]
    if quantity.unit and _OF.fullmatch(between):
        return 0
    if sort == "when":
        return 1 if _OF.fullmatch(between) else None
    if sort not in {"term", "unit", "label"} and not (sort == "shape" and quantity.form == "shape"):
        return None
    aside = _PARENTHESIS.fullmatch(between) and _CLOSES.match(words, mention.end)
    if (sort == "label" and not aside) or (_STOP_AFTER.search(between) and not aside):
        return None
    far = len(_WORD.findall(between))
    return far if far <= _FAR_AFTER else None


def _ahead(
    knowledge: Knowledge, piece: Piece, quantity: Quantity, mention: Mention[Word], start: int, *, alone: bool
) -> int | None:
    """Return how far before a number a word stands that may name its property; ``None`` for too far."""
    sort = mention.entry.sort
    if mention.start < start or mention.end > quantity.start:
        return None
    if sort not in {"term", "label"} and not (sort == "shape" and quantity.form == "shape"):
        return None
    between = piece.words[mention.end : quantity.start]
    far = len(_WORD.findall(between))
    if far > _FAR_BEFORE:
        return None
    if FIELD.fullmatch(between) or _LABELLED.fullmatch(between):
        return far if sort != "label" or _labels(knowledge, piece, mention) else None
    dated = quantity.form == "date" or (quantity.plain and quantity.end - quantity.start == _YEAR_DIGITS)
    located = between.rstrip(" *_").endswith(" in") and not dated  # "the biases in three layers"
    if sort == "label" or not alone or located or _STOP_BEFORE.search(between):
        return None
    return far + 1


def _is_pronoun(piece: Piece, quantity: Quantity) -> bool:
    """Tell whether *one* counts nothing: *one for each*."""
    return piece.words[quantity.start : quantity.end].casefold() == "one"


def _is_close(piece: Piece, quantity: Quantity, place: int, gap: re.Pattern[str] = _CLOSE) -> bool:
    """Tell whether the words at a place stand right before a number: *a width of 512*."""
    end = max(m.end for m in piece.here if m.start == place)
    return gap.fullmatch(piece.words, end, quantity.start) is not None


def _is_counted(piece: Piece, quantity: Quantity, place: int) -> bool:
    """Tell whether the words at a place only say what a number counts, and are no part of it."""
    sorts = {m.entry.sort for m in piece.here if m.start == place}
    return place >= quantity.end and not quantity.unit and "unit" in sorts and "term" not in sorts


def _is_some(piece: Piece, quantity: Quantity, place: int) -> bool:
    """Tell whether a sentence is about some things of a kind, not all: *two layers share a card*."""
    units = [m for m in piece.here if m.start == place]
    if not piece.prose or any(m.entry.sort == "term" for m in units) or place < quantity.end:
        return False
    if (
        piece.words[piece.start : quantity.start].rstrip(" *_").endswith(" in")
        and piece.numbers[0] is quantity
    ):
        return True  # "the biases in three layers"
    begin = max(piece.start, piece.words.rfind(";", piece.start, quantity.start) + 1)
    bare = not re.search(r"\w", piece.words[begin : quantity.start])
    return bare and _ACTS.match(piece.words, units[0].end) is not None


def _labels(knowledge: Knowledge, piece: Piece, mention: Mention[Word]) -> bool:
    """Tell whether a label says what a word in it does: *time* in *Training time*, not in *Reading time*."""
    begin = max(piece.start, piece.words.rfind("\n", piece.start, mention.start) + 1)
    if mention.start - begin > _LONGEST_LABEL:
        return True
    return mention.entry.id in read_label(knowledge, piece.words[begin : mention.end]).terms


def counts_other(knowledge: Knowledge, piece: Piece, quantity: Quantity) -> bool:
    """Tell whether a number counts something that is no property: *60 people*."""
    if quantity.form != "number":
        return False
    found = _PLURAL.match(piece.words, quantity.end)
    if not found or found[1].split()[-1] in _NO_PLURAL or knowledge.fills(found[1].split()[-1]):
        return False
    return not any(
        m.start < found.end(1) and found.start(1) < m.end for m in piece.here if m.entry.sort != "noun"
    )


def _listed(piece: Piece, quantity: Quantity) -> list[str]:
    """Match two lists of one length: top-1 and top-5 error rates of 37.5 % and 17.0 %."""
    words = piece.words
    found = _PAIR.search(words, piece.start, piece.end)
    while found and not found.start("first") <= quantity.start < found.end("second"):
        found = _PAIR.search(words, found.end(), piece.end)
    if not found:
        return []
    named = [m for m in piece.here if m.entry.sort in {"term", "label"} and m.end <= found.start("first")]
    places = list(dict.fromkeys(m.start for m in named))[-2:]
    if len(places) < 2:
        return []
    gap = words[max(m.end for m in named if m.start == places[0]) : places[1]]
    if not _JOINED.fullmatch(gap):
        return []
    place = places[0] if quantity.start < found.end("first") else places[1]
    return terms(m for m in named if m.start == place)


def _enumerated(piece: Piece, quantity: Quantity) -> Iterator[int]:
    """Look over other numbers of an enumeration: 16 or 19 layers; 96, 256 and 384 filters."""
    if _is_pronoun(piece, quantity):
        return
    for mention in piece.here:
        if mention.entry.sort in {"term", "unit"} and mention.start >= quantity.end:
            between = piece.words[quantity.end : mention.start]
            # In "two 3×3 layers" the layers are some of many.
            if _ENUMERATION.fullmatch(between) and not (
                mention.entry.sort == "unit" and _SHAPE.search(between)
            ):
                yield mention.start
            return
