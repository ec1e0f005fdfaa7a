"""The page that a host shows where there is none."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from kbgen.site.addresses import NOT_FOUND
from kbgen.site.chrome import head_of, site_of
from kbgen.site.page_kind import PageKind
from kbgen.site.plan import Plan
from kbgen.site.policy import page_policy
from kbgen.site.views import Head, Site
from kbgen.vault.paths import SitePath


class NotFoundPage(Struct, frozen=True):
    """The page a host shows for an address that leads nowhere."""

    site: Site
    head: Head
    title: str


def _pages(_plan: Plan) -> Iterator[tuple[SitePath, str]]:
    yield NOT_FOUND, ""


def _view(plan: Plan, _place: SitePath, _key: str) -> NotFoundPage:
    title = plan.locale.gettext("Page not found")
    head = msgspec.structs.replace(
        head_of(plan, NOT_FOUND, title),
        noindex=True,
        canonical=None,
        policy=page_policy(plan.config, anywhere=True),
    )
    return NotFoundPage(site=site_of(plan, NOT_FOUND), head=head, title=title)


PAGE = PageKind(name="404", template="404.html", pages=_pages, view=_view, order=70)
