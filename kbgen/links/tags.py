"""The tags of a vault: one identity whatever the case, one spelling to show (TAG-07, TAG-12)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from kbgen.links.model import LinkedNote

MAX_TAG_LEVELS = 16
"""Levels of a tag that mean something of their own: each has a page, which shows the way to it."""


class TagNames(Struct, frozen=True):
    """The tags of a vault: one identity in lower case, one spelling to show (TAG-07)."""

    shown: Mapping[str, str]
    above: Mapping[str, str]
    """The same for the levels above them, from the first tag that has them."""

    def name(self, tag: str) -> str:
        """Return a tag as its authors write it; an ancestor that nobody writes, from one below it."""
        return self.shown.get(tag) or self.above.get(tag, tag)

    def of(self, note: LinkedNote) -> tuple[str, ...]:
        """Return the identities of a note's visible tags, sorted."""
        return tuple(
            sorted({tag_identity(tag.name) for tag in note.compiled.tags if tag.name and not tag.hidden})
        )


def tag_identity(name: str) -> str:
    """Return what makes two spellings the same tag.

    >>> tag_identity("AI/Vision")
    'ai/vision'
    """
    return unicodedata.normalize("NFC", name).lower()


def levels_of(tag: str) -> Iterator[str]:
    """Yield a tag's ancestors from the top, then the tag, down to :data:`MAX_TAG_LEVELS`.

    >>> list(levels_of("ai/vision/cnn"))
    ['ai', 'ai/vision', 'ai/vision/cnn']
    """
    end = -1
    for _ in range(MAX_TAG_LEVELS):
        end = tag.find("/", end + 1)
        yield tag[:end] if end >= 0 else tag
        if end < 0:
            return


def tag_names(notes: Iterable[LinkedNote]) -> TagNames:
    """Collect the tags of notes given in the order of their paths; the first spelling wins."""
    shown: dict[str, str] = {}
    for note in notes:
        for tag in sorted(note.compiled.tags, key=lambda tag: (tag.line, tag.column)):
            if tag.name and not tag.hidden:
                shown.setdefault(tag_identity(tag.name), tag.name)
    above: dict[str, str] = {}
    for identity, name in shown.items():
        for level, written in zip(levels_of(identity), levels_of(name), strict=True):
            above.setdefault(level, written)
    return TagNames(shown, above)
