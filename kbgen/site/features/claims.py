"""The page of claims: every figure that was checked, with its verdict and what is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from kbgen.links.model import LinkedNote
from kbgen.notes.properties import is_shown
from kbgen.site.addresses import INDEX
from kbgen.site.plan import PageJob, Plan, head_of, site_of
from kbgen.site.views import Anchor, ClaimsPage, Evidence, NoteClaims, PlacedClaim
from kbgen.vault.paths import VaultPath, folder_of, relative_href

_PLACED = re.compile("\0([kv])([0-9]+)\0")


def claims_page(plan: Plan) -> Iterator[PageJob]:
    """Yield the page, if there is anything to list."""
    if plan.checked.any():
        yield PageJob(plan.addresses.claims, "claims.html", partial(_view, plan))


def _view(plan: Plan) -> ClaimsPage:
    place = plan.addresses.claims
    refuted: list[NoteClaims] = []
    others: list[NoteClaims] = []
    for path in plan.listed.notes:
        if path in plan.checked.notes:
            claims = _claims(plan, path)
            for wanted, found in ((True, refuted), (False, others)):
                some = tuple(each for each in claims if (each.evidence.verdict == "refuted") == wanted)
                if some:
                    found.append(_listed(plan, path, some))
    return ClaimsPage(
        site=site_of(plan, place),
        head=head_of(plan, place, "Claims", "Figures in these notes, held against what is known."),
        title="Claims",
        breadcrumbs=(Anchor(plan.config.title, relative_href(place, INDEX)), Anchor("Claims", None)),
        coverage=plan.checked.coverage,
        refuted=tuple(refuted),
        notes=tuple(others),
        unasked=plan.checked.unasked,
    )


def _listed(plan: Plan, path: VaultPath, claims: tuple[PlacedClaim, ...]) -> NoteClaims:
    href = relative_href(plan.addresses.claims, plan.addresses.notes[path])
    return NoteClaims(plan.vault.notes[path].title, href, folder_of(path), claims)


def _claims(plan: Plan, path: VaultPath) -> list[PlacedClaim]:
    anchors = _anchors(plan, plan.vault.notes[path])
    page = plan.addresses.notes[path]
    return [
        PlacedClaim(each, relative_href(plan.addresses.claims, page, anchors.get(each.number, "")))
        for each in plan.checked.notes[path].all()
    ]


def _anchors(plan: Plan, note: LinkedNote) -> dict[int, str]:
    """Return the anchor of each figure that has a mark on its page, by number.

    The author's HTML may swallow a mark.
    """
    figures = plan.checked.notes[note.path]
    shown: list[tuple[Evidence, ...]] = []
    for kind, number in _PLACED.findall(note.compiled.html):
        if kind == "k":
            shown.append(figures.marks[int(number)])
        elif isinstance(filling := figures.bindings[int(number)], Evidence):
            shown.append((filling,))
    anchors = {each.number: f"kb:c{claims[0].number}" for claims in shown for each in claims}
    for (index, _), claims in figures.properties.items():
        if is_shown(note.compiled.properties[index]):
            anchors |= {each.number: f"kb:c{claims[0].number}" for each in claims}
    return anchors
