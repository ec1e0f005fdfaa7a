"""The publish cut: the part of a vault that the site may know.

What comes out holds no private note, no hidden file, no word of a comment, and of what a
public note links to and is not there or not public nothing but the words that readers see.
Everything that writes to the site is given this and nothing else, so it cannot tell what
it never received.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

import msgspec
from msgspec import Struct

from kbgen.links.drawings import Drawing
from kbgen.links.model import (
    UNRESOLVED,
    WITHHELD,
    Linked,
    LinkedDocument,
    LinkedNote,
    LinkedVault,
    ResolvedLink,
)
from kbgen.links.name_index import spelling, wanted_name
from kbgen.notes.document import Linkable, has_pages, kind_of
from kbgen.notes.link_text import display_text
from kbgen.notes.model import Link, Outline, Property, Value
from kbgen.notes.properties import is_shown
from kbgen.vault.paths import VaultPath, is_note, without_md


class CutLink(Struct, frozen=True, array_like=True, gc=False):
    """A link of which readers may not know all: what is left of its words."""

    index: int
    target: str
    subpath: str
    text: str


class PublicVault(LinkedVault, frozen=True):
    """A linked vault that has been through :func:`publish`."""

    cut: dict[VaultPath, tuple[CutLink, ...]] = msgspec.field(default_factory=dict)
    """What was taken from the links of notes."""


Document = TypeVar("Document", bound=Linked)

PublicPaths = AbstractSet[VaultPath]
"""The paths of all that is public."""

_COMMAND = re.compile(r"ignore(?: section)?")
"""What a comment tells the verifier; its reason is for the author alone."""

_NOTHING = Link("wikilink", embed=False, target="", subpath="", text="", line=1, column=1, hidden=True)


def publish(vault: LinkedVault) -> PublicVault:
    """Cut the public vault out of a linked one.

    Attachments are those that a public note uses; a file that only a private note
    uses stays private. Documents of a kind without pages name notes, private ones too, and
    are not even copied.
    """
    notes = {path: note for path, note in vault.notes.items() if not note.hidden_by}
    documents = {
        path: document
        for path, document in vault.documents.items()
        if has_pages(path) and not document.hidden_by
    }
    files = {path for path in vault.attachments if kind_of(path) is None}
    public = {*notes, *documents, *files}
    wanted = _wanted({path: note for path, note in notes.items() if not note.compiled.publishing.unlisted})
    cut: dict[VaultPath, tuple[CutLink, ...]] = {}
    published: dict[VaultPath, LinkedNote] = {}
    for path, note in notes.items():
        seen = _seen(note.compiled) if UNRESOLVED in note.links else {}
        cuts, ends = _public_links(note.compiled, note.links, seen, public, wanted)
        published[path] = with_cuts(note, cuts, ends)
        if cuts:
            cut[path] = tuple(cuts)
    found = _with_files(
        published,
        {path: _public_document(document, public, wanted) for path, document in documents.items()},
        files,
        vault.drawings,
    )
    return msgspec.structs.replace(found, cut=cut)


def with_cuts(note: LinkedNote, cuts: Sequence[CutLink], ends: Sequence[ResolvedLink]) -> LinkedNote:
    """Return what readers may know of a note.

    Parameters
    ----------
    note
        The note.
    cuts
        What is left of those of its links of which readers may not know all.
    ends
        Where its links lead as far as they know.
    """
    compiled = _without_comments(note.compiled, _cut(note.compiled.links, cuts))
    if any(map(_is_nowhere, ends)):
        properties = tuple(_public_property(item, ends) for item in compiled.properties)
        compiled = msgspec.structs.replace(compiled, properties=properties)
    return msgspec.structs.replace(note, compiled=compiled, links=tuple(ends))


def _cut(links: Sequence[Link], cuts: Sequence[CutLink]) -> tuple[Link, ...]:
    found = [_NOTHING if link.hidden else link for link in links]
    for each in cuts:
        found[each.index] = msgspec.structs.replace(
            found[each.index], target=each.target, subpath=each.subpath, text=each.text
        )
    return tuple(found)


def listed(vault: PublicVault) -> PublicVault:
    """Cut out of the public vault what lists, feeds, the graph and searches may name (FM-31).

    What is left has no unlisted note, and none of its links leads to one. The pages
    themselves are made from the public vault.
    """
    notes = {path: note for path, note in vault.notes.items() if not note.compiled.publishing.unlisted}
    if len(notes) == len(vault.notes):
        return vault
    unlisted = vault.notes.keys() - notes.keys()
    found = _with_files(
        {path: _without(note, unlisted) for path, note in notes.items()},
        {path: _without(document, unlisted) for path, document in vault.documents.items()},
        set(vault.attachments),
        vault.drawings,
    )
    return msgspec.structs.replace(found, cut=vault.cut)


def _without(document: Document, unlisted: Collection[VaultPath]) -> Document:
    """Return a document none of whose links leads to one that is unlisted."""
    if not any(end.path in unlisted for end in document.links):
        return document
    ends = tuple(WITHHELD if end.path in unlisted else end for end in document.links)
    return msgspec.structs.replace(document, links=ends)


def _with_files(
    notes: dict[VaultPath, LinkedNote],
    documents: dict[VaultPath, LinkedDocument],
    files: set[VaultPath],
    shown: Mapping[VaultPath, Drawing],
) -> PublicVault:
    """Return a public vault with those files that its documents use."""
    drawings = {path: drawing for path, drawing in shown.items() if path in notes}
    linked: tuple[Linked, ...] = (*notes.values(), *documents.values())
    used = {end.path for document in linked for end in document.links}
    used |= {social_image(note) for note in notes.values()}
    used |= {path for drawing in drawings.values() for path in drawing.files}
    return PublicVault(
        notes=notes,
        attachments=tuple(sorted(path for path in used if path in files)),
        hidden_files=frozenset(),
        drawings=drawings,
        documents=documents,
        diagnostics=(),
    )


def social_image(note: LinkedNote) -> VaultPath | None:
    """Return the file that stands for a note in social previews, where its properties name one (FM-34)."""
    publishing = note.compiled.publishing
    if publishing.image_link >= 0:
        return note.links[publishing.image_link].path
    return VaultPath(publishing.image.lstrip("/")) if publishing.image else None


def _wanted(public: Mapping[VaultPath, LinkedNote]) -> dict[str, str]:
    """Return the names that no file bears and that some note shows as they are, as it spells them."""
    found: dict[str, str] = {}
    for note in public.values():
        if UNRESOLVED in note.links:
            seen = _seen(note.compiled)
            for index, (link, end) in enumerate(zip(note.compiled.links, note.links, strict=True)):
                if end == UNRESOLVED and index in seen and _names(link, seen[index]):
                    found.setdefault(wanted_name(link.target).casefold(), link.target)
    return found


def _seen(note: Outline) -> dict[int, str]:
    """Return the words that a reader sees of each link; one that no page shows is not among them."""
    seen = {
        value.link: value.text
        for item in note.properties
        if is_shown(item)
        for value in item.values
        if value.link >= 0
    }
    for index, link in enumerate(note.links):
        if link.form != "property" and index not in note.unseen:
            seen[index] = link.text or _name_for_words(link)
    return seen


def _name_for_words(link: Link) -> str:
    """Return what stands for the words of a link that has none.

    Only an embed shows its name then: the words of a wikilink hold its name already, if its author
    wrote no others, and without any they are a picture, say, or a comment. An address in Markdown
    or HTML is nobody's words.
    """
    return display_text(link.target, link.subpath) if link.embed and link.form == "wikilink" else ""


def _names(link: Link, words: str) -> bool:
    """Tell whether words name the target of a link, with the heading or without."""
    return _read(words) in {_read(name) for name in _names_of(link)}


def _names_of(link: Link) -> tuple[str, ...]:
    return (link.target, without_md(link.target), display_text(link.target, link.subpath))


def _read(words: str) -> str:
    """Return words as a reader sees them: how they are spelled and spaced is the same to the eye."""
    return " ".join(spelling(words).split())


def _without_name(link: Link, words: str, wanted: Mapping[str, str]) -> Link:
    """Return an unresolved link that tells no more than its words.

    A name that another note shows is no secret, and is wanted here too.
    """
    if _read(words) == _read(display_text(link.target, link.subpath)) and not link.subpath.startswith("^"):
        return link
    target = link.target if _names(link, words) else wanted.get(wanted_name(link.target).casefold(), "")
    return msgspec.structs.replace(link, target=target, subpath="", text=words)


def _public_document(
    document: LinkedDocument, public: PublicPaths, wanted: Mapping[str, str]
) -> LinkedDocument:
    """Return a document of a kind with pages, on which the words of every link are seen."""
    compiled = document.compiled
    seen = {index: link.text or _name_for_words(link) for index, link in enumerate(compiled.links)}
    cuts, ends = _public_links(compiled, document.links, seen, public, wanted)
    compiled = msgspec.structs.replace(compiled, links=_cut(compiled.links, cuts), faults=())
    return msgspec.structs.replace(document, compiled=compiled, links=tuple(ends))


def _public_links(
    compiled: Linkable,
    resolved: Sequence[ResolvedLink],
    seen: Mapping[int, str],
    public: PublicPaths,
    wanted: Mapping[str, str],
) -> tuple[list[CutLink], list[ResolvedLink]]:
    """Say what is to be taken from links, so that readers of the site know no more than they may.

    Parameters
    ----------
    compiled
        The document whose links they are.
    resolved
        Where each leads.
    seen
        The words that readers see of each, by its number.
    public
        All that is public.
    wanted
        Names that no file bears and some public note shows, as it spells them.
    """
    cuts: list[CutLink] = []
    ends: list[ResolvedLink] = []
    for index, (link, found) in enumerate(zip(compiled.links, resolved, strict=True)):
        end = found
        left = link
        if link.hidden:
            end = UNRESOLVED
        elif end.path in public:
            left = _without_anchor(link) if end.missing_anchor else link
        elif end == UNRESOLVED:
            left = _without_name(link, seen.get(index, ""), wanted)
        else:
            left = msgspec.structs.replace(link, target="", subpath="", text=_words(link, end.path))
            end = WITHHELD
        if left is not link:
            cuts.append(CutLink(index, left.target, left.subpath, left.text))
        ends.append(end)
    return cuts, ends


def _is_nowhere(end: ResolvedLink) -> bool:
    """Tell whether a link finds nothing public by all of its name."""
    return end.path is None or end.missing_anchor


def _public_property(item: Property, ends: Sequence[ResolvedLink]) -> Property:
    """Take from a property that no page shows what it says of something that is not public."""
    if is_shown(item) or not any(value.link >= 0 for value in item.values):
        return item
    values = tuple(
        Value("", link=value.link) if value.link >= 0 and _is_nowhere(ends[value.link]) else value
        for value in item.values
    )
    return msgspec.structs.replace(item, values=values)


def _without_anchor(link: Link) -> Link:
    """Return a link to a heading or block that is not there; it tells its name only where readers see it."""
    if link.form == "wikilink" and (link.text or _name_for_words(link)) in _names_of(link):
        return link
    return msgspec.structs.replace(link, subpath="")


def _words(link: Link, target: VaultPath | None) -> str:
    """Return what a reader sees of a link that is withheld; the name of a picture is nobody's words."""
    picture = link.embed and target is not None and not is_note(target)
    return link.text or ("" if picture else _name_for_words(link))


def _without_comments(note: Outline, links: tuple[Link, ...]) -> Outline:
    hides = note.directives or any(tag.hidden for tag in note.tags)
    if links == note.links and not hides:
        return note
    # Holes name links and tags by their index, so what is taken out leaves its place empty.
    tags = tuple(msgspec.structs.replace(tag, name="") if tag.hidden else tag for tag in note.tags)
    directives = tuple(
        msgspec.structs.replace(each, words=found[0] if (found := _COMMAND.match(each.words)) else "")
        for each in note.directives
    )
    return msgspec.structs.replace(note, links=links, tags=tags, directives=directives)
