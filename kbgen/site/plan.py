"""What every page is made from: the public vault, its graph, its addresses, dates and backlinks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from kbgen.config import Config
from kbgen.graph.note_graph import NoteGraph
from kbgen.links.model import LinkedNote
from kbgen.links.publish import PublicVault, picture_of
from kbgen.links.tags import TagNames
from kbgen.notes.lead import joined
from kbgen.site.addresses import FEED, INDEX, Addresses
from kbgen.site.checked import NOTHING_CHECKED, Checked
from kbgen.site.direction import of_language
from kbgen.site.policy import page_policy
from kbgen.site.views import Anchor, Entry, Head, Site
from kbgen.vault.media_size import Size
from kbgen.vault.paths import SitePath, VaultPath, encode, folder_of, name_of, relative_href, root_of, stem_of

LONGEST_DESCRIPTION = 160
"""Characters; search engines cut there too."""

MOST_IN_MENU = 60
"""Folders of the root in the menu of every page: longer helps nobody, and would be written on every page."""


MOST_BREADCRUMBS = 16
"""Folders in the way to a page; of deeper ones the nearest are shown."""


class PageDates(Struct, frozen=True, gc=False):
    """ISO dates of a note, ``""`` where none is known."""

    created: str = ""
    modified: str = ""


class Plan(Struct, frozen=True):
    """The whole site before any page is made. Holds nothing that is not public."""

    vault: PublicVault
    """All notes that have a page."""
    listed: PublicVault
    """Those that other pages may name beyond the links in notes; everything below is of them."""
    addresses: Addresses
    config: Config
    tags: TagNames
    dates: Mapping[VaultPath, PageDates]
    backlinks: Mapping[VaultPath, tuple[tuple[VaultPath, tuple[int, ...]], ...]]
    """For each note: who links to it, and by which of their links."""
    folders: Mapping[str, tuple[tuple[str, ...], tuple[VaultPath, ...]]]
    """For each folder: the folders and the notes in it, by title."""
    whole: NoteGraph
    """The graph of what is public, and its notes as they are joined."""
    sites: dict[str, Site]
    """What :func:`site_of` worked out already, by folder."""
    checked: Checked = NOTHING_CHECKED
    sizes: Mapping[VaultPath, Size] = {}
    """Of pictures and films."""


class PageJob(Struct, frozen=True):
    """One HTML page to make."""

    path: SitePath
    template: str
    view: Callable[[], Any]


class FileJob(Struct, frozen=True):
    """One other file to write."""

    path: SitePath
    content: Callable[[], bytes]


def site_of(plan: Plan, place: SitePath) -> Site:
    """Return what all pages share, as seen from one of them.

    It is the same for all pages of a folder, but for the pages that it links to itself.
    """
    folder = folder_of(place)
    known = plan.sites.get(folder)
    if known is not None and name_of(place) != "index.html":
        return known
    site = _make_site(plan, place)
    if name_of(place) != "index.html":
        plan.sites[folder] = site
    return site


def _make_site(plan: Plan, place: SitePath) -> Site:
    static = f"{root_of(place)}{encode(plan.addresses.static)}/"
    return Site(
        title=plan.config.title,
        language=plan.config.language,
        root=root_of(place),
        static=static,
        home=relative_href(place, INDEX),
        tags=relative_href(place, plan.addresses.tag_index),
        stylesheet=f"{static}style.css",
        script=f"{static}theme.js",
        folders=tuple(folder_anchor(plan, place, folder) for folder in plan.folders[""][0][:MOST_IN_MENU]),
        feed=absolute(plan, FEED) if plan.config.base_url else None,
        claims=relative_href(place, plan.addresses.claims) if plan.checked.any() else None,
        vault=relative_href(place, plan.addresses.overview) if plan.listed.notes else None,
    )


def absolute(plan: Plan, path: SitePath) -> str:
    """Return the absolute address of a file of the site; the home page's has no file name."""
    return f"{plan.config.base_url}/{'' if path == INDEX else encode(path)}"


def head_of(
    plan: Plan, place: SitePath, title: str, description: str = "", note: LinkedNote | None = None
) -> Head:
    """Return the head of a page; a note may say more about its own."""
    publishing = note.compiled.publishing if note else None
    language = (publishing.language if publishing else "") or plan.config.language
    said = publishing.direction if publishing else ""
    return Head(
        title=title,
        description=description,
        language=language,
        direction="rtl" if said == "rtl" else "ltr" if said == "ltr" else of_language(language),
        canonical=absolute(plan, place) if plan.config.base_url else None,
        image=_image(plan, place, note) if note else None,
        kind="article" if note and place != INDEX else "website",
        noindex=bool(publishing and (publishing.noindex or publishing.unlisted)),
        policy=page_policy(plan.config),
    )


def _image(plan: Plan, place: SitePath, note: LinkedNote) -> str | None:
    image = note.compiled.publishing.image
    if image.startswith(("https://", "http://")):
        return image
    path = picture_of(note)
    target = plan.addresses.attachments.get(path) if path else None
    if target is None:
        return None
    return absolute(plan, target) if plan.config.base_url else relative_href(place, target)


def description_of(note: LinkedNote) -> str:
    """Return what a note says of itself, else how its text begins (FM-34); never its title again."""
    if note.compiled.publishing.description:
        return note.compiled.publishing.description
    titles = {_letters(title) for title in (note.title, note.compiled.h1, stem_of(note.path))}
    text = ""
    for passage in note.compiled.lead:
        lines = [line for line in passage.split("\n") if _letters(line) not in titles]
        if lines:
            text = joined(lines)
            break
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    cut = text[:LONGEST_DESCRIPTION]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.–-") + "…"


def _letters(words: str) -> str:
    """Return what a title is known by: its letters and digits."""
    return "".join(letter for letter in words.casefold() if letter.isalnum())


def entry_of(plan: Plan, place: SitePath, path: VaultPath, *, described: bool = True) -> Entry:
    """Return a note as it stands in a list."""
    note = plan.vault.notes[path]
    dates = plan.dates[path]
    return Entry(
        title=note.title,
        href=relative_href(place, plan.addresses.notes[path]),
        description=description_of(note) if described else "",
        date=dates.modified or dates.created,
    )


def folder_title(plan: Plan, folder: str) -> str:
    """Return what a folder is called: as its own note says, else by its name."""
    note = plan.addresses.folder_notes.get(folder)
    return plan.vault.notes[note].title if note else name_of(folder) or plan.config.title


def folder_anchor(plan: Plan, place: SitePath, folder: str) -> Anchor:
    """Return a link to a folder's page; none from that page itself, or where there is none."""
    target = plan.addresses.folders.get(folder, place)
    return Anchor(folder_title(plan, folder), None if target == place else relative_href(place, target))


def breadcrumbs_of(plan: Plan, place: SitePath, folder: str, title: str) -> tuple[Anchor, ...]:
    """Return the way from the home page through the folders to a page."""
    if place == INDEX:
        return ()
    folders: list[str] = []
    while folder and len(folders) < MOST_BREADCRUMBS:
        folders.append(folder)
        folder = folder_of(folder)
    way = [Anchor(plan.config.title, relative_href(place, INDEX))]
    if folder:
        way.append(Anchor("…", None))
    way += [
        anchor for each in reversed(folders) if (anchor := folder_anchor(plan, place, each)).href is not None
    ]
    return (*way, Anchor(title, None))
