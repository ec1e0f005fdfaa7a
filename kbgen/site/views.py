"""What the views of several kinds of page share; the view of each kind is in its file in ``page_kinds``.

A view is all that a template may see: frozen, complete in itself, hashed to decide what to render.
It never holds a graph, a note or a path of the vault. Every ``href`` is
relative to the page it stands on and percent-encoded; every ``text`` is plain
text, which the templates escape. Only fields of type ``Html`` are markup, made
by the compiler and the sanitiser.
"""

from __future__ import annotations

from typing import NewType

from msgspec import Struct

from kbgen.site.direction import Direction

Html = NewType("Html", str)
"""Markup that is safe to print unescaped."""


class PageLink(Struct, frozen=True):
    """A page of the site by its name; ``href`` is None for the place we stand on."""

    text: str
    href: str | None


class Site(Struct, frozen=True):
    """What every page shares, seen from one page."""

    title: str
    language: str
    root: str
    """Relative path from the page to the site's root: ``""``, ``"../"``, ``"../../"``."""
    home: str
    static: str
    """Where the static files lie, with a slash at its end: ``"../static/"``."""
    stylesheet: str
    script: str
    folders: tuple[PageLink, ...]
    """Those of the vault's root."""
    menu: tuple[PageLink, ...]
    """Pages of which a site has one, at the top of each page; the footer has the others."""
    footer: tuple[PageLink, ...]
    feed: str | None
    """Absolute address of the Atom feed; None without a base URL."""


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


class NoteEntry(Struct, frozen=True):
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


class AnnotatedFigure(Struct, frozen=True, gc=False, tag=True):
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
    notes: tuple[NoteEntry, ...]
    count: int
    """Notes in it and below it."""
