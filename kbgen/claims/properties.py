"""Find out which property a number is a value of: by the words beside it, its column, its label.

What stands right behind a number is what it counts. Words before it are farther than they look: a verb or a
full stop between them parts the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from kbgen.claims.grids import read_label
from kbgen.claims.knowledge import Knowledge, Word
from kbgen.claims.phrases import Mention
from kbgen.claims.pieces import Piece
from kbgen.claims.quantities import Quantity

_STOP_AFTER = re.compile(
    r"[.;:!?()\[\]|→]|\s[–—]\s|,\s|\b(?:and|or|with|in|on|at|by|for|from|than|the|was|is|are|were|had|has|its|while|after|to|against|"
    r"vs|versus|of|as|reached|won)\b",
    re.IGNORECASE,
)
_PARENTHESIS = re.compile(r"[\s*_]*\([\s*_]*")
_STOP_BEFORE = re.compile(
    r"[.;!?](?:\s|$)|\s[–—]\s|\)|^\s*,\s*$|\b(?:sees?|looks?|feeds?|gives?|reduces?|yields?|produces?|shares?|replaces?|stacks?)\b"
)
_FIELD_BEFORE = re.compile(r"[\s*_]*(?:[–—]|-|:{1,2}|=|→|\|)[\s*_]*")
_LABELLED = re.compile(r"[\s*_]*(?:\([^()]{0,30}\))?[\s*_]*(?:[:=→]|::|\bof\b|\bis\b|\bwas\b)[\s*_]*")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_PAIR = re.compile(r"(?P<first>\d[\d.,]*\s?%?)\s*(?:and|,)\s*(?P<second>\d[\d.,]*\s?%?)")
_JOINED = re.compile(r"\s*(?:and|,|/|&)\s*")
_ENUMERATION = re.compile(
    r"(?:[\s,/*_–-]*(?:or|and|to|&)?[\s,/*_–-]*(?:\d[\d.,]*(?:[×x]\d+)*[kMB%]?|one|two|three|four|five|six|seven|eight|nine|ten)){1,8}[\s*_-]*",
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
_NEXT_VALUE = re.compile(r"[\s,;/]*(?:\([^()]{0,30}\))?[\s,;/&]*(?:and|or)?[\s*_]*")
_IN_PARENTHESES = re.compile(r"\([\d.,]+\s?(?:[kMB%]|million|billion)?\)")
_BY = re.compile(r"\b(?:in|by|in terms of)\s(?:the\s)?(?:number of\s|its\s)?$")
_OPENING = re.compile(
    r"[\s*_\"“]*(?:in|on|by)\s(?:(?:january|february|march|april|may|june|july|august|september|october|november|december)\s)?",
    re.IGNORECASE,
)
_CLOSES = re.compile(r"[\s*_]*[),;]")
_OF = re.compile(r"[\s*_]+(?:for|of|by)[\s*_]+(?:the[\s*_]+)?")
_CLOSE = re.compile(r"[\s*_]*(?:of|is|was|:{1,2}|=)?[\s*_(]*")
_LISTED = re.compile(r"[\s*_]*(?:[,;/–&+-]|and|or|to|vs\.?|→)?[\s*_(]*(?:or|and)?[\s*_]*")
_LONGEST_LABEL = 40
_YEAR_DIGITS = 4
_FAR_AFTER = 3
_FAR_BEFORE = 6


def properties(  # noqa: C901, one rule after another, each a line or two
    knowledge: Knowledge, piece: Piece, quantity: Quantity, room: tuple[int, int]
) -> Iterator[tuple[list[str], bool]]:
    """Yield the properties that a number may be a value of, the likeliest together and first.

    Parameters
    ----------
    knowledge
        What is known.
    piece
        Where the number stands.
    quantity
        The number.
    room
        Where the number before it ends, and where the one behind it begins.

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
    places = _neighbours(knowledge, piece, quantity, room)
    behind = [each for each in places if each[0] > quantity.start]
    listed_behind = [(place, False) for place in _enumerated(piece, quantity)]
    ahead = [each for each in places if each[0] <= quantity.start]
    close = [each for each in ahead if _is_close(piece, quantity, each[0])]
    for place, surely in [*behind, *close, *listed_behind, *ahead]:
        if _is_some(piece, quantity, place):
            continue
        fitting = [
            m
            for m in piece.here
            if m.start == place and (m.entry.sort != "shape" or quantity.form == "shape")
        ]
        yield _terms(fitting), surely
    if piece.passage.kind == "row" and _is_value(piece, quantity):
        for names in _of_row(piece):
            yield names, False
    if _is_fragment(knowledge, piece, quantity):
        for names in _of_context(knowledge, piece):
            yield names, False
    for names in (_of_field(piece, quantity), _at_end(piece, quantity), *_of_opening_year(piece, quantity)):
        if names:
            yield names, False
    if quantity.form in {"duration", "bytes"} and piece.prose:
        # "for 70 epochs, around 12 days": the verb stands before the number before it.
        for mention in reversed([m for m in piece.of_sort("term") if m.end <= room[0]]):
            yield [mention.entry.id], False


