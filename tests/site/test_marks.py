"""The mark of a figure stays beside it, and each verdict has a shape of its own (11.25)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kbgen.config import load
from kbgen.pipeline import build

FACTS = '[[fact]]\nsubject = "Mars"\nproperty = "moons"\nvalue = 2\nsource = "IAU"\n'
PLACES = (
    "Some words before it. [[Other|Mars has 2 moons]], and words.",
    "Words before it, [a link](https://example.org/x); Mars has 3 moons.",
    "Words before it; [Mars has 2 moons](https://example.org/x), and more.",
    "Words before; **Mars has 2** moons. ==Mars has 3== moons. *Mars has 2* moons.",
    "> A quote with [[Other]]; Mars has 3 moons. Words, and more of them; Mars has 2 moons.",
    "- An item in which [[Other|two of them]] are; Mars has 3 moons. (Mars has 2 moons.)",
    "| Moons | Words |\n|---|---|\n| 2 | [[Other\\|two of them]] |",
    "## [[Other|Mars has 3 moons]], today",
)
PARTED = """() => {
  const parted = [];
  for (const mark of document.querySelectorAll("article a.kb-verdict")) {
    const walker = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
    let before = null;
    for (let node; (node = walker.nextNode());) {
      if (!(node.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
      if (node.data.trim()) before = node;
    }
    const range = document.createRange();
    range.setStart(before, before.length - 1);
    range.setEnd(before, before.length);
    const last = range.getBoundingClientRect();
    const box = mark.getBoundingClientRect();
    const apart = box.bottom < last.top || box.top > last.bottom || box.left < last.left;
    if (apart || mark.getClientRects().length > 1)
      parted.push(before.data);
  }
  return parted;
}"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marks")
    (folder / "facts.toml").write_text(FACTS, encoding="utf-8")
    (folder / "kbgen.toml").write_text('[verify]\nfacts = []\ntables = ["facts.toml"]\n', "utf-8")
    (folder / "Mars.md").write_text("\n\n".join(PLACES), encoding="utf-8")
    (folder / "Other.md").write_text("Words.", encoding="utf-8")
    config = load(vault=folder, output=folder / "out", config_file=None, base_url=None, cwd=folder)
    build(config, use_cache=False)
    return folder / "out" / "Mars.html"


def test_a_mark_never_stands_on_another_line_than_its_figure(page_file: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto(page_file.as_uri())
    assert page.locator("article a.kb-verdict").count() >= 10
    for width in range(200, 620, 7):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(PARTED) == [], width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_verdict_has_its_own_shape(page_file: Path, browser: Browser, scheme: str) -> None:
    page = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(page_file.as_uri())
    look = """(selector) => {
      const mark = document.querySelector(selector);
      const sign = getComputedStyle(mark, "::after");
      const figure = getComputedStyle(mark.closest(".claim") || mark.parentElement);
      return { sign: sign.content.split('"')[1], colour: sign.color, filled: sign.backgroundImage !== "none",
               line: figure.textDecorationStyle };
    }"""
    right = page.evaluate(
        look, "p > .claim > a.kb-verdict.kb-supported, strong > .claim > a.kb-verdict.kb-supported"
    )
    wrong = page.evaluate(look, "p > .claim > a.kb-verdict.kb-refuted")
    assert right["sign"] != wrong["sign"]
    assert right["colour"] != wrong["colour"]
    assert (right["filled"], wrong["filled"]) == (False, True)
    assert wrong["line"] != "wavy", "a single wave under one digit is a tick"
    assert right["line"] != wrong["line"]
