"""Who links to a note, and in which words."""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter

from msgspec import Struct

from kbgen.graph.records import property_name
from kbgen.links.model import LinkedNote
from kbgen.notes.link_text import display_text
from kbgen.notes.model import Link, Outline
from kbgen.notes.statements import text_on_line
from kbgen.site.plan import Plan
from kbgen.traces import derived
from kbgen.vault.paths import SitePath, VaultPath, folder_of, relative_href

_LINE = attrgetter("line")

MAX_EXCERPTS = 5
"""Sentences shown of one note that links here."""


class Excerpt(Struct, frozen=True):
    """The words around a link, the linking words apart."""

    before: str
    link: str
    after: str


class Backlink(Struct, frozen=True):
    """A note that links here, with every sentence in which it does."""

    title: str
    href: str
    folder: str
    excerpts: tuple[Excerpt, ...]


class _Mention(Struct, frozen=True):
    """A note that links to another, wherever the page is that tells of it."""

    source: VaultPath
    anchor: str
    """The id of the heading above the first link."""
    excerpts: tuple[Excerpt, ...]


def backlinks_of(plan: Plan, place: SitePath, path: VaultPath) -> tuple[Backlink, ...]:
    """Return the notes that link to one, by title."""
    return tuple(
        Backlink(
            title=plan.titles[each.source],
            href=relative_href(place, plan.addresses.notes[each.source], each.anchor),
            folder=folder_of(each.source),
            excerpts=each.excerpts,
        )
        for each in _mentions(plan, path)
    )


@derived
def _mentions(plan: Plan, path: VaultPath) -> tuple[_Mention, ...]:
    """Return the notes that link to one, with their words."""
    return tuple(_mention(plan, source, indices) for source, indices in plan.backlinks.get(path, ()))


def _excerpt(note: LinkedNote, link: Link) -> Excerpt:
    """Return the sentence of a link, the property that holds it, or of a link in HTML its line."""
    if link.form == "html":
        return Excerpt(text_on_line(note.content, link.line), "", "")
    words = link.text or display_text(link.target, link.subpath)
    if link.form == "property":
        return Excerpt(f"{property_name(link)}: ", words, "")
    return Excerpt(link.before, words, link.after)


def _mention(plan: Plan, source: VaultPath, indices: tuple[int, ...]) -> _Mention:
    note = plan.vault.notes[source]
    own = note.compiled.links
    links = [own[index] for index in indices]
    found = (_excerpt(note, link) for link in links)
    excerpts: dict[Excerpt, None] = {}
    while len(excerpts) < MAX_EXCERPTS and (excerpt := next(found, None)) is not None:
        if excerpt.link or excerpt.before:
            excerpts[excerpt] = None
    first = next((link for link in links if link.form != "property"), None)
    anchor = _section(note.compiled, first) if first else ""
    return _Mention(source, anchor, tuple(excerpts))


def _section(note: Outline, link: Link) -> str:
    """Return the id of the heading above a link, ``""`` where there is none but the title."""
    headings = note.headings
    if headings and headings[0].id == note.h1_id:
        headings = headings[1:]
    elif note.h1_id:
        headings = tuple(heading for heading in headings if heading.id != note.h1_id)
    above = bisect_right(headings, link.line, key=_LINE)
    return headings[above - 1].id if above else ""