def _of_field(piece: Piece, quantity: Quantity) -> list[str]:
    """Return what the label of a field names, for a further value in it: *Size: 65 (base), 213 (big)*."""
    first = piece.numbers[0]
    if quantity is first or first.form != quantity.form:
        return []
    label = [m for m in piece.of_sort("term", "label") if m.end <= first.start]
    if not label or not _FIELD_BEFORE.fullmatch(piece.words, label[-1].end, first.start):
        return []
    chain = [q for q in piece.numbers if q.start <= quantity.start]
    if not all(_NEXT_VALUE.fullmatch(piece.words, one.end, two.start) for one, two in pairwise(chain)):
        return []
    return _terms(m for m in label if m.start == label[-1].start)


def _at_end(piece: Piece, quantity: Quantity) -> list[str]:
    """Return the property that a comparison ends with: *A (138M) dwarfs B (60M) in parameters*."""
    if not piece.prose or not _IN_PARENTHESES.match(piece.words, max(quantity.start - 1, 0)):
        return []
    last = next((m for m in reversed(piece.here) if m.entry.sort in {"term", "unit"}), None)
    if last is None or last.start < quantity.end or not _BY.search(piece.words, piece.start, last.start):
        return []
    return _terms(m for m in piece.here if m.start == last.start)


def _of_opening_year(piece: Piece, quantity: Quantity) -> Iterator[list[str]]:
    """Yield what a sentence that begins with a date tells of: *in 2013, Google acquired DNNresearch*."""
    dated = quantity.form == "date" or (quantity.plain and quantity.end - quantity.start == _YEAR_DIGITS)
    if dated and piece.prose and _OPENING.fullmatch(piece.words, piece.start, quantity.start):
        for place in dict.fromkeys(m.start for m in piece.of_sort("term") if m.start >= quantity.end):
            yield _terms(m for m in piece.here if m.start == place)


def _is_close(piece: Piece, quantity: Quantity, place: int) -> bool:
    """Tell whether the words at a place stand right before a number: *a width of 512*."""
    end = max(m.end for m in piece.here if m.start == place)
    return _CLOSE.fullmatch(piece.words, end, quantity.start) is not None


def _terms(mentions: Iterable[Mention[Word]]) -> list[str]:
    return list(
        dict.fromkeys(m.entry.id for m in mentions if m.entry.sort in {"term", "label", "unit", "shape"})
    )


