"""Link a vault: give every link of every note its file, heading or block, and report what is amiss."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import msgspec

from kbgen.config import Config, Publish
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
    LinkedCanvas,
    LinkedNote,
    LinkedVault,
    Resolution,
    ResolvedLink,
)
from kbgen.links.names import NameIndex
from kbgen.links.resolver import resolve, suggest
from kbgen.notes.excalidraw import is_drawing, is_part
from kbgen.notes.model import CompiledCanvas, CompiledNote, Link, Publishing
from kbgen.vault.paths import VaultPath, folder_of, stem_of

LONGEST_TITLE = 500
"""Characters of a title."""


def link_vault(
    notes: Mapping[VaultPath, CompiledNote],
    attachments: Iterable[VaultPath],
    ignored: Iterable[VaultPath],
    config: Config,
    canvases: Mapping[VaultPath, CompiledCanvas] = MappingProxyType({}),
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
    canvases
        Those of the attachments that are canvases, compiled.

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
                *linker.diagnostics(),
                *linker.canvas_diagnostics(canvases),
                *embed_cycles(linked),
                *without_picture(notes, shown),
            ]
        ),
        canvases={path: linker.canvas(path, canvases[path]) for path in sorted(canvases)},
    )


def title_of(path: VaultPath, note: CompiledNote) -> str:
    """Return the title of a note: its property, else the H1 it begins with, else its file name (FM-35).

    It stands on every page that leads to the note, so a very long one is cut; such an H1 stays in the text.
    """
    name = drawing_name(path) if is_drawing(note.properties) else stem_of(path)
    title = note.publishing.title or note.h1 or name
    return title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE].rstrip() + "…"


def hidden_by(path: VaultPath, publishing: Publishing, publish: Publish) -> HiddenBy:
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
def _excluded(publish: Publish) -> re.Pattern[str]:
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
        self._hidden_bearers: dict[int, bool] = {}

    def note(self, path: VaultPath, note: CompiledNote) -> LinkedNote:
        """Resolve the links of one note."""
        links = tuple(
            self._picture(end) if link.embed else end
            for link in note.links
            for end in (self._end(self._name(path, link.target), link.subpath),)
        )
        return LinkedNote(path, title_of(path, note), note, links, self._hidden[path])

    def canvas(self, path: VaultPath, canvas: CompiledCanvas) -> LinkedCanvas:
        """Resolve the links of a canvas."""
        links = tuple(self._end(self._name(path, link.target), link.subpath) for link in canvas.links)
        return LinkedCanvas(canvas, links)

    def canvas_diagnostics(self, canvases: Mapping[VaultPath, CompiledCanvas]) -> Iterator[Diagnostic]:
        """Yield the faults of canvases, and what their links do not find."""
        for path, canvas in canvases.items():
            for fault in canvas.faults:
                yield diagnostic(path, fault)
            for link in canvas.links:
                resolution = self._name(path, link.target)
                if resolution.path is None:
                    named = msgspec.structs.replace(link, target=link.target.lstrip("/"))
                    yield diagnostic(path, faults.unresolved(named, resolution, self._near(named.target)))
                elif self._end(resolution, link.subpath).missing_anchor:
                    anchors = self._anchors_of(resolution.path)
                    yield diagnostic(path, faults.missing_anchor(link, resolution.path, anchors))

    def diagnostics(self) -> Iterator[Diagnostic]:
        """Yield every fault of the notes, their links and the names of files."""
        for path, note in self._notes.items():
            for fault in note.faults:
                yield diagnostic(path, fault)
            for link in note.links:
                if not link.hidden:
                    for fault in self._faults(path, link):
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
            return WITHHELD if self._any_hidden(resolution.fits) else UNRESOLVED
        if path not in self._notes or not parts_of(subpath):
            subpath = ""
        end = self._ends.get((path, subpath))
        if end is None:
            end = self._anchored(path, subpath) if subpath else ResolvedLink(path)
            self._ends[path, subpath] = end
        return end

    def _any_hidden(self, paths: tuple[VaultPath, ...]) -> bool:
        """Look at the bearers of an alias once for all links to it: the index keeps their tuple."""
        key = id(paths)
        if key not in self._hidden_bearers:
            self._hidden_bearers[key] = any(map(self._hidden.get, paths))
        return self._hidden_bearers[key]

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
        resolution = self._name(source, link.target)
        path = resolution.path
        if path is None:
            yield faults.unresolved(link, resolution, self._near(link.target))
            return
        if resolution.fits:
            yield faults.ambiguous(link, path, resolution)
        if resolution.alias:
            yield faults.by_alias(link, path, self._index.link_to(path))
        missing = self._end(resolution, link.subpath).missing_anchor
        if missing and not (is_drawing(self._notes[path].properties) and is_part(link.subpath)):
            yield faults.missing_anchor(link, path, self._anchors_of(path))
        if self._hidden.get(path) and not self._hidden[source]:
            yield faults.unpublished(link, path, self._hidden[path])
