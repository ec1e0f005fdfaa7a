"""The walk of a whole site: every link, anchor, id and data file of it, whatever the vault; and a browser."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, sync_playwright
from selectolax.lexbor import LexborHTMLParser

Walk = Callable[..., list[str]]

LINKING = ("href", "src", "poster")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BLOCKS = {"article", "blockquote", "details", "div", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS |= {"hr", "ol", "p", "pre", "section", "table", "ul"}
NODE = {"id", "kind", "title", "url", "tags", "aliases", "published"}
EDGE = {"source", "target", "kind", "key", "count"}
KINDS = ("note", "attachment", "tag", "unresolved")
EDGE_KINDS = ("link", "embed", "property", "tag", "canvas")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark of what takes more than a few seconds; it runs unless ``-m "not slow"`` is said."""
    config.addinivalue_line("markers", "slow: builds a vault of thousands of notes")


@pytest.fixture(scope="session")
def walk() -> Walk:
    """Return the function that names everything wrong with a built site; nothing means clean."""
    return faults_of_site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        started.close()


def faults_of_site(root: Path, base_url: str = "", *, nesting: bool = True) -> list[str]:
    found = [path for path in sorted(root.rglob("*.html")) if path.is_file()]
    ids = {path: [str(node.attributes["id"]) for node in _parsed(path).css("[id]")] for path in found}
    anchors = {path: frozenset(found) for path, found in ids.items()}
    faults: list[str] = []
    for path in found:
        tree = _parsed(path)  # again: thousands of pages at once would take gigabytes
        say = partial("{}: {}".format, path.relative_to(root).as_posix())
        faults += [say(f"id twice: {name}") for name, times in Counter(ids[path]).items() if times > 1]
        faults += map(say, _links(root, path, tree, anchors, base_url))
        if nesting:
            faults += map(say, _nesting(path))
        if tree.css_first("meta[name=generator][content=kbgen]") is None:
            continue  # an attachment of the author's
        html = tree.css_first("html")
        if html is None or not html.attributes.get("lang"):
            faults.append(say("no language"))
        moved = tree.css_first("meta[http-equiv=refresh]") is not None
        if not moved and not any(node.text(strip=True) for node in tree.css("h1")):
            faults.append(say("no h1"))
    return [*faults, *_graph(root), *_feed(root, base_url), *_sitemap(root, base_url)]


def _parsed(page: Path) -> LexborHTMLParser:
    return LexborHTMLParser(page.read_bytes())


def _links(
    root: Path, page: Path, tree: LexborHTMLParser, anchors: dict[Path, frozenset[str]], base_url: str
) -> Iterator[str]:
    """Every internal address names a file that is there, and an anchor that is in it.

    A host shows ``404.html`` at any depth, so with a base URL no file may be named from there by a
    relative address.
    """
    anywhere = bool(base_url) and page == root / "404.html"
    for name in LINKING:
        for node in tree.css(f"[{name}]"):
            address = node.attributes[name] or ""
            if base_url and address.startswith(base_url + "/"):
                place = root / (unquote(urlsplit(address.removeprefix(base_url + "/")).path) or "index.html")
            else:
                parts = urlsplit(address)
                if parts.scheme or parts.netloc:
                    continue
                if not address or parts.path.startswith("/"):
                    yield f"not a relative address: {name}={address!r}"
                    continue
                if anywhere and parts.path:
                    yield f"not an absolute address: {name}={address!r}"
                    continue
                place = Path(str(page.parent / unquote(parts.path)) if parts.path else str(page))
            place = Path(*_resolved(place))
            if not place.is_file():
                yield f"leads nowhere: {name}={address!r}"
                continue
            fragment = unquote(urlsplit(address).fragment)
            if fragment and place.suffix == ".html" and fragment not in anchors[place]:
                yield f"no such anchor: {name}={address!r}"


def _resolved(path: Path) -> list[str]:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return parts


def _nesting(page: Path) -> list[str]:
    """Each tag is closed where it must be, and no block stands in a paragraph (EM-05)."""
    parser = _Nesting()
    parser.feed(page.read_text("utf-8"))
    parser.close()
    return [*parser.faults, *(f"<{tag}> is never closed" for tag in parser.open)]


