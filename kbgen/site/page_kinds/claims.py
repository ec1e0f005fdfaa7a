"""The page of claims: every figure that was checked, with its verdict and what is known."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from kbgen.locales.locale import N_
from kbgen.notes.properties import is_shown
from kbgen.site.addresses import CLAIMS, OwnAddress
from kbgen.site.annotations import ClaimCounts
from kbgen.site.chrome import breadcrumbs_of, head_of, site_of
from kbgen.site.page_kind import MenuEntry, PageKind
from kbgen.site.plan import Plan
from kbgen.site.views import AnnotatedFigure, Head, PageLink, Site
from kbgen.traces import derived
from kbgen.vault.paths import SitePath, VaultPath, folder_of, relative_href

_PLACED = re.compile("\0([kv])([0-9]+)\0")


class PlacedClaim(Struct, frozen=True):
    """A claim, and where it stands."""

    evidence: AnnotatedFigure
    href: str


class NoteClaims(Struct, frozen=True):
    """A note with its claims, as the page of claims lists them."""

    title: str
    href: str
    folder: str
    claims: tuple[PlacedClaim, ...]


class ClaimsPage(Struct, frozen=True):
    """All claims of the site with their verdicts."""

    site: Site
    head: Head
    title: str
    breadcrumbs: tuple[PageLink, ...]
    coverage: ClaimCounts
    refuted: tuple[NoteClaims, ...]
    notes: tuple[NoteClaims, ...]
    """All other claims."""
    unasked: tuple[str, ...]
    """Sources of facts that could not be asked."""


def _pages(plan: Plan) -> Iterator[tuple[SitePath, str]]:
    yield plan.addresses.own_pages[CLAIMS], ""


def _view(plan: Plan, place: SitePath, _key: str) -> ClaimsPage:
    refuted: list[NoteClaims] = []
    others: list[NoteClaims] = []
    for path in plan.annotations.notes:
        if path in plan.listed:
            claims = _claims(plan, path)
            for wanted, found in ((True, refuted), (False, others)):
                chosen = tuple(each for each in claims if (each.evidence.verdict == "refuted") == wanted)
                if chosen:
                    found.append(_listed(plan, path, chosen))
    title = plan.locale.gettext("Claims")
    description = plan.locale.gettext("Figures in these notes, held against what is known.")
    return ClaimsPage(
        site=site_of(plan, place),
        head=head_of(plan, place, title, description),
        title=title,
        breadcrumbs=breadcrumbs_of(plan, place, "", title),
        coverage=plan.annotations.coverage,
        refuted=tuple(refuted),
        notes=tuple(others),
        unasked=plan.annotations.unasked,
    )


PAGE = PageKind(
    name=CLAIMS,
    template="claims.html",
    pages=_pages,
    view=_view,
    is_wanted=lambda plan: plan.annotations.any(),
    order=80,
    address=OwnAddress(SitePath("claims.html"), "the page of claims"),
    entry=MenuEntry(N_("Claims"), "footer", order=20),
)


def _listed(plan: Plan, path: VaultPath, claims: tuple[PlacedClaim, ...]) -> NoteClaims:
    href = relative_href(plan.addresses.own_pages[CLAIMS], plan.addresses.notes[path])
    return NoteClaims(plan.titles[path], href, folder_of(path), claims)


def _claims(plan: Plan, path: VaultPath) -> list[PlacedClaim]:
    anchors = _anchors(plan, path)
    page = plan.addresses.notes[path]
    return [
        PlacedClaim(each, relative_href(plan.addresses.own_pages[CLAIMS], page, anchors.get(each.number, "")))
        for each in plan.annotations.notes[path].all()
    ]


@derived
def _anchors(plan: Plan, path: VaultPath) -> dict[int, str]:
    """Return the anchor of each figure that has a mark on its page, by number.

    The author's HTML may swallow a mark.
    """
    note = plan.vault.notes[path]
    figures = plan.annotations.notes[path]
    shown: list[tuple[AnnotatedFigure, ...]] = []
    for kind, number in _PLACED.findall(note.content.html):
        if kind == "k":
            shown.append(figures.marks[int(number)])
        elif isinstance(filling := figures.bindings[int(number)], AnnotatedFigure):
            shown.append((filling,))
    anchors = {each.number: f"kb:c{claims[0].number}" for claims in shown for each in claims}
    for (index, _), claims in figures.properties.items():
        if is_shown(note.compiled.properties[index]):
            anchors |= {each.number: f"kb:c{claims[0].number}" for each in claims}
    return anchors
