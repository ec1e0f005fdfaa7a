"""A picture of the graph as one file: a page to move about in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Environment
from msgspec import Struct

from kbgen.locales.locale import find_locale
from kbgen.site.direction import Direction, of_language
from kbgen.site.environment import render, source_of
from kbgen.site.policy import picture_policy
from kbgen.site.scene import Scene, SceneNode
from kbgen.site.scripts import in_language
from kbgen.site.views import Html, PageLink
from kbgen.vault.paths import without_md

_KINDS = ("note", "attachment", "tag", "unresolved")
_MAX_LISTED = 200
"""Notes that are listed for those without JavaScript."""


class GraphPage(Struct, frozen=True):
    """A picture of the graph to move about in, in one file that asks for nothing."""

    title: str
    language: str
    direction: Direction
    summary: str
    """How many notes and links there are."""
    policy: str
    """Names the next two by their hashes."""
    style: Html
    script: Html
    data: Html
    """JSON in which no ``<`` stands."""
    listed: tuple[PageLink, ...]
    """The most connected notes, for those without JavaScript; ``href`` is None where pages are not wanted."""
    total: int
    """All notes."""


def picture_html(scene: Scene, environment: Environment, *, pages: str | None = None) -> str:
    """Make the page: everything is in it, and it asks for nothing.

    Parameters
    ----------
    scene
        What it shows.
    environment
        Has the template ``graph.html``, and ``graph/graph.css`` and ``graph/graph.js``, which go into it.
    pages
        What stands before the address of a page, such as ``./`` beside the site's first page or
        ``https://example.org/``; without it nothing leads to pages.
    """
    notes = [node for node in scene.nodes if node.kind == "note"]
    first = sorted(notes, key=lambda node: (-node.degree, node.id))[:_MAX_LISTED]
    style, script = (source_of(environment, f"graph/graph.{kind}").strip() for kind in ("css", "js"))
    script = in_language(script, find_locale(scene.language))
    view = GraphPage(
        title=_whole(scene.title),
        language=scene.language,
        direction=of_language(scene.language),
        summary=summary(scene),
        policy=picture_policy(style, script),
        style=Html(style),
        script=Html(script),
        data=Html(_in_script(_data(scene, pages))),
        listed=tuple(PageLink(_whole(node.title), _href(node, pages)) for node in first),
        total=len(notes),
    )
    return render(environment, "graph.html", view)


def summary(scene: Scene) -> str:
    """Say how much there is in a picture.

    Examples
    --------
    >>> summary(Scene("", "en", (), (), ()))
    '0 notes, 0 links'
    """
    notes = sum(node.kind == "note" for node in scene.nodes)
    links = sum(
        scene.nodes[one].kind == "note" and scene.nodes[other].kind == "note" for one, other in scene.edges
    )
    locale = find_locale(scene.language)
    return locale.listed(
        (
            locale.ngettext("%(count)s note", "%(count)s notes", notes) % {"count": locale.number(notes)},
            locale.ngettext("%(count)s link", "%(count)s links", links) % {"count": locale.number(links)},
        )
    )


def _href(node: SceneNode, pages: str | None) -> str | None:
    return None if pages is None or node.url is None else pages + node.url


def _data(scene: Scene, pages: str | None) -> dict[str, Any]:
    """Return what graph.js reads: columns rather than records, and whatever repeats by its number."""
    nodes = scene.nodes
    parted = [_parted(node) for node in nodes]
    folders = _numbered(folder for folder, _ in parted if folder)
    tags = _numbered(tag for node in nodes for tag in node.tags)
    out: list[list[int]] = [[] for _ in nodes]
    for one, other in scene.edges:
        out[one].append(other)
    return {
        "kind": "".join(str(_KINDS.index(node.kind)) for node in nodes),
        "folders": list(folders),
        "folder": [folders[folder] if folder else -1 for folder, _ in parted],
        "name": [name for _, name in parted],
        "title": [  # 0 for what graph.js takes where none is given
            0 if node.title == without_md(name) else node.title
            for node, (_, name) in zip(nodes, parted, strict=True)
        ],
        "aliases": [node.aliases or 0 for node in nodes],
        "tags": list(tags),
        "tagged": [[tags[tag] for tag in node.tags] or 0 for node in nodes],
        "url": None if pages is None else [node.url for node in nodes],
        "prefix": pages,
        "x": [round(node.x * 100) for node in nodes],
        "y": [round(node.y * 100) for node in nodes],
        "r": [round(node.radius * 100) for node in nodes],
        "out": out,
        "first": 0,
        "colourings": [
            {
                "by": colouring.by,
                "groups": [
                    {"name": group.name, "role": group.role, "size": group.size} for group in colouring.groups
                ],
                "of": [colouring.of[node.id] for node in nodes],
            }
            for colouring in scene.colourings
        ],
    }


def _parted(node: SceneNode) -> tuple[str, str]:
    """Split a path into folder and name; the other ids are a whole."""
    if node.kind in {"note", "attachment"}:
        folder, _, name = node.id.rpartition("/")
        return folder, name
    return "", node.id


def _numbered(words: Iterable[str]) -> dict[str, int]:
    return {word: number for number, word in enumerate(sorted(set(words)))}


def _in_script(data: Mapping[str, Any]) -> str:
    """Write JSON that cannot end the ``<script>`` it stands in, nor open a comment there."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return _whole(text.replace("<", "\\u003c"))


def _whole(text: str) -> str:
    """Put the sign of replacement for half characters, which names of files may have and no page can."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
