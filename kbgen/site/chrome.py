"""What frames a page: its head, the menus of the site, and the way to it through the folders."""

from __future__ import annotations

import re
from collections.abc import Collection

from kbgen.links.model import LinkedNote
from kbgen.links.publish import social_image
from kbgen.notes.lead import join_lines
from kbgen.site.addresses import FEED, INDEX, NOT_FOUND
from kbgen.site.direction import of_language
from kbgen.site.plan import MenuItem, Plan
from kbgen.site.policy import page_policy
from kbgen.site.views import Head, NoteEntry, PageLink, Site
from kbgen.traces import derived
from kbgen.vault.paths import (
    Href,
    SitePath,
    VaultPath,
    encode,
    folder_of,
    name_of,
    relative_href,
    root_of,
    stem_of,
)

MAX_DESCRIPTION_CHARS = 160
"""Search engines cut there too."""

MAX_MENU_FOLDERS = 60
"""Folders of the root in the menu of every page: more help nobody, and would be written on every page."""

_ALPHANUMERIC = re.compile(r"[^\W_]+")

_FEW_CHARS = 40

MAX_BREADCRUMBS = 16
"""Folders in the way to a page; of deeper ones the nearest are shown."""


def href_from(plan: Plan, place: SitePath, target: SitePath) -> Href:
    """Return where a file of the site is, as the frame of a page names it.

    It is relative, but for the page that a host shows at any depth where there is none: its
    relative links would lead nowhere, so with a base URL they are absolute.
    """
    href = relative_href(place, target)
    return Href(f"{plan.config.base_url}/{href}") if _is_anywhere(plan, place) else href


def _is_anywhere(plan: Plan, place: SitePath) -> bool:
    return place == NOT_FOUND and bool(plan.config.base_url)


def site_of(plan: Plan, place: SitePath) -> Site:
    """Return what all pages share, as seen from one of them.

    It is the same for all that lie in a folder, but for the pages of folders, which the menu does not lead to
    from themselves; a permalink of its note may have put one anywhere.
    """
    is_shared = place not in plan.folder_at and place != NOT_FOUND
    return _shared_site(plan, folder_of(place)) if is_shared else _make_site(plan, place)


@derived
def _shared_site(plan: Plan, folder: str) -> Site:
    """Return what the pages in a folder share."""
    return _make_site(plan, SitePath(f"{folder}/." if folder else "."))


def _make_site(plan: Plan, place: SitePath) -> Site:
    root = f"{plan.config.base_url}/" if _is_anywhere(plan, place) else root_of(place)
    static = f"{root}{encode(plan.addresses.static)}/"
    return Site(
        title=plan.config.title,
        language=plan.config.language,
        root=root,
        static=static,
        home=href_from(plan, place, INDEX),
        stylesheet=f"{static}style.css",
        script=f"{static}theme.js",
        folders=tuple(folder_link(plan, place, folder) for folder in plan.folders[""][0][:MAX_MENU_FOLDERS]),
        menu=_links(plan, place, plan.menu),
        footer=_links(plan, place, plan.footer),
        feed=absolute(plan, FEED) if plan.config.base_url else None,
    )


def _links(plan: Plan, place: SitePath, menu: tuple[MenuItem, ...]) -> tuple[PageLink, ...]:
    return tuple(PageLink(item.text, href_from(plan, place, item.page)) for item in menu)


def absolute(plan: Plan, path: SitePath) -> str:
    """Return the absolute address of a file of the site; the home page's has no file name."""
    return f"{plan.config.base_url}/{'' if path == INDEX else encode(path)}"


def head_of(
    plan: Plan, place: SitePath, title: str, description: str = "", note: LinkedNote | None = None
) -> Head:
    """Return the head of a page; a note may say more about its own."""
    publishing = note.compiled.publishing if note else None
    language = (publishing.language if publishing else "") or plan.config.language
    chosen = publishing.direction if publishing else ""
    return Head(
        title=title,
        description=description,
        language=language,
        direction="rtl" if chosen == "rtl" else "ltr" if chosen == "ltr" else of_language(language),
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
    path = social_image(note)
    target = plan.addresses.attachments.get(path) if path else None
    if target is None:
        return None
    return absolute(plan, target) if plan.config.base_url else relative_href(place, target)


def description_of(note: LinkedNote) -> str:
    """Return what a note says of itself, else how its text begins (FM-34); never its title again."""
    if note.compiled.publishing.description:
        return note.compiled.publishing.description
    titles = {_letters(title) for title in {note.title, note.compiled.h1, stem_of(note.path)}}
    text = ""
    for passage in note.compiled.lead:
        lines = [line for line in passage.split("\n") if not _says_one_of(line, titles)]
        if lines:
            text = join_lines(lines)
            break
    if len(text) <= MAX_DESCRIPTION_CHARS:
        return text
    cut = text[:MAX_DESCRIPTION_CHARS]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.–-") + "…"


def _says_one_of(line: str, titles: Collection[str]) -> bool:
    """Tell whether a line says a title and no more; nearly all others begin otherwise."""
    begin = _letters(line[:_FEW_CHARS])
    return any(title.startswith(begin) for title in titles) and _letters(line) in titles


def _letters(words: str) -> str:
    """Return what a title is known by: its letters and digits."""
    return "".join(_ALPHANUMERIC.findall(words.casefold()))


def entry_of(plan: Plan, place: SitePath, path: VaultPath, *, described: bool = True) -> NoteEntry:
    """Return a note as it stands in a list."""
    dates = plan.dates[path]
    return NoteEntry(
        title=plan.titles[path],
        href=relative_href(place, plan.addresses.notes[path]),
        description=note_description(plan, path) if described else "",
        date=dates.modified or dates.created,
    )


@derived
def note_description(plan: Plan, path: VaultPath) -> str:
    """Return what a note says of itself."""
    return description_of(plan.vault.notes[path])


def folder_title(plan: Plan, folder: str) -> str:
    """Return what a folder is called: as its own note says, else by its name."""
    note = plan.addresses.folder_notes.get(folder)
    return plan.titles[note] if note else name_of(folder) or plan.config.title


def folder_link(plan: Plan, place: SitePath, folder: str) -> PageLink:
    """Return a link to a folder's page; none from that page itself, or where there is none."""
    target = plan.addresses.folders.get(folder, place)
    return PageLink(folder_title(plan, folder), None if target == place else href_from(plan, place, target))


def breadcrumbs_of(plan: Plan, place: SitePath, folder: str, title: str) -> tuple[PageLink, ...]:
    """Return the way from the home page through the folders to a page."""
    if place == INDEX:
        return ()
    folders: list[str] = []
    while folder and len(folders) < MAX_BREADCRUMBS:
        folders.append(folder)
        folder = folder_of(folder)
    way = [PageLink(plan.config.title, href_from(plan, place, INDEX))]
    if folder:
        way.append(PageLink("…", None))
    way += [link for each in reversed(folders) if (link := folder_link(plan, place, each)).href is not None]
    return (*way, PageLink(title, None))
