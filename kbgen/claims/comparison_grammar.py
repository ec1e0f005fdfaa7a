"""The words by which people compare: read from the grammar, with what each of them says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from msgspec import Struct

from kbgen.claims.comparison import Operation
from kbgen.claims.function_words import Phrase, by_first_word
from kbgen.claims.grammar_files import grammar_file
from kbgen.claims.patterns import WordPattern, pattern
from kbgen.claims.phrase_finder import PhraseFinder, phrase_finder
from kbgen.quantities.extraction import Operator

_TAGS: Mapping[str, str] = {
    "than": "J",
    "as": "H",
    "times": "C",
    "be": "b",
    "have": "h",
    "not": "x",
    "article": "d",
    "that": "E",
    "possessive": "g",
    "pronoun": "p",
    "modifier": "m",
    "degree": "l",
    "of": "o",
    "in": "i",
    "by": "y",
    "to": "t",
    "and": "n",
    "clause": "z",
    "before": "B",
    "preceding": "L",
    "rank": "O",
    "together": "G",
    "only": "I",
}
_EXTREMES = {"more": ("R", 1), "less": ("R", -1), "most": ("I", 1), "least": ("I", -1), "base": ("A", 1)}


class Degree(Struct, frozen=True):
    """What an adjective compares."""

    properties: tuple[str, ...]
    """Names of properties, without *total* and the like."""
    sign: int
    """Whether it says of the first that it has more of it, or less: *longer*, *shorter*."""


class ComparisonPattern(Struct, frozen=True):
    """A way to compare."""

    operation: Operation
    sentence: str
    pattern: WordPattern
    examples: Sequence[str]


class ComparisonLexicon(Struct, frozen=True):
    """All words that compare."""

    phrases: Mapping[str, Sequence[Phrase]]
    """By their first word, the longest first."""
    about: Mapping[str, Operator]
    multiples: Mapping[str, tuple[Decimal, Decimal]]
    degrees: Mapping[str, Sequence[Degree]]
    """What comparatives, superlatives and plain adjectives say."""
    amounts: Mapping[str, int]
    """Whether a word beside what is counted says more or less of it."""
    dates: frozenset[str]
    """Names of properties that are years or dates: *founded*."""
    properties: Mapping[str, Sequence[str]]
    """Of verbs and nouns that stand for properties under another name."""
    comparing: PhraseFinder
    """Finds what a term must not swallow: *fewer* of *fewer parameters*."""
    telling: PhraseFinder
    """Finds words without one of which a sentence compares nothing."""


@cache
def clause_patterns() -> Sequence[ComparisonPattern]:
    """Return all ways to compare in whole clauses, in the order in which they are tried."""
    return tuple(_form(each) for each in _grammar()["pattern"] if not each.get("before"))


@cache
def fragment_patterns() -> Sequence[ComparisonPattern]:
    """Return the ways to compare without a subject and its verb: *longer than the Ella*."""
    bare = {"one": "(?P<implied4>)", "is": "b? l*", "has": "h? l*"}
    return tuple(_form(each, bare) for each in _grammar()["pattern"] if each.get("fragment"))


@cache
def anaphoric_patterns() -> Sequence[ComparisonPattern]:
    """Return the ways to compare with what stands before, and is not named: *fewer cabins*."""
    return tuple(_form(each) for each in _grammar()["pattern"] if each.get("before"))


def _form(entry: Mapping[str, Any], replaced: Mapping[str, str] | None = None) -> ComparisonPattern:
    phrases = _grammar()["phrases"] | (replaced or {})
    return ComparisonPattern(
        entry["operation"],
        entry["sentence"],
        pattern(entry["pattern"], tuple(phrases.items())),
        tuple(entry["examples"]),
    )


def edge() -> WordPattern:
    """Return the pattern of what may lead a sentence that compares: *However,*, *and*."""
    return pattern("(?: l c? | n )*", ())


@cache
def comparison_lexicon(more: tuple[tuple[str, str, int], ...] = ()) -> ComparisonLexicon:
    """Return the words that compare.

    Parameters
    ----------
    more
        Words of a source: each with the property that it compares, and whether it says more of it or less.
    """
    grammar = _grammar()
    tags: dict[str, str] = {}
    for table, tag in ((grammar["about"], "a"), (grammar["multiples"], "M")):
        _add(tags, (word for text in table.values() for word in _split(text)), tag)
    for name, text in grammar["words"].items():
        _add(tags, _split(text), _TAGS[name])
    for table, tag in (("measuring", "r"), ("nouns", "T"), ("dated", "T")):
        _add(tags, (word for text in grammar[table] for word in _split(text)), tag)
    amounts: dict[str, int] = {}
    for form, (tag, sign) in (_EXTREMES | {"more": ("Z", 1), "less": ("Z", -1)}).items():
        _add(tags, _split(grammar["amounts"][form]), tag)
        amounts |= dict.fromkeys(_split(grammar["amounts"][form]), sign)
    degrees = _degrees(grammar["adjectives"], tags, more)
    return ComparisonLexicon(
        by_first_word({tuple(text.casefold().split()): tag for text, tag in tags.items()}),
        {word: operator for operator, text in grammar["about"].items() for word in _split(text)},
        {word: _interval(value) for value, text in grammar["multiples"].items() for word in _split(text)},
        degrees,
        amounts,
        frozenset(name for text in _dates(grammar) for name in _split(text)),
        {
            word: tuple(_split(words))
            for table in ("measuring", "nouns", "dated")
            for text, words in grammar[table].items()
            for word in _split(text)
        },
        phrase_finder(word for word, tag in tags.items() if set(tag) & set("RIZMJHAL")),
        phrase_finder(word for word, tag in tags.items() if set(tag) & set("JHMBGIL") or tag == "C"),
    )


def _degrees(
    adjectives: Mapping[str, Mapping[str, str]], tags: dict[str, str], more: Iterable[tuple[str, str, int]]
) -> Mapping[str, Sequence[Degree]]:
    """Return what each adjective says, and note its tags; those of a source come first."""
    found: dict[str, list[Degree]] = {}
    for word, name, sign in more:
        _add(tags, [word], "R")
        found.setdefault(word, []).append(Degree((name,), sign))
    for adjective in adjectives.values():
        properties = tuple(_split(adjective["properties"]))
        for form, (tag, sign) in _EXTREMES.items():
            words = _split(adjective.get(form, ""))
            _add(tags, words, tag)
            for word in words:
                found.setdefault(word, []).append(Degree(properties, sign))
    return found


def _dates(grammar: Mapping[str, Any]) -> Iterable[str]:
    yield from (each["properties"] for each in grammar["adjectives"].values() if each.get("dated"))
    yield from grammar["dated"].values()


@cache
def _grammar() -> Mapping[str, Any]:
    return grammar_file("comparisons")


def _split(text: str) -> list[str]:
    return [" ".join(each.split()) for each in text.split("|") if each.strip()]


def _add(tags: dict[str, str], words: Iterable[str], tag: str) -> None:
    for word in words:
        tags[word] = tags.get(word, "") + ("" if tag in tags.get(word, "") else tag)


def _interval(text: str) -> tuple[Decimal, Decimal]:
    low, _, high = text.partition("..")
    return _fraction(low), _fraction(high or low)


def _fraction(text: str) -> Decimal:
    over, _, under = text.partition("/")
    return Decimal(over) / Decimal(under or 1)