class _Nesting(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.faults: list[str] = []
        self._foreign = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS and "p" in self.open:
            self.faults.append(f"<{tag}> in <p> on line {self.getpos()[0]}")
        if tag == "a" and "a" in self.open and any(name == "href" for name, _ in attrs):
            self.faults.append(f"<a> in <a> on line {self.getpos()[0]}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> on line {self.getpos()[0]} closes nothing; open: {self.open[-3:]}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def _graph(root: Path) -> Iterator[str]:
    """Check graph.json: the schema kbgen.graph/1, sorted, with pages that are there, all of it public."""
    graph = json.loads((root / "graph.json").read_bytes())
    if set(graph) != {"schema", "nodes", "edges"} or graph["schema"] != "kbgen.graph/1":
        yield "graph.json: not the schema kbgen.graph/1"
    nodes = {node["id"]: node for node in graph["nodes"]}
    if list(nodes) != sorted(nodes) or len(nodes) != len(graph["nodes"]):
        yield "graph.json: nodes are not sorted or not unique"
    for node in graph["nodes"]:
        yield from _node(root, node)
    for edge in graph["edges"]:
        if set(edge) != EDGE or edge["kind"] not in EDGE_KINDS or edge["count"] < 1:
            yield f"graph.json: not an edge: {edge}"
        if edge["source"] not in nodes or edge["target"] not in nodes:
            yield f"graph.json: an end is missing: {edge}"
        if (edge["key"] is None) == (edge["kind"] == "property"):
            yield f"graph.json: the key of {edge}"


def _node(root: Path, node: dict[str, Any]) -> Iterator[str]:
    name, url, nowhere = node["id"], node["url"], node["kind"] == "unresolved"
    if set(node) != NODE or node["kind"] not in KINDS:
        yield f"graph.json: not a node: {node}"
    if (url is None) != nowhere or node["published"] == nowhere:
        yield f"graph.json: {name} has the url {url} and published {node['published']}"
    if url is not None and not (root / unquote(url)).is_file():
        yield f"graph.json: {name} leads nowhere: {url}"
    if node["kind"] in {"note", "tag"} and not url.endswith(".html"):
        yield f"graph.json: {name} is no page: {url}"


def _feed(root: Path, base_url: str) -> Iterator[str]:
    """The feed is Atom: absolute addresses of pages that are there, moments with a zone, unique ids."""
    if (root / "feed.xml").exists() != bool(base_url):
        yield "feed.xml: there must be one with a base URL, and none without"
    if not base_url:
        return
    feed = ET.fromstring((root / "feed.xml").read_bytes())  # noqa: S314 (we wrote it)
    entries = feed.findall(f"{ATOM}entry")
    if feed.tag != f"{ATOM}feed" or feed.find(f"{ATOM}author/{ATOM}name") is None:
        yield "feed.xml: not an Atom feed with an author"
    names = [entry.findtext(f"{ATOM}id") for entry in entries]
    if len(set(names)) != len(names):
        yield "feed.xml: two entries with one id"
    for each in (feed, *entries):
        for tag in ("id", "title", "updated"):
            if not each.findtext(f"{ATOM}{tag}"):
                yield f"feed.xml: no {tag}"
        moment = datetime.fromisoformat(each.findtext(f"{ATOM}updated") or "")
        if moment.tzinfo is None:
            yield f"feed.xml: {moment} has no zone"
        for link in each.findall(f"{ATOM}link"):
            yield from _absolute("feed.xml", root, base_url, link.get("href") or "")


def _sitemap(root: Path, base_url: str) -> Iterator[str]:
    if (root / "sitemap.xml").exists() != bool(base_url):
        yield "sitemap.xml: there must be one with a base URL, and none without"
    if not base_url:
        return
    urls = ET.fromstring((root / "sitemap.xml").read_bytes())  # noqa: S314 (we wrote it)
    for url in urls.findall(f"{SITEMAP}url"):
        yield from _absolute("sitemap.xml", root, base_url, url.findtext(f"{SITEMAP}loc") or "")
        if when := url.findtext(f"{SITEMAP}lastmod"):
            datetime.fromisoformat(when)


def _absolute(name: str, root: Path, base_url: str, address: str) -> Iterator[str]:
    place = unquote(address.removeprefix(f"{base_url}/")) or "index.html"
    if not address.startswith(f"{base_url}/") or not (root / place).is_file():
        yield f"{name}: leads nowhere: {address}"
