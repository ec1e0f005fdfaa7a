"""The policy of the pages in a real browser, from disk and from a host: it stops what it should (11.6)."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page
from selectolax.lexbor import LexborHTMLParser

from kbgen.config import load
from kbgen.pipeline import build

PIXEL = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
RUNS = '<script>document.title = "ran"</script>'
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="30">{RUNS}</svg>'
PDF = (
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\ntrailer<</Root 1 0 R>>\n"
)
VAULT = {
    "kbgen.toml": '[verify]\nfacts = ["reference_model"]\ntables = ["facts.toml"]\n',
    "facts.toml": '[[fact]]\nsubject = "Mars"\nproperty = "moons"\nvalue = 2\nsource = "IAU"\n',
    "Home.md": "Welcome. [[Mars]] #planets",
    "planets/Mars.md": "---\naliases: [Ares]\n---\nMars has 2 moons. Mars has 3 moons.",
    "Maths.md": r"$\pi r^2$ and $$\begin{pmatrix}1&\sqrt{2}\\ \color{red}{x}&\widehat{ab}\end{pmatrix}$$",
    "Looks.md": '<p style="color: rgb(1, 2, 3)">styled</p>\n\n> [!note]- Folded\n> inside\n',
    "Pictures.md": f"![[fig.svg]] ![[doc.pdf]] ![data]({PIXEL})",
    "Drawing.md": "```facts\nsubject: alexnet\nview: diagram\n```\n\n![[Drawing again]]",
    "Drawing again.md": "```facts\nsubject: alexnet\nview: diagram\n```",
    "Runs.md": "[[page.html]] [svg](fig.svg) <a href='page.html'>again</a>",
    "fig.svg": SVG,
    "doc.pdf": PDF,
    "page.html": f"<!DOCTYPE html>{RUNS}",
}
PAGES = (
    *("index.html", "Maths.html", "Looks.html", "Pictures.html", "Runs.html", "planets/Mars.html"),
    *(
        "Drawing.html",
        "planets/index.html",
        "tags/index.html",
        "tags/planets.html",
        "vault.html",
        "claims.html",
        "404.html",
    ),
)
VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  (window.refused ||= []).push(`${event.effectiveDirective} ${event.blockedURI}`);
});
"""
TRY = """async () => {
  const script = document.createElement("script");
  script.textContent = "window.ran = 'inline'";
  document.head.append(script);
  const button = document.createElement("button");
  button.setAttribute("onclick", "window.ran = 'handler'");
  document.body.append(button);
  button.click();
  setTimeout("window.ran = 'eval'", 1);
  const style = document.createElement("style");
  style.textContent = "body { outline-width: 99px }";
  document.head.append(style);
  for (const [name, tag, address] of [
    ["src", "script", "https://elsewhere.invalid/x.js"], ["src", "iframe", "https://elsewhere.invalid/"],
    ["data", "object", "fig.svg"], ["src", "embed", "fig.svg"],
  ]) {
    const element = document.createElement(tag);
    element.setAttribute(name, address);
    document.body.append(element);
  }
  const base = document.createElement("base");
  base.href = "https://elsewhere.invalid/";
  document.head.append(base);
  try { await fetch("https://elsewhere.invalid/"); } catch {}
  await new Promise((done) => setTimeout(done, 300));
  const styled = getComputedStyle(document.body).outlineWidth === "99px";
  const refused = [...new Set(window.refused.map((each) => each.split(" ")[0]))];
  return [window.ran, styled, document.baseURI.includes("elsewhere"), refused];
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("policy")
    for name, text in VAULT.items():
        path = folder / "vault" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    build(
        load(vault=folder / "vault", output=folder / "out", config_file=None, base_url=None, cwd=folder),
        use_cache=False,
    )
    return folder / "out"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name it has there)
        pass


@pytest.fixture(scope="module")
def host(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=["disk", "host"])
def root(request: pytest.FixtureRequest, site: Path, host: str) -> str:
    return site.as_uri() if request.param == "disk" else host


def opened(browser: Browser, address: str) -> tuple[Page, list[str]]:
    """Return a page, and a list of what its console says."""
    context = browser.new_context()
    context.set_default_timeout(10_000)
    page = context.new_page()
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        said.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_init_script(VIOLATIONS)
    page.goto(address)
    return page, said


@pytest.mark.parametrize("name", PAGES)
def test_6_a_page_breaks_no_rule_of_its_policy(browser: Browser, root: str, name: str) -> None:
    page, said = opened(browser, f"{root}/{name}")
    assert page.locator("meta[http-equiv='Content-Security-Policy']").count() == 1
    page.locator(".kb-theme-button").click()
    page.wait_for_timeout(200)
    assert [each for each in said if "favicon.ico" not in each] == []
    assert page.evaluate("window.refused || []") == []
    page.context.close()


def test_6_what_the_pages_do_still_works(browser: Browser, root: str) -> None:
    page, _ = opened(browser, f"{root}/Maths.html")
    assert page.locator(".math .katex-html").count() == 2
    assert page.locator(".katex-error").count() == 0
    assert page.evaluate("document.fonts.check('16px KaTeX_Main')")
    assert "rgb(255, 0, 0)" in page.evaluate(
        "[...document.querySelectorAll('.katex-html *')].map((each) => getComputedStyle(each).color)"
    )
    page.locator(".kb-theme-button").click()
    chosen = page.evaluate("document.documentElement.dataset.theme")
    page.goto(f"{root}/Looks.html")
    assert page.evaluate("document.documentElement.dataset.theme") == chosen, (
        "kept, before anything is painted"
    )
    assert page.evaluate("getComputedStyle(document.querySelector('p[style]')).color") == "rgb(1, 2, 3)"
    page.locator("details.callout summary").click()
    assert page.locator(".callout-content").is_visible()
    page.goto(f"{root}/Pictures.html")
    page.locator("article.note img").first.scroll_into_view_if_needed()  # they load when they are near
    page.evaluate("Promise.all([...document.images].map((each) => each.decode()))")
    assert page.evaluate("[...document.images].map((each) => each.naturalWidth)") == [30, 1]
    assert page.title() != "ran"
    assert any(frame.url.endswith("doc.pdf") for frame in page.frames)
    page.goto(f"{root}/planets/Mars.html")
    page.locator(".claim[data-verdict=refuted]").hover()
    page.locator(".kb-evidence").wait_for()
    page.goto(f"{root}/Ares.html")
    page.wait_for_url("**/planets/Mars.html")
    page.context.close()


def test_6_what_should_not_run_does_not(browser: Browser, root: str) -> None:
    page, _ = opened(browser, f"{root}/Looks.html")
    ran, styled, moved, refused = page.evaluate(TRY)
    assert (ran, styled, moved) == (None, False, False)
    wanted = {"base-uri", "connect-src", "frame-src", "object-src", "script-src-attr", "script-src-elem"}
    assert {*wanted, "style-src-elem"} <= set(refused)
    page.context.close()


def test_6_the_style_of_a_drawing_is_a_file(browser: Browser, site: Path, root: str) -> None:
    page, _ = opened(browser, f"{root}/Drawing.html")
    assert page.locator("figure.kb-facts svg.network").count() == 2
    fills = page.evaluate(
        "[...document.querySelectorAll('svg .maps')].map((each) => getComputedStyle(each).fill)"
    )
    assert set(fills) == {"rgb(47, 133, 148)"}
    assert len(list((site / "static").glob("drawing-*.css"))) == 1
    page.context.close()


def test_3_a_link_to_a_file_that_may_run_saves_it(browser: Browser, host: str) -> None:
    page, _ = opened(browser, f"{host}/Runs.html")
    for number, name in enumerate(("page.html", "fig.svg", "page.html")):
        with page.expect_download() as download:
            page.locator("article.note a[download]").nth(number).click()
        assert download.value.suggested_filename == name
        assert page.url.endswith("/Runs.html")
    page.context.close()


def test_6_no_page_has_a_script_style_or_handler_in_it(site: Path) -> None:
    for path in sorted(site.rglob("*.html")):
        if path.name == "page.html":
            continue
        tree = LexborHTMLParser(path.read_bytes())
        policy = tree.css_first("head > meta[http-equiv='Content-Security-Policy']")
        assert policy is not None, path
        assert tree.css("head > *").index(policy) < 2, "nothing loads before it"
        assert [node.html for node in tree.css("script:not([src]), style, base, form")] == [], path
        handlers = [
            name
            for node in tree.css("*")
            for name in node.attributes
            if name.startswith("on") and name != "on"
        ]
        assert handlers == [], path
