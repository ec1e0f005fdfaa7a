"""The walk finds what it is there to find: each fault, put into a clean site, is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kbgen.config import load
from kbgen.pipeline import build

BASE_URL = "https://example.org"
FAULTS = {
    "A.html: leads nowhere": ("A.html", 'href="B.html"', 'href="C.html"'),
    "A.html: no such anchor": ("A.html", 'href="B.html#h"', 'href="B.html#i"'),
    "A.html: not a relative address": ("A.html", 'href="B.html"', 'href="/B.html"'),
    "404.html: leads nowhere": ("404.html", f'href="{BASE_URL}/index.html"', f'href="{BASE_URL}/x.html"'),
    "404.html: not an absolute address": ("404.html", f'href="{BASE_URL}/vault.html"', 'href="vault.html"'),
    "B.html: id twice: h": ("B.html", "<p>text", '<p id="h">text'),
    "B.html: no h1": ("B.html", ">B</h1>", "></h1>"),
    "B.html: no language": ("B.html", ' lang="en"', ""),
    "B.html: <div> in <p>": ("B.html", "<p>text", "<p><div>text</div>"),
    "B.html: </p> on line": ("B.html", "<p>text", "text"),
    "B.html: <html> is never closed": ("B.html", "</html>", ""),
    "graph.json: B.md leads nowhere": ("graph.json", '"url":"B.html"', '"url":"C.html"'),
    "graph.json: an end is missing": ("graph.json", '"target":"B.md"', '"target":"C.md"'),
    "graph.json: nodes are not sorted": ("graph.json", '"id":"A.md"', '"id":"X.md"'),
    "feed.xml: leads nowhere": ("feed.xml", "/A.html", "/C.html"),
    "feed.xml: 2026-01-02 00:00:00 has no zone": ("feed.xml", "T00:00:00Z", "T00:00:00"),
    "sitemap.xml: leads nowhere": ("sitemap.xml", "/B.html", "/C.html"),
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "A.md").write_text("---\ncreated: 2026-01-02\n---\n[[B]] [[B#H]]", "utf-8")
    (vault / "B.md").write_text("## H\n\ntext", "utf-8")
    config = load(vault=vault, output=tmp_path / "out", config_file=None, base_url=BASE_URL, cwd=tmp_path)
    build(config, jobs=1, use_cache=False)
    return tmp_path / "out"


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_named(site: Path, fault: str, walk: Callable[..., list[str]]) -> None:
    assert walk(site, BASE_URL) == []
    name, old, new = FAULTS[fault]
    content = (site / name).read_text("utf-8")
    assert old in content
    (site / name).write_text(content.replace(old, new), "utf-8")
    assert any(found.startswith(fault) for found in walk(site, BASE_URL))