def _neighbours(  # noqa: C901, one rule after another, each a line or two
    knowledge: Knowledge, piece: Piece, quantity: Quantity, room: tuple[int, int]
) -> list[tuple[int, bool]]:
    """Return where words begin that may name the property, nearest first, and whether they surely do."""
    words = piece.words
    found: list[tuple[int, int, int]] = []
    counts_other = _counts_other(knowledge, piece, quantity)
    dated = quantity.form == "date" or (quantity.plain and quantity.end - quantity.start == _YEAR_DIGITS)
    is_one = words[quantity.start : quantity.end].casefold() == "one"  # "one for each" counts nothing
    for mention in piece.here:
        sort = mention.entry.sort
        if sort == "shape" and quantity.form == "shape":
            sort = "term"
        if sort == "unit" and quantity.start < mention.start and mention.end <= quantity.end:
            found.append((0, 0, mention.start))  # the unit is part of the number: 10.9 points
        if sort in {"term", "unit", "label"} and quantity.end <= mention.start and mention.end <= room[1]:
            between = words[quantity.end : mention.start]
            far = len(_WORD.findall(between))
            aside = (
                _PARENTHESIS.fullmatch(between) is not None and _CLOSES.match(words, mention.end) is not None
            )
            if sort == "label" and not aside:
                continue
            if far <= _FAR_AFTER and (aside or not _STOP_AFTER.search(between)):
                found.append((far, 0, mention.start))
        if (
            sort == "when"
            and quantity.end <= mention.start < room[1]
            and _OF.fullmatch(words, quantity.end, mention.start)
        ):
            found.append((1, 0, mention.start))
        if sort in {"term", "label"} and room[0] <= mention.start and mention.end <= quantity.start:
            between = words[mention.end : quantity.start]
            far = len(_WORD.findall(between))
            field = _FIELD_BEFORE.fullmatch(between) is not None
            field = field or _LABELLED.fullmatch(between) is not None
            if (
                far > _FAR_BEFORE
                or not (field or sort == "term")
                or (_STOP_BEFORE.search(between) and not field)
            ):
                continue
            if field and sort == "label" and not _labels(knowledge, piece, mention):
                continue
            if between.rstrip(" *_").endswith(" in") and not dated:
                continue  # "the biases in three layers"
            if field or not (counts_other or is_one):
                found.append((far + 1 if not field else far, 1, mention.start))
    places = list(dict.fromkeys(place for _, _, place in sorted(found)))
    at_once = {place for far, _, place in found if far == 0 and place >= quantity.end and piece.prose}
    terms = {m.start for m in piece.here if m.entry.sort == "term"}
    return [(place, place in at_once and place in terms) for place in places]


def _is_some(piece: Piece, quantity: Quantity, place: int) -> bool:
    """Tell whether a sentence begins with some things of a kind: *two layers share a card*."""
    units = [m for m in piece.here if m.start == place]
    if not piece.prose or any(m.entry.sort == "term" for m in units) or place < quantity.end:
        return False
    if (
        piece.words[piece.start : quantity.start].rstrip(" *_").endswith(" in")
        and piece.numbers[0] is quantity
    ):
        return True  # "the biases in three layers"
    bare = not re.search(r"\w", piece.words[piece.start : quantity.start])
    return bare and _ACTS.match(piece.words, units[0].end) is not None


def _is_value(piece: Piece, quantity: Quantity) -> bool:
    """Tell whether a number is what its cell states, or in a list of them; not in an explanation."""
    for before, after in pairwise(piece.numbers):
        if before.start >= quantity.start:
            break
        if not _LISTED.fullmatch(piece.words, before.end, after.start) and after.start <= quantity.start:
            return False
    return True


def _labels(knowledge: Knowledge, piece: Piece, mention: Mention[Word]) -> bool:
    """Tell whether a label says what a word in it does: *time* in *Training time*, not in *Reading time*."""
    begin = max(piece.start, piece.words.rfind("\n", piece.start, mention.start) + 1)
    if mention.start - begin > _LONGEST_LABEL:
        return True
    return mention.entry.id in read_label(knowledge, piece.words[begin : mention.end]).terms


