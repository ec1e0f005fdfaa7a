"""Tell how much of a text could be read: which numbers stand in it, and which became part of a claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kbgen.claims.claim import Claim
from kbgen.claims.passages import Passage
from kbgen.vault.paths import VaultPath
from kbgen.verification.note_result import UnreadNumber

# What stands before is looked at last: only what begins with a plain class is looked for by the class alone.
_NUMBER = re.compile(r"\d(?<![\w.,]\d)")

Numbers = Mapping[int, Sequence[int]]
"""Where numbers begin, by the passage."""


def numbers(texts: Iterable[Passage]) -> Numbers:
    """Return where numbers begin in some passages, those of code left out."""
    found = {}
    for text in texts:
        words = text.words
        if _NUMBER.search(words) is None:  # as most
            continue
        places = [each.start() for each in _NUMBER.finditer(words)]
        if text.masked:
            places = [at for at in places if not any(start <= at < end for start, end in text.masked)]
        if places:
            found[text.number] = places
    return found


def count_claimed(seen: Numbers, claims: Iterable[Claim]) -> int:
    """Count the numbers that a claim holds; the parameters are those of :func:`unread`."""
    spans = _spans(claims)
    return sum(_is_held(at, taken) for number, taken in spans.items() for at in seen.get(number, ()))


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
    if not seen:
        return
    spans = _spans(claims)
    for text in texts:
        if text.number not in seen:
            continue
        words, line, taken = text.words, text.line, spans.get(text.number, ())
        for start in seen[text.number]:
            if not (taken and _is_held(start, taken)):
                around = words[start - _BEFORE if start > _BEFORE else 0 : start + _BEHIND]
                yield UnreadNumber(path, line, around.strip())


def _spans(claims: Iterable[Claim]) -> dict[int, list[tuple[int, int]]]:
    """Return where claims stand, by the passage."""
    found: dict[int, list[tuple[int, int]]] = {}
    for claim in claims:
        found.setdefault(claim.passage, []).append((claim.start, claim.end))
    return found


def _is_held(place: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(low <= place < high for low, high in spans)


_BEFORE = 30
_BEHIND = 40
