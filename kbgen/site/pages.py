"""All pages of a site: of one kind after the other, as their files in ``page_kinds`` declare them."""

from __future__ import annotations

import functools

from kbgen.discovery import declared
from kbgen.site.addresses import OwnAddress
from kbgen.site.page_kind import Menu, PageKind
from kbgen.site.plan import MenuItem, PageJob, Plan


@functools.cache
def page_kinds() -> tuple[PageKind, ...]:
    """Return every kind of page, those first that are made first."""
    return tuple(sorted(declared("kbgen.site.page_kinds", PageKind), key=lambda kind: kind.order))


def own_addresses() -> dict[str, OwnAddress]:
    """Return the addresses that kinds want of which a site has one page, by the names of the kinds."""
    return {kind.name: kind.address for kind in page_kinds() if kind.address is not None}


def pages(plan: Plan) -> list[PageJob]:
    """List every page of the site."""
    return [
        PageJob(place, kind.name, key)
        for kind in page_kinds()
        if kind.is_wanted(plan)
        for place, key in kind.pages(plan)
    ]


@functools.cache
def kind_called(name: str) -> PageKind:
    """Return a kind of page by its name."""
    return next(kind for kind in page_kinds() if kind.name == name)


def menu_items(plan: Plan, menu: Menu) -> tuple[MenuItem, ...]:
    """Return the entries of a menu, those of kinds of which there is no page left out."""
    entries = sorted(
        (kind.entry.order, plan.locale.gettext(kind.entry.text), kind.name)
        for kind in page_kinds()
        if kind.entry is not None and kind.entry.menu == menu and kind.is_wanted(plan)
    )
    return tuple(MenuItem(text, plan.addresses.own_pages[name]) for _, text, name in entries)
