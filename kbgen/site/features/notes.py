"""The page of each note."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import msgspec
from msgspec import Struct

from kbgen.graph.build import property_name
from kbgen.graph.queries.similarity import related
from kbgen.links.model import LinkedNote
from kbgen.links.tags import tag_identity
from kbgen.notes.markdown.wikilinks import shown_words
from kbgen.notes.model import CompiledNote, Heading, Link, Property, Value
from kbgen.notes.properties import is_shown
from kbgen.notes.statements import said_on
from kbgen.site.access import accessible
from kbgen.site.addresses import CLAIMS, href_of, is_download
from kbgen.site.body import fill_note, title_is_h1
from kbgen.site.direction import NoteDirection, of_note, own_directions
from kbgen.site.drawings import style_path
from kbgen.site.features.folders import listing_of
from kbgen.site.figures import mark_link, verdict_of
from kbgen.site.frame import breadcrumbs_of, description_of, head_of, site_of
from kbgen.site.kinds import PageKind
from kbgen.site.plan import Plan
from kbgen.site.views import Evidence, Head, Html, Listing, PageLink, Site
from kbgen.vault.paths import Href, SitePath, VaultPath, encode, folder_of, relative_href

WORDS_A_MINUTE = 220

_RIGHT_TO_LEFT = NoteDirection("rtl", mixed=True)

MAX_EXCERPTS = 5
"""Sentences shown of one note that links here."""

MAX_RELATED = 5
"""Notes shown that have much in common with one."""


class Contents(Struct, frozen=True):
    """One entry of a table of contents with its sub-entries."""

    text: str
    href: str
    children: tuple[Contents, ...]


class PropertyValue(Struct, frozen=True):
    """One value of a property; ``href`` where it is a link that resolves; tags without ``#``."""

    text: str
    href: str | None = None
    external: bool = False
    tag: bool = False
    checked: bool | None = None
    """For checkboxes only."""
    unresolved: bool = False
    """A link that leads nowhere, or to what is not public."""
    download: bool = False
    """A link to a file that must not be opened as a document of the site."""
    claims: tuple[Evidence, ...] = ()
    """What it claims, where that was checked."""
    verdict: str = ""
    """The gravest on these claims."""
    mark: Html = Html("")
    """The link to their entry on the page of claims."""


class PropertyRow(Struct, frozen=True):
    """A property as the panel shows it."""

    name: str
    pieces: tuple[str, ...]
    """Its name in pieces between which a line may end: ``date_``, ``of_``, ``birth``."""
    longest: int
    """Characters of what of it must stand in one line."""
    kind: str
    """``text``, ``list``, ``number``, ``checkbox``, ``date``, ``datetime``, ``tags``, ``aliases``."""
    values: tuple[PropertyValue, ...]


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
    contents: tuple[Contents, ...]
    listing: Listing | None
    """What lies in the folder, where the note is a folder's own."""
    backlinks: tuple[Backlink, ...]
    created: str
    """ISO date or date and time, or ``""``; the same for the next."""
    modified: str
    minutes: int
    """Reading time, rounded up; 0 for an empty note."""
    is_home: bool
    evidence: tuple[Evidence, ...] = ()
    """Of all figures with a mark on this page, those of embeds and properties included."""
    related: tuple[Related, ...] = ()
    heading: Html = Html("")
    """The H1 that is the title, with its markup."""
    styles: tuple[str, ...] = ()
    """Style sheets of the drawings in the body."""
    claims: str = ""
    """The page of all claims."""


def _pages(plan: Plan) -> Iterator[tuple[SitePath, Callable[[], NotePage]]]:
    for path, place in plan.addresses.notes.items():
        yield place, partial(_view, plan, path, place)


PAGE = PageKind(name="note", template="note.html", pages=_pages, order=20)


def _view(plan: Plan, path: VaultPath, place: SitePath) -> NotePage:
    note = plan.vault.notes[path]
    compiled = note.compiled
    body = fill_note(path, plan.vault, plan.addresses, plan.annotations, plan.sizes)
    rows = tuple(
        _row(plan, place, note, number) for number, item in enumerate(compiled.properties) if is_shown(item)
    )
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
        head=head_of(plan, place, note.title, description_of(note), note),
        direction=direction,
        title=note.title,
        heading=body.title,
        title_id=compiled.h1_id if is_title else "",
        breadcrumbs=breadcrumbs_of(plan, place, own if folder is None else folder_of(folder), note.title),
        body=body.html if plan.config.unsafe_html else _finished(body.html, direction),
        features=tuple(sorted({*body.features, "claims"})) if evidence else body.features,
        css_classes=compiled.publishing.css_classes,
        properties=rows,
        contents=_tree(shown) if compiled.publishing.contents and len(shown) > 1 else (),
        listing=listing_of(plan, place, folder) if folder is not None else None,
        backlinks=tuple(
            _backlink(plan, place, source, indices) for source, indices in plan.backlinks.get(path, ())
        ),
        created=dates.created,
        modified=dates.modified if dates.modified != dates.created else "",
        minutes=-(-compiled.words // WORDS_A_MINUTE),
        is_home=path == plan.addresses.home,
        evidence=tuple(evidence[number] for number in sorted(evidence)),
        styles=tuple(relative_href(place, style_path(plan, style)) for style in body.styles),
        claims=relative_href(place, plan.addresses.own_pages[CLAIMS]) if evidence else "",
        related=tuple(
            Related(
                plan.note_graph.graph.nodes[other]["title"],
                relative_href(place, plan.addresses.notes[VaultPath(other)]),
                folder_of(VaultPath(other)),
                reason,
            )
            for other, reason in (
                related(plan.note_graph, str(path), MAX_RELATED) if path in plan.listed.notes else ()
            )
        ),
    )


