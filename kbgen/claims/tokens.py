"""Tell what each word of a sentence does: names a subject, counts, joins, or takes a value away."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from unicodedata import category

from msgspec import Struct
from msgspec.structs import replace

from kbgen.claims.function_words import Phrase, function_words
from kbgen.facts.knowledge import Sense, Sort
from kbgen.phrases import Mention
from kbgen.quantities.extraction import Quantity, quantities
from kbgen.quantities.measures import unit_behind

_SORTS: Mapping[Sort, str] = {
    "subject": "S",
    "part": "P",
    "variant": "V",
    "noun": "K",
    "value": "L",
    "step": "Q",
    "filler": "F",
    "term": "T",
    "label": "T",
    "unit": "T",
    "shape": "T",
    "reversed": "T",
    "when": "W",
    "another": "v",
    "modifier": "m",
    "topic": "G",
}
_MARKS: Mapping[str, str] = {
    ",": "c",
    ";": "e",
    ".": "e",
    "!": "e",
    "?": "e",
    ":": "k",
    "(": "{",
    ")": "}",
    "[": "{",
    "]": "}",
    "–": "j",
    "—": "j",
    "-": "j",
    "=": "q",
    "≈": "a",
    "~": "a",
    "→": "j",
    "&": "n",
    "+": "n",
    "/": "/",
    "|": "j",
}
_WORD = re.compile(r"['’]s?(?!\w)|[^\W\d_]+(?:['’&-][^\W\d_]+|\.[^\W\d_](?!\w))*\.?|\d[\w.,]*\w|\d|[^\w\s]")
_NUMBERING = re.compile(r"\.[^\W\d_]{2}")
"""What follows the number of a point: *1.the captain*."""
_OWNS = re.compile(r"['’]s?$")
_OWNING = frozenset("s'’")
"""How a word that owns something ends."""
_YEAR = re.compile(r"1[0-9]\d\d|20[0-3]\d")
_SILENT = frozenset("\"“”„‘'’*_`«»●•▪■►▶‣·○◦✓✔✅➤★#")
"""Marks that say nothing here."""
_ATTACHED = re.compile(r"[A-Za-z]+/s\b|[A-Z]+S\b(?=/s)")

MAX_TOKENS = 400
"""Words of a sentence; what is longer is a dump of data."""
MAX_NUMBERS = 60


class Token(Struct, frozen=True):
    """A word, a name or a number."""

    tags: str
    """What it may be, a letter each; see :mod:`kbgen.claims.patterns`."""
    start: int
    end: int
    """Where it stands in the words of the passage."""
    entries: tuple[Sense, ...] = ()
    quantity: Quantity | None = None

    def ids(self, sort: Sort) -> list[str]:
        """Return what the word may stand for that is of a sort: subjects, parts."""
        return [entry.id for entry in self.entries if entry.sort == sort]


class TaggedText(Struct, frozen=True):
    """A sentence, a cell or a line as tokens."""

    words: str
    """Of the whole passage."""
    start: int
    end: int
    tokens: tuple[Token, ...]
    text: str
    """The tags of all tokens, for patterns to be matched with."""
    begins: tuple[int, ...]
    """Where each token begins in :attr:`text`."""

    def index(self, place: int) -> int:
        """Return which token begins at a place of :attr:`text`, or how many there are."""
        return bisect_left(self.begins, place)

    def around(self, at: int, before: str, behind: str) -> tuple[int, int]:
        """Return the first token and the end of the stretch about one that has none of some tags.

        Parameters
        ----------
        at
            The token.
        before, behind
            Tags at which the stretch ends on either side.
        """
        tokens, stops, ends = self.tokens, set(before), set(behind)
        first = next((n for n in range(at - 1, -1, -1) if stops.intersection(tokens[n].tags)), -1) + 1
        last = next((n for n in range(at + 1, len(tokens)) if ends.intersection(tokens[n].tags)), len(tokens))
        return first, last

    def place(self, index: int) -> int:
        """Return where a token begins in :attr:`text`."""
        return self.begins[index] if index < len(self.begins) else len(self.text)


def tag_text(
    text: str,
    start: int,
    end: int,
    mentions: Sequence[Mention[Sense]],
    phrases: Mapping[str, Sequence[Phrase]] | None = None,
) -> TaggedText | None:
    """Read some words of a passage.

    Parameters
    ----------
    text
        Of the passage.
    start, end
        The sentence.
    mentions
        What is mentioned in the passage.
    phrases
        The small words, by the first word of each; those of all sentences where none are given.

    Returns
    -------
    TaggedText or None
        ``None`` for what is too long to be a sentence.
    """
    here = [m for m in mentions if start <= m.start and m.end <= end]
    small = function_words() if phrases is None else phrases
    tokens = list(islice(_tokens(text, start, end, here, small), MAX_TOKENS + 1))
    if len(tokens) > MAX_TOKENS or sum(token.quantity is not None for token in tokens) > MAX_NUMBERS:
        return None
    begins: list[int] = []
    parts: list[str] = []
    length = 0
    for token in tokens:
        begins.append(length)
        parts.append(f"<{token.tags}>")
        length += len(token.tags) + 2
    return TaggedText(text, start, end, tuple(tokens), "".join(parts), tuple(begins))


def _tokens(
    text: str,
    start: int,
    end: int,
    here: Sequence[Mention[Sense]],
    phrases: Mapping[str, Sequence[Phrase]],
) -> Iterator[Token]:
    names = _names(here)
    numbers = {each.start: each for each in _numbers(text, start, end) if not _is_of_name(each, here)}
    small = _small(text, start, end, phrases)
    known = sorted({*numbers, *names})
    position = start
    while position < end:
        if position in numbers:
            token = _number(text, numbers[position], here)
            yield token
            position = token.end
            continue
        if position in names:
            stop, entries = names[position]
            tags = "".join(dict.fromkeys(_SORTS[entry.sort] for entry in entries))
            last, does = small.get(position, (0, ""))
            yield Token(tags + (does if last == stop else ""), position, stop, entries)
            position = stop
            continue
        found = _WORD.search(text, position, end)
        if found is None:
            return
        after = bisect_right(known, position)
        stop = found.end()
        if after < len(known) and known[after] < stop:
            stop = known[after]
            if stop <= found.start():
                position = stop
                continue
        yield from _word(text, found.start(), stop, small)
        last = small[found.start()][0] if found.start() in small else stop
        position = max(stop, last)


def _names(here: Sequence[Mention[Sense]]) -> dict[int, tuple[int, tuple[Sense, ...]]]:
    found: dict[int, tuple[int, tuple[Sense, ...]]] = {}
    taken = -1
    for mention in sorted(here, key=lambda m: (m.start, -m.end)):
        if mention.start in found and found[mention.start][0] == mention.end:
            stop, entries = found[mention.start]
            if mention.entry not in entries:
                found[mention.start] = (stop, (*entries, mention.entry))
        elif mention.start >= taken:
            found[mention.start] = (mention.end, (mention.entry,))
            taken = mention.end
    return found


def _numbers(text: str, start: int, end: int) -> Iterator[Quantity]:
    for each in quantities(text[start:end]):
        shifted = replace(each, start=each.start + start, end=each.end + start) if start else each
        if _NUMBERING.match(text, shifted.end):
            continue
        yield _with_unit(shifted, text)


def _with_unit(quantity: Quantity, text: str) -> Quantity:
    if quantity.form != "number" or quantity.unit:
        return quantity
    attached = _ATTACHED.match(text, quantity.end)
    found = (attached[0], attached.end()) if attached else unit_behind(text, quantity.end)
    return replace(quantity, unit=found[0], plain=False) if found else quantity


def _is_of_name(quantity: Quantity, here: Sequence[Mention[Sense]]) -> bool:
    """Tell whether a number is a part of a name: *GTX 580*, *top-5 error*."""
    return any(
        m.start <= quantity.start < m.end
        for m in here
        if m.start < quantity.start or m.entry.sort not in {"unit", "shape", "filler", "term"}
    )


def _number(text: str, quantity: Quantity, here: Sequence[Mention[Sense]]) -> Token:
    tags = {"shape": "X", "date": "D", "ordinal": "O"}.get(quantity.form, "N")
    if tags == "N" and quantity.plain and _YEAR.fullmatch(text, quantity.start, quantity.end):
        tags = "Y"
    behind = unit_behind(text, quantity.end) if quantity.unit else None
    end = behind[1] if behind else quantity.end
    units = tuple(m.entry for m in here if m.entry.sort == "unit" and quantity.start <= m.start < end)
    return Token(tags, quantity.start, end, units, quantity)


def _word(words: str, start: int, stop: int, small: Mapping[int, tuple[int, str]]) -> Iterator[Token]:
    text = words[start:stop]
    if text in _MARKS:
        yield Token(_MARKS[text], start, stop)
    elif text in _SILENT or _is_picture(text):
        return
    elif start in small:
        last, tags = small[start]
        yield Token(tags, start, last)
    elif text[-1] in _OWNING and (owns := _OWNS.search(text)):
        if owns.start():
            yield Token(_plain(text[: owns.start()]), start, start + owns.start())
        if owns.start() or (start and words[start - 1].isalnum()):
            yield Token("s", start + owns.start(), stop)
    elif text.endswith(".") and len(text) > 1:
        yield Token(_plain(text[:-1]), start, stop - 1)
        yield Token("e", stop - 1, stop)
    else:
        yield Token(_plain(text), start, stop)


def _is_picture(text: str) -> bool:
    """Tell whether a sign is an emoji or a part of one."""
    return len(text) == 1 and category(text) in {"So", "Sk", "Mn", "Cf"}


@lru_cache(maxsize=1 << 15)  # texts of one vault share most of their words
def _plain(text: str) -> str:
    return "U" if any(character.isupper() or character.isdigit() for character in text) else "u"


_SPLIT = re.compile(r"[^\W_]+(?:['’&-][^\W_]+|\.[^\W_](?!\w))*\.?")


def _small(
    text: str, start: int, end: int, lists: Mapping[str, Sequence[Phrase]]
) -> dict[int, tuple[int, str]]:
    """Return where small phrases begin, with where each ends and what it does; the longest at each place."""
    split = [(m[0].casefold(), *m.span()) for m in _SPLIT.finditer(text, start, end)]
    found: dict[int, tuple[int, str]] = {}
    for index, (one, begin, stop) in enumerate(split):
        if one not in lists and one[-1] != ".":  # as most
            continue
        bare = one.rstrip(".")
        for key in (one, bare) if bare != one else (one,):
            for phrase in lists.get(key, ()):
                last = stop - (len(one) - len(key))
                if len(phrase.words) > 1:
                    last = _rest(text, phrase.words, split, index)
                if last >= 0 and begin not in found:
                    found[begin] = (last, phrase.tags)
    return found


def _rest(text: str, phrase: Sequence[str], split: Sequence[tuple[str, int, int]], index: int) -> int:
    """Return where a phrase of several words ends; -1 where the words do not go on so."""
    last = split[index][2]
    for number, word in enumerate(phrase[1:], index + 1):
        if number >= len(split):
            return -1
        written, begin, stop = split[number]
        if not text[last:begin].isspace() or (written != word and written.rstrip(".") != word):
            return -1
        last = stop if written == word else stop - 1
    return last
