"""The constructions that bind values in sentences: one file of the grammar each, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from msgspec import Struct

from kbgen.claims.grammar_files import grammar_file
from kbgen.claims.patterns import WordPattern, pattern

_ORDER = (
    "of",
    "labels",
    "label",
    "there",
    "item",
    "is",
    "described",
    "has",
    "reached",
    "verb",
    "apposition",
    "setting",
    "bracket",
    "attributive",
    "dated",
)
"""The narrower before the wider: the first that binds a value keeps it."""


class Construction(Struct, frozen=True):
    """A way to bind values to a subject."""

    binding: str
    """Its name in findings, one word."""
    sentence: str
    """What it looks like."""
    refutes: bool
    """Whether it is closed enough for a wrong value to be one."""
    values: Sequence[str] = ()
    """The phrases that may hold a value, the longest first."""
    lead: WordPattern | None = None
    """From the beginning of a clause to the first value, where it has words of its own before a subject."""
    verb: WordPattern | None = None
    """From behind the subject to the first value."""
    whole: WordPattern | None = None
    """Subject and value in one, anywhere in a sentence."""
    fragment: bool = False
    """Whether it is one of items, cells and lines of their own, at their beginning."""
    implied: bool = False
    """Whether it may name no subject wherever its clause begins: what stands above it does."""
    anywhere: bool = False
    """Whether it may begin within a clause."""
    examples: Mapping[str, Sequence[str]] = {}
    """Sentences, each with the values and properties that it binds there."""


@cache
def phrase(text: str) -> WordPattern:
    """Return the pattern of some phrases of the grammar: ``<holder> <bridge>``."""
    return pattern(text, tuple(_phrases().items()))


@cache
def _phrases() -> Mapping[str, str]:
    return {name: str(text) for name, text in grammar_file("phrases").items()}


@cache
def constructions() -> Sequence[Construction]:
    """Return all constructions of sentences, in the order in which they are tried."""
    return tuple(_construction(name) for name in _ORDER)


def _construction(name: str) -> Construction:
    found = grammar_file(name)
    for part in ("lead", "verb", "whole"):
        if part in found:
            found[part] = phrase(str(found[part]))
    return Construction(**found)
