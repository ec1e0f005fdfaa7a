"""Pages at old addresses and at aliases, which lead to where the note is now."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import msgspec

from kbgen.site.plan import PageJob, Plan, head_of, site_of
from kbgen.site.views import RedirectPage
from kbgen.vault.paths import SitePath, VaultPath, relative_href


def redirect_pages(plan: Plan) -> Iterator[PageJob]:
    """Yield a page for every address that leads elsewhere."""
    for place, path in plan.addresses.redirects.items():
        yield PageJob(place, "redirect.html", partial(_view, plan, place, path))


def _view(plan: Plan, place: SitePath, path: VaultPath) -> RedirectPage:
    note = plan.vault.notes[path]
    target = plan.addresses.notes[path]
    return RedirectPage(
        head=msgspec.structs.replace(head_of(plan, target, note.title), noindex=True),
        title=note.title,
        href=relative_href(place, target),
        script=f"{site_of(plan, place).static}moved.js",
    )
