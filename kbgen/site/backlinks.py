"""Who links to a note, and in which words."""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter

from msgspec import Struct

from kbgen.graph.build import property_name
from kbgen.notes.link_text import display_text
from kbgen.notes.model import CompiledNote, Link
from kbgen.notes.statements import text_on_line
from kbgen.site.plan import Plan
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


def backlinks_of(plan: Plan, place: SitePath, path: VaultPath) -> tuple[Backlink, ...]:
    """Return the notes that link to one, by title."""
    return tuple(_backlink(plan, place, source, indices) for source, indices in plan.backlinks.get(path, ()))


def _excerpt(note: CompiledNote, link: Link) -> Excerpt:
    """Return the sentence of a link, the property that holds it, or of a link in HTML its line."""
    if link.form == "html":
        return Excerpt(text_on_line(note, link.line), "", "")
    words = link.text or display_text(link.target, link.subpath)
    if link.form == "property":
        return Excerpt(f"{property_name(link)}: ", words, "")
    return Excerpt(link.before, words, link.after)


def _backlink(plan: Plan, place: SitePath, source: VaultPath, indices: tuple[int, ...]) -> Backlink:
    note = plan.vault.notes[source]
    links = [note.compiled.links[index] for index in indices]
    found = (_excerpt(note.compiled, link) for link in links)
    excerpts: dict[Excerpt, None] = {}
    while len(excerpts) < MAX_EXCERPTS and (excerpt := next(found, None)) is not None:
        if excerpt.link or excerpt.before:
            excerpts[excerpt] = None
    first = next((link for link in links if link.form != "property"), None)
    return Backlink(
        title=note.title,
        href=relative_href(
            place, plan.addresses.notes[source], _section(note.compiled, first) if first else ""
        ),
        folder=folder_of(source),
        excerpts=tuple(excerpts),
    )


def _section(note: CompiledNote, link: Link) -> str:
    """Return the id of the heading above a link, ``""`` where there is none but the title."""
    headings = note.headings
    if headings and headings[0].id == note.h1_id:
        headings = headings[1:]
    elif note.h1_id:
        headings = tuple(heading for heading in headings if heading.id != note.h1_id)
    above = bisect_right(headings, link.line, key=_LINE)
    return headings[above - 1].id if above else ""
