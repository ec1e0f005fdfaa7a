"""What a template may see: frozen views, complete in themselves, hashed to decide what to render.

A view never holds a graph, a note or a path of the vault. Every ``href`` is
relative to the page it stands on and percent-encoded; every ``text`` is plain
text, which the templates escape. Only fields of type ``Html`` are markup, made
by the compiler and the sanitiser.
"""

from __future__ import annotations

from typing import NewType

from msgspec import Struct

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


class Head(Struct, frozen=True):
    """The ``<head>`` of one page."""

    title: str
    """The page's own; the template adds the site's where they differ."""
    description: str
    language: str
    direction: str
    """``ltr``, ``rtl`` or ``auto``."""
    canonical: str | None
    """Absolute address; None without a base URL."""
    image: str | None
    """Address of the picture that stands for the page: absolute with a base URL."""
    kind: str
    """Open Graph type: ``article`` or ``website``."""
    noindex: bool


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


class PropertyRow(Struct, frozen=True):
    """A property as the panel shows it."""

    name: str
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
    title: str
    title_id: str
    """Id of the first H1 where the title stands for it, else ``""``."""
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


class RedirectPage(Struct, frozen=True):
    """An old address that leads to a page."""

    head: Head
    title: str
    href: str


class NotFoundPage(Struct, frozen=True):
    """The page a host shows for an address that leads nowhere."""

    site: Site
    head: Head
    title: str
