"""The page that a host shows where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import msgspec

from kbgen.site.addresses import NOT_FOUND
from kbgen.site.plan import PageJob, Plan, head_of, site_of
from kbgen.site.policy import page_policy
from kbgen.site.views import NotFoundPage


def not_found_page(plan: Plan) -> Iterator[PageJob]:
    """Yield the page."""
    yield PageJob(NOT_FOUND, "404.html", partial(_view, plan))


def _view(plan: Plan) -> NotFoundPage:
    site = site_of(plan, NOT_FOUND)
    head = msgspec.structs.replace(
        head_of(plan, NOT_FOUND, "Page not found"),
        noindex=True,
        canonical=None,
        policy=page_policy(plan.config, anywhere=True),
    )
    if plan.config.base_url:
        # A host shows this page at any depth, where a relative link would lead nowhere.
        base = plan.config.base_url + "/"
        site = msgspec.structs.replace(
            site,
            root=base,
            static=base + site.static,
            home=base + site.home,
            tags=base + site.tags,
            stylesheet=base + site.stylesheet,
            script=base + site.script,
            claims=None if site.claims is None else base + site.claims,
            folders=tuple(
                msgspec.structs.replace(folder, href=None if folder.href is None else base + folder.href)
                for folder in site.folders
            ),
        )
    return NotFoundPage(site=site, head=head, title="Page not found")
