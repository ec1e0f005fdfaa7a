"""The tags of a vault: one identity whatever the case, one spelling to show (TAG-07, TAG-12)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from msgspec import Struct

from kbgen.links.model import LinkedNote


class TagNames(Struct, frozen=True):
    """The tags of a vault: one identity in lower case, one spelling to show (TAG-07)."""

    shown: Mapping[str, str]

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


def tag_names(notes: Iterable[LinkedNote]) -> TagNames:
    """Collect the tags of notes given in the order of their paths; the first spelling wins."""
    shown: dict[str, str] = {}
    for note in notes:
        for tag in sorted(note.compiled.tags, key=lambda tag: (tag.line, tag.column)):
            if tag.name and not tag.hidden:
                shown.setdefault(tag_identity(tag.name), tag.name)
    return TagNames(shown)
