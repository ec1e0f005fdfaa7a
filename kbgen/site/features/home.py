"""The home page of a vault that has no home note."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kbgen.site.addresses import INDEX
from kbgen.site.features.folders import listing_of
from kbgen.site.features.tags import notes_by_tag, tag_branches
from kbgen.site.plan import PageJob, Plan, entry_of, head_of, site_of
from kbgen.site.views import HomePage

MOST_RECENT = 10
MOST_TAGS = 30


def home_page(plan: Plan) -> Iterator[PageJob]:
    """Yield the home page, unless a note is it."""
    if plan.addresses.home is None:
        yield PageJob(INDEX, "home.html", partial(_view, plan))


def _view(plan: Plan) -> HomePage:
    bearers = notes_by_tag(plan)
    most_used = sorted(bearers, key=lambda tag: (-len(bearers[tag]), tag))[:MOST_TAGS]
    dated = [path for path in plan.listed.notes if plan.dates[path].modified or plan.dates[path].created]
    dated.sort(key=lambda path: (plan.dates[path].modified or plan.dates[path].created, path), reverse=True)
    return HomePage(
        site=site_of(plan, INDEX),
        head=head_of(plan, INDEX, plan.config.title),
        title=plan.config.title,
        listing=listing_of(plan, INDEX, ""),
        recent=tuple(entry_of(plan, INDEX, path, described=False) for path in dated[:MOST_RECENT]),
        tags=tag_branches(plan, INDEX, tuple(sorted(most_used)), bearers),
    )
