"""Withdraw verdicts on a table of which too much disagrees: then it speaks of something else.

About one figure in twenty-five that authors state is wrong. Where half a column or a third of a table
disagrees with what is known, another implementation, another split or another year is meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from kbgen.claims.claim import Claim
from kbgen.verification.judge import Judgement, loose

Judged = tuple[Claim, Judgement]

_DISAGREES = "Much of this table disagrees with what is known: it speaks of something else."


def withdrawn(judged: Sequence[Judged]) -> list[Judged]:
    """Return judged claims without the refutations that the rest of their table speaks against.

    Parameters
    ----------
    judged
        The claims of one note with what came of them.
    """
    columns = _disagreeing(judged, lambda group: group)
    tables = _disagreeing(judged, lambda group: (group[0], -1))
    return [
        (claim, loose(claim, judgement.key, judgement.fact, _DISAGREES))
        if judgement.verdict == "refuted"
        and claim.group[0] >= 0
        and _speaks_of_another(claim, columns[claim.group], tables[claim.group[0], -1])
        else (claim, judgement)
        for claim, judgement in judged
    ]


def _speaks_of_another(claim: Claim, column: Counter[str], table: Counter[str]) -> bool:
    if table["refuted"] == 1:
        # A row about a subject alone may be of any list; a label stands in the note of its subject.
        return not table["supported"] and claim.binding == "table"
    half = column["refuted"] > 1 and column["refuted"] >= column["supported"]
    return half or table["refuted"] * 2 >= table["supported"]


def _disagreeing(
    judged: Sequence[Judged], by: Callable[[tuple[int, int]], tuple[int, int]]
) -> dict[tuple[int, int], Counter[str]]:
    found: dict[tuple[int, int], Counter[str]] = {}
    for claim, judgement in judged:
        if claim.group[0] >= 0:
            found.setdefault(by(claim.group), Counter())[judgement.verdict] += 1
    return found
