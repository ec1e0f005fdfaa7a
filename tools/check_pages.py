# ruff: noqa: INP001  (a script, not a package)
"""Hold the pages of a built site against HTML and WCAG: ``python tools/check_pages.py SITE``.

Two checkers that others wrote do the work, and neither is a dependency of ours. Fetch them into a folder
of your own, outside of the repository, and say where they are; the first needs Java, the second a Chromium::

    npm install --prefix ~/checkers vnu-jar axe-core
    python tools/check_pages.py site --checkers ~/checkers

The Nu HTML checker reads every page. axe looks at one page of each kind, or at those that are named: on a
phone and at a desk, by light and dark. All that they object to is printed, and the exit code is 1 where
anything is ours: that a note leaves out a level of headings, or has several of the first, is its author's.
Two warnings of the Nu checker are passed over, each with its reason.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import sync_playwright
from selectolax.lexbor import LexborHTMLParser

ColorScheme = Literal["light", "dark"]

NU = "node_modules/vnu-jar/build/dist/vnu.jar"
AXE = "node_modules/axe-core/axe.min.js"
WIDTHS = (390, 1280)
SCHEMES: tuple[ColorScheme, ...] = ("light", "dark")
KINDS = (
    *("article.note:has(.math)", "article.note:has(.callout)", "article.note:has(li.task)"),
    *("article.note:has(table)", "article.note:has(pre)", "article.note:has(.claim)"),
    *("article.note:has(.embed)", "article.note:has(figure.facts)", "nav#toc", "dl.properties"),
    *(".listing .branches", ".listing .entries", "body:not(:has(article)):has(.chips)"),
)
"""What makes a page one to look at: the longest page that has it is taken."""

AUTHORS = ("skipping 1 heading level", "heading levels.", "Consider using the “h1” element")
"""Words of the objections that are the authors' own."""

PASSED_OVER = ("violates Content Security Policy (meta tag)", "allow-scripts allow-same-origin")
"""Words of the warnings that say nothing about a site: files on disk have no origin, so none is of `'self'`
(the policy is tested in a browser), and a film needs its own origin in the frame, which is not the site's."""

ALWAYS = ("index.html", "404.html", "claims.html", "vault.html", "tags/index.html")


def of_nu(site: Path, checkers: Path) -> Iterator[str]:
    """Yield what the Nu checker objects to, errors and warnings."""
    call = ["java", "-Xss16m", "-jar", str(checkers / NU), "--format", "json", "--skip-non-html", str(site)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    for each in json.loads(done.stderr)["messages"]:
        if any(words in each["message"] for words in PASSED_OVER):
            continue
        place = each.get("url", "").removeprefix(site.resolve().as_uri().replace("///", "/") + "/")
        yield f"{place}:{each.get('lastLine', 0)}: {each.get('subType', each['type'])}: {each['message']}"


def of_axe(site: Path, checkers: Path, pages: Sequence[str]) -> Iterator[str]:
    """Yield what axe objects to, as it meets it."""
    axe = (checkers / AXE).read_text("utf-8")
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name in pages or list(_of_each_kind(site)):
            for width, scheme in product(WIDTHS, SCHEMES):
                context = browser.new_context(
                    viewport={"width": width, "height": 900},
                    color_scheme=scheme,
                    bypass_csp=True,
                    reduced_motion="reduce",
                )
                page = context.new_page()
                page.goto((site / name).resolve().as_uri())
                page.evaluate(axe)
                found = page.evaluate(
                    "axe.run(document, {rules: {'target-size': {enabled: true}}}).then((r) => r.violations)"
                )
                yield from (f"{name} ({width}, {scheme}): {words}" for words in _said(found))
                context.close()
        browser.close()


def _of_each_kind(site: Path) -> Iterator[str]:
    """Yield the path of one page of each kind, and those that every site has."""
    found = {name: "" for name in ALWAYS if (site / name).is_file()}
    wanted = set(KINDS)
    for path in sorted(site.rglob("*.html"), key=lambda path: (-path.stat().st_size, path)):
        tree = LexborHTMLParser(path.read_bytes())
        met = {kind for kind in wanted if tree.css_first(kind) is not None}
        if met:
            found[path.relative_to(site).as_posix()] = ""
            wanted -= met
    yield from found


def _said(violations: Sequence[dict[str, Any]]) -> Iterator[str]:
    for each in violations:
        for node in each["nodes"]:
            yield f"{each['id']}: {each['help']}: {' '.join(map(str, node['target']))}: {node['html'][:160]}"


def main() -> int:
    """Print all objections."""
    parser = argparse.ArgumentParser(description="Hold the pages of a built site against HTML and WCAG.")
    parser.add_argument("site", type=Path)
    parser.add_argument("--checkers", type=Path, default=Path.home() / "checkers", help="where npm put them")
    parser.add_argument("--page", action="append", default=[], help="a page for axe; else one of each kind")
    parser.add_argument("--only", choices=("nu", "axe"))
    asked = parser.parse_args()
    found: list[str] = []
    if asked.only != "axe":
        found += of_nu(asked.site, asked.checkers)
    if asked.only != "nu":
        found += of_axe(asked.site, asked.checkers, asked.page)
    print("\n".join(found) or "nothing")  # noqa: T201 (a script says what it found)
    return any(not any(words in each for words in AUTHORS) for each in found)


if __name__ == "__main__":
    sys.exit(main())
