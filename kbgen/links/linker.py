"""Link a vault: give every link of every note its file, heading or block, and report what is wrong."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import msgspec

from kbgen.config import Config, PublishConfig
from kbgen.diagnostics import Diagnostic, Fault, diagnostic, in_order
from kbgen.globs import compile_globs
from kbgen.links import faults
from kbgen.links.anchors import Anchors, block_id, parts_of
from kbgen.links.drawings import Drawing, drawing_name, drawings, without_picture
from kbgen.links.embeds import embed_cycles
from kbgen.links.model import (
    UNRESOLVED,
    WITHHELD,
    HiddenBy,
    LinkedDocument,
    LinkedNote,
    LinkedVault,
    Resolution,
    ResolvedLink,
)
from kbgen.links.name_index import NameIndex
from kbgen.links.resolver import resolve, suggest
from kbgen.notes.document import CompiledDocument, Linkable, has_pages
from kbgen.notes.excalidraw import is_drawing, is_part
from kbgen.notes.model import CompiledNote, Link, Publishing
from kbgen.vault.paths import VaultPath, folder_of, stem_of

MAX_TITLE_CHARS = 500
"""Characters of a title."""


def link_vault(
    notes: Mapping[VaultPath, CompiledNote],
    attachments: Iterable[VaultPath],
    ignored: Iterable[VaultPath],
    config: Config,
    documents: Mapping[VaultPath, CompiledDocument] = MappingProxyType({}),
) -> LinkedVault:
    """Resolve every link of every note under Obsidian's rules.

    Parameters
    ----------
    notes
        All compiled notes, private ones too.
    attachments
        Files that are not notes.
    ignored
        Files that exist and are never published, notes or not. Links to them resolve.
    config
        What is published, and whether an alias may stand for its note.
    documents
        Those of the attachments that are documents, compiled.

    Returns
    -------
    LinkedVault
        With the faults of the notes and of their links as diagnostics, in order.
    """
    attachments = sorted(attachments)
    hidden: dict[VaultPath, HiddenBy] = dict.fromkeys(ignored, "ignored")
    private = _excluded(config.publish)
    for path in attachments:
        if path not in hidden and private.fullmatch(path):
            hidden[path] = "excluded"
    hidden_files = frozenset(hidden)
    for path, note in notes.items():
        hidden[path] = hidden_by(path, note.publishing, config.publish)
    for path in documents:
        if has_pages(path):
            hidden[path] = hidden_by(path, Publishing(), config.publish)

    shown = tuple(path for path in attachments if path not in hidden_files)
    pictures = drawings(notes, shown)
    linker = _Linker(notes, attachments, hidden, pictures, use_aliases=not config.strict_links)
    linked = {path: linker.note(path, notes[path]) for path in sorted(notes)}
    return LinkedVault(
        notes=linked,
        attachments=shown,
        drawings=pictures,
        hidden_files=hidden_files,
        diagnostics=in_order(
            [
                *linker.diagnostics(documents),
                *embed_cycles(linked),
                *without_picture(notes, shown),
            ]
        ),
        documents={path: linker.document(path, documents[path]) for path in sorted(documents)},
    )


def title_of(document: Linkable, name: str) -> str:
    """Return the title of a document: what it calls itself, else a name (FM-35).

    It stands on every page that leads to the document, so a very long one is cut; such an H1 stays in the
    text.
    """
    title = document.title or name
    return title if len(title) <= MAX_TITLE_CHARS else title[:MAX_TITLE_CHARS].rstrip() + "…"


def hidden_by(path: VaultPath, publishing: Publishing, publish: PublishConfig) -> HiddenBy:
    """Return why a note is not public, ``""`` if it is (FM-30, FM-31).

    Hidden wins in doubt: a draft stays private even with ``publish: true``.
    """
    if publishing.publish is False:
        return "publish: false"
    if publishing.draft:
        return "draft"
    if publishing.publish:
        return ""
    if _excluded(publish).fullmatch(path):
        return "excluded"
    return "mode" if publish.mode == "explicit" else ""


@functools.cache
def _excluded(publish: PublishConfig) -> re.Pattern[str]:
    """Return what matches the path of a file in an excluded folder."""
    return compile_globs(publish.exclude)


class _Linker:
    """The names and anchors of a vault, and everything already looked up among them."""

    def __init__(
        self,
        notes: Mapping[VaultPath, CompiledNote],
        attachments: Sequence[VaultPath],
        hidden: Mapping[VaultPath, HiddenBy],
        pictures: Mapping[VaultPath, Drawing],
        *,
        use_aliases: bool,
    ) -> None:
        self._notes = notes
        self._attachments = attachments
        self._hidden = hidden
        self._pictures = pictures
        self._use_aliases = use_aliases
        self._index = NameIndex(
            [*notes, *attachments, *hidden], {path: note.aliases for path, note in notes.items()}
        )
        self._names: dict[tuple[str, str], Resolution] = {}
        self._anchors: dict[VaultPath, Anchors] = {}
        self._ends: dict[tuple[VaultPath, str], ResolvedLink] = {}
        self._nearest: dict[str, str] = {}
        self._hidden_candidates: dict[int, bool] = {}

    def note(self, path: VaultPath, note: CompiledNote) -> LinkedNote:
        """Resolve the links of one note."""
        links = tuple(
            self._picture(end) if link.embed else end
            for link in note.links
            for end in (self._end(self._name(path, link.target), link.subpath),)
        )
        name = drawing_name(path) if is_drawing(note.properties) else stem_of(path)
        return LinkedNote(path, title_of(note, name), note, links, self._hidden[path])

    def document(self, path: VaultPath, document: CompiledDocument) -> LinkedDocument:
        """Resolve the links of a document that is no note."""
        links = tuple(self._end(self._name(path, link.target), link.subpath) for link in document.links)
        title = title_of(document, stem_of(path))
        return LinkedDocument(path, title, document, links, self._hidden.get(path, ""))

    def diagnostics(self, documents: Mapping[VaultPath, CompiledDocument]) -> Iterator[Diagnostic]:
        """Yield every fault of the documents, their links and the names of files."""
        for found, faults_of in ((self._notes, self._faults), (documents, self._unfound)):
            for path, document in found.items():
                for fault in document.faults:
                    yield diagnostic(path, fault)
                for link in document.links:
                    if not link.hidden:
                        for fault in faults_of(path, link):
                            yield diagnostic(path, fault)
        for path in [*self._notes, *self._attachments]:
            if (named := faults.unlinkable(path)) is not None:
                yield diagnostic(path, named)

    def _name(self, source: VaultPath, target: str) -> Resolution:
        if not target:
            return Resolution(source)
        wanted = folder_of(source), target
        found = self._names.get(wanted)
        if found is None:
            found = resolve(self._index, source, target, use_aliases=self._use_aliases)
            self._names[wanted] = found
        return found

    def _near(self, target: str) -> str:
        if target not in self._nearest:
            self._nearest[target] = suggest(self._index, target)
        return self._nearest[target]

    def _end(self, resolution: Resolution, subpath: str) -> ResolvedLink:
        """Look up the heading or block; the fragment of another file than a note is no anchor."""
        path = resolution.path
        if path is None:
            # An alias that private notes share is as private as they are.
            return WITHHELD if self._any_hidden(resolution.candidates) else UNRESOLVED
        if path not in self._notes or not parts_of(subpath):
            subpath = ""
        end = self._ends.get((path, subpath))
        if end is None:
            end = self._anchored(path, subpath) if subpath else ResolvedLink(path)
            self._ends[path, subpath] = end
        return end

    def _any_hidden(self, paths: tuple[VaultPath, ...]) -> bool:
        """Look at the notes with an alias once for all links to it: the index keeps their tuple."""
        key = id(paths)
        if key not in self._hidden_candidates:
            self._hidden_candidates[key] = any(map(self._hidden.get, paths))
        return self._hidden_candidates[key]

    def _picture(self, end: ResolvedLink) -> ResolvedLink:
        """Let an embed of a drawing that is no note mean its picture."""
        if end.path is None or end.path in self._notes or end.path not in self._pictures:
            return end
        return ResolvedLink(self._pictures[end.path].picture)

    def _anchored(self, path: VaultPath, subpath: str) -> ResolvedLink:
        name = block_id(subpath)
        if name is not None:
            block = self._anchors_of(path).block(name)
            return ResolvedLink(path, block=block, missing_anchor=block is None)
        anchors = self._anchors_of(path)
        heading = anchors.heading(subpath)
        id_ = "" if heading else anchors.id(subpath)
        return ResolvedLink(path, heading=heading, id=id_, missing_anchor=heading is None and not id_)

    def _anchors_of(self, path: VaultPath) -> Anchors:
        if path not in self._anchors:
            note = self._notes[path]
            self._anchors[path] = Anchors(note.headings, note.blocks, note.ids)
        return self._anchors[path]

    def _faults(self, source: VaultPath, link: Link) -> Iterator[Fault]:
        """Yield what is wrong with a link of a note."""
        resolution = self._name(source, link.target)
        path = resolution.path
        if path is None:
            yield faults.unresolved(link, resolution, self._near(link.target))
            return
        if resolution.candidates:
            yield faults.ambiguous(link, path, resolution)
        if resolution.alias:
            yield faults.by_alias(link, path, self._index.link_to(path))
        missing = self._end(resolution, link.subpath).missing_anchor
        if missing and not (is_drawing(self._notes[path].properties) and is_part(link.subpath)):
            yield faults.missing_anchor(link, path, self._anchors_of(path))
        if self._hidden.get(path) and not self._hidden[source]:
            yield faults.unpublished(link, path, self._hidden[path])

    def _unfound(self, source: VaultPath, link: Link) -> Iterator[Fault]:
        """Yield what a link of another document does not find; few are written by hand."""
        resolution = self._name(source, link.target)
        if resolution.path is None:
            named = msgspec.structs.replace(link, target=link.target.lstrip("/"))
            yield faults.unresolved(named, resolution, self._near(named.target))
        elif self._end(resolution, link.subpath).missing_anchor:
            yield faults.missing_anchor(link, resolution.path, self._anchors_of(resolution.path))
