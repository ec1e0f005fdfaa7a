"""The title of a callout is one text, whatever markup stands in it (11.25)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kbgen.config import load
from kbgen.pipeline import build

TITLES = (
    "> [!note] Words*a*, and more\n> text",
    "> [!tip]- Folded**a**.\n> text",
    "> [!bug]+ With [[Other|a]](b) and `c`\n> text",
    "```ad-note\ntitle: Words==a==, and more\ntext\n```",
    "- > [!quote] Words ==🔴 a==, https://example.org, #a, $x^2$[^1]\n\n[^1]: b",
    "> [!note] שלום*עולם*, `a`",
    "> [!note] " + "many words of a *title* that is longer than its line, " * 4,
)
APART = """() => {
  const apart = [];
  for (const title of document.querySelectorAll(".callout-title")) {
    title.normalize();
    const copy = document.createElement("div");
    copy.style.cssText = `position:absolute;font:${getComputedStyle(title).font};white-space:nowrap`;
    copy.append(...[...title.childNodes].map((node) => node.cloneNode(true)));
    title.parentElement.append(copy);
    const range = document.createRange();
    range.selectNodeContents(title);
    const rects = [...range.getClientRects()];
    const width = Math.max(...rects.map((r) => r.right)) - Math.min(...rects.map((r) => r.left));
    const wraps = copy.offsetWidth > title.clientWidth;
    if (!wraps && Math.abs(width - copy.offsetWidth) > 2) {
      apart.push([title.textContent, width, copy.offsetWidth]);
    }
    if (wraps && width < title.clientWidth / 2) apart.push([title.textContent, width]);
    copy.remove();
  }
  return apart;
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_stands_between_the_parts_of_a_title(tmp_path: Path, browser: Browser, width: int) -> None:
    (tmp_path / "Page.md").write_text("\n\n".join(TITLES), encoding="utf-8")
    (tmp_path / "Other.md").write_text("Words.", encoding="utf-8")
    build(
        load(vault=tmp_path, output=tmp_path / "out", config_file=None, base_url=None, cwd=tmp_path),
        use_cache=False,
    )
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto((tmp_path / "out" / "Page.html").as_uri())
    assert page.locator(".callout-title").count() == len(TITLES)
    assert not page.evaluate(APART)
    for box in page.locator("summary.callout-title").all():
        assert (box.bounding_box() or {"height": 0})["height"] >= 24, "room for a finger"
    page.close()
