"""What a sentence states between two things or more: by how much, or in which order, one property differs."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from kbgen.facts.fact import Key
from kbgen.quantities.extraction import Operator, Quantity

Operation = Literal["ratio", "same", "difference", "order", "sum", "share", "most", "only"]

BINDINGS = frozenset({"ratio", "difference", "order", "sum", "share", "comparison"})
"""What findings of comparisons call their construction."""


class Operands(Struct, frozen=True):
    """The facts of both sides that a comparison may be about."""

    one: tuple[Key, ...]
    """Of the first subject: the property meant, then those whose values are right as well."""
    others: tuple[tuple[Key, ...], ...]
    """Of each other subject, the same."""


class Comparison(Struct, frozen=True):
    """One statement: ``one / other = 2``, ``one - other = 3 layers``, ``one < other``."""

    operation: Operation
    operands: tuple[Operands, ...]
    """It is wrong only if it is wrong of each of them."""
    operator: Operator = "="
    factors: tuple[tuple[Decimal, Decimal], ...] = ()
    """Of a ratio or a share: the intervals that are right, as widely as it is written."""
    expressed: Literal["factor", "inverse", "more", "less"] = "factor"
    """How the factor is expressed: 3 times as many, 3 times fewer, 30 % more, 30 % fewer."""
    quantity: Quantity | None = None
    """Of a difference, a sum or the only one with a value: as written."""
    rank: int = 1
    """Of the one that has most: its place from above, or from below where the operator is ``<``."""
    claimed: str = ""
    """As written: *2*, *half*, *older*."""
    dated: bool = False
    """Whether the facts are years and dates."""
    falling: bool = False
    """Whether more of it stands for less, so that the difference is counted the other way round."""
