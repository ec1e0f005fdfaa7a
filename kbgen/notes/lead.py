"""What a note says first: its description where its author gives none (FM-34).

Prose comes before lists, lists before links and labels, and those before tables. Tags, headings,
titles of callouts, code and footnotes never stand for a note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from msgspec import Struct

from kbgen.notes.model import StatementKind

MAX_PROSE = 2
"""Passages kept: the first may only say the title again, which a note alone cannot know."""
_MAX_KEPT = {"prose": MAX_PROSE, "item": 6, "weak": 1, "row": 1}
MAX_CHARS = 400
"""Characters kept of each passage; a description is shorter."""

_MIN_WRAPPED_CHARS = 60
"""A line of so many characters goes on in the next, where that begins with a small letter."""

_MIN_OWN_WORDS = 3
"""Words that a line has of its own beside links or tags, where it is more than a list of them."""

_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{1,2}|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
"""Scripts that write no spaces: two characters count as a word."""
_LABEL = re.compile(r"\W*(?:\w+\W+?){0,3}\w+\s?[:：]\W*")
_FIELD = re.compile(r"[\w][\w /-]*::(?:\s|$)")
_ENDS = ".!?…:;,。！？：；、،؟"


class Line(Struct, frozen=True):
    """A line as readers see it."""

    words: str
    plain: str
    """The same without links, tags, code and formulas."""
    tagged: bool
    linked: bool


class Lead:
    """What is found of one note, passage by passage."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {"prose": [], "item": [], "weak": [], "row": []}

    def wants(self, kind: StatementKind) -> bool:
        """Tell whether one more passage of a kind may stand for the note."""
        found = self._found
        if len(found["prose"]) == MAX_PROSE:
            return False
        return kind == "paragraph" or len(found.get(kind, ())) < _MAX_KEPT.get(kind, 0)

    def offer(self, kind: StatementKind, lines: Sequence[Line]) -> None:
        """Look at the words of a passage of a kind that is wanted."""
        kept = [line for line in lines if line.words and not _is_tags(line)]
        prose = [line.words for line in kept if _is_prose(line)]
        if kind == "paragraph" and prose:
            self._add("prose", prose)
        elif kept:
            self._add("weak" if kind == "paragraph" else kind, [line.words for line in kept])

    def _add(self, where: str, lines: Sequence[str]) -> None:
        if len(self._found[where]) < _MAX_KEPT[where]:
            self._found[where].append("\n".join(lines)[:MAX_CHARS])

    def all(self) -> tuple[str, ...]:
        """Return what may stand for the note, the best first; lines are apart."""
        found = self._found
        items = "\n".join(found["item"])[:MAX_CHARS]
        return tuple(each for each in (*found["prose"], items, *found["weak"], *found["row"]) if each)


def _is_tags(line: Line) -> bool:
    """Tell whether a line lists tags, perhaps behind a label."""
    return line.tagged and _few(line.plain)


def _is_prose(line: Line) -> bool:
    """Tell whether a line has words of its own, and is no label or field."""
    own = line.plain.strip()
    if _few(own) if line.linked else not _WORD.search(own):
        return False
    return not _LABEL.fullmatch(own) and not _FIELD.match(line.words)


def _few(words: str) -> bool:
    return next(islice(_WORD.finditer(words), _MIN_OWN_WORDS - 1, None), None) is None


def join_lines(lines: Sequence[str]) -> str:
    """Join lines so that what a break keeps apart stays apart.

    >>> join_lines(["Born in Hull", "Died in Ely"]), join_lines(["It rained.", "It poured."])
    ('Born in Hull · Died in Ely', 'It rained. It poured.')
    """
    out = ""
    last = ""
    for line in lines:
        if out:
            wrapped = len(last) >= _MIN_WRAPPED_CHARS and line[0].islower()
            out += " " if wrapped or last[-1] in _ENDS else " · "
        out += line
        last = line
    return out
