"""Pages at old addresses and at aliases, which lead to where the note is now."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kbgen.site.plan import PageJob, Plan, absolute, head_of
from kbgen.site.views import RedirectPage
from kbgen.vault.paths import SitePath, VaultPath, relative_href


def redirect_pages(plan: Plan) -> Iterator[PageJob]:
    """Yield a page for every address that leads elsewhere."""
    for place, path in plan.addresses.redirects.items():
        yield PageJob(place, "redirect.html", partial(_view, plan, place, path))


def _view(plan: Plan, place: SitePath, path: VaultPath) -> RedirectPage:
    note = plan.vault.notes[path]
    target = plan.addresses.notes[path]
    head = head_of(plan, target, note.title)
    canonical = absolute(plan, target) if plan.config.base_url else None
    return RedirectPage(
        head=type(head)(
            title=note.title,
            description="",
            language=head.language,
            direction=head.direction,
            canonical=canonical,
            image=None,
            kind="website",
            noindex=True,
        ),
        title=note.title,
        href=relative_href(place, target),
    )
