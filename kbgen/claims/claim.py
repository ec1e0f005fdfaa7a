"""A claim: one value that a passage states of some property of some subject."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from kbgen.claims.comparison import Comparison
from kbgen.facts.fact import Key
from kbgen.quantities.extraction import Quantity

LOOSE = "loose"
"""The binding of a value that only stands near a subject and a property."""


class Order(Struct, frozen=True):
    """Steps that a text draws one after another."""

    steps: tuple[str, ...]
    """Parts by their name, other steps by their kind."""
    scope: Literal["part", "parts", "kinds"]
    """A part with all that follows it up to the next, the parts of a whole, or steps without a part."""
    kinds: tuple[str, ...] = ()
    """The kinds of steps that count beside the parts: what is never drawn is not missing."""
    skips: bool = False
    """Whether more may stand between them, or behind them."""
    begins: bool = False
    """Whether nothing may stand before them."""


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
    order: Order | None = None
    """Of a claim that steps follow one another."""
    comparison: Comparison | None = None
    """Of a claim about two subjects or more."""
    binding: str = LOOSE
    """The construction that binds it."""
    firm: bool = False
    """Whether the construction is so closed that another value is a wrong one."""
    group: tuple[int, int] = (-1, -1)
    """Table and column of a cell: where too many disagree, something else is meant."""
