"""What a text says of itself: counts, sums, differences, orders of years, and two mentions of one figure.

Only what leaves no doubt is derived. A finding here is not that a number is wrong, but that two parts of
one text cannot both be right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kbgen.claims.claim import Claim
from kbgen.claims.passages import Passage
from kbgen.consistency.cells import fields, tables
from kbgen.consistency.counts import counts
from kbgen.consistency.dates import impossible_dates
from kbgen.consistency.derived import Derived
from kbgen.consistency.differences import differences
from kbgen.consistency.mentions import contradicting_mentions
from kbgen.consistency.totals import totals
from kbgen.consistency.years import years
from kbgen.facts.knowledge import Knowledge
from kbgen.facts.sources.source import Known, Request


def known(_request: Request) -> Known:
    """Return the checks, which need no facts."""
    return Known(derive=derive)


def derive(passages: Sequence[Passage], claims: Sequence[Claim], knowledge: Knowledge) -> Iterator[Derived]:
    """Yield what one text says twice: a claim, and the fact that the rest of the text makes of it.

    Parameters
    ----------
    passages
        What there is to read in the text.
    claims
        What was read in it.
    knowledge
        What is known without the text.
    """
    grids = tables(passages)
    blocks = list(fields(passages))
    yield from counts(passages)
    yield from differences(grids, blocks)
    yield from totals(grids, blocks)
    yield from years(grids, passages)
    yield from impossible_dates(passages)
    yield from contradicting_mentions(blocks, passages, claims, knowledge)
