"""What a text says of itself: counts, sums, differences, orders of years, and two mentions of one figure.

Only what leaves no doubt is derived. A finding here is not that a number is wrong, but that two parts of
one text cannot both be right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kbgen.claims.claim import Claim
from kbgen.claims.passages import Passage
from kbgen.consistency.cells import LABELLED, fields, label_in, label_match, tables, words_of_cell
from kbgen.consistency.counts import announcement, counts
from kbgen.consistency.dates import impossible_dates, may_be_impossible
from kbgen.consistency.derived import Derived
from kbgen.consistency.differences import differences, names_difference
from kbgen.consistency.mentions import contradicting_mentions
from kbgen.consistency.totals import names_total, totals
from kbgen.consistency.years import MIN_YEARS, year_at, years
from kbgen.facts.knowledge import Knowledge
from kbgen.facts.sources.source import Known, Request
from kbgen.notes.model import Content, Statement
from kbgen.notes.statements import cell_spans, words


def known(_request: Request) -> Known:
    """Return the checks, which need no facts."""
    return Known(derive=derive, may_derive=may_derive)


def may_derive(content: Content, text: str) -> bool:
    """Tell whether a note may say anything of itself; ``False`` is certain, and most say nothing.

    Parameters
    ----------
    content
        Of the note.
    text
        All that it says, its properties too.
    """
    return (
        may_be_impossible(text)
        or _may_count(content)
        or _may_have_years(content)
        or _may_have_labels(content)
    )


_ROWS = frozenset({"row", "head"})
_DATED = frozenset({"row", "item"})


def _may_count(content: Content) -> bool:
    """Tell whether a note may say how many things follow."""
    kinds = {"heading", "paragraph"} if ":" in content.text else {"heading"}
    return any(
        announcement(each.kind, words(content, each)) for each in content.statements if each.kind in kinds
    )


def _may_have_years(content: Content) -> bool:
    """Tell whether so many rows and items begin with a year that they may be in the order of years."""
    text = content.text
    begins = [
        (each.start + (each.cells or (0,))[0], each.end) for each in content.statements if each.kind in _DATED
    ]
    return (
        len(begins) >= MIN_YEARS
        and sum(year_at(text, begin, end) is not None for begin, end in begins) >= MIN_YEARS
    )


def _may_have_labels(content: Content) -> bool:
    """Tell whether a note has one label twice, or one of a sum or a difference."""
    kinds = _ROWS | LABELLED if ":" in content.text or "=" in content.text else _ROWS
    seen: set[str] = set()
    for statement in content.statements:
        for label in _labels(content, statement) if statement.kind in kinds else ():
            if label.casefold() in seen or names_total(label) or names_difference(label):
                return True
            if statement.kind != "head":
                seen.add(label.casefold())
    return False


def _labels(content: Content, statement: Statement) -> Iterator[str]:
    """Yield what may be the label of a number: of a row its first cell, of a head row each."""
    written = words(content, statement)
    if statement.kind in _ROWS:
        cells = cell_spans(statement)
        for start, end in cells if statement.kind == "head" else cells[:1]:
            yield words_of_cell(written, start, end)
    elif found := label_match(statement.kind, written):
        yield label_in(found)


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
