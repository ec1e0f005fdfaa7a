"""Set marks around the figures that were checked: the content of a marked note has them when it is loaded."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kbgen.links.publish import PublicVault
from kbgen.notes.model import Mark
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
        path: msgspec.structs.replace(public.notes[path], marks=wanted)
        for path, wanted in marks.items()
        if wanted
    }
    return msgspec.structs.replace(public, notes=public.notes | marked) if marked else public
