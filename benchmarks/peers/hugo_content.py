"""Write a vault as content for Hugo: ``python benchmarks/peers/hugo_content.py VAULT CONFIG FOLDER``.

Hugo knows no wikilinks, so it is given what kbgen found out: every link has its final address, an embed of a
note is a link, and a data file lists who links to each note. Only what is published is written, so that both
build the same notes. Hugo is spared this work: it is not timed.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import kbgen
from kbgen.api import Vault
from kbgen.links.model import LinkedNote, ResolvedLink
from kbgen.notes.model import Link, Outline
from kbgen.vault.paths import VaultPath

SITE = Path(__file__).with_name("hugo_site")
"""The config and the templates."""
LINKING = frozenset({"link", "embed", "property"})
"""Kinds of edges that are backlinks."""
HOME = "/index.html"
PICTURES = (".avif", ".bmp", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
WIKILINK = re.compile(r"!?\[\[[^\[\]\n]*\]\]")
MARKDOWN = re.compile(r"!?\[((?:[^\[\]\\]|\\.)*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(?:.*?\n)??---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
SHORTCODE = re.compile(r"\{\{(?=[<%])")
FENCE_ATTRIBUTES = re.compile(r"^([ \t>]*(?:```|~~~)[^`{\n]*)\{.*", re.MULTILINE)
"""What other programs write after the language of code, such as the lines to set off: an error to Hugo."""
NO_WORD = re.compile(r"[^\w-]+")
DAY = re.compile(r"\d{4}-\d\d-\d\d")

Urls = Mapping[str, str]
"""The address of everything that is published, from the root of the site, by its path."""
Backlinks = Mapping[str, Sequence[Mapping[str, str]]]
"""Title and address of the notes that link to a note, by its path."""


def write_content(vault: Path, config: Path, folder: Path) -> None:
    """Write the whole input of Hugo into a new folder: config, templates, content and files.

    Parameters
    ----------
    vault
        The folder of the notes.
    config
        The settings of kbgen, which decide what is published.
    folder
        Is made.
    """
    shutil.copytree(SITE, folder)
    loaded = kbgen.load(vault, config_file=config, use_cache=False)
    shown = {node: data for node, data in loaded.graph.nodes(data=True) if data["published"] and data["url"]}
    urls = {node: f"/{data['url']}" for node, data in shown.items()}
    # A name that the disk writes otherwise than kbgen (NFC) leads to no file; such notes are left out.
    notes = {path: note for path, note in loaded.notes.items() if path in urls and (vault / path).is_file()}
    for number, (path, note) in enumerate(notes.items()):
        text = (vault / path).read_text(encoding="utf-8", errors="replace")
        _write(folder / "content" / _place(path, number, urls), _head(note, urls) + _body(text, note, urls))
    for each in {each for path in notes for each in Path(path).parents if each.parts}:
        _write(folder / "content" / each / "_index.md", _front_matter({"title": each.name}))
    for node, data in shown.items():
        if data["kind"] == "attachment" and (vault / node).is_file():
            file = folder / "static" / unquote(data["url"])
            file.parent.mkdir(parents=True, exist_ok=True)
            # Not a link: another name would change the times of the file, by which kbgen knows it.
            shutil.copyfile(vault / node, file)
    backlinks = {unquote(urls[path]): found for path, found in _backlinks(loaded, urls).items()}
    _write(folder / "data" / "backlinks.json", json.dumps(backlinks, ensure_ascii=False))


def _place(path: VaultPath, number: int, urls: Urls) -> Path:
    """Return a file whose name means nothing to Hugo, as ``index.md`` would: each note has its address."""
    return Path("_index.md") if urls[path] == HOME else Path(path).parent / f"{number}.md"


def _backlinks(vault: Vault, urls: Urls) -> Backlinks:
    linking: dict[str, set[str]] = {path: set() for path in vault.notes if path in urls}
    for source, target, data in vault.graph.edges(data=True):
        if data["kind"] in LINKING and not data["hidden"] and source != target:
            linking.get(target, set()).add(source)
    return {
        path: [_entry(vault, each, urls) for each in sorted(found & linking.keys())]
        for path, found in linking.items()
    }


def _entry(vault: Vault, path: str, urls: Urls) -> Mapping[str, str]:
    return {"title": vault.notes[VaultPath(path)].title, "url": urls[path]}


def _head(note: LinkedNote, urls: Urls) -> str:
    compiled = note.compiled
    url = unquote(urls[note.path])
    tags = {tag.name.lower(): None for tag in compiled.tags if tag.name and not tag.hidden}
    return _front_matter(
        {
            "title": note.title,
            "url": "" if url == HOME else url,
            "date": _day(compiled),
            "tags": list(tags),
            "aliases": [f"/{NO_WORD.sub('-', alias)}.html" for alias in compiled.aliases],
            # Nested, since Hugo may have another idea of what their names mean.
            "properties": {each.name: [value.text for value in each.values] for each in compiled.properties},
        }
    )


def _day(note: Outline) -> str:
    found = DAY.match(note.publishing.modified or note.publishing.created)
    try:
        return date.fromisoformat(found[0]).isoformat() if found else ""
    except ValueError:
        return ""


def _front_matter(values: Mapping[str, Any]) -> str:
    # JSON is YAML, and quotes everything.
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items() if value)
    return f"---\n{''.join(lines)}---\n"


def _body(text: str, note: LinkedNote, urls: Urls) -> str:
    """Return the text without its front matter, its links with addresses."""
    lines = text.split("\n")
    pairs = zip(note.compiled.links, note.links, strict=True)
    # From the end, so that what stands before a link stays in its place.
    for link, resolved in sorted(pairs, key=lambda pair: (-pair[0].line, -pair[0].column)):
        if link.form in {"wikilink", "markdown"} and link.line <= len(lines):
            lines[link.line - 1] = _replaced(lines[link.line - 1], link, resolved, urls)
    body = FRONT_MATTER.sub("", "\n".join(lines), count=1)
    return SHORTCODE.sub("{ {", FENCE_ATTRIBUTES.sub(r"\1", body))


def _replaced(line: str, link: Link, resolved: ResolvedLink, urls: Urls) -> str:
    start = link.column - 1
    found = (WIKILINK if link.form == "wikilink" else MARKDOWN).match(line, start)
    if found is None:
        return line
    label = _escaped(link.text or link.target) if link.form == "wikilink" else found[1]
    return f"{line[:start]}{_link_to(label, link, resolved, urls)}{line[found.end() :]}"


def _link_to(label: str, link: Link, resolved: ResolvedLink, urls: Urls) -> str:
    url = urls.get(resolved.path or "")
    if url is None:
        return label
    if link.embed and url.lower().endswith(PICTURES):
        return f"![{label}]({url})"
    return f"[{label}]({url}{f'#{quote(resolved.anchor)}' if resolved.anchor else ''})"


def _escaped(label: str) -> str:
    return re.sub(r"[\[\]|]", r"\\\g<0>", label)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_content(*map(Path, sys.argv[1:]))
