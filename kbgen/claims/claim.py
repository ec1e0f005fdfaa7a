"""A claim: one value that a passage states of some property of some subject."""

from __future__ import annotations

from msgspec import Struct

from kbgen.facts.fact import Key
from kbgen.quantities.reading import Quantity

LOOSE = "loose"
"""The binding of a value that only stands near a subject and a property."""


class Claim(Struct, frozen=True):
    """What a passage states, and what it may be about."""

    passage: int
    start: int
    end: int
    """``words[start:end]`` is the claimed value."""
    text: str
    keys: tuple[Key, ...]
    """What it may be about, the likeliest first: one of them is enough for it to be right."""
    quantity: Quantity | None = None
    name: str = ""
    """Of a claim that something is called or is something."""
    subject: str = ""
    """The subject that the name stands for, where it is one's."""
    steps: tuple[str, ...] = ()
    """Of a claim that steps follow one another: the kinds of the steps, as in the lexicon."""
    binding: str = LOOSE
    """The construction that binds it."""
    firm: bool = False
    """Whether the construction is so closed that another value is a wrong one."""
    group: tuple[int, int] = (-1, -1)
    """Table and column of a cell: where too many disagree, something else is meant."""
