"""What every page is made from: the public vault, its graph, its addresses, dates and backlinks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from kbgen.config import Config
from kbgen.graph.note_links import NoteLinks
from kbgen.graph.records import GraphRecords
from kbgen.links.publish import PublicVault
from kbgen.links.tags import TagNames
from kbgen.locales.locale import Locale
from kbgen.site.addresses import Addresses
from kbgen.site.annotations import NO_ANNOTATIONS, Annotations
from kbgen.vault.media_size import Size
from kbgen.vault.paths import SitePath, VaultPath


class PageDates(Struct, frozen=True, gc=False):
    """ISO dates of a note, ``""`` where none is known."""

    created: str = ""
    modified: str = ""


class MenuItem(Struct, frozen=True):
    """A page to which every page leads."""

    text: str
    page: SitePath


class Plan(Struct, frozen=True):
    """The whole site before any page is made. Holds nothing that is not public."""

    config: Config
    locale: Locale
    """The language of all that is not the author's."""
    vault: PublicVault
    """All notes that have a page."""
    titles: Mapping[VaultPath, str]
    """Of these notes."""
    listed: Mapping[VaultPath, bool]
    """Those that other pages may name beyond the links in notes, and whether search engines may list them;
    everything below is of them."""
    addresses: Addresses
    tags: TagNames
    dates: Mapping[VaultPath, PageDates]
    backlinks: Mapping[VaultPath, tuple[tuple[VaultPath, tuple[int, ...]], ...]]
    """For each note: who links to it, and by which of their links."""
    folders: Mapping[str, tuple[tuple[str, ...], tuple[VaultPath, ...]]]
    """For each folder: the folders and the notes in it, by title."""
    folder_at: Mapping[SitePath, str]
    """The folder whose page is at an address."""
    tagged: Mapping[str, tuple[VaultPath, ...]]
    """For each tag that has a page: the notes with it or with one below it (TAG-06), by title."""
    tag_children: Mapping[str, tuple[str, ...]]
    """The tags with a page that are right below each that has one; those at the top are below ``""``."""
    graph: GraphRecords
    """The graph of what is listed."""
    links: NoteLinks
    """Its notes as they are joined."""
    annotations: Annotations = NO_ANNOTATIONS
    sizes: Mapping[VaultPath, Size] = {}
    """Of pictures and films."""
    menu: tuple[MenuItem, ...] = ()
    """At the top of every page, behind the folders."""
    footer: tuple[MenuItem, ...] = ()
    """At the end of every page."""


CONSTANT = frozenset({"config", "locale"})
"""Fields of a plan with which all that is known of pages stands and falls."""


class PageJob(Struct, frozen=True):
    """One HTML page to make."""

    path: SitePath
    kind: str
    """Name of its :class:`~kbgen.site.page_kind.PageKind`."""
    key: str
    """Which page of its kind it is."""


class FileJob(Struct, frozen=True):
    """One other file to write."""

    path: SitePath
    content: Callable[[Plan], bytes]
    """Is given the plan of the site."""
