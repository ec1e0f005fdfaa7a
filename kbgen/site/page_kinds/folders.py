"""The page of each folder that has no note of its own for it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kbgen.site.chrome import breadcrumbs_of, entry_of, folder_title, head_of, site_of
from kbgen.site.page_kind import PageKind
from kbgen.site.plan import Plan
from kbgen.site.views import Branch, Head, Listing, PageLink, Site
from kbgen.traces import derived
from kbgen.vault.paths import SitePath, folder_of, relative_href


class FolderPage(Struct, frozen=True):
    """A folder: what lies in it."""

    site: Site
    head: Head
    title: str
    breadcrumbs: tuple[PageLink, ...]
    listing: Listing


def _pages(plan: Plan) -> Iterator[tuple[SitePath, str]]:
    """Yield a page for every folder but the root and those whose page is a note."""
    for folder, place in plan.addresses.folders.items():
        if folder and folder not in plan.addresses.folder_notes:
            yield place, folder


def _view(plan: Plan, place: SitePath, folder: str) -> FolderPage:
    title = folder_title(plan, folder)
    return FolderPage(
        site=site_of(plan, place),
        head=head_of(plan, place, title),
        title=title,
        breadcrumbs=breadcrumbs_of(plan, place, folder_of(folder), title),
        listing=listing_of(plan, place, folder),
    )


PAGE = PageKind(name="folder", template="folder.html", pages=_pages, view=_view, order=30)


def listing_of(plan: Plan, place: SitePath, folder: str) -> Listing:
    """Return what lies in a folder."""
    folders, notes = plan.folders[folder]
    own = plan.addresses.folder_notes.get(folder)
    return Listing(
        folders=tuple(branch_of(plan, place, each) for each in folders),
        notes=tuple(entry_of(plan, place, path) for path in notes if path != own),
        count=count_of(plan, folder),
    )


def branch_of(plan: Plan, place: SitePath, folder: str) -> Branch:
    """Return a folder as it stands in a list."""
    return Branch(
        folder_title(plan, folder),
        relative_href(place, plan.addresses.folders[folder]),
        count_of(plan, folder),
    )


@derived
def count_of(plan: Plan, folder: str) -> int:
    """Return how many notes lie in a folder or below it."""
    count, left = 0, [folder]
    while left:  # they may lie deeper within each other than Python calls functions
        folders, notes = plan.folders[left.pop()]
        count += len(notes)
        left += folders
    return count
