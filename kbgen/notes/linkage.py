"""What of a note decides how others are linked, listed and addressed; the rest is its own page's business."""

from __future__ import annotations

from collections.abc import Iterator

from kbgen.notes.excalidraw import is_drawing
from kbgen.notes.model import Outline
from kbgen.traces import digest

_FEW_TAGS = 50
_FEW_LEVELS = 12
"""Tags of a note, and levels of a tag, up to which each has a page, and nobody is told where it stands."""


NAMES = 16
"""Bytes of a linkage that are of the names alone."""


def linkage(outline: Outline) -> bytes:
    """Return the hash of all in an outline that the rest of its vault depends on.

    Not where anything stands: a sentence more changes no linkage, and its vault need not be linked again.
    The first :data:`NAMES` bytes are of what the links of others may find in the note; where no note changed
    in these, the links of all other notes lead where they led.

    Parameters
    ----------
    outline
        Of a note.
    """
    names = (
        outline.publishing,
        outline.aliases,
        [(each.level, each.text, each.id, each.keys, each.nested) for each in outline.headings],
        [each.id for each in outline.blocks],
        outline.ids,
        is_drawing(outline.properties),
    )
    rest = (
        outline.h1,
        outline.properties,
        [*_tags(outline)],
        [
            (link.form, link.embed, link.target, link.subpath, link.text, link.hidden, link.key)
            for link in outline.links
        ],
        outline.embeds,
        outline.unseen,
    )
    return digest(names) + digest(rest)


def _tags(outline: Outline) -> Iterator[tuple[object, ...]]:
    tags = sorted(outline.tags, key=lambda tag: (tag.line, tag.column))
    few = len(tags) <= _FEW_TAGS and all(tag.name.count("/") < _FEW_LEVELS for tag in tags)
    for tag in tags:
        yield (tag.name, tag.hidden) if few else (tag.name, tag.hidden, tag.line, tag.column)
