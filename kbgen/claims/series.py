"""Read two lists that belong together, one value for each name: *A and B have x and y, respectively*."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kbgen.claims.assertions import denied, of_a_part
from kbgen.claims.claim import Claim
from kbgen.claims.pieces import Piece
from kbgen.claims.subjects import Contexts, Topic, candidates
from kbgen.facts.fact import Key
from kbgen.facts.knowledge import Knowledge, Word
from kbgen.phrases import Mention
from kbgen.quantities.reading import Quantity

_JOIN = re.compile(r"[\s*_]*(?:,|-|–|/|→|and|&|, and|resp\.?)[\s*_]*(?:the )?")
_UNITS_JOIN = re.compile(r"[\s*_]*(?:[^\W\d_]+[\s*_]*)?(?:,|-|–|/|→|and|&|, and)[\s*_]*")


def series_claims(knowledge: Knowledge, contexts: Contexts, piece: Piece, topic: Topic) -> Iterator[Claim]:
    """Yield the claims of numbers in a row that go with names in a row, one each.

    Parameters
    ----------
    knowledge, contexts, topic
        As for :func:`candidates`.
    piece
        A sentence or a cell.
    """
    for run in _runs(piece):
        names = _names(piece, run)
        term = _term(piece, run)
        if (
            not term
            or denied(piece.words[piece.start : run[0].start])
            or of_a_part(piece.words, run[0].start, run[-1].end)
        ):
            continue
        if names and len(names) == len(run):
            pairs = [
                _keys(knowledge, contexts, piece, run[n], term, names[n], topic) for n in range(len(run))
            ]
        else:
            pairs = _of_parts(knowledge, contexts, piece, run, term, topic)
        if len(pairs) == len(run) and all(pairs):
            for quantity, keys in zip(run, pairs, strict=True):
                text = piece.words[quantity.start : quantity.end]
                yield Claim(piece.passage.number, quantity.start, quantity.end, text, tuple(keys), quantity)


def _runs(piece: Piece) -> Iterator[list[Quantity]]:
    """Yield numbers that stand in a row, at least two."""
    run: list[Quantity] = []
    for quantity in piece.numbers:
        joined = (
            run
            and run[-1].form == quantity.form
            and _UNITS_JOIN.fullmatch(piece.words, run[-1].end, quantity.start)
        )
        if not joined:
            if len(run) > 1:
                yield run
            run = []
        run.append(quantity)
    if len(run) > 1:
        yield run


def _names(piece: Piece, run: Sequence[Quantity]) -> list[Mention[Word]]:
    """Return the subjects or parts that stand in a row before the numbers."""
    for sort in ("part", "subject"):
        named = [m for m in piece.of_sort(sort) if m.end <= run[0].start]
        row: list[Mention[Word]] = []
        for mention in named:
            if row and not _JOIN.fullmatch(piece.words, row[-1].end, mention.start):
                row = []
            row.append(mention)
        if len(row) > 1:
            return row
    return []


def _term(piece: Piece, run: Sequence[Quantity]) -> list[str]:
    after = [m for m in piece.of_sort("term", "unit") if run[-1].end <= m.start <= run[-1].end + 20]
    between = [m for m in piece.of_sort("term", "unit") if run[0].end <= m.start <= run[-1].start]
    before = [
        m for m in piece.of_sort("term", "label") if m.end <= run[0].start and run[0].start - m.end < 30
    ]
    places = after or between or list(reversed(before))
    return [m.entry.id for m in places if m.start == places[0].start] if places else []


def _keys(
    knowledge: Knowledge,
    contexts: Contexts,
    piece: Piece,
    quantity: Quantity,
    term: Sequence[str],
    name: Mention[Word],
    topic: Topic,
) -> list[Key]:
    if name.entry.sort == "subject":
        return _numeric(knowledge, [key for each in term for key in knowledge.keys(name.entry.id, each, "")])
    found = candidates(knowledge, contexts, piece, quantity.start, quantity.end, topic)
    for subject in (*found.named, *found.context) if found else ():
        keys = _numeric(
            knowledge, [key for each in term for key in knowledge.keys(subject, each, name.entry.id)]
        )
        if keys:
            return keys
    return []


def _of_parts(
    knowledge: Knowledge,
    contexts: Contexts,
    piece: Piece,
    run: Sequence[Quantity],
    term: Sequence[str],
    topic: Topic,
) -> list[list[Key]]:
    """Match the numbers with all parts of a subject that have the property, if they are as many."""
    found = candidates(knowledge, contexts, piece, run[0].start, run[0].end, topic)
    for subject in (*found.named, *found.context) if found else ():
        for each in term:
            parts = list(knowledge.parts_with(subject, each))
            if len(parts) == len(run) > 2:
                return [_numeric(knowledge, [(subject, f"{part}.{each}")]) for part in parts]
    return []


def _numeric(knowledge: Knowledge, keys: Sequence[Key]) -> list[Key]:
    return [key for key in keys if knowledge.about(*key)[0].kind not in {"name", "order", "list"}]
