"""A passage: the words of a paragraph or table row, and the sentence around each of its links."""

from __future__ import annotations

import re
from collections.abc import Iterator

_REACH = 160
"""Characters of a sentence that are kept on either side of a link."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？])")
_SPACE = re.compile(r"\s+")
_CELL = " · "


class Passage:
    """Words as they come, with the spans of links in them."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._spans: dict[int, tuple[int, int]] = {}

    def add(self, words: str) -> None:
        """Add words."""
        if words:
            self._parts.append(words)
            self._length += len(words)

    def separate(self) -> None:
        """Begin the next cell of a row."""
        if self._length:
            self.add(_CELL)

    def open(self, link: int) -> None:
        """Begin the words of a link."""
        self._spans[link] = (self._length, self._length)

    def close(self, link: int) -> None:
        """End the words of a link."""
        self._spans[link] = (self._spans[link][0], self._length)

    def text(self) -> str:
        """Return all words."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""

    def words(self, link: int) -> str:
        """Return the words of a link."""
        start, end = self._spans[link]
        return _SPACE.sub(" ", self.text()[start:end]).strip()

    def excerpts(self) -> Iterator[tuple[int, str, str]]:
        """Yield each link with what its sentence says before and after it."""
        if not self._spans:
            return
        text = self.text()
        for link, (start, end) in self._spans.items():
            yield (
                link,
                _before(text[max(0, start - 2 * _REACH) : start]),
                _after(text[end : end + 2 * _REACH]),
            )


def _before(text: str) -> str:
    begin = 0
    for found in _SENTENCE_END.finditer(text):
        if found.end() < len(text):
            begin = found.end()
    words = _SPACE.sub(" ", text[begin:]).lstrip()
    if len(words) > _REACH:
        words = "… " + words[-_REACH:].partition(" ")[2]
    return words


def _after(text: str) -> str:
    found = _SENTENCE_END.search(text)
    words = _SPACE.sub(" ", text[: found.start()] if found else text).rstrip()
    if len(words) > _REACH:
        words = words[:_REACH].rpartition(" ")[0] + " …"
    return words
