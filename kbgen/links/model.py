"""A linked vault: every note with its links resolved, once, for everybody downstream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from msgspec import Struct

from kbgen.diagnostics import Diagnostic, Fault, diagnostic
from kbgen.links.drawings import Drawing
from kbgen.notes.document import CompiledDocument, Linkable
from kbgen.notes.html_map import with_marks
from kbgen.notes.model import Content, Mark, Outline
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
    heading: str | None = None
    """The id of the heading that it leads to."""
    block: str | None = None
    """The id of the block that it leads to."""
    missing_anchor: bool = False
    """The link names a heading or block that its note does not have."""
    id: str = ""
    """The id on the page of an element of HTML, where the link names neither heading nor block."""
    withheld: bool = False
    """The link leads to something that is not public: in the public vault, all that is known of it."""

    @property
    def anchor(self) -> str:
        """What the link leads to on the page of its note, as an id; ``""`` for the whole note."""
        if self.heading is not None:
            return self.heading
        return self.id if self.block is None else f"^{self.block}"

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
    """A note: its outline at hand, its content where it is asked for."""

    compiled: Outline
    key: bytes
    """Of the bytes of its file."""
    load: Callable[[], Content]
    marks: tuple[Mark, ...] = ()
    """Around words of its statements."""

    @property
    def content(self) -> Content:
        """What its page is made of, marks and all; of a note of the store, loaded each time."""
        content = self.load()
        return with_marks(content, self.marks) if self.marks else content


class LinkedDocument(Linked, frozen=True):
    """A document of another kind."""

    compiled: CompiledDocument

    def arrows(self) -> Iterator[tuple[VaultPath, VaultPath, int]]:
        """Yield from which file an arrow leads to which, and the line on which it is written."""
        for arrow in self.compiled.arrows:
            source, target = self.links[arrow.source].path, self.links[arrow.target].path
            if source is not None and target is not None:
                yield source, target, arrow.line


class LinkFault(Struct, frozen=True, array_like=True, gc=False):
    """What is wrong with a link of a note, wherever on its lines that stands."""

    link: int
    """Its index; -1 for what is wrong with the note as a file."""
    code: str
    message: str
    hint: str = ""


class KnownLinks(Struct, frozen=True, array_like=True):
    """Where the links of a note lead, and what is wrong with them."""

    ends: tuple[ResolvedLink, ...]
    faults: tuple[LinkFault, ...] = ()


def placed(path: VaultPath, note: Outline, faults: Iterable[LinkFault]) -> Iterator[Diagnostic]:
    """Yield what is wrong in a note and with its links, each where it stands."""
    for fault in note.faults:
        yield diagnostic(path, fault)
    for each in faults:
        line, column = (1, 1) if each.link < 0 else (note.links[each.link].line, note.links[each.link].column)
        yield diagnostic(path, Fault(each.code, line, column, each.message, each.hint))


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
    faults: dict[VaultPath, tuple[LinkFault, ...]] = {}
    """What is wrong with the links of notes, each by itself; the diagnostics have it too, where it stands."""
    embed_faults: dict[VaultPath, tuple[LinkFault, ...]] = {}
    """The same for embeds that lead back to themselves, and for drawings without a picture."""
