"""Pages at old addresses and at aliases, which lead to where the note is now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

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


def _pages(plan: Plan) -> Iterator[tuple[SitePath, Callable[[], RedirectPage]]]:
    for place, path in plan.addresses.redirects.items():
        yield place, partial(_view, plan, place, path)


PAGE = PageKind(name="redirect", template="redirect.html", pages=_pages, order=60)


def _view(plan: Plan, place: SitePath, path: VaultPath) -> RedirectPage:
    note = plan.vault.notes[path]
    target = plan.addresses.notes[path]
    return RedirectPage(
        head=msgspec.structs.replace(head_of(plan, target, note.title), noindex=True),
        title=note.title,
        href=relative_href(place, target),
        script=f"{site_of(plan, place).static}moved.js",
    )
