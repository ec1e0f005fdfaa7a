"""Pages for those who read by keys or by ear, on a phone and at a desk: what 11.30 asks in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kbgen.config import load
from kbgen.pipeline import build
from kbgen.site.theme import shipped

LONG = "a line of words longer than a phone is wide and longer than what fits beside the contents at a desk"
NOTES = {
    "Wide.md": f"""
```
{LONG}, twice over: {LONG}
```

```
a line that fits at a desk and does not fit on a phone
```

```
short
```

> [!note]
> ```py
> x = "{LONG}"
> ```

| {" | ".join("abcdefgh")} |
|{"---|" * 8}
| {" | ".join(["words that make a column wide"] * 8)} |

| a | b |
|---|---|
| 1 | 2 |

<table><tr>{"<td>words that make a column wide</td>" * 8}</tr></table>

$$
\\boxed{{{" + ".join("abcdefghijklmnopqrstuvwxyz" * 3)}}}
$$

$$x$$

## One

## Two
""",
    "Tasks.md": "- [ ] open\n- [x] done\n\n[^1] [^1]\n\n[^1]: a\n",
}
SCROLLING = """[...document.querySelectorAll("main *")].filter((box) =>
  ["auto", "scroll"].includes(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth + 1)"""
SMALL = """[...document.querySelectorAll("#toc summary, #toc a, .kb-footnotes a[role=doc-backlink]")]
  .map((target) => target.getBoundingClientRect())
  .filter((box) => box.width && (box.height < 23.9 || box.width < 23.9)).length"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("access")
    for name, text in NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")
    config = load(vault=folder, output=folder / "out", config_file=None, base_url=None, cwd=folder)
    build(config, use_cache=False)
    return folder / "out"


def opened(browser: Browser, path: Path, *, width: int, scripts: bool = True) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=scripts, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(path.as_uri())
    if scripts:
        page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    return page


@pytest.mark.parametrize("width", [390, 1280])
def test_only_what_scrolls_is_a_stop(site: Path, browser: Browser, width: int) -> None:
    page = opened(browser, site / "Wide.html", width=width)
    assert page.evaluate(f"{SCROLLING}.length") >= 3
    assert page.evaluate(f"{SCROLLING}.filter((box) => box.tabIndex !== 0).length") == 0
    unneeded = (
        f"[...document.querySelectorAll('article [tabindex]')].filter((box) => !{SCROLLING}.includes(box))"
    )
    assert page.evaluate(f"{unneeded}.length") == 0
    named = "(box) => box.tagName === 'TABLE' || (box.role === 'group' && box.ariaLabel)"
    assert page.evaluate(f"{SCROLLING}.every({named})")


def test_what_scrolls_on_a_phone_alone_is_a_stop_there_alone(site: Path, browser: Browser) -> None:
    page = opened(browser, site / "Wide.html", width=390)
    second = page.locator("article pre").nth(1)
    assert second.get_attribute("tabindex") == "0"
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(second).not_to_have_attribute("tabindex", re.compile(".*"))
    assert second.get_attribute("role") is None
    page.set_viewport_size({"width": 390, "height": 900})
    expect(second).to_have_attribute("tabindex", re.compile(".*"))
    assert second.get_attribute("aria-label") == "Code"


def test_what_scrolls_is_a_stop_without_scripts_too(site: Path, browser: Browser) -> None:
    page = opened(browser, site / "Wide.html", width=390, scripts=False)
    found = page.locator("article :is(pre, div, table)[tabindex='0']")
    assert found.count() == 5, "the codes that do not fit, and both tables that do not"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["Wide.html", "Tasks.html"])
def test_targets_are_large_enough(site: Path, browser: Browser, name: str, width: int) -> None:
    page = opened(browser, site / name, width=width)
    assert page.evaluate(SMALL) == 0
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


ARABIC = """هذه جملة طويلة بالعربية عن شبكة عصبية، و`code` فيها، ثم [رابط](https://example.org).

> [!note] عنوان
> نص

> اقتباس

- بند

```py
x = 1
```

| أ | ب |
|---|---|
| ١ | ٢ |

## قسم

## قسم ثان
"""
MIRRORED = """() => {
  const style = (selector) => getComputedStyle(document.querySelector(selector));
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  return {
    callout: style(".callout").borderRightWidth,
    quote: style("article > blockquote").borderRightWidth,
    list: style("article > ul").paddingRight,
    table: style("article td").textAlign + " " + style("article td").direction,
    code: style("article p code").direction + " " + style("article pre").direction,
    title: innerWidth - box("h1").right < innerWidth / 2,
    contents: box("#toc").left < box("article").left,
  };
}"""


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("arabic")
    (folder / "kbgen.toml").write_text('language = "ar"', encoding="utf-8")
    (folder / "N.md").write_text(ARABIC, encoding="utf-8")
    config = load(vault=folder, output=folder / "out", config_file=None, base_url=None, cwd=folder)
    build(config, use_cache=False)
    return folder / "out"


