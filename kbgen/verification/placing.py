"""Make findings of judgements: where each claim stands in the file, and what it was held against."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from kbgen.claims.claim import Claim
from kbgen.claims.passages import Passage
from kbgen.links.model import LinkedNote
from kbgen.notes.statements import column_of, line_of
from kbgen.verification.finding import Finding
from kbgen.verification.judge import Judgement

_LINE_END = re.compile(r"\n")


def findings(
    note: LinkedNote,
    judged: Sequence[tuple[Claim, Judgement]],
    texts: Sequence[Passage],
    lines: Sequence[str],
) -> Iterator[Finding]:
    """Yield the findings of a note.

    Parameters
    ----------
    note
        Which it is.
    judged
        Its claims with what came of them.
    texts
        Its passages.
    lines
        The lines of its file.
    """
    ordered = sorted(judged, key=lambda pair: _in_order(pair[0]))
    at = places(note, [claim for claim, _ in ordered], texts, lines)
    for (claim, judgement), (_, line, column) in zip(ordered, at, strict=True):
        fact = judgement.fact
        yield Finding(
            path=note.path,
            line=line,
            column=column,
            text=claim.text,
            subject=judgement.key[0],
            property=judgement.key[1],
            operator=judgement.operator,
            claimed=judgement.claimed,
            reference=judgement.reference,
            unit=fact.unit if fact else "",
            verdict=judgement.verdict,
            agreement=judgement.agreement,
            binding=judgement.binding or claim.binding,
            derivation=fact.derivation if fact else "",
            evidence=fact.evidence if fact else "",
            source=fact.source if fact else "",
            message=judgement.message,
            remark=judgement.remark,
            severity=judgement.severity,
            statement=claim.passage,
            start=claim.start,
            end=claim.end,
        )


def places(
    note: LinkedNote, claims: Sequence[Claim], texts: Sequence[Passage], lines: Sequence[str]
) -> Iterator[tuple[Claim, int, int]]:
    """Yield claims in their order with the line and the column where each stands.

    Parameters
    ----------
    note, texts, lines
        As for :func:`findings`.
    claims
        Of the note.
    """
    by_number = {text.number: text for text in texts}
    columns = _Columns(lines)
    found: dict[tuple[int, int], int] = {}
    for claim in sorted(claims, key=_in_order):
        text = by_number[claim.passage]
        line = _line_at(note, text, claim.start)
        key = (claim.passage, claim.start)
        if key not in found:
            found[key] = columns.of(line, text, claim)
        yield claim, line, found[key]


def _in_order(claim: Claim) -> tuple[int, int, int]:
    return claim.passage, claim.start, -claim.end


class _Columns:
    """Finds where claims stand in their lines; words that stand there more than once are told in order."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._starts: dict[int, list[int]] = {}
        self._last: dict[tuple[int, int, str], tuple[int, int]] = {}

    def of(self, line: int, text: Passage, claim: Claim) -> int:
        """Return the column of a claim; those of one line come in their order."""
        if text.number not in self._starts:
            self._starts[text.number] = [0, *(found.end() for found in _LINE_END.finditer(text.words))]
        starts = self._starts[text.number]
        begun = starts[bisect_right(starts, claim.start) - 1]
        first = claim.text.partition("\n")[0]
        key = (text.number, begun, first)
        offset, column = self._last.get(key, (begun, 0))
        # One further for each time that the same words stand between the claim before and this one.
        for _ in range(_count(text.words, first, offset, claim.start) + 1):
            column = column_of(self._lines, line, claim.text, column + 1)
        self._last[key] = (claim.start + max(len(first), 1), column)
        return column


def _count(words: str, piece: str, start: int, end: int) -> int:
    """Count how often a piece stands between two places, as no part of a longer word."""
    found = 0
    at = words.find(piece, start, end) if piece else -1
    while at >= 0:
        after = at + len(piece)
        joined = piece[0].isalnum() and (words[at - 1 : at].isalnum() or words[after : after + 1].isalnum())
        found += not joined
        at = words.find(piece, after, end)
    return found


def _line_at(note: LinkedNote, text: Passage, start: int) -> int:
    if text.number < 0:
        return text.line
    return line_of(note.compiled, note.compiled.statements[text.number], start)
