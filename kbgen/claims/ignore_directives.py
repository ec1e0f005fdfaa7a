"""Leave out the lines that an author takes out of the check: ``verify: ignore``, for a line or a section."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from kbgen.claims.passages import Passage
from kbgen.links.model import LinkedNote


class _Line(NamedTuple):
    """A line of a passage, and where its words stand among those of the passage."""

    number: int
    start: int
    end: int


def without_ignored(note: LinkedNote, texts: Sequence[Passage]) -> Sequence[Passage]:
    """Return the passages of a note without what it takes out.

    Parameters
    ----------
    note
        With its directives: ``ignore`` takes out the line it stands on, or the next one that says
        something, and with the first line of a passage all of it; ``ignore section`` all from there
        to the next heading of its level.
    texts
        The passages of the note.
    """
    if not any(directive.words.startswith("ignore") for directive in note.compiled.directives):
        return texts
    lines = [_lines(note, text) for text in texts]
    ignored = _ignored(note, texts, lines)
    return [
        _without(text, [line for line in its_lines if line.number in ignored])
        for text, its_lines in zip(texts, lines, strict=True)
        if text.line not in ignored
    ]


def _lines(note: LinkedNote, text: Passage) -> Sequence[_Line]:
    """Return the lines of a passage that hold words of it."""
    breaks = note.content.statements[text.number].breaks if text.number >= 0 else ()
    if not breaks:
        return (_Line(text.line, 0, len(text.words)),)
    spans = zip((0, *breaks), (*breaks, len(text.words)), strict=True)
    return [_Line(number, *span) for number, span in enumerate(spans, text.line) if span[0] < span[1]]


def _ignored(note: LinkedNote, texts: Sequence[Passage], lines: Sequence[Sequence[_Line]]) -> set[int]:
    ignored: set[int] = set()
    stated_lines = sorted({line.number for line in _of_statements(texts, lines)})
    for directive in note.compiled.directives:
        if not directive.words.startswith("ignore"):
            continue
        if not directive.words.startswith("ignore section"):
            ignored.add(directive.line)
            at = bisect_left(stated_lines, directive.line)
            ignored.update(stated_lines[at : at + 1])
            continue
        level = 0
        for text, its_lines in zip(texts, lines, strict=True):
            if text.kind == "heading" and text.line <= directive.line:
                level = text.level
            elif text.kind == "heading" and text.level <= level:
                break
            else:
                ignored.update(line.number for line in its_lines if line.number >= directive.line)
    return ignored


def _of_statements(texts: Sequence[Passage], lines: Sequence[Sequence[_Line]]) -> Iterator[_Line]:
    for text, its_lines in zip(texts, lines, strict=True):
        if text.number >= 0:
            yield from its_lines


def _without(text: Passage, ignored: Sequence[_Line]) -> Passage:
    """Return a passage with blanks for the words of some lines."""
    if not ignored:
        return text
    words = text.words
    for line in ignored:
        words = words[: line.start] + " " * (line.end - line.start) + words[line.end :]
    links = [link for link in text.links if not any(line.start <= link.start < line.end for line in ignored)]
    return replace(text, words=words, links=tuple(links))
