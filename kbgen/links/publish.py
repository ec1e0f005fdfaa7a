"""The publish cut: the part of a vault that the site may know.

What comes out holds no private note, no hidden file, no word of a comment and no name
of anything a public note links to that is not public. Everything that writes to the
site is given this and nothing else, so it cannot tell what it never received.
"""

from __future__ import annotations

import re

import msgspec

from kbgen.links.model import UNRESOLVED, WITHHELD, LinkedNote, LinkedVault, ResolvedLink
from kbgen.notes.markdown.wikilinks import shown_words
from kbgen.notes.model import CompiledNote, Link, Property, Value
from kbgen.vault.paths import VaultPath, extension_of, is_note


class PublicVault(LinkedVault, frozen=True):
    """A linked vault that has been through :func:`publish`."""


APP_FILES = frozenset({"canvas", "base"})
"""Files that name notes, private ones too; they are not copied to the site."""

_COMMAND = re.compile(r"ignore(?: section)?")
"""What a comment tells the verifier; its reason is for the author alone."""

_NOTHING = Link("wikilink", embed=False, target="", subpath="", text="", line=1, column=1, hidden=True)


def publish(vault: LinkedVault) -> PublicVault:
    """Cut the public vault out of a linked one.

    Attachments are those that a public note uses; a file that only a private note
    uses stays private.
    """
    public = {path: note for path, note in vault.notes.items() if not note.hidden_by}
    files = {path for path in vault.attachments if extension_of(path) not in APP_FILES}
    notes = {path: _public_note(note, public, files) for path, note in public.items()}
    used = {end.path for note in notes.values() for end in note.links if end.path in files}
    used |= {path for note in notes.values() if (path := picture_of(note)) in files}
    return PublicVault(
        notes=notes,
        attachments=tuple(sorted(path for path in used if path is not None)),
        hidden_files=frozenset(),
        diagnostics=(),
    )


def picture_of(note: LinkedNote) -> VaultPath | None:
    """Return the file that stands for a note in social previews, where its properties name one (FM-34)."""
    publishing = note.compiled.publishing
    if publishing.image_link >= 0:
        return note.links[publishing.image_link].path
    return VaultPath(publishing.image.lstrip("/")) if publishing.image else None


def _public_note(note: LinkedNote, public: dict[VaultPath, LinkedNote], files: set[VaultPath]) -> LinkedNote:
    links: list[Link] = []
    ends: list[ResolvedLink] = []
    for link, end in zip(note.compiled.links, note.links, strict=True):
        if link.hidden:
            links.append(_NOTHING)
            ends.append(UNRESOLVED)
        elif end.path in public or end.path in files or end == UNRESOLVED:
            links.append(link)
            ends.append(end)
        else:
            links.append(msgspec.structs.replace(link, target="", subpath="", text=_words(link, end.path)))
            ends.append(WITHHELD)
    compiled = _without_comments(note.compiled, links)
    if WITHHELD in ends:
        properties = tuple(_public_property(each, links, ends) for each in compiled.properties)
        compiled = msgspec.structs.replace(compiled, properties=properties)
    return msgspec.structs.replace(note, compiled=compiled, links=tuple(ends))


def _public_property(item: Property, links: list[Link], ends: list[ResolvedLink]) -> Property:
    """Take from the values of a property what they say of something private."""
    values = tuple(
        Value(links[value.link].text, link=value.link)
        if value.link >= 0 and ends[value.link].withheld
        else value
        for value in item.values
    )
    return item if values == item.values else msgspec.structs.replace(item, values=values)


def _words(link: Link, target: VaultPath | None) -> str:
    """Return what a reader sees of a link that is withheld.

    The name in a wikilink is the author's word; an address in Markdown or the name of
    a picture is nobody's.
    """
    if link.text or link.form == "markdown" or (link.embed and target is not None and not is_note(target)):
        return link.text
    return shown_words(link.target, link.subpath)


def _without_comments(note: CompiledNote, links: list[Link]) -> CompiledNote:
    hides = note.directives or any(tag.hidden for tag in note.tags)
    if tuple(links) == note.links and not hides:
        return note
    # Holes name links and tags by their index, so what is taken out leaves its place empty.
    tags = tuple(msgspec.structs.replace(tag, name="") if tag.hidden else tag for tag in note.tags)
    directives = tuple(
        msgspec.structs.replace(each, words=found[0] if (found := _COMMAND.match(each.words)) else "")
        for each in note.directives
    )
    return msgspec.structs.replace(note, links=tuple(links), tags=tags, directives=directives)
