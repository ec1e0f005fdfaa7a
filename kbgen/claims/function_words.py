"""The small words of sentences, by what they do: read from the grammar, found in a text one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from msgspec import Struct

from kbgen.claims.grammar_files import grammar_file

TAGS: Mapping[str, str] = {
    "have": "h",
    "be": "b",
    "reach": "r",
    "article": "d",
    "possessive": "g",
    "pronoun": "p",
    "of": "o",
    "with": "w",
    "in": "i",
    "by": "y",
    "for": "f",
    "to": "t",
    "and": "n",
    "there": "E",
    "about": "a",
    "modifier": "m",
    "adverb": "l",
    "clause": "z",
    "unbinding": "x",
    "another": "v",
    "topic": "G",
    "amount": "H",
    "maker": "A",
}
"""The tag of each list of the grammar; :mod:`kbgen.claims.patterns` has the others."""


class Phrase(Struct, frozen=True):
    """Some words that do one thing, or several."""

    words: tuple[str, ...]
    tags: str


@cache
def function_words() -> Mapping[str, Sequence[Phrase]]:
    """Return the phrases of the grammar by their first word, the longest first."""
    lists = grammar_file("words")
    tags: dict[tuple[str, ...], str] = {}
    for name, text in lists.items():
        for phrase in text.split("|"):
            words = tuple(phrase.casefold().split())
            tags[words] = tags.get(words, "") + TAGS[name]
    return by_first_word(tags)


def by_first_word(tags: Mapping[tuple[str, ...], str]) -> Mapping[str, Sequence[Phrase]]:
    """Return phrases with their tags by the first word of each, the longest first.

    >>> by_first_word({("more",): "a", ("more", "than"): "a"})["more"][0].words
    ('more', 'than')
    """
    found: dict[str, list[Phrase]] = {}
    for words, tag in sorted(tags.items(), key=lambda pair: -len(pair[0])):
        found.setdefault(words[0], []).append(Phrase(words, tag))
    return found
