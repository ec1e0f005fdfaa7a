"""A linked vault: every note with its links resolved, once, for everybody downstream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from kbgen.diagnostics import Diagnostic
from kbgen.links.drawings import Drawing
from kbgen.notes.document import CompiledDocument, Linkable
from kbgen.notes.model import Block, CompiledNote, Heading
from kbgen.vault.paths import VaultPath


class Resolution(Struct, frozen=True, gc=False):
    """What the name in a link means, before its heading or block is looked up."""

    path: VaultPath | None
    """The file; None where no file has the name."""
    candidates: tuple[VaultPath, ...] = ()
    """All files that fit by name, the winner too, where there are several; all links share one tuple."""
    alias: bool = False
    """Found by alias only; Obsidian itself would not resolve it."""

    @property
    def others(self) -> tuple[VaultPath, ...]:
        """Files that fit as well by name and lost: the link is ambiguous."""
        return tuple(path for path in self.candidates if path != self.path)


class ResolvedLink(Struct, frozen=True):
    """Where a link leads. ``path`` is None for an unresolved link."""

    path: VaultPath | None
    heading: Heading | None = None
    block: Block | None = None
    missing_anchor: bool = False
    """The link names a heading or block that its note does not have."""
    id: str = ""
    """The id on the page of an element of HTML, where the link names neither heading nor block."""
    withheld: bool = False
    """The link leads to something that is not public: in the public vault, all that is known of it."""

    @property
    def anchor(self) -> str:
        """What the link leads to on the page of its note, as an id; ``""`` for the whole note."""
        return self.heading.id if self.heading else f"^{self.block.id}" if self.block else self.id

    @property
    def part(self) -> str:
        """The id of the heading or block that is embedded; ``""`` for the whole note."""
        return "" if self.id else self.anchor


UNRESOLVED = ResolvedLink(None)
WITHHELD = ResolvedLink(None, withheld=True)

HiddenBy = Literal["", "publish: false", "draft", "mode", "excluded", "ignored", "front matter"]
"""Why a note or file is not public; ``""`` when it is."""


class Linked(Struct, frozen=True):
    """A document of any kind in its place, its links resolved in the order of ``compiled.links``."""

    path: VaultPath
    title: str
    compiled: Linkable
    links: tuple[ResolvedLink, ...]
    hidden_by: HiddenBy


class LinkedNote(Linked, frozen=True):
    """A note."""

    compiled: CompiledNote


class LinkedDocument(Linked, frozen=True):
    """A document of another kind."""

    compiled: CompiledDocument

    def arrows(self) -> Iterator[tuple[VaultPath, VaultPath, int]]:
        """Yield from which file an arrow leads to which, and the line on which it is written."""
        for arrow in self.compiled.arrows:
            source, target = self.links[arrow.source].path, self.links[arrow.target].path
            if source is not None and target is not None:
                yield source, target, arrow.line


class LinkedVault(Struct, frozen=True):
    """All notes by path, in order of their paths, and the files beside them."""

    notes: dict[VaultPath, LinkedNote]
    attachments: tuple[VaultPath, ...]
    """Files that are not notes and may be published."""
    hidden_files: frozenset[VaultPath]
    """Files that exist but are never published: ignored, or attachments of private folders."""
    diagnostics: tuple[Diagnostic, ...]
    drawings: dict[VaultPath, Drawing] = {}
    """What is shown of each drawing that has a picture."""
    documents: dict[VaultPath, LinkedDocument] = {}
    """The documents among those files; in a public vault those of kinds that have pages."""
