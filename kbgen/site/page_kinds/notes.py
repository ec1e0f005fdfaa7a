"""The page of each note."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from kbgen.graph.note_links import related
from kbgen.notes.model import Heading
from kbgen.site.accessibility import add_accessibility
from kbgen.site.addresses import CLAIMS
from kbgen.site.backlinks import Backlink, backlinks_of
from kbgen.site.body import fill_note, title_is_h1
from kbgen.site.chrome import breadcrumbs_of, head_of, note_description, site_of
from kbgen.site.diagrams import style_path
from kbgen.site.direction import NoteDirection, of_note, own_directions
from kbgen.site.page_kind import PageKind
from kbgen.site.page_kinds.folders import listing_of
from kbgen.site.plan import Plan
from kbgen.site.property_panel import PropertyRow, property_rows
from kbgen.site.views import AnnotatedFigure, Head, Html, Listing, PageLink, Site
from kbgen.traces import derived
from kbgen.vault.paths import SitePath, VaultPath, encode, folder_of, relative_href

WORDS_A_MINUTE = 220

_RIGHT_TO_LEFT = NoteDirection("rtl", mixed=True)

MAX_RELATED = 5
"""Notes shown that have much in common with one."""


class TocEntry(Struct, frozen=True):
    """One entry of a table of contents with its sub-entries."""

    text: str
    href: str
    children: tuple[TocEntry, ...]


class Related(Struct, frozen=True):
    """A note that has much in common with this one and is not linked, with the reason."""

    title: str
    href: str
    folder: str
    reason: str


class NotePage(Struct, frozen=True):
    """A published note."""

    site: Site
    head: Head
    direction: NoteDirection
    """Of its text."""
    title: str
    title_id: str
    """Id of the H1 that is the title, else ``""``."""
    breadcrumbs: tuple[PageLink, ...]
    body: Html
    features: tuple[str, ...]
    """What the body needs beyond plain HTML, its embeds' included: ``code``, ``math``, ``mermaid``."""
    css_classes: tuple[str, ...]
    properties: tuple[PropertyRow, ...]
    contents: tuple[TocEntry, ...]
    listing: Listing | None
    """What lies in the folder, where the note is a folder's own."""
    backlinks: tuple[Backlink, ...]
    created: str
    """ISO date or date and time, or ``""``; the same for the next."""
    modified: str
    minutes: int
    """Reading time, rounded up; 0 for an empty note."""
    is_home: bool
    evidence: tuple[AnnotatedFigure, ...] = ()
    """Of all figures with a mark on this page, those of embeds and properties included."""
    related: tuple[Related, ...] = ()
    heading: Html = Html("")
    """The H1 that is the title, with its markup."""
    styles: tuple[str, ...] = ()
    """Style sheets of the drawings in the body."""
    claims: str = ""
    """The page of all claims."""


def _pages(plan: Plan) -> Iterator[tuple[SitePath, str]]:
    for path, place in plan.addresses.notes.items():
        yield place, path


def _view(plan: Plan, place: SitePath, key: str) -> NotePage:
    path = VaultPath(key)
    note = plan.vault.notes[path]
    compiled = note.compiled
    body = fill_note(path, plan.vault, plan.addresses, plan.annotations, plan.sizes, plan.locale)
    rows = property_rows(plan, place, note)
    direction = of_note(note)
    evidence = {each.number: each for each in body.evidence}
    evidence |= {each.number: each for row in rows for value in row.values for each in value.claims}
    dates = plan.dates[path]
    is_title = title_is_h1(note)
    shown = [heading for heading in compiled.headings if heading.text and not heading.nested]
    if is_title:
        shown = [heading for heading in shown if heading.id != compiled.h1_id]
    own = folder_of(path)
    folder = own if plan.addresses.folder_notes.get(own) == path else None
    return NotePage(
        site=site_of(plan, place),
        head=head_of(plan, place, note.title, note_description(plan, path), note),
        direction=direction,
        title=note.title,
        heading=body.title,
        title_id=compiled.h1_id if is_title else "",
        breadcrumbs=breadcrumbs_of(plan, place, own if folder is None else folder_of(folder), note.title),
        body=body.html if plan.config.unsafe_html else _finished(plan, body.html, direction),
        features=tuple(sorted({*body.features, "claims"})) if evidence else body.features,
        css_classes=compiled.publishing.css_classes,
        properties=rows,
        contents=_tree(shown) if compiled.publishing.contents and len(shown) > 1 else (),
        listing=listing_of(plan, place, folder) if folder is not None else None,
        backlinks=backlinks_of(plan, place, path),
        created=dates.created,
        modified=dates.modified if dates.modified != dates.created else "",
        minutes=-(-compiled.words // WORDS_A_MINUTE),
        is_home=path == plan.addresses.home,
        evidence=tuple(evidence[number] for number in sorted(evidence)),
        styles=tuple(relative_href(place, style_path(plan, style)) for style in body.styles),
        claims=relative_href(place, plan.addresses.own_pages[CLAIMS]) if evidence else "",
        related=tuple(
            Related(
                plan.titles[VaultPath(other)],
                relative_href(place, plan.addresses.notes[VaultPath(other)]),
                folder_of(VaultPath(other)),
                reason,
            )
            for other, reason in (_related(plan, path) if path in plan.listed else ())
        ),
    )


PAGE = PageKind(name="note", template="note.html", pages=_pages, view=_view, order=20)


@derived
def _related(plan: Plan, path: VaultPath) -> tuple[tuple[str, str], ...]:
    """Return the notes that one has much in common with, each with the reason."""
    return tuple(related(plan.links, path, MAX_RELATED, plan.locale))


def _finished(plan: Plan, html: Html, direction: NoteDirection) -> Html:
    """Finish a body; one that nobody sanitised may have anything in it, scripts too, and stays as it is."""
    finished = own_directions(html) if direction == _RIGHT_TO_LEFT else html
    return Html(add_accessibility(finished, plan.locale))


def _tree(headings: Sequence[Heading]) -> tuple[TocEntry, ...]:
    """Nest headings by rank; a rank that is left out makes no level of its own."""
    entries: list[TocEntry] = []
    start = 0
    while start < len(headings):
        end = start + 1
        while end < len(headings) and headings[end].level > headings[start].level:
            end += 1
        heading = headings[start]
        entries.append(TocEntry(heading.text, "#" + encode(heading.id), _tree(headings[start + 1 : end])))
        start = end
    return tuple(entries)
