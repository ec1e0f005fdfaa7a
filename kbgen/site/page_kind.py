"""What a kind of page declares of itself in its file in ``page_kinds``, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from msgspec import Struct

from kbgen.site.addresses import OwnAddress
from kbgen.site.plan import Plan
from kbgen.vault.paths import SitePath

Menu = Literal["header", "footer"]


class MenuEntry(Struct, frozen=True):
    """How every page leads to the one page of a kind."""

    text: str
    menu: Menu
    order: int
    """The lowest stands first."""


def always(_plan: Plan) -> bool:
    """Say that every site has such pages."""
    return True


class PageKind(Struct, frozen=True):
    """A kind of page. :mod:`kbgen.site.pages` finds each that a module of ``page_kinds`` declares."""

    name: str
    template: str
    pages: Callable[[Plan], Iterable[tuple[SitePath, str]]]
    """Each page with a key that says which it is: the path of its note, its folder, its tag; ``""`` where its
    kind has but one."""
    view: Callable[[Plan, SitePath, str], Struct]
    """Makes the view of a page from the plan, its place and its key: all that the template may see, and
    nothing that is private. What it reads is noted, and the page is made again when some of it changes."""
    is_wanted: Callable[[Plan], bool] = always
    """Whether this site has such pages."""
    order: int = 100
    """The lowest are made first: nobody should wait at the end for one that takes long."""
    address: OwnAddress | None = None
    """For a kind of which a site has one page; ``plan.addresses.own_pages[name]`` is what it got."""
    entry: MenuEntry | None = None
    """Only with an ``address``."""
