"""Where everything is on the site: one address for each page and file.

:mod:`kbgen.site.address_assignment` gives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from kbgen.diagnostics import Diagnostic
from kbgen.links.model import ResolvedLink
from kbgen.notes.media import OPENED
from kbgen.vault.paths import Href, SitePath, VaultPath, extension_of, relative_href

INDEX = SitePath("index.html")
NOT_FOUND = SitePath("404.html")
GRAPH = SitePath("graph.json")
SITEMAP = SitePath("sitemap.xml")
FEED = SitePath("feed.xml")
TAGS = "tags"
"""The folder of the pages of tags."""

CLAIMS = "claims"
TAG_INDEX = "tags"
"""Names of the kinds of page to which others lead, of :attr:`Addresses.own_pages`."""


class OwnAddress(Struct, frozen=True):
    """The address that a page of kbgen's own wants. What a note or file has stays theirs: the page moves."""

    path: SitePath
    description: str
    """What the page is called where it had to move: ``the page of claims``."""
    precedence: Literal["before tags and folders", "after tags and folders"] = "after tags and folders"
    """Which of kbgen's own pages keeps an address that two of them want."""


class Addresses(Struct, frozen=True):
    """The address of everything on the site."""

    home: VaultPath | None
    """The note that is the home page; None where a home page is made."""
    notes: dict[VaultPath, SitePath]
    documents: dict[VaultPath, SitePath]
    """Of kinds other than notes that have pages."""
    attachments: dict[VaultPath, SitePath]
    folders: dict[str, SitePath]
    """Every folder with a listed note in or under it; ``""`` is the home page."""
    folder_notes: dict[str, VaultPath]
    """Folders whose page is a note: ``folder/index.md``."""
    tags: dict[str, SitePath]
    """By identity, for every tag and every ancestor of one: the page to which it leads."""
    tag_pages: tuple[str, ...]
    """Tags that have a page of their own; others lead to the nearest above them, or to all tags."""
    static: str
    """Folder of the theme's files, ``static`` unless the vault has a file where one of them would be."""
    redirects: dict[SitePath, VaultPath]
    own_pages: Mapping[str, SitePath]
    """By the name of its kind, every page of which a site has one: of claims, of the vault, of all tags."""
    diagnostics: tuple[Diagnostic, ...]


def href_of(addresses: Addresses, place: SitePath, end: ResolvedLink, subpath: str = "") -> Href | None:
    """Return where a link leads, as seen from a page; None if that is nowhere on the site.

    Parameters
    ----------
    addresses
        Of the whole site.
    place
        The page that the link stands on.
    end
        What the link means.
    subpath
        The fragment of a link to a file, which kbgen does not look into.
    """
    if end.path is None:
        return None
    page = addresses.notes.get(end.path) or addresses.documents.get(end.path)
    if page is not None:
        return relative_href(place, page, end.anchor)
    file = addresses.attachments.get(end.path)
    return None if file is None else relative_href(place, file, subpath)


def page_of(addresses: Addresses, path: VaultPath) -> SitePath:
    """Return the page of a public document, whatever its kind."""
    return addresses.notes[path] if path in addresses.notes else addresses.documents[path]


def is_download(addresses: Addresses, end: ResolvedLink) -> bool:
    """Tell whether a link leads to a file that must not be opened as a document of the site."""
    return end.path in addresses.attachments and extension_of(end.path) not in OPENED
