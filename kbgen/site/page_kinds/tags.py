"""The page of each tag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from kbgen.links.tags import levels_of
from kbgen.site.addresses import INDEX, TAG_INDEX
from kbgen.site.chrome import entry_of, head_of, site_of
from kbgen.site.page_kind import PageKind
from kbgen.site.plan import Plan
from kbgen.site.views import Branch, Head, NoteEntry, PageLink, Site
from kbgen.vault.paths import SitePath, relative_href


class TagPage(Struct, frozen=True):
    """A tag: the notes that bear it or a tag under it."""

    site: Site
    head: Head
    title: str
    """Full name, without ``#``."""
    breadcrumbs: tuple[PageLink, ...]
    children: tuple[Branch, ...]
    notes: tuple[NoteEntry, ...]


def _pages(plan: Plan) -> Iterator[tuple[SitePath, str]]:
    """Yield a page for every tag and every ancestor of one."""
    for tag in plan.addresses.tag_pages:
        place = plan.addresses.tags[tag]
        yield place, tag


def tag_branches(plan: Plan, place: SitePath, tags: Sequence[str]) -> tuple[Branch, ...]:
    """Return tags as they stand in a list, without what is below them."""
    return tuple(
        Branch(plan.tags.name(tag), relative_href(place, plan.addresses.tags[tag]), len(plan.tagged[tag]))
        for tag in tags
    )


def _view(plan: Plan, place: SitePath, tag: str) -> TagPage:
    *above, _ = levels_of(tag)
    name = plan.tags.name(tag)
    breadcrumbs = [
        PageLink(plan.config.title, relative_href(place, INDEX)),
        PageLink(plan.locale.gettext("Tags"), relative_href(place, plan.addresses.own_pages[TAG_INDEX])),
    ]
    breadcrumbs += [
        PageLink(
            plan.tags.name(each).rpartition("/")[2],
            relative_href(place, plan.addresses.tags[each]),
        )
        for each in above
    ]
    return TagPage(
        site=site_of(plan, place),
        head=head_of(plan, place, f"#{name}"),
        title=name,
        breadcrumbs=(*breadcrumbs, PageLink(name.rpartition("/")[2], None)),
        children=tag_branches(plan, place, plan.tag_children.get(tag, ())),
        notes=tuple(entry_of(plan, place, path) for path in plan.tagged[tag]),
    )


PAGE = PageKind(name="tag", template="tag.html", pages=_pages, view=_view, order=50)