def test_the_whole_frame_is_mirrored(arabic: Path, browser: Browser) -> None:
    page = opened(browser, arabic / "N.html", width=1280)
    found = page.evaluate(MIRRORED)
    assert found == {
        "callout": "3px",
        "quote": "3px",
        "list": found["list"],
        "table": "start rtl",
        "code": "ltr ltr",
        "title": True,
        "contents": True,
    }
    assert float(found["list"].removesuffix("px")) > 20
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_contents_follow_the_reader(browser: Browser, tmp_path: Path) -> None:
    sections = "".join(f"\n\n## Section {number}\n\n{'words ' * 300}" for number in range(60))
    (tmp_path / "Long.md").write_text(f"Words.{sections}\n\n## Last\n\nend", encoding="utf-8")
    config = load(vault=tmp_path, output=tmp_path / "out", config_file=None, base_url=None, cwd=tmp_path)
    build(config, use_cache=False)
    page = opened(browser, tmp_path / "out" / "Long.html", width=1280)
    seen = """() => {
      const link = document.querySelector("#toc [aria-current]");
      const box = document.querySelector(".kb-side").getBoundingClientRect();
      const place = link.getBoundingClientRect();
      return [link.textContent, place.top >= box.top && place.bottom <= box.bottom];
    }"""
    current = page.locator("#toc [aria-current]")
    for number in (50, 3, 59, 30):
        page.evaluate(f"document.getElementById('section-{number}').scrollIntoView()")
        expect(current).to_have_text(f"Section {number}")
        assert page.evaluate(seen) == [f"Section {number}", True]
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(current).to_have_text("Last")
    assert page.evaluate(seen) == ["Last", True]
    assert page.evaluate("document.querySelector('h1').getBoundingClientRect().bottom < 0"), "the page stays"


@pytest.mark.parametrize("width", [390, 1280])
def test_names_of_properties_break_between_words(browser: Browser, tmp_path: Path, width: int) -> None:
    names = (
        "date_of_first_publication",
        "parameters-published",
        "Firstpublishedinthejournal",
        "lastModifiedBy",
    )
    front = "".join(f"{name}: value\n" for name in names)
    (tmp_path / "N.md").write_text(f"---\n{front}---\nWords.", encoding="utf-8")
    config = load(vault=tmp_path, output=tmp_path / "out", config_file=None, base_url=None, cwd=tmp_path)
    build(config, use_cache=False)
    page = opened(browser, tmp_path / "out" / "N.html", width=width)
    broken = """() => {
      const found = [];
      for (const name of document.querySelectorAll("dl.properties dt")) {
        const walker = document.createTreeWalker(name, NodeFilter.SHOW_TEXT);
        for (let node; (node = walker.nextNode());) {
          const range = document.createRange();
          range.selectNodeContents(node);
          if (new Set([...range.getClientRects()].map((box) => box.top)).size > 1) found.push(node.data);
        }
      }
      return found;
    }"""
    assert page.evaluate(broken) == []
    assert page.locator("dl.properties dt").all_text_contents() == list(names)


def test_no_class_of_an_author_meets_one_of_the_theme(browser: Browser, tmp_path: Path) -> None:
    """11.26: with every name that the theme ever had, and with those of the hooks, a note looks the same."""
    style = (shipped() / "static" / "style.css").read_text("utf-8")
    found = {name.removeprefix("kb-") for name in re.findall(r"\.([a-z][a-z-]+)(?![\w-])", style)}
    names = sorted(name for name in found - {"note"} if not name.startswith("katex"))  # those are KaTeX's own
    assert {"wide", "table", "callout", "claim", "embed", "internal", "math", "page"} <= set(names)
    blocks = (
        "Words [[B]] $x$.",
        "> [!note] Title\n> text",
        "- [ ] task",
        "| a |\n|---|\n| 1 |",
        "## H",
        "![[B]]",
    )
    text = "\n\n".join(blocks)
    (tmp_path / "A.md").write_text(text, encoding="utf-8")
    (tmp_path / "B.md").write_text(f"---\ncssclasses: [{', '.join(names)}]\n---\n{text}", encoding="utf-8")
    config = load(vault=tmp_path, output=tmp_path / "out", config_file=None, base_url=None, cwd=tmp_path)
    build(config, use_cache=False)
    looks = """() => [...document.querySelectorAll("article, article > *")].map((each) => {
      const style = getComputedStyle(each);
      const names = ["display", "margin", "padding", "border", "backgroundColor", "color", "font", "columns",
        "overflow", "direction", "textDecoration", "position"];
      return [each.tagName, ...names.map((name) => style[name])].join(" | ");
    })"""
    plain = opened(browser, tmp_path / "out" / "A.html", width=1280)
    classed = opened(browser, tmp_path / "out" / "B.html", width=1280)
    assert classed.locator("article.wide.callout.claim").count() == 1
    assert classed.evaluate(looks)[:8] == plain.evaluate(looks)[:8]
    assert classed.locator("article .katex").count() == 1, "the formula alone is typeset"
