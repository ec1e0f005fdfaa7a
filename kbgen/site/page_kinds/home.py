"""The home page of a vault that has no home note."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kbgen.site.addresses import INDEX
from kbgen.site.chrome import entry_of, head_of, site_of
from kbgen.site.page_kind import PageKind
from kbgen.site.page_kinds.folders import listing_of
from kbgen.site.page_kinds.tags import tag_branches
from kbgen.site.plan import Plan
from kbgen.site.recency import latest
from kbgen.site.views import Branch, Head, Listing, NoteEntry, Site
from kbgen.vault.paths import SitePath

MAX_RECENT = 10
MAX_TAGS = 30


class HomePage(Struct, frozen=True):
    """The home page of a vault that has no home note."""

    site: Site
    head: Head
    title: str
    listing: Listing
    """Of the vault's root."""
    recent: tuple[NoteEntry, ...]
    tags: tuple[Branch, ...]
    """The most used tags."""


def _pages(_plan: Plan) -> Iterator[tuple[SitePath, str]]:
    yield INDEX, ""


def _view(plan: Plan, _place: SitePath, _key: str) -> HomePage:
    most_used = sorted(plan.tagged, key=lambda tag: (-len(plan.tagged[tag]), tag))[:MAX_TAGS]
    return HomePage(
        site=site_of(plan, INDEX),
        head=head_of(plan, INDEX, plan.config.title),
        title=plan.config.title,
        listing=listing_of(plan, INDEX, ""),
        recent=tuple(
            entry_of(plan, INDEX, path, described=False) for path in latest(plan, "people")[:MAX_RECENT]
        ),
        tags=tag_branches(plan, INDEX, sorted(most_used)),
    )


PAGE = PageKind(
    name="home",
    template="home.html",
    pages=_pages,
    view=_view,
    is_wanted=lambda plan: plan.addresses.home is None,
    order=10,
)
