"""What a template may see: frozen views, complete in themselves, hashed to decide what to render.

A view never holds a graph, a note or a path of the vault. Every ``href`` is
relative to the page it stands on and percent-encoded; every ``text`` is plain
text, which the templates escape. Only fields of type ``Html`` are markup, made
by the compiler and the sanitiser.
"""

from __future__ import annotations

from typing import NewType

from msgspec import Struct

from kbgen.site.direction import Direction, NoteDirection

Html = NewType("Html", str)
"""Markup that is safe to print unescaped."""


class Anchor(Struct, frozen=True):
    """A word and where it leads; ``href`` is None for the place we stand on."""

    text: str
    href: str | None


class Site(Struct, frozen=True):
    """What every page shares, seen from one page."""

    title: str
    language: str
    root: str
    """Relative path from the page to the site's root: ``""``, ``"../"``, ``"../../"``."""
    home: str
    tags: str
    static: str
    """Where the static files lie, with a slash at its end: ``"../static/"``."""
    stylesheet: str
    script: str
    folders: tuple[Anchor, ...]
    feed: str | None
    """Absolute address of the Atom feed; None without a base URL."""
    claims: str | None = None
    """The page of all claims; None where nothing was checked."""
    vault: str | None = None
    """The page on how the vault hangs together; None where there is no note."""


class Head(Struct, frozen=True):
    """The ``<head>`` of one page."""

    title: str
    """The page's own; the template adds the site's where they differ."""
    description: str
    language: str
    direction: Direction
    """Of the page with its frame: ``ltr`` or ``rtl``."""
    canonical: str | None
    """Absolute address; None without a base URL."""
    image: str | None
    """Address of the picture that stands for the page: absolute with a base URL."""
    kind: str
    """Open Graph type: ``article`` or ``website``."""
    noindex: bool
    policy: str
    """What a browser may load and run; ``""`` where HTML in notes is passed on as it stands."""


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


class Entry(Struct, frozen=True):
    """A note in a list."""

    title: str
    href: str
    description: str
    date: str
    """ISO date or ``""``."""


class Branch(Struct, frozen=True):
    """A folder or a tag in a list, with the number of notes under it."""

    title: str
    href: str
    count: int
    children: tuple[Branch, ...] = ()


class Evidence(Struct, frozen=True, gc=False):
    """A figure and what is known of it: one that a note claims, or one that a fact filled in."""

    number: int
    """Its entry on the page of claims is ``#c12``, its place in its note ``#kb:c12``."""
    verdict: str
    """``supported``, ``refuted`` or ``not enough info``."""
    text: str
    """The figure as it stands in the note."""
    about: str
    """What it is a figure of: ``AlexNet: parameters``; ``""`` where the text was held against itself."""
    reference: str
    """The value that is known; ``""`` for nothing."""
    how: str
    """How it is known: ``computed``, ``measured``, ``published``, ``declared``, ``arithmetic``."""
    evidence: str
    source: str
    message: str
    """What there is to say beyond the two values."""
    filled: bool = False
    """Filled in from a fact, so that there was nothing to check."""
    before: str = ""
    """Words of its statement before it; the same for the next."""
    after: str = ""


class Listing(Struct, frozen=True):
    """What lies in a folder."""

    folders: tuple[Branch, ...]
    notes: tuple[Entry, ...]
    count: int
    """Notes in it and below it."""


class NotePage(Struct, frozen=True):
    """A published note."""

    site: Site
    head: Head
    direction: NoteDirection
    """Of its text."""
    title: str
    title_id: str
    """Id of the H1 that is the title, else ``""``."""
    breadcrumbs: tuple[Anchor, ...]
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


class FolderPage(Struct, frozen=True):
    """A folder: what lies in it."""

    site: Site
    head: Head
    title: str
    breadcrumbs: tuple[Anchor, ...]
    listing: Listing


