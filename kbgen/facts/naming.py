"""Find a name in some words: the right value of a property, or one that stands in its place.

Another value is told by its sort, *Facebook* where a company is named, by its number, *GTX 480* for *GTX
580*, by a word that means the opposite, or because it is the value of the same property of something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from kbgen.facts.fact import Key
from kbgen.facts.knowledge import Knowledge, Word
from kbgen.phrases import Mention, stem

_NUMBER = re.compile(r"\d+")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")

_OPPOSITES = (
    ("faster", "slower"),
    ("more", "less"),
    ("more", "fewer"),
    ("reduced", "increased"),
    ("reduced", "more"),
    ("less", "more"),
    ("later", "earlier"),
    ("higher", "lower"),
    ("better", "worse"),
    ("deeper", "shallower"),
    ("larger", "smaller"),
    ("parallel", "serial"),
    ("parallel", "sequential"),
    ("parallelized", "serialized"),
    ("superseded", "adopted"),
    ("effective", "ineffective"),
)


def opposite_place(knowledge: Knowledge, keys: Sequence[Key], said: str) -> tuple[int, int] | None:
    """Return where the opposite of a right value stands."""
    places = (_opposite(value, said) for value in _values(knowledge, keys))
    return next((place for place in places if place), None)


def right_place(
    knowledge: Knowledge, keys: Sequence[Key], said: str, mentions: Sequence[Mention[Word]], shift: int
) -> tuple[int, int] | None:
    """Return where a right value stands, the longest first; the parameters are as for :func:`rival_place`."""
    for key in keys:
        held = knowledge.holds(*key)
        for mention in mentions:
            if mention.entry.sort == "subject" and mention.entry.id in held - {key[0]}:
                return mention.start - shift, mention.end - shift
        for fact in knowledge.about(*key):
            if fact.kind != "name":
                continue
            for value in sorted(fact.values(), key=lambda each: -len(each.value)):
                place = find_phrase(value.value, said)
                if place:
                    return place
    return None


def rival_place(
    knowledge: Knowledge, keys: Sequence[Key], said: str, mentions: Sequence[Mention[Word]], shift: int
) -> tuple[int, int] | None:
    """Return where a value stands that is not right.

    Parameters
    ----------
    knowledge
        What is known.
    keys
        What it would be a value of.
    said
        The words to look in.
    mentions
        What is mentioned in them, by places that are larger by `shift`.
    shift
        Where `said` begins in the words that the mentions count in.
    """
    for key in keys:
        held = knowledge.holds(*key) - {key[0]}
        sorts = {knowledge.sort_of(each) for each in held - {key[0]}} - {""}
        for mention in mentions:
            other = mention.entry.id if mention.entry.sort == "subject" else ""
            if other and other not in held and other != key[0] and knowledge.sort_of(other) in sorts:
                return mention.start - shift, mention.end - shift
    others = (
        value for _, name in keys for value in sorted(knowledge.rivals.get(name, ()), key=len, reverse=True)
    )
    places = (find_phrase(value, said) for value in others)
    numbered = (_other_number(value, said) for value in _values(knowledge, keys))
    return next((place for place in (*places, *numbered) if place), None)


def _values(knowledge: Knowledge, keys: Sequence[Key]) -> Iterator[str]:
    """Yield the names that are right."""
    for key in keys:
        for fact in knowledge.about(*key):
            if fact.kind == "name":
                yield from (value.value for value in fact.values())


def find_phrase(phrase: str, text: str) -> tuple[int, int] | None:
    """Find a phrase in a text, whatever its case, hyphens and plurals.

    Examples
    --------
    >>> find_phrase("co-author", "Co-Authors"), find_phrase("GTX 580", "2× GTX580")
    ((0, 10), (3, 9))
    >>> find_phrase("GTX 580", "GTX 5801")
    """
    wanted = [word for word, _, _ in _tokens(phrase)]
    words = _tokens(text)
    for index in range(len(words) - len(wanted) + 1):
        window = words[index : index + len(wanted)]
        if [word for word, _, _ in window] == wanted and all(
            window[n + 1][1] - window[n][2] <= 3 for n in range(len(window) - 1)
        ):
            return window[0][1], window[-1][2]
    return None


@lru_cache(maxsize=1024)
def _tokens(text: str) -> Sequence[tuple[str, int, int]]:
    """Return the stems in a text with their places; each text is looked into for many phrases in turn."""
    return tuple((stem(found[0]), found.start(), found.end()) for found in _TOKEN.finditer(text))


def _other_number(value: str, said: str) -> tuple[int, int] | None:
    """Find a name with other digits: ``GTX 480`` where ``GTX 580`` would be right."""
    if not _NUMBER.search(value):
        return None
    parts = [r"[-‐‑\s]?".join(map(re.escape, part.split(" "))) for part in _NUMBER.split(value)]
    found = re.search(r"\b" + r"\d+".join(parts) + r"(?!\d)", said, re.IGNORECASE)
    return found.span() if found and any(part.strip() for part in parts) else None


def _opposite(value: str, said: str) -> tuple[int, int] | None:
    """Find a phrase in which one word is turned round: *slower training* for *faster training*."""
    words = value.casefold().split()
    for one, other in (*_OPPOSITES, *((b, a) for a, b in _OPPOSITES)):
        if one in words:
            place = find_phrase(" ".join(other if word == one else word for word in words), said)
            if place:
                return place
    return None
