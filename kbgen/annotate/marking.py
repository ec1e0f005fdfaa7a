"""Set marks around the figures that were checked.

Where links lead is known already. What changes in a marked note is its HTML and the places in it, so
those are put into the vault again, and into every link that leads to a part of such a note.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kbgen.links.model import LinkedNote, ResolvedLink
from kbgen.links.publish import PublicVault
from kbgen.notes import html_map
from kbgen.notes.model import CompiledNote, Mark
from kbgen.vault.paths import VaultPath


def with_marks(public: PublicVault, marks: Mapping[VaultPath, tuple[Mark, ...]]) -> PublicVault:
    """Return a vault whose notes have marks.

    Parameters
    ----------
    public
        The vault without.
    marks
        By note.
    """
    marked = {
        path: html_map.with_marks(public.notes[path].compiled, wanted)
        for path, wanted in marks.items()
        if wanted
    }
    if not marked:
        return public
    notes = {path: _noted(note, marked) for path, note in public.notes.items()}
    return msgspec.structs.replace(public, notes=notes)


def _noted(note: LinkedNote, marked: Mapping[VaultPath, CompiledNote]) -> LinkedNote:
    links = note.links
    if any(end.path in marked and (end.heading or end.block) for end in links):
        links = tuple([_moved(end, marked) for end in links])
    compiled = marked.get(note.path, note.compiled)
    if links is note.links and compiled is note.compiled:
        return note
    return msgspec.structs.replace(note, links=links, compiled=compiled)


def _moved(end: ResolvedLink, marked: Mapping[VaultPath, CompiledNote]) -> ResolvedLink:
    """Return a link that knows where in the marked HTML the part is that it leads to."""
    target = marked.get(end.path) if end.path is not None else None
    if target is None:
        return end
    if end.heading is not None:
        heading = next(each for each in target.headings if each.id == end.heading.id)
        return msgspec.structs.replace(end, heading=heading)
    if end.block is not None:
        block = next(each for each in target.blocks if each.id == end.block.id)
        return msgspec.structs.replace(end, block=block)
    return end
