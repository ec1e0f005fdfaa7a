"""Tell how much of a text could be read: which numbers stand in it, and which became part of a claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kbgen.claims.claim import Claim
from kbgen.claims.passages import Passage, properties_of
from kbgen.links.model import LinkedNote
from kbgen.notes.model import Content, Statement
from kbgen.notes.statements import words
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
        if _NUMBER.search(text.words) is None:  # as most
            continue
        places = [each.start() for each in _NUMBER.finditer(text.words)]
        if text.masked:
            places = [at for at in places if not any(start <= at < end for start, end in text.masked)]
        if places:
            found[text.number] = places
    return found


def count_numbers(note: LinkedNote, content: Content) -> int:
    """Count what :func:`numbers` finds in the passages of a note, whose content it is given."""
    texts = [each.words for each in properties_of(note)]
    stated = [each for each in content.statements if each.kind != "code"]
    if _is_all(content.text, stated):
        texts.append(content.text)
    else:
        texts += [words(content, each) for each in stated]
    texts += [words(content, each) for each in content.statements if each.kind == "code"]
    found = sum(len(_NUMBER.findall(text)) for text in texts)
    for each in content.statements:
        if each.verbatim:
            spans = [*zip(each.verbatim[::2], each.verbatim[1::2], strict=True)]
            found -= sum(_is_held(one.start(), spans) for one in _NUMBER.finditer(words(content, each)))
    return found


def _is_all(text: str, statements: Sequence[Statement]) -> bool:
    """Tell whether a text is these statements, each on a line of its own."""
    begins = [each.start for each in statements]
    ends = [each.end for each in statements]
    one_by_one = begins == [0, *[end + 1 for end in ends[:-1]]] and ends[-1] == len(text)
    return one_by_one and all(text[end] == "\n" for end in ends[:-1])


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
        written, line, taken = text.words, text.line, spans.get(text.number, ())
        for start in seen[text.number]:
            if not (taken and _is_held(start, taken)):
                around = written[start - _BEFORE if start > _BEFORE else 0 : start + _BEHIND]
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
