"""A kind of page is one record and one template: nothing else knows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser

from kbgen.config import load
from kbgen.pipeline import build
from kbgen.site import pages
from kbgen.site.addresses import OwnAddress
from kbgen.site.chrome import head_of, site_of
from kbgen.site.page_kind import MenuEntry, PageKind
from kbgen.site.plan import Plan
from kbgen.site.theme import shipped
from kbgen.site.views import Head, Site
from kbgen.vault.paths import SitePath

BASE_URL = "https://example.org"
NO_PAGES = {"base.html", "graph.html"}
"""The frame of all pages, and the picture that ``kbgen graph`` makes."""


class LettersPage(Struct, frozen=True):
    """How many notes there are, in words."""

    site: Site
    head: Head
    title: str
    letters: str


def _pages(plan: Plan) -> Iterator[tuple[SitePath, str]]:
    yield plan.addresses.own_pages["letters"], ""


def _view(plan: Plan, place: SitePath, _key: str) -> LettersPage:
    head = head_of(plan, place, "Letters")
    return LettersPage(site_of(plan, place), head, "Letters", "x" * len(plan.listed))


KIND = PageKind(
    name="letters",
    template="letters.html",
    pages=_pages,
    view=_view,
    is_wanted=lambda plan: len(plan.listed) > 1,
    address=OwnAddress(SitePath("letters.html"), "the page of letters"),
    entry=MenuEntry("Letters", "header", order=0),
)
TEMPLATE = """{% extends "base.html" %}
{% block main %}<h1>{{ page.title }}</h1><p id="letters">{{ page.letters }}</p>{% endblock %}"""


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = (*pages.page_kinds(), KIND)
    monkeypatch.setattr(pages, "page_kinds", lambda: kinds)


def built(tmp_path: Path, **notes: str) -> tuple[Path, list[tuple[str, str]]]:
    (tmp_path / "vault").mkdir()
    (tmp_path / "theme").mkdir()
    for name, text in notes.items():
        (tmp_path / "vault" / f"{name}.md").write_text(text, "utf-8")
    (tmp_path / "theme" / "letters.html").write_text(TEMPLATE, "utf-8")
    (tmp_path / "vault" / "kbgen.toml").write_text('templates = "../theme"\n', "utf-8")
    config = load(
        vault=tmp_path / "vault", output=Path("site"), config_file=None, base_url=BASE_URL, cwd=tmp_path
    )
    report = build(config, jobs=1, use_cache=False)
    return tmp_path / "site", [(each.code, each.path) for each in report.diagnostics]


def menu(page: Path) -> list[tuple[str, str | None]]:
    links = LexborHTMLParser(page.read_bytes()).css(".kb-site-nav > a")
    return [(link.text(), link.attributes["href"]) for link in links]


@pytest.mark.usefixtures("known")
def test_a_new_kind_has_its_page_and_its_entry_on_every_page(
    tmp_path: Path, walk: Callable[..., list[str]]
) -> None:
    site, _ = built(tmp_path, A="[[B]] #t", B="text")
    assert 'id="letters">xx</p>' in (site / "letters.html").read_text("utf-8")
    assert menu(site / "A.html") == [("Letters", "letters.html"), ("Tags", "tags/index.html")]
    assert menu(site / "tags" / "t.html")[0] == ("Letters", "../letters.html")
    assert menu(site / "404.html")[0] == ("Letters", f"{BASE_URL}/letters.html")
    assert walk(site, BASE_URL) == []


@pytest.mark.usefixtures("known")
def test_a_note_keeps_the_address_that_a_new_kind_wants(
    tmp_path: Path, walk: Callable[..., list[str]]
) -> None:
    site, faults = built(tmp_path, A="[[letters]]", letters="[[A]]")
    assert faults == [("KB140", "letters.md")]
    assert menu(site / "A.html")[0] == ("Letters", "letters~2.html")
    assert walk(site, BASE_URL) == []


@pytest.mark.usefixtures("known")
def test_there_is_no_entry_for_a_page_that_is_not_wanted(tmp_path: Path) -> None:
    site, _ = built(tmp_path, A="#t")
    assert not (site / "letters.html").exists()
    assert menu(site / "A.html") == [("Tags", "tags/index.html")]


def test_each_template_is_of_one_kind() -> None:
    templates = [kind.template for kind in pages.page_kinds()]
    assert sorted(templates) == sorted({path.name for path in shipped().glob("*.html")} - NO_PAGES)


def test_kinds_have_names_of_their_own_and_only_single_pages_stand_in_a_menu() -> None:
    kinds = pages.page_kinds()
    assert len({kind.name for kind in kinds}) == len(kinds)
    assert [kind.name for kind in kinds if kind.entry is not None and kind.address is None] == []