def _finished(html: Html, direction: NoteDirection) -> Html:
    """Finish a body; one that nobody sanitised may have anything in it, scripts too, and stays as it is."""
    finished = own_directions(html) if direction == _RIGHT_TO_LEFT else html
    return Html(accessible(finished))


_PIECE = re.compile(r".+?(?:[_\-./:+]+|(?<=[a-z])(?=[A-Z])|$)", re.DOTALL)


def pieces_of(name: str) -> tuple[str, ...]:
    """Return the name of a property in pieces between which a line may end.

    >>> pieces_of("date_of_birth"), pieces_of("firstPublished"), pieces_of("Two words")
    (('date_', 'of_', 'birth'), ('first', 'Published'), ('Two words',))
    """
    return tuple(_PIECE.findall(name))


def _row(plan: Plan, place: SitePath, note: LinkedNote, number: int) -> PropertyRow:
    item = note.compiled.properties[number]
    values = tuple(_value(plan, place, note, item, value) for value in item.values)
    figures = plan.annotations.notes.get(note.path)
    if figures is not None and figures.properties:
        page = relative_href(place, plan.addresses.own_pages[CLAIMS])
        values = tuple(
            _marked(value, figures.properties.get((number, index), ()), page)
            for index, value in enumerate(values)
        )
    pieces = pieces_of(item.name)
    longest = max((len(word) for piece in pieces for word in piece.split()), default=0)
    return PropertyRow(item.name, pieces, longest, item.kind, values)


def _marked(value: PropertyValue, claims: tuple[Evidence, ...], page: Href) -> PropertyValue:
    if not claims:
        return value
    mark = Html(mark_link(claims, page, own=True))
    text = _as_known(value.text, claims)
    return msgspec.structs.replace(value, text=text, claims=claims, verdict=verdict_of(claims), mark=mark)


def _as_known(text: str, claims: tuple[Evidence, ...]) -> str:
    """Write the digits of a quantity as its reference is written: in threes, and those of a year not."""
    in_threes = any("," in claim.reference for claim in claims)
    return f"{int(text):,}" if in_threes and text.isascii() and text.isdigit() and text[0] != "0" else text


def _value(plan: Plan, place: SitePath, note: LinkedNote, item: Property, value: Value) -> PropertyValue:
    if item.kind == "tags":
        target = plan.addresses.tags.get(tag_identity(value.text))
        return PropertyValue(value.text, relative_href(place, target) if target else None, tag=True)
    if item.kind == "checkbox":
        return PropertyValue(value.text, checked=value.text.lower() == "true")
    if value.url:
        return PropertyValue(value.text, value.url, external=True)
    if value.link < 0:
        return PropertyValue(value.text)
    href = href_of(plan.addresses, place, note.links[value.link])
    download = is_download(plan.addresses, note.links[value.link])
    return PropertyValue(value.text, href, unresolved=href is None, download=download)


def _tree(headings: Sequence[Heading]) -> tuple[Contents, ...]:
    """Nest headings by rank; a rank that is left out makes no level of its own."""
    entries: list[Contents] = []
    start = 0
    while start < len(headings):
        end = start + 1
        while end < len(headings) and headings[end].level > headings[start].level:
            end += 1
        heading = headings[start]
        entries.append(Contents(heading.text, "#" + encode(heading.id), _tree(headings[start + 1 : end])))
        start = end
    return tuple(entries)


def _excerpt(note: CompiledNote, link: Link) -> Excerpt:
    """Return the sentence of a link, the property that holds it, or of a link in HTML its line."""
    if link.form == "html":
        return Excerpt(said_on(note, link.line), "", "")
    words = link.text or shown_words(link.target, link.subpath)
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
    headings = [heading for heading in note.compiled.headings if heading.id != note.compiled.h1_id]
    above = bisect_right([heading.line for heading in headings], first.line) if first else 0
    return Backlink(
        title=note.title,
        href=relative_href(place, plan.addresses.notes[source], headings[above - 1].id if above else ""),
        folder=folder_of(source),
        excerpts=tuple(excerpts),
    )
