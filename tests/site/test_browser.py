"""The bundled vault's site in a real browser, straight from disk: phone and desk, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page
from selectolax.lexbor import LexborHTMLParser

from kbgen.config import load
from kbgen.pipeline import build

ColorScheme = Literal["light", "dark"]

ROOT = Path(__file__).parents[2]
PAGES = (
    "index.html",
    "Models/AlexNet.html",
    "Network/Quick-stats.html",
    "Network/Architecture.html",
    "Models/Lineage.html",
    "claims.html",
    "vault.html",
    "Innovations/Local-response-normalization.html",
    "People/index.html",
    "tags/index.html",
)
WIDTHS = (390, 1280)
SCHEMES: tuple[ColorScheme, ...] = ("light", "dark")
BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    build(
        load(vault=ROOT / "vault", output=folder / "out", config_file=None, base_url=None, cwd=folder),
        use_cache=False,
    )
    return folder / "out"


CLAIMS = {
    "facts.toml": """
[[fact]]
subject = "Mars"
property = "moons"
value = 2
source = "IAU, list of moons"
""",
    "Mars.md": "Mars has 2 moons. Mars has 3 moons. [[Other|Mars has 2 moons]], says a link.\n\n"
    + "x\n\n" * 60,
    "Other.md": "Other words.",
    "kbgen.toml": '[verify]\nfacts = []\ntables = ["facts.toml"]\n',
}


@pytest.fixture(scope="module")
def mars(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a page with three figures: right, wrong, and right within a link."""
    folder = tmp_path_factory.mktemp("claims")
    for name, text in CLAIMS.items():
        (folder / name).write_text(text, encoding="utf-8")
    build(
        load(vault=folder, output=folder / "out", config_file=None, base_url=None, cwd=folder),
        use_cache=False,
    )
    return folder / "out" / "Mars.html"


def open_page(
    browser: Browser, address: Path, *, width: int = 1280, scheme: ColorScheme = "light", scripts: bool = True
) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(address.as_uri())
    return page


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_page_is_quiet_and_fits(
    site: Path, browser: Browser, name: str, width: int, scheme: ColorScheme
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / name).as_uri())
    assert said == []
    assert asked, "the page itself is asked for"
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate(OVERFLOW) == 0
    assert page.locator("h1").first.is_visible()
    colour = page.evaluate(BACKGROUND)
    brightness = sum(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(","))
    assert (brightness > 3 * 128) == (scheme == "light")
    context.close()


