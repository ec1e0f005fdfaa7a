"""Tell how much of a text could be read: which numbers stand in it, and which became part of a claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kbgen.claims.claim import Claim
from kbgen.claims.passages import Passage
from kbgen.vault.paths import VaultPath
from kbgen.verification.note_result import UnreadNumber

_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"(?<![\w.,])\d")

Numbers = Mapping[int, Sequence[int]]
"""Where numbers begin, by the passage."""


def numbers(texts: Iterable[Passage]) -> Numbers:
    """Return where numbers begin in some passages, those of code left out."""
    found = {}
    for text in texts:
        if _DIGIT.search(text.words) is None:
            continue
        places = [each.start() for each in _NUMBER.finditer(text.words)]
        if places and text.masked:
            places = [at for at in places if not any(start <= at < end for start, end in text.masked)]
        if places:
            found[text.number] = places
    return found


def unread(
    path: VaultPath, texts: Sequence[Passage], seen: Numbers, claims: Iterable[Claim]
) -> Iterator[UnreadNumber]:
    """Yield the numbers that no claim holds.

    Parameters
    ----------
    path
        Of the note.
    texts, seen
        Its passages, and the numbers in them.
    claims
        What was read.
    """
    spans: dict[int, list[tuple[int, int]]] = {}
    for claim in claims:
        spans.setdefault(claim.passage, []).append((claim.start, claim.end))
    for text in texts:
        for start in seen.get(text.number, ()):
            if not any(low <= start < high for low, high in spans.get(text.number, ())):
                words = text.words[max(0, start - _BEFORE) : start + _BEHIND].strip()
                yield UnreadNumber(path, text.line, words)


_BEFORE = 30
_BEHIND = 40
