"""A class of the theme bears a prefix or is a hook, so that no author's class meets it (11.26)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kbgen.site.theme import shipped

ROOT = Path(__file__).parents[3]
PREFIX = "kb-"
HOOKS = frozenset(
    {
        *(
            "note",
            "internal",
            "external",
            "unresolved",
            "tag",
            "embed",
            "missing",
            "task",
            "claim",
            "context",
        ),
        *(
            "callout",
            "callout-title",
            "callout-content",
            "math",
            "display",
            "mermaid",
            "unsupported",
            "properties",
        ),
        *("skip-link", "anchor", "copy", "preview"),
    }
)
"""Those of docs/contract.md."""

FOREIGN = re.compile(r"katex(?:-\w+)?|language-.*|video|[a-z][a-z0-9]{0,2}")
"""KaTeX's, those that name a language, and the short ones of Pygments."""

ALONE = "graph.html"
"""The picture is a page of its own, in which no author's class stands."""


def strange(names: list[str]) -> list[str]:
    return [each for each in names if not each.startswith(PREFIX) and each not in HOOKS]


def selectors(style: str) -> list[str]:
    """Return every selector of a style sheet, without comments, strings and values."""
    bare = re.sub(r'/\*.*?\*/|url\("[^"]*"\)|"[^"]*"', "", style, flags=re.DOTALL)
    return re.findall(r"([^{};]+)\{", bare)


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(shipped().rglob("*.html")) if path.name != ALONE],
    ids=lambda path: path.name,
)
def test_templates(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    found = []
    for written in re.findall(r'class="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)"', text):
        printed = re.findall(r"\{\{.*?\}\}", written)
        found += re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", written).split()
        # What an expression prints: the strings behind a colon, or between an else and an if.
        found += [name for each in printed for name in re.findall(r'(?:: |\{\{ |else )"([\w-]+)"', each)]
    assert strange(found) == []


def test_style_sheet() -> None:
    style = (shipped() / "static" / "style.css").read_text("utf-8")
    found = [name for each in selectors(style) for name in re.findall(r"\.([a-zA-Z][\w-]*)", each)]
    assert len(found) > 300
    assert [name for name in strange(found) if not FOREIGN.fullmatch(name)] == []


def test_a_hook_on_the_article_meets_no_rule_for_what_stands_in_it() -> None:
    """A rule says of which elements it speaks, so that ``cssclasses: callout`` changes nothing."""
    style = (shipped() / "static" / "style.css").read_text("utf-8")
    hooks = "|".join(sorted(HOOKS - {"note", "missing", "display"}, key=len, reverse=True))
    bare = re.compile(rf"(?<![\w)\]-])\.(?:{hooks})(?![\w-])[^,{{]*")
    assert [found for each in selectors(style) for found in bare.findall(each)] == []


@pytest.mark.parametrize("folder", ["kbgen/notes", "kbgen/site"])
def test_markup_of_our_own(folder: str) -> None:
    found: list[str] = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        if path.name == "svg.py":  # drawn for a file of its own
            continue
        for written in re.findall(r'class=\\?"([\w -]+)', path.read_text("utf-8")):
            found += [
                f"{path.name}: {name}" for name in strange(written.split()) if not FOREIGN.fullmatch(name)
            ]
    assert found == []


@pytest.mark.parametrize("name", ["claims.js", "maths.js", "theme.js"])
def test_scripts(name: str) -> None:
    script = (shipped() / "static" / name).read_text("utf-8")
    found = re.findall(r'(?:className = |classList\.\w+\()"([\w-]+)"', script)
    found += [
        each
        for words in re.findall(r'(?:querySelector(?:All)?|closest\??\.?|matches)\(\s*[`"]([^`"]+)', script)
        for each in re.findall(r"\.([a-z][\w-]*)", words)
    ]
    assert [each for each in strange(found) if not FOREIGN.fullmatch(each)] == []
