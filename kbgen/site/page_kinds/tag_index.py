"""The index of all tags as a tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from kbgen.locales.locale import N_
from kbgen.site.addresses import TAG_INDEX, TAGS, OwnAddress
from kbgen.site.chrome import breadcrumbs_of, head_of, site_of
from kbgen.site.page_kind import MenuEntry, PageKind
from kbgen.site.plan import Plan
from kbgen.site.views import Branch, Head, PageLink, Site
from kbgen.vault.paths import SitePath, relative_href

MAX_TREE_LEVELS = 8
"""Levels that are drawn as a tree; the rest is on the pages of the tags."""


class TagIndexPage(Struct, frozen=True):
    """All tags as a tree with counts."""

    site: Site
    head: Head
    title: str
    breadcrumbs: tuple[PageLink, ...]
    tags: tuple[Branch, ...]


def _pages(plan: Plan) -> Iterator[tuple[SitePath, str]]:
    yield plan.addresses.own_pages[TAG_INDEX], ""


def _view(plan: Plan, place: SitePath, _key: str) -> TagIndexPage:
    children = plan.tag_children

    def tree(tags: Sequence[str], depth: int) -> tuple[Branch, ...]:
        return tuple(
            Branch(
                plan.tags.name(tag).rpartition("/")[2],
                relative_href(place, plan.addresses.tags[tag]),
                len(plan.tagged[tag]),
                tree(children[tag], depth + 1) if depth < MAX_TREE_LEVELS else (),
            )
            for tag in tags
        )

    title = plan.locale.gettext("Tags")
    return TagIndexPage(
        site=site_of(plan, place),
        head=head_of(plan, place, title),
        title=title,
        breadcrumbs=breadcrumbs_of(plan, place, "", title),
        tags=tree(children[""], 1),
    )


PAGE = PageKind(
    name=TAG_INDEX,
    template="tags.html",
    pages=_pages,
    view=_view,
    order=40,
    address=OwnAddress(SitePath(f"{TAGS}/index.html"), "the index of tags", "before tags and folders"),
    entry=MenuEntry(N_("Tags"), "header", order=10),
)
