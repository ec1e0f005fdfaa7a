"""Link a vault: give every link of every note its file, heading or block, and report what is wrong."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import msgspec

from kbgen.config import Config, PublishConfig
from kbgen.diagnostics import Fault, diagnostic, in_order
from kbgen.globs import compile_globs
from kbgen.links import faults as wrong
from kbgen.links.anchors import Anchors, block_id, parts_of
from kbgen.links.drawings import Drawing, drawing_name, drawings, without_picture
from kbgen.links.embeds import embed_cycles
from kbgen.links.model import (
    UNRESOLVED,
    WITHHELD,
    HiddenBy,
    KnownLinks,
    LinkedDocument,
    LinkedNote,
    LinkedVault,
    LinkFault,
    Resolution,
    ResolvedLink,
    placed,
)
from kbgen.links.name_index import NameIndex
from kbgen.links.resolver import resolve, suggest
from kbgen.notes.document import CompiledDocument, Linkable, has_pages
from kbgen.notes.excalidraw import is_drawing, is_part
from kbgen.notes.model import Link, Outline, Publishing
from kbgen.notes.store import StoredNote
from kbgen.vault.paths import VaultPath, folder_of, stem_of

MAX_TITLE_CHARS = 500
"""Characters of a title."""


def link_vault(
    stored: Mapping[VaultPath, StoredNote],
    attachments: Iterable[VaultPath],
    ignored: Iterable[VaultPath],
    config: Config,
    documents: Mapping[VaultPath, CompiledDocument] = MappingProxyType({}),
    known: Mapping[VaultPath, KnownLinks] = MappingProxyType({}),
) -> LinkedVault:
    """Resolve every link of every note under Obsidian's rules.

    Parameters
    ----------
    stored
        All compiled notes, private ones too.
    attachments
        Files that are not notes.
    ignored
        Files that exist and are never published, notes or not. Links to them resolve.
    config
        What is published, and whether an alias may stand for its note.
    documents
        Those of the attachments that are documents, compiled.
    known
        Links of notes that lead where they led the last time: neither they nor any name is another.

    Returns
    -------
    LinkedVault
        With the faults of the notes and of their links as diagnostics, in order.
    """
    attachments = sorted(attachments)
    notes = {path: note.outline for path, note in stored.items()}
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
    paths = sorted(stored)
    ends = {path: known[path].ends if path in known else linker.ends(path, notes[path]) for path in paths}
    linked = {path: linker.note(path, stored[path], ends[path]) for path in paths}
    faults = {path: known[path].faults if path in known else linker.faults(path) for path in paths}
    found: dict[VaultPath, list[LinkFault]] = {}
    others = [diagnostic(path, fault) for path, fault in linker.faults_of_documents(documents)]
    for path, fault in without_picture(notes, shown):
        if path in notes:
            found.setdefault(path, []).append(LinkFault(-1, fault.code, fault.message, fault.hint))
        else:
            others.append(diagnostic(path, fault))
    for path, each in embed_cycles(linked):
        found.setdefault(path, []).append(each)
    in_notes = (
        each for path in paths for each in placed(path, notes[path], (*faults[path], *found.get(path, ())))
    )
    return LinkedVault(
        notes=linked,
        attachments=shown,
        drawings=pictures,
        hidden_files=hidden_files,
        diagnostics=in_order([*in_notes, *others]),
        faults={path: each for path, each in faults.items() if each},
        embed_faults={path: tuple(each) for path, each in found.items()},
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
        notes: Mapping[VaultPath, Outline],
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

    def ends(self, path: VaultPath, note: Outline) -> tuple[ResolvedLink, ...]:
        """Resolve the links of one note."""
        folder = folder_of(path)
        found = []
        for link in note.links:
            end = self._end(self._name(path, folder, link.target), link.subpath)
            found.append(self._picture(end) if link.embed else end)
        return tuple(found)

    def note(self, path: VaultPath, stored: StoredNote, links: tuple[ResolvedLink, ...]) -> LinkedNote:
        """Return a note with its links."""
        note = stored.outline
        name = drawing_name(path) if is_drawing(note.properties) else stem_of(path)
        title = title_of(note, name)
        return LinkedNote(path, title, note, links, self._hidden[path], stored.key, stored.load)

    def document(self, path: VaultPath, document: CompiledDocument) -> LinkedDocument:
        """Resolve the links of a document that is no note."""
        folder = folder_of(path)
        links = tuple(
            self._end(self._name(path, folder, link.target), link.subpath) for link in document.links
        )
        title = title_of(document, stem_of(path))
        return LinkedDocument(path, title, document, links, self._hidden.get(path, ""))

    def faults(self, path: VaultPath) -> tuple[LinkFault, ...]:
        """Return what is wrong with the links of a note, and with its name."""
        folder = folder_of(path)
        is_hidden = bool(self._hidden[path])
        found = []
        for index, link in enumerate(self._notes[path].links):
            resolution = self._name(path, folder, link.target)
            to = resolution.path
            # Most links are found by a name of their own, and name no part.
            plain = not (resolution.candidates or resolution.alias or link.subpath)
            found_at_once = plain and to is not None and (is_hidden or not self._hidden.get(to))
            if not link.hidden and not found_at_once:
                found += [
                    LinkFault(index, fault.code, fault.message, fault.hint)
                    for fault in self._faults(path, link, resolution)
                ]
        if (named := wrong.unlinkable(path)) is not None:
            found.append(LinkFault(-1, named.code, named.message, named.hint))
        return tuple(found)

    def faults_of_documents(
        self, documents: Mapping[VaultPath, CompiledDocument]
    ) -> Iterator[tuple[VaultPath, Fault]]:
        """Yield every fault of the other documents and their links, and of the names of files."""
        for path, document in documents.items():
            for fault in document.faults:
                yield path, fault
            for link in document.links:
                if not link.hidden:
                    for fault in self._unfound(path, link):
                        yield path, fault
        for path in self._attachments:
            if (named := wrong.unlinkable(path)) is not None:
                yield path, named

    def _name(self, source: VaultPath, folder: str, target: str) -> Resolution:
        if not target:
            return Resolution(source)
        wanted = folder, target
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
        if subpath and (path not in self._notes or not parts_of(subpath)):
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
            return ResolvedLink(path, block=None if block is None else block.id, missing_anchor=block is None)
        anchors = self._anchors_of(path)
        heading = anchors.heading(subpath)
        id_ = "" if heading is not None else anchors.id(subpath)
        if heading is not None:
            return ResolvedLink(path, heading=heading.id)
        return ResolvedLink(path, id=id_, missing_anchor=not id_)

    def _anchors_of(self, path: VaultPath) -> Anchors:
        if path not in self._anchors:
            note = self._notes[path]
            self._anchors[path] = Anchors(note.headings, note.blocks, note.ids)
        return self._anchors[path]

    def _faults(self, source: VaultPath, link: Link, resolution: Resolution) -> Iterator[Fault]:
        """Yield what is wrong with a link of a note."""
        path = resolution.path
        if path is None:
            yield wrong.unresolved(link, resolution, self._near(link.target))
            return
        if resolution.candidates:
            yield wrong.ambiguous(link, path, resolution)
        if resolution.alias:
            yield wrong.by_alias(link, path, self._index.link_to(path))
        missing = self._end(resolution, link.subpath).missing_anchor
        if missing and not (is_drawing(self._notes[path].properties) and is_part(link.subpath)):
            yield wrong.missing_anchor(link, path, self._anchors_of(path))
        if self._hidden.get(path) and not self._hidden[source]:
            yield wrong.unpublished(link, path, self._hidden[path])

    def _unfound(self, source: VaultPath, link: Link) -> Iterator[Fault]:
        """Yield what a link of another document does not find; few are written by hand."""
        resolution = self._name(source, folder_of(source), link.target)
        if resolution.path is None:
            named = msgspec.structs.replace(link, target=link.target.lstrip("/"))
            yield wrong.unresolved(named, resolution, self._near(named.target))
        elif self._end(resolution, link.subpath).missing_anchor:
            yield wrong.missing_anchor(link, resolution.path, self._anchors_of(resolution.path))
