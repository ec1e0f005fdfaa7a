"""A claim together with the fact that the rest of its own text makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kbgen.claims.claim import Claim
from kbgen.claims.passages import Passage
from kbgen.facts.fact import Accepted, Fact, Kind, plain_decimal
from kbgen.quantities.extraction import Quantity

Derived = tuple[Claim, Fact]

TEXT = "text"
"""The subject of such facts: nothing is known but what the text says."""


def derived(
    passage: Passage,
    quantity: Quantity,
    name: str,
    fact: tuple[str, Kind],
    evidence: str,
    accepted: Sequence[Accepted] = (),
    unit: str = "",
    *,
    firm: bool = True,
) -> Derived:
    """Pair a number of a text with what it should be.

    Parameters
    ----------
    passage, quantity
        The number, and where it stands.
    name
        What the number is in its text, such as ``total``.
    fact
        The right value and its kind.
    evidence
        How the text makes it so.
    accepted
        Further right values.
    unit
        The unit of measure of the number and of what it should be.
    firm
        Whether another number is wrong, and not only odd.
    """
    value, kind = fact
    text = passage.words[quantity.start : quantity.end]
    claim = Claim(
        passage.number,
        quantity.start,
        quantity.end,
        text,
        ((TEXT, name),),
        quantity,
        binding="consistency",
        firm=firm,
    )
    return claim, Fact(TEXT, name, value, unit, kind, tuple(accepted), "arithmetic", evidence, "this text")


def between(low: Decimal, high: Decimal) -> str:
    """Write an interval, or the one number that it is, as facts have it."""
    first, last = plain_decimal(low), plain_decimal(high)
    return first if first == last else f"{first}..{last}"