class TagPage(Struct, frozen=True):
    """A tag: the notes that bear it or a tag under it."""

    site: Site
    head: Head
    title: str
    """Full name, without ``#``."""
    breadcrumbs: tuple[Anchor, ...]
    children: tuple[Branch, ...]
    notes: tuple[Entry, ...]


class TagIndexPage(Struct, frozen=True):
    """All tags as a tree with counts."""

    site: Site
    head: Head
    title: str
    breadcrumbs: tuple[Anchor, ...]
    tags: tuple[Branch, ...]


class HomePage(Struct, frozen=True):
    """The home page of a vault that has no home note."""

    site: Site
    head: Head
    title: str
    listing: Listing
    """Of the vault's root."""
    recent: tuple[Entry, ...]
    tags: tuple[Branch, ...]
    """The most used tags."""


class NoteClaims(Struct, frozen=True):
    """A note with its claims, as the page of claims lists them."""

    title: str
    href: str
    folder: str
    claims: tuple[PlacedClaim, ...]


class PlacedClaim(Struct, frozen=True):
    """A claim, and where it stands."""

    evidence: Evidence
    href: str


class Coverage(Struct, frozen=True):
    """How much of what the notes say in numbers was read and checked."""

    numbers: int
    read: int
    """Numbers that became part of a claim."""
    supported: int
    refuted: int
    unknown: int
    """Claims of which nothing is known."""
    filled: int
    """Figures that facts filled in."""


class ClaimsPage(Struct, frozen=True):
    """All claims of the site with their verdicts."""

    site: Site
    head: Head
    title: str
    breadcrumbs: tuple[Anchor, ...]
    coverage: Coverage
    refuted: tuple[NoteClaims, ...]
    notes: tuple[NoteClaims, ...]
    """All other claims."""
    unasked: tuple[str, ...]
    """Sources of facts that could not be asked."""


class Community(Struct, frozen=True):
    """Notes that are joined more among themselves than to the rest."""

    name: str
    count: int
    members: tuple[Anchor, ...]
    """Those most joined within it."""


class Wanted(Struct, frozen=True):
    """A name that notes link to and none bears."""

    name: str
    count: int
    """Places that name it."""
    by: tuple[Anchor, ...]
    """Some of the notes that do."""


class VaultPage(Struct, frozen=True):
    """How the notes hang together; of each list the first, with the number of all."""

    site: Site
    head: Head
    title: str
    breadcrumbs: tuple[Anchor, ...]
    notes: int
    links: int
    """Pairs of notes of which one leads to the other."""
    tags: int
    attachments: int
    parts: int
    """Groups of two or more notes that no link joins to the rest."""
    hubs: tuple[Branch, ...]
    """The notes that most others lead to, and how many those are."""
    communities: tuple[Community, ...]
    community_count: int
    ends: tuple[Branch, ...]
    """Notes that lead nowhere, those first that most others lead to."""
    end_count: int
    orphans: tuple[Anchor, ...]
    orphan_count: int
    unresolved: tuple[Wanted, ...]
    unresolved_count: int


class GraphPage(Struct, frozen=True):
    """A picture of the graph to move about in, in one file that asks for nothing."""

    title: str
    language: str
    direction: Direction
    summary: str
    """How many notes and links there are."""
    policy: str
    """Names the next two by their hashes."""
    style: Html
    script: Html
    data: Html
    """JSON in which no ``<`` stands."""
    listed: tuple[Anchor, ...]
    """The most connected notes, for those without JavaScript; ``href`` is None where pages are not wanted."""
    total: int
    """All notes."""


class RedirectPage(Struct, frozen=True):
    """An old address that leads to a page."""

    head: Head
    title: str
    href: str
    script: str
    """What leads on without a wait."""
    features: tuple[str, ...] = ("moved",)


class NotFoundPage(Struct, frozen=True):
    """The page a host shows for an address that leads nowhere."""

    site: Site
    head: Head
    title: str