def _counts_other(knowledge: Knowledge, piece: Piece, quantity: Quantity) -> bool:
    """Tell whether a number counts something that is no property: *60 people*."""
    if quantity.form != "number":
        return False
    found = _PLURAL.match(piece.words, quantity.end)
    if not found or found[1].split()[-1] in _NO_PLURAL or knowledge.fills(found[1].split()[-1]):
        return False
    return not any(m.start < found.end(1) and found.start(1) < m.end for m in piece.here)


def _listed(piece: Piece, quantity: Quantity) -> list[str]:
    """Match two lists of one length: top-1 and top-5 error rates of 37.5 % and 17.0 %."""
    words = piece.words
    found = _PAIR.search(words, piece.start, piece.end)
    while found and not found.start("first") <= quantity.start < found.end("second"):
        found = _PAIR.search(words, found.end(), piece.end)
    if not found:
        return []
    terms = [m for m in piece.here if m.entry.sort in {"term", "label"} and m.end <= found.start("first")]
    places = list(dict.fromkeys(m.start for m in terms))[-2:]
    if len(places) < 2:
        return []
    gap = words[max(m.end for m in terms if m.start == places[0]) : places[1]]
    if not _JOINED.fullmatch(gap):
        return []
    place = places[0] if quantity.start < found.end("first") else places[1]
    return _terms(m for m in terms if m.start == place)


def _enumerated(piece: Piece, quantity: Quantity) -> Iterator[int]:
    """Look over other numbers of an enumeration: 16 or 19 layers; 96, 256 and 384 filters."""
    if piece.words[quantity.start : quantity.end].casefold() == "one":
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


def _of_row(piece: Piece) -> Iterator[list[str]]:
    """Yield what the head of the column names, then what the labels of the row do."""
    grid = piece.grid
    if grid is not None and grid.names != piece.column:
        label = piece.row.label(grid.names)
        if label.terms and not (label.subjects or label.part):
            yield list(label.terms)
    if grid is not None and 0 <= piece.column < len(grid.heads) and grid.heads[piece.column].terms:
        yield list(grid.heads[piece.column].terms)
        return
    for number, label in enumerate(piece.row.labels):
        if number == piece.column or (grid is not None and number == grid.names and grid.names > 0):
            continue
        if label.terms and not _has_value(piece, number):
            yield list(label.terms)


def _has_value(piece: Piece, column: int) -> bool:
    """Tell whether a cell holds a number of its own, so that it is a value and no label."""
    cell = piece.passage.cells[column]
    return (
        re.search(r"(?<![\w-])\d", piece.words[cell.start : cell.end]) is not None
        and re.search(r"\btop[- ]?\d|\(.*\)", piece.words[cell.start : cell.end], re.IGNORECASE) is None
    )


def _is_fragment(knowledge: Knowledge, piece: Piece, quantity: Quantity) -> bool:
    """Tell whether a piece says hardly more than the number, as an answer does, or the value of a list."""
    if (
        piece.passage.kind in {"heading", "code", "property"}
        or len(piece.numbers) > 3
        or piece.numbers[0] is not quantity
    ):
        return False
    if _counts_other(knowledge, piece, quantity):
        return False
    before = piece.words[piece.start : quantity.start].strip(" *_(~≈>")
    return before.casefold() in {
        "",
        "in",
        "about",
        "some",
        "roughly",
        "around",
        "approximately",
        "it is",
        "it was",
        "there are",
        "at",
    }


def _of_context(knowledge: Knowledge, piece: Piece) -> Iterator[list[str]]:
    """Yield what the question before asks for, or the item or heading right above names."""
    asked = piece.words[: piece.start].rstrip()
    above: Sequence[str] = ()
    if asked.endswith("?"):
        above = (asked.rpartition(". ")[2],)
    elif piece.start == 0:
        above = piece.passage.parents[-1:] or piece.passage.sections[-1:]
    for words in above:
        mentions = knowledge.mentions(words)
        sorts = {"term", "unit", "label"} if "?" in words else {"term", "label"}
        terms = _terms(m for m in mentions if m.entry.sort in sorts)
        if terms and ("?" in words or read_label(knowledge, words).terms):
            yield terms
