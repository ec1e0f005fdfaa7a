"""Pages at old addresses and at aliases, which lead to where the note is now."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from kbgen.site.chrome import head_of, site_of
from kbgen.site.page_kind import PageKind
from kbgen.site.plan import Plan
from kbgen.site.views import Head
from kbgen.vault.paths import SitePath, VaultPath, relative_href


class RedirectPage(Struct, frozen=True):
    """An old address that leads to a page."""

    head: Head
    title: str
    href: str
    script: str
    """What leads on without a wait."""
    features: tuple[str, ...] = ("moved",)


def _pages(plan: Plan) -> Iterator[tuple[SitePath, str]]:
    yield from plan.addresses.redirects.items()


def _view(plan: Plan, place: SitePath, key: str) -> RedirectPage:
    path = VaultPath(key)
    title = plan.titles[path]
    target = plan.addresses.notes[path]
    return RedirectPage(
        head=msgspec.structs.replace(head_of(plan, target, title), noindex=True),
        title=title,
        href=relative_href(place, target),
        script=f"{site_of(plan, place).static}moved.js",
    )


PAGE = PageKind(name="redirect", template="redirect.html", pages=_pages, view=_view, order=60)
