"""The page of each tag, and the index of all tags as a tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from kbgen.links.tags import levels_of
from kbgen.site.addresses import INDEX
from kbgen.site.plan import PageJob, Plan, entry_of, head_of, site_of
from kbgen.site.views import Anchor, Branch, TagIndexPage, TagPage
from kbgen.vault.paths import SitePath, VaultPath, relative_href

DEEPEST_TREE = 8
"""Levels of the index that are drawn as a tree; the rest is on the pages of the tags."""

Bearers = Mapping[str, tuple[VaultPath, ...]]


def tag_pages(plan: Plan) -> Iterator[PageJob]:
    """Yield the index and a page for every tag and every ancestor of one."""
    bearers = notes_by_tag(plan)
    children = _children(plan)
    index = plan.addresses.tag_index
    yield PageJob(index, "tags.html", partial(_index_view, plan, index, bearers, children))
    for tag in plan.addresses.tag_pages:
        place = plan.addresses.tags[tag]
        yield PageJob(place, "tag.html", partial(_view, plan, tag, place, bearers, children))


def notes_by_tag(plan: Plan) -> Bearers:
    """Return the notes that bear a tag or one below it, for every tag (TAG-06), by title."""
    found: dict[str, dict[VaultPath, None]] = {tag: {} for tag in plan.addresses.tag_pages}
    for path, note in plan.listed.notes.items():
        for tag in plan.tags.of(note):
            for level in levels_of(tag):
                if level in found:
                    found[level][path] = None
    return {
        tag: tuple(sorted(paths, key=lambda path: (plan.vault.notes[path].title.casefold(), path)))
        for tag, paths in found.items()
    }


def tag_branches(plan: Plan, place: SitePath, tags: tuple[str, ...], bearers: Bearers) -> tuple[Branch, ...]:
    """Return tags as they stand in a list, without what is below them."""
    return tuple(
        Branch(plan.tags.name(tag), relative_href(place, plan.addresses.tags[tag]), len(bearers[tag]))
        for tag in tags
    )


def _children(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {"": []}
    for tag in plan.addresses.tag_pages:
        found.setdefault(tag, [])
        found.setdefault(tag.rpartition("/")[0], []).append(tag)
    return {tag: tuple(tags) for tag, tags in found.items()}


def _view(
    plan: Plan, tag: str, place: SitePath, bearers: Bearers, children: Mapping[str, tuple[str, ...]]
) -> TagPage:
    *above, _ = levels_of(tag)
    name = plan.tags.name(tag)
    return TagPage(
        site=site_of(plan, place),
        head=head_of(plan, place, f"#{name}"),
        title=name,
        breadcrumbs=(
            Anchor(plan.config.title, relative_href(place, INDEX)),
            Anchor("Tags", relative_href(place, plan.addresses.tag_index)),
            *(
                Anchor(
                    plan.tags.name(each).rpartition("/")[2],
                    relative_href(place, plan.addresses.tags[each]),
                )
                for each in above
            ),
            Anchor(name.rpartition("/")[2], None),
        ),
        children=tag_branches(plan, place, children[tag], bearers),
        notes=tuple(entry_of(plan, place, path) for path in bearers[tag]),
    )


def _index_view(
    plan: Plan, place: SitePath, bearers: Bearers, children: Mapping[str, tuple[str, ...]]
) -> TagIndexPage:
    def tree(tags: tuple[str, ...], depth: int) -> tuple[Branch, ...]:
        return tuple(
            Branch(
                plan.tags.name(tag).rpartition("/")[2],
                relative_href(place, plan.addresses.tags[tag]),
                len(bearers[tag]),
                tree(children[tag], depth + 1) if depth < DEEPEST_TREE else (),
            )
            for tag in tags
        )

    return TagIndexPage(
        site=site_of(plan, place),
        head=head_of(plan, place, "Tags"),
        title="Tags",
        breadcrumbs=(Anchor(plan.config.title, relative_href(place, INDEX)), Anchor("Tags", None)),
        tags=tree(children[""], 1),
    )
