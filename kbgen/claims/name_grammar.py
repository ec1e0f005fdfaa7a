"""The constructions that say a name of something: ``grammar/names/*.toml``, a file each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from msgspec import Struct

from kbgen.claims.grammar import phrase
from kbgen.claims.grammar_files import grammar_file
from kbgen.claims.patterns import WordPattern
from kbgen.claims.tokens import TaggedText

_SENTENCES = ("noun", "active", "copula", "role", "apposition", "begun", "before", "behind")
"""The narrower before the wider: the first that reads a value keeps it."""


class NameConstruction(Struct, frozen=True):
    """A way to say that something is a name of something."""

    name: str
    binding: str
    sentence: str
    """What it looks like."""
    refutes: bool
    """Whether it is closed enough for a wrong name to be one."""
    whole: WordPattern
    start: bool = False
    """Whether it stands at the beginning alone."""
    examples: Mapping[str, Sequence[str]] = {}


class NameMatch(Struct, frozen=True):
    """Where a construction was found, by its groups: the token each begins with, or -1."""

    name_construction: NameConstruction
    begin: int
    end: int
    tokens: Mapping[str, int]

    def token(self, group: str) -> int:
        """Return the token of a group."""
        return self.tokens.get(group, -1)


@cache
def name_construction(name: str) -> NameConstruction:
    """Return a construction by its name."""
    data = grammar_file(f"names/{name}")
    data["whole"] = phrase(str(data["whole"]))
    return NameConstruction(name, **data)


def sentence_constructions() -> Sequence[NameConstruction]:
    """Return the constructions of sentences, in the order in which they are tried."""
    return [name_construction(name) for name in _SENTENCES]


def find_construction(
    line: TaggedText, construction: NameConstruction, *, first: int = 0
) -> Sequence[NameMatch]:
    """Return where a construction stands in some words, from a token on."""
    at = line.place(first)
    if construction.start:
        one = construction.whole.match(line.text, at)
        matches = [one] if one else []
    else:
        matches = list(construction.whole.finditer(line.text, at))
    return [
        NameMatch(
            construction,
            line.index(each.start()),
            line.index(each.end()),
            {
                name.rstrip("0123456789"): line.index(each.start(name))
                for name in each.re.groupindex
                if each.start(name) >= 0
            },
        )
        for each in matches
    ]
