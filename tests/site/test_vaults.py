r"""Whole vaults as documents: every file of a vault, and what its site must be.

A document in ``vaults/`` begins with a sentence about it. Then come its files, each
under its name between dashes, ``kbgen.toml`` among them where settings matter::

    -- folder/Note.md --
    Text with [[Other|a link]].
    -- "e\u0301.md" --              a name that needs escapes is written as in JSON
    -- n{1..30}.md --               thirty files with the same text
    -- pic.png (escaped) --         a text with the escapes of Python, for any bytes
    \x89PNG\r\n

and last, under ``-- expect --``, what must be true, in groups that begin with ``#``.
Each group is a test, its title the name::

    # EM-04 a missing target is a visible box
    page folder/Note.html           the page that the indented lines are about
      .embed.missing                something fits the selector
      no span.unresolved            nothing does
      3 li                          just so many do
      h1 has text "Note"            one of them has these words, and no others
      a.internal has href "x.html"  one of them has an attribute of this value
      p contains "a link"           one of them has these words among others
      p lacks "b"                   none of them has
      li reads "one" "two"          the words of all of them, in order
    file a/pic.png                  it is in the output
    no file b/pic.png
    file feed.xml contains "x"      or lacks
    file Note.html is under 90 kB
    nowhere CANARY                  no byte and no name in the output says it, however it is encoded
    node "Note.md" {"title": "x"}   a node of graph.json with these values
    no node "Note.md"
    edge "A.md" -> "B.md" {"count": 2}
    no edge "A.md" -> "B.md"
    diagnostic KB102 Note.md:3:1    optionally followed by words of it, in quotes
    no diagnostic KB102             optionally followed by a path
    report notes 3                  a count of the build's report
    report pages                    it counts the pages that are there

Every site is also walked whole, see ``conftest.py``.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser, LexborNode

from kbgen.build_report import BuildReport
from kbgen.config import load
from kbgen.pipeline import build

VAULTS = Path(__file__).parent / "vaults"
SECTION = re.compile(r"^-- (.+?)( \(escaped\))? --\n", re.MULTILINE)
RANGE = re.compile(r"\{(\d+)\.\.(\d+)\}")
STRING = r'"(?:[^"\\]|\\.)*"'


class Document(Struct, frozen=True):
    """A vault and what its site must be."""

    files: tuple[tuple[str, bytes], ...]
    groups: dict[str, tuple[str, ...]]
    """Lines of expectations by the title over them."""


class Site:
    """A built site, what the build said about it, and its pages as they are looked at."""

    def __init__(self, folder: Path, report: BuildReport, base_url: str) -> None:
        self.folder = folder
        self.report = report
        self.base_url = base_url
        self.pages: dict[str, LexborHTMLParser] = {}

    def page(self, path: str) -> LexborHTMLParser:
        """Return a page, parsed."""
        if path not in self.pages:
            self.pages[path] = LexborHTMLParser((self.folder / path).read_bytes())
        return self.pages[path]

    @cached_property
    def graph(self) -> dict[str, list[dict[str, Any]]]:
        """Return what graph.json holds."""
        found: dict[str, list[dict[str, Any]]] = json.loads((self.folder / "graph.json").read_bytes())
        return found

    @cached_property
    def told(self) -> list[tuple[str, str]]:
        """Return every file with all that a reader of any kind could get out of it, its own name too."""
        found = []
        for path in sorted(self.folder.rglob("*")):
            text = path.read_bytes().decode(errors="replace") if path.is_file() else ""
            name = path.relative_to(self.folder).as_posix()
            plain = html.unescape(text)
            found.append((name, "\n".join([name, text, plain, unquote(text), unquote(plain)]).casefold()))
        return found


def read_document(path: Path) -> Document:
    """Read a document.

    Raises
    ------
    ValueError
        If it has no expectations.
    """
    _, *parts = SECTION.split(path.read_text("utf-8"))
    files: list[tuple[str, bytes]] = []
    for name, escaped, content in zip(parts[0:-3:3], parts[1:-3:3], parts[2:-3:3], strict=True):
        data = content.encode()
        if escaped:
            data = data.removesuffix(b"\n").decode("unicode_escape").encode("latin-1")
        files += [(each, data) for each in _names(_plain(name))]
    if parts[-3] != "expect":
        raise ValueError(f"{path.name} does not end in expectations")
    groups: dict[str, tuple[str, ...]] = {}
    for group in re.split(r"^# ", parts[-1], flags=re.MULTILINE)[1:]:
        title, *lines = group.splitlines()
        if title in groups:
            raise ValueError(f"{path.name} has two groups {title!r}")
        groups[title] = tuple(line for line in lines if line.strip())
    return Document(tuple(files), groups)


def _plain(words: str) -> str:
    """Return a name or text that may be written as a JSON string."""
    return str(json.loads(words)) if words.startswith('"') else words


def _names(name: str) -> list[str]:
    found = RANGE.search(name)
    if found is None:
        return [name]
    return [RANGE.sub(str(number), name) for number in range(int(found[1]), int(found[2]) + 1)]


FALSEHOODS = (
    "page gone.html",
    "  .gone",
    "  no h1",
    "  2 h1",
    '  h1 has text "A"',
    '  a.tag has href "x"',
    '  article.note contains "Something in it"',
    '  article.note lacks "Nothing in it"',
    '  .gone lacks "x"',
    '  a.tag reads "#one" "#one/two"',
    "file gone.html",
    "no file a.html",
    'file graph.json contains "kbgen.graph/2"',
    'file graph.json lacks "kbgen.graph/1"',
    "file a.html is under 1 kB",
    "nowhere NOTHING IN IT",
    'node "gone.md"',
    'node "a.md" {"title": "b"}',
    'no node "a.md"',
    'edge "a.md" -> "b.md"',
    'edge "b.md" -> "a.md" {"count": 2}',
    'no edge "b.md" -> "a.md"',
    "diagnostic KB102 b.md:1:1",
    'diagnostic KB102 b.md:4:14 "gone.md"',
    "no diagnostic KB102",
    "no diagnostic KB102 b.md",
    "report notes 4",
)
"""None of them is so in the vault of ``plain.txt``."""

DOCUMENTS = {path.stem: read_document(path) for path in sorted(VAULTS.glob("*.txt"))}
GROUPS = [
    pytest.param(stem, title, id=f"{stem}: {title}")
    for stem, document in DOCUMENTS.items()
    for title in document.groups
]


@pytest.fixture(scope="session")
def site_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Site]:
    """Return the function that builds the vault of a document, once."""
    sites: dict[str, Site] = {}

    def built(stem: str) -> Site:
        if stem not in sites:
            folder = tmp_path_factory.mktemp("document")
            for name, content in DOCUMENTS[stem].files:
                path = folder / "vault" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            config = load(
                vault=folder / "vault", output=folder / "out", config_file=None, base_url=None, cwd=folder
            )
            report = build(config, jobs=1, use_cache=False)
            sites[stem] = Site(folder / "out", report, config.base_url)
        return sites[stem]

    return built


@pytest.mark.parametrize(("stem", "title"), GROUPS)
def test_expectations(stem: str, title: str, site_of: Callable[[str], Site]) -> None:
    site = site_of(stem)
    assert DOCUMENTS[stem].groups[title], "a group without expectations"
    unmet = list(_unmet(site, DOCUMENTS[stem].groups[title]))
    assert not unmet, "\n".join(unmet)


@pytest.mark.parametrize("stem", DOCUMENTS)
def test_walk(stem: str, site_of: Callable[[str], Site], walk: Callable[..., list[str]]) -> None:
    site = site_of(stem)
    faults = walk(site.folder, site.base_url)
    assert not faults, "\n".join(faults)
    assert _nowhere(site, str(site.folder.parent)) == "", "the output names the machine it was made on"


@pytest.mark.parametrize("line", FALSEHOODS)
def test_falsehood_is_found(line: str, site_of: Callable[[str], Site]) -> None:
    found = list(_unmet(site_of("plain"), ("page a.html", line)))
    assert len(found) == 1
    assert line.strip() in found[0]


def _unmet(site: Site, lines: tuple[str, ...]) -> Iterator[str]:
    page = ""
    for line in lines:
        if line.startswith("page "):
            page = _plain(line.removeprefix("page "))
            why = _file(site, page)
        elif not line.startswith("  "):
            why = _check(SITE_CHECKS, site, line)
        elif _file(site, page):
            continue  # said above
        else:
            why = _check(PAGE_CHECKS, site.page(page), line.strip())
        if why:
            yield f"{page}: {line.strip()}: {why}" if line.startswith("  ") else f"{line}: {why}"


def _check(checks: dict[str, Callable[..., str]], subject: object, line: str) -> str:
    """Return why a line is not true, ``""`` if it is."""
    for form, check in checks.items():
        found = re.fullmatch(form.replace("STRING", STRING), line)
        if found:
            return check(subject, *found.groups())
    raise ValueError(f"not an expectation: {line}")


# What is said about a page


def _words(node: LexborNode) -> str:
    return " ".join(node.text().split())


def _count(page: LexborHTMLParser, number: str, selector: str) -> str:
    found = len(page.css(selector))
    return "" if found == int(number) else f"there are {found}"


def _absent(page: LexborHTMLParser, selector: str) -> str:
    found = page.css(selector)
    return f"there is {found[0].html}" if found else ""


def _text(page: LexborHTMLParser, selector: str, value: str) -> str:
    found = [_words(node) for node in page.css(selector)]
    return "" if json.loads(value) in found else f"found {found}"


def _attribute(page: LexborHTMLParser, selector: str, name: str, value: str) -> str:
    found = [node.attributes.get(name, None) for node in page.css(selector)]
    return "" if json.loads(value) in [item or "" for item in found if item is not None] else f"found {found}"


def _contains(page: LexborHTMLParser, selector: str, value: str) -> str:
    found = [_words(node) for node in page.css(selector)]
    return "" if any(json.loads(value) in words for words in found) else f"found {found}"


def _lacks(page: LexborHTMLParser, selector: str, value: str) -> str:
    found = [_words(node) for node in page.css(selector)]
    if not found:
        return "nothing fits the selector"
    return f"found {found}" if any(json.loads(value) in words for words in found) else ""


def _reads(page: LexborHTMLParser, selector: str, values: str) -> str:
    found = [_words(node) for node in page.css(selector)]
    wanted = [json.loads(value) for value in re.findall(STRING, values)]
    return "" if found == wanted else f"reads {found}"


def _present(page: LexborHTMLParser, selector: str) -> str:
    return "" if page.css(selector) else "there is none"


PAGE_CHECKS: dict[str, Callable[..., str]] = {
    r"no (.+)": _absent,
    r"(\d+) (.+)": _count,
    r"(.+?) has text (STRING)": _text,
    r"(.+?) has ([\w:-]+) (STRING)": _attribute,
    r"(.+?) contains (STRING)": _contains,
    r"(.+?) lacks (STRING)": _lacks,
    r"(.+?) reads ((?:STRING ?)+)": _reads,
    r"(.+)": _present,
}

# What is said about a site


def _file(site: Site, path: str) -> str:
    return "" if (site.folder / _plain(path)).is_file() else "it is not there"


def _no_file(site: Site, path: str) -> str:
    return "it is there" if (site.folder / _plain(path)).exists() else ""


def _content(site: Site, path: str, verb: str, value: str) -> str:
    content = (site.folder / _plain(path)).read_text("utf-8", errors="replace")
    return "" if (json.loads(value) in content) == (verb == "contains") else content


def _size(site: Site, path: str, limit: str) -> str:
    size = (site.folder / _plain(path)).stat().st_size
    return "" if size < int(limit) * 1000 else f"it has {size} bytes"


def _nowhere(site: Site, canary: str) -> str:
    wanted = _plain(canary).casefold()
    found = [name for name, told in site.told if wanted in told]
    return f"it is in {found}" if found else ""


def _node(site: Site, name: str, values: str | None) -> str:
    node = next((node for node in site.graph["nodes"] if node["id"] == json.loads(name)), None)
    if node is None:
        return f"there are {[node['id'] for node in site.graph['nodes']]}"
    return "" if node | json.loads(values or "{}") == node else str(node)


def _no_node(site: Site, name: str) -> str:
    return "there is one" if any(node["id"] == json.loads(name) for node in site.graph["nodes"]) else ""


def _edges(site: Site, source: str, target: str) -> list[dict[str, Any]]:
    ends = json.loads(source), json.loads(target)
    return [edge for edge in site.graph["edges"] if (edge["source"], edge["target"]) == ends]


def _edge(site: Site, source: str, target: str, values: str | None) -> str:
    found = _edges(site, source, target)
    return "" if any(edge | json.loads(values or "{}") == edge for edge in found) else f"found {found}"


def _no_edge(site: Site, source: str, target: str) -> str:
    found = _edges(site, source, target)
    return f"found {found}" if found else ""


def _diagnostic(site: Site, code: str, place: str, words: str | None) -> str:
    path = _plain(place.rsplit(":", 2)[0])
    wanted = json.loads(words) if words else ""
    found = [item for item in site.report.diagnostics if item.code == code]
    for item in found:
        there = f"{item.path}:{item.line}:{item.column}" == ":".join([path, *place.rsplit(":", 2)[1:]])
        if there and wanted in f"{item.message} {item.hint}":
            return ""
    return f"found {[(f'{item.path}:{item.line}:{item.column}', item.message, item.hint) for item in found]}"


def _no_diagnostic(site: Site, code: str, path: str | None) -> str:
    found = [item for item in site.report.diagnostics if item.code == code and path in {None, item.path}]
    return f"found {found}" if found else ""


def _report(site: Site, name: str, number: str) -> str:
    found = getattr(site.report, name)
    return "" if found == int(number) else f"there are {found}"


def _report_pages(site: Site) -> str:
    there = len(list(site.folder.rglob("*.html")))
    return "" if site.report.pages == there else f"it says {site.report.pages}, there are {there}"


SITE_CHECKS: dict[str, Callable[..., str]] = {
    r"file (.+) is under (\d+) kB": _size,
    r"file (.+?) (contains|lacks) (STRING)": _content,
    r"file (.+)": _file,
    r"no file (.+)": _no_file,
    r"nowhere (.+)": _nowhere,
    r"node (STRING)(?: (\{.*\}))?": _node,
    r"no node (STRING)": _no_node,
    r"edge (STRING) -> (STRING)(?: (\{.*\}))?": _edge,
    r"no edge (STRING) -> (STRING)": _no_edge,
    r"diagnostic (KB\d+) (.+?:\d+:\d+)(?: (STRING))?": _diagnostic,
    r"no diagnostic (KB\d+)(?: (.+))?": _no_diagnostic,
    r"report pages": _report_pages,
    r"report (\w+) (\d+)": _report,
}