def test_skip_link_comes_first_and_leads_to_the_text(site: Path, browser: Browser) -> None:
    page = open_page(browser, site / "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    top = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert top >= 0, "it is seen while it has the focus"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "kb:content"
    page.context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_theme_button_is_remembered(site: Path, browser: Browser, scheme: ColorScheme) -> None:
    page = open_page(browser, site / "index.html", scheme=scheme)
    before = page.evaluate(BACKGROUND)
    page.locator(".kb-theme-button").click()
    chosen = page.evaluate(BACKGROUND)
    assert chosen != before
    page.reload()
    assert page.evaluate(BACKGROUND) == chosen
    # Another page may be of another process, which the browser tells what is stored a moment later.
    for _ in range(30):
        page.goto((site / "Models" / "AlexNet.html").as_uri())
        if page.evaluate(BACKGROUND) == chosen:
            break
        page.wait_for_timeout(100)
    assert page.evaluate(BACKGROUND) == chosen, "on every page"
    page.locator(".kb-theme-button").click()
    page.reload()
    assert page.evaluate(BACKGROUND) == before
    page.context.close()


def test_maths_is_typeset(site: Path, browser: Browser) -> None:
    page = open_page(browser, site / page_with(site, ".math"))
    page.wait_for_selector(".math .katex")
    assert page.locator(".math").count() == page.locator(".math .katex").count()
    assert page.locator(".katex-error").count() == 0
    assert page.locator(".math .katex-html").first.is_visible()
    assert page.evaluate("document.fonts.check('16px KaTeX_Main')")
    page.context.close()


def test_folded_callouts_open_without_scripts(site: Path, browser: Browser) -> None:
    page = open_page(browser, site / page_with(site, "details.callout:not([open])"), scripts=False)
    callout = page.locator("details.callout:not([open])").first
    content = page.locator("details.callout .callout-content").first
    assert not content.is_visible()
    callout.locator("summary").click()
    assert content.is_visible()
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_without_scripts_the_text_and_all_links_are_there(site: Path, browser: Browser, width: int) -> None:
    page = open_page(browser, site / "Models" / "AlexNet.html", width=width, scripts=False)
    assert page.locator("article.note").is_visible()
    assert page.locator("#backlinks li").first.is_visible()
    assert page.locator(".kb-theme-button").count() == 0, "no button that would do nothing"
    page.locator("article.note a.internal").first.click()
    assert page.locator("h1").first.is_visible()
    assert page.evaluate(OVERFLOW) == 0
    page.context.close()


def test_following_links_from_disk(site: Path, browser: Browser) -> None:
    page = open_page(browser, site / "index.html")
    page.locator("article.note a.internal").first.click()
    assert page.url != (site / "index.html").as_uri()
    page.locator("#breadcrumbs a").first.click()
    assert page.url == (site / "index.html").as_uri()
    page.goto((site / "Models" / "AlexNet.html").as_uri())
    page.locator("#backlinks a.internal").first.click()
    assert page.locator("h1").count() >= 1
    page.context.close()


def evidence(page: Page) -> str:
    """Return what the box beside a figure says, once it says something; ``""`` where there is none."""
    page.wait_for_timeout(500)
    box = page.locator(".kb-evidence")
    return box.inner_text() if box.is_visible() else ""


def test_evidence_on_hover(mars: Path, browser: Browser) -> None:
    page = open_page(browser, mars)
    assert evidence(page) == ""
    page.locator(".claim[data-verdict=refuted]").hover()
    said = evidence(page)
    assert "Refuted" in said
    assert "IAU, list of moons" in said
    page.locator(".kb-evidence .kb-source").hover()
    assert evidence(page) == said, "there is time to reach it, and its link"
    page.locator("h1").hover()
    assert evidence(page) == ""
    page.context.close()


def test_evidence_on_focus_and_escape(mars: Path, browser: Browser) -> None:
    page = open_page(browser, mars)
    page.locator("#breadcrumbs a").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "kb-verdict kb-supported"
    assert "Supported" in evidence(page)
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "kb:evidence"
    page.keyboard.press("Escape")
    assert evidence(page) == ""
    page.keyboard.press("Tab")
    assert "Refuted" in evidence(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/claims.html#c2")
    page.context.close()


@pytest.mark.parametrize("selector", ['.claim[data-verdict="supported"]', "a.internal + a.kb-verdict"])
def test_evidence_on_tap(mars: Path, browser: Browser, selector: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 700}, has_touch=True)
    page = context.new_page()
    page.goto(mars.as_uri())
    page.locator(selector).first.tap()
    assert "Supported" in evidence(page)
    assert page.url == mars.as_uri(), "a tap shows what is known, and goes nowhere"
    assert page.evaluate(OVERFLOW) == 0
    page.locator("h1").tap()
    assert evidence(page) == ""
    page.locator(selector).first.tap()
    page.locator(".kb-evidence .kb-more a").tap()
    page.wait_for_url("**/claims.html#c*")
    context.close()


def test_a_figure_in_a_link_leaves_it_a_link(mars: Path, browser: Browser) -> None:
    page = open_page(browser, mars)
    page.locator("a.internal .claim").hover()
    assert "Supported" in evidence(page)
    page.locator("a.internal .claim").click()
    page.wait_for_url("**/Other.html")
    page.context.close()


def test_marks_are_not_copied(mars: Path, browser: Browser) -> None:
    page = open_page(browser, mars)
    copied = page.evaluate(
        "getSelection().selectAllChildren(document.querySelector('article p')), `${getSelection()}`"
    )
    assert copied == "Mars has 2 moons. Mars has 3 moons. Mars has 2 moons, says a link."
    page.context.close()


def test_without_scripts_a_mark_leads_to_its_claim_and_back(mars: Path, browser: Browser) -> None:
    page = open_page(browser, mars, scripts=False)
    page.locator("a.kb-verdict.kb-refuted").click()
    assert page.url.endswith("claims.html#c2")
    assert "list of moons" in page.locator("#c2").inner_text()
    page.locator("#c2 .kb-said a").click()
    assert page.url.endswith("Mars.html#kb:c2")
    assert page.locator(":target").is_visible()
    page.context.close()


def page_with(site: Path, selector: str) -> str:
    """Return the first page of the site that has something to test."""
    for path in sorted(site.rglob("*.html")):
        if LexborHTMLParser(path.read_bytes()).css(selector):
            return path.relative_to(site).as_posix()
    raise LookupError(f"no page of the bundled vault has {selector}")
