"""Find out which part of a subject a number speaks of: the one named before it, in its row, or above it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kbgen.claims.pieces import Piece
from kbgen.claims.subjects import Topic
from kbgen.facts.knowledge import Knowledge, Word
from kbgen.phrases import Mention
from kbgen.quantities.reading import Quantity

UNKNOWN = "?"
"""A part that is named in a way nobody can resolve."""

_PARTED = re.compile(r"[;.)]\s|\s[–—]\s|\b(?:while|whereas)\b|\band (?:has|have|had|uses|needs)\b")
_IT = re.compile(r"\W*(?:it|its|this|that|there|here|alone it)\b", re.IGNORECASE)
_ORDINAL = re.compile(r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|last)\b", re.IGNORECASE)
_NEXT = re.compile(
    r"\bthe (second|third|fourth|fifth|sixth|seventh|eighth|last|next|others?)\b", re.IGNORECASE
)
_JOINED = re.compile(r"[\s*_]*(?:and|or|,|&|/)[\s*_]*")
_DEFINITE = re.compile(r"\b(?:the|its|these|those|all|both)[\s*_]+$", re.IGNORECASE)
_OF = re.compile(r"^[\s*_]*(?:[\w-]+[\s*_]+){0,2}(?:in|of|for|at)[\s*_]+(?:(?:the|each)[\s*_]+)?$")


def parts_of(knowledge: Knowledge, piece: Piece, quantity: Quantity, topic: Topic) -> list[str]:
    """Return the parts of a subject that a number is about: those named last before it, else the next one.

    Several that are joined, *FC6 and FC7*, are all returned. What is itself counted, *five convolutional
    layers*, is not where the number belongs.
    """
    words, passage = piece.words, piece.passage
    parts = [m for m in piece.of_sort("part") if not _is_counted(piece, m.start)]
    before = [m for m in parts if m.end <= quantity.start]
    if before and (found := _last_named(knowledge, words, before, quantity.start)):
        return found
    after = [m for m in parts if m.start >= quantity.end]
    if after and _OF.search(words[quantity.end : after[0].start]):
        return [after[0].entry.id]
    if passage.kind == "row":
        return _of_row(piece)
    if topic.parts and _IT.match(piece.text):
        return list(topic.parts)
    for parent in reversed((*passage.sections[-1:], *passage.parents)):
        for mention in knowledge.mentions(parent):
            if mention.entry.sort == "part":
                return [mention.entry.id]
    return []


def _last_named(knowledge: Knowledge, words: str, before: Sequence[Mention[Word]], end: int) -> list[str]:
    other = _NEXT.search(words, before[-1].end, end)
    if other:  # "the first layer has 96, the second 256"
        last = words[before[-1].start : before[-1].end]
        named = knowledge.mentions(_ORDINAL.sub(other[1], last, count=1)) if _ORDINAL.search(last) else []
        return [next((m.entry.id for m in named if m.entry.sort == "part"), UNKNOWN)]
    if _PARTED.search(words[before[-1].end : end]):
        return []
    joined = [before[-1]]
    for mention in reversed(before[:-1]):
        if not _JOINED.fullmatch(words, mention.end, joined[0].start):
            break
        joined.insert(0, mention)
    return [m.entry.id for m in joined]


def _is_counted(piece: Piece, start: int) -> bool:
    """Tell whether a number stands right before a place, without an article: *three dense layers*."""
    before = next((q for q in reversed(piece.numbers) if q.end <= start), None)
    if before is None or piece.words[before.end : start].strip(" *_"):
        return False
    return _DEFINITE.search(piece.words, max(piece.start, before.start - 8), before.start) is None


def _of_row(piece: Piece) -> list[str]:
    grid = piece.grid
    if grid is not None:
        label = piece.row.label(grid.names)
        if label.part or label.whole:
            return [label.part] if label.part else []
    others = [m for m in piece.row.beside(piece.start, piece.end) if m.entry.sort == "part"]
    if others:
        return [others[0].entry.id]
    if grid is not None and 0 <= piece.column < len(grid.heads) and grid.heads[piece.column].part:
        return [grid.heads[piece.column].part]
    return []
