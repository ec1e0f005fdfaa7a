"""A picture of the graph as one file: a page to move about in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Environment

from kbgen.site.direction import of_language
from kbgen.site.drawn import Dot, Drawn
from kbgen.site.environment import render, source_of
from kbgen.site.policy import picture_policy
from kbgen.site.svg import picture_svg
from kbgen.site.views import Anchor, GraphPage, Html

__all__ = ["picture_html", "picture_svg"]

_KINDS = ("note", "attachment", "tag", "unresolved")
_LISTED = 200
"""Notes that are listed for those without JavaScript."""


def picture_html(picture: Drawn, environment: Environment, *, pages: str | None = None) -> str:
    """Make the page: everything is in it, and it asks for nothing.

    Parameters
    ----------
    picture
        What it shows.
    environment
        Has the template ``graph.html``, and ``graph/graph.css`` and ``graph/graph.js``, which go into it.
    pages
        What stands before the address of a page, such as ``./`` beside the site's first page or
        ``https://example.org/``; without it nothing leads to pages.
    """
    notes = [dot for dot in picture.dots if dot.kind == "note"]
    first = sorted(notes, key=lambda dot: (-dot.degree, dot.id))[:_LISTED]
    style, script = (source_of(environment, f"graph/graph.{kind}").strip() for kind in ("css", "js"))
    view = GraphPage(
        title=_whole(picture.title),
        language=picture.language,
        direction=of_language(picture.language),
        summary=summary(picture),
        policy=picture_policy(style, script),
        style=Html(style),
        script=Html(script),
        data=Html(_in_script(_data(picture, pages))),
        listed=tuple(Anchor(_whole(dot.title), _href(dot, pages)) for dot in first),
        total=len(notes),
    )
    return render(environment, "graph.html", view)


def summary(picture: Drawn) -> str:
    """Say how much there is in a picture.

    Examples
    --------
    >>> summary(Drawn("", "en", (), (), ()))
    '0 notes, 0 links'
    """
    notes = sum(dot.kind == "note" for dot in picture.dots)
    links = sum(
        picture.dots[one].kind == "note" and picture.dots[other].kind == "note"
        for one, other in picture.lines
    )
    return f"{notes:,} note{'' if notes == 1 else 's'}, {links:,} link{'' if links == 1 else 's'}"


def _href(dot: Dot, pages: str | None) -> str | None:
    return None if pages is None or dot.url is None else pages + dot.url


def _data(picture: Drawn, pages: str | None) -> dict[str, Any]:
    """Return what graph.js reads: columns rather than records, and whatever repeats by its number."""
    dots = picture.dots
    parted = [_parted(dot) for dot in dots]
    folders = _numbered(folder for folder, _ in parted if folder)
    tags = _numbered(tag for dot in dots for tag in dot.tags)
    out: list[list[int]] = [[] for _ in dots]
    for one, other in picture.lines:
        out[one].append(other)
    return {
        "kind": "".join(str(_KINDS.index(dot.kind)) for dot in dots),
        "folders": list(folders),
        "folder": [folders[folder] if folder else -1 for folder, _ in parted],
        "name": [name for _, name in parted],
        "title": [
            0 if dot.title == _stem(name) else dot.title for dot, (_, name) in zip(dots, parted, strict=True)
        ],
        "aliases": [dot.aliases or 0 for dot in dots],
        "tags": list(tags),
        "tagged": [[tags[tag] for tag in dot.tags] or 0 for dot in dots],
        "url": None if pages is None else [dot.url for dot in dots],
        "prefix": pages,
        "x": [round(dot.x * 100) for dot in dots],
        "y": [round(dot.y * 100) for dot in dots],
        "r": [round(dot.radius * 100) for dot in dots],
        "out": out,
        "first": 0,
        "colourings": [
            {
                "by": colouring.by,
                "groups": [
                    {"name": group.name, "role": group.role, "size": group.size} for group in colouring.groups
                ],
                "of": [colouring.of[dot.id] for dot in dots],
            }
            for colouring in picture.colourings
        ],
    }


def _parted(dot: Dot) -> tuple[str, str]:
    """Split a path into folder and name; the other ids are a whole."""
    if dot.kind in {"note", "attachment"}:
        folder, _, name = dot.id.rpartition("/")
        return folder, name
    return "", dot.id


def _stem(name: str) -> str:
    """Return what graph.js takes for the title where none is given."""
    return name[:-3] if name.lower().endswith(".md") else name


def _numbered(words: Iterable[str]) -> dict[str, int]:
    return {word: number for number, word in enumerate(sorted(set(words)))}


def _in_script(data: Mapping[str, Any]) -> str:
    """Write JSON that cannot end the ``<script>`` it stands in, nor open a comment there."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return _whole(text.replace("<", "\\u003c"))


def _whole(text: str) -> str:
    """Put the sign of replacement for half characters, which names of files may have and no page can."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
