"""Pictures, sound, films and other files as they stand in a note, with the size that keeps their place."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from kbgen.notes.media import AUDIO, IMAGES, VIDEO
from kbgen.notes.model import Link
from kbgen.vault.media_size import UNKNOWN, Size
from kbgen.vault.paths import extension_of

_HEIGHT = re.compile(r"(?:^|&)height=(\d+)")
_PAGE_PART = re.compile(r"(?:^|&)(?:page|zoom|toolbar|navpanes|search)=[^&]*")
_IN_HTML = re.compile(r"<(img|video)((?: [^<>\0]*)?)\0h(\d+)src\0([^<>\0]*)>")
_SIDE = re.compile(r' (width|height)="(\d{1,5})"')
_STYLED = re.compile(r"(?<![\w-])(?:width|height|aspect-ratio|inline-size|block-size)\s*:")
_ATTRIBUTE = re.compile(r' [a-z]+="[^"]*"')


def file_html(href: str, link: Link, name: str, size: Size) -> str:
    """Return the element that shows a file of the vault, or a link to it where browsers show none.

    Parameters
    ----------
    href
        Where it is, as seen from the page.
    link
        The embed.
    name
        Of the file.
    size
        Of a picture or film.
    """
    href = escape(href)
    extension = extension_of(name)
    sizes = size_attributes(link.width, link.height, size)
    label = escape(link.text or name)
    title = f' title="{escape(link.title)}"' if link.title else ""
    if extension in IMAGES:
        return f'<img src="{href}" alt="{label}"{title}{sizes} loading="lazy">'
    if extension in AUDIO:
        return f'<audio controls="" preload="metadata" src="{href}" aria-label="{label}"></audio>'
    if extension in VIDEO:
        return f'<video controls="" preload="metadata" src="{href}" aria-label="{label}"{sizes}></video>'
    if extension == "pdf":
        return _pdf(href, link, label)
    return f'<a class="internal" href="{href}" download="">{label}</a>'


def with_sizes(html: str, size_of: Callable[[int], Size]) -> str:
    """Give pictures and films in the author's HTML what their sizes lack.

    Parameters
    ----------
    html
        Of a note, its holes not filled.
    size_of
        Returns the size of what a link names, by the number of the link.
    """

    def sized(found: re.Match[str]) -> str:
        given = {name: int(number) for name, number in _SIDE.findall(found[2] + found[4])}
        if "style=" in found[0] and _STYLED.search(found[0]):
            return found[0]
        lacking = size_attributes(given.get("width", 0), given.get("height", 0), size_of(int(found[3])))
        added = "".join(
            part for part in _ATTRIBUTE.findall(lacking) if f"{part.partition('=')[0]}=" not in found[0]
        )
        return f"<{found[1]}{found[2]}\0h{found[3]}src\0{added}{found[4]}>"

    return _IN_HTML.sub(sized, html)


def size_attributes(width: int, height: int, own: Size) -> str:
    """Return the attributes that keep the place of a picture or film, its author's size first.

    >>> own = Size(640, 480)
    >>> size_attributes(100, 0, own), size_attributes(0, 0, own), size_attributes(100, 0, UNKNOWN)
    (' width="100" height="75"', ' width="640" height="480"', ' width="100"')
    >>> size_attributes(100, 50, own)
    ' width="100" height="50" style="aspect-ratio:100/50"'
    """
    scaled = ""
    if width and height:
        # Both as the author says: the shape need not be the picture's own.
        is_own = width * own.height == height * own.width and own != UNKNOWN
        scaled = "" if is_own else f' style="aspect-ratio:{width}/{height}"'
    elif own != UNKNOWN and (width or height):
        width = width or max(1, round(height * own.width / own.height))
        height = height or max(1, round(width * own.height / own.width))
    elif own != UNKNOWN:
        width, height = own.width, own.height
        scaled = ' class="kb-scaled"' if own.shape else ""
    sides = (("width", width), ("height", height))
    return "".join(f' {name}="{size}"' for name, size in sides if size) + scaled


def as_written(link: Link) -> str:
    """Return what a link names as its author wrote it."""
    return f"{link.target}#{link.subpath}" if link.subpath else link.target


def _pdf(href: str, link: Link, label: str) -> str:
    height = _HEIGHT.search(link.subpath)
    shown = "&".join(part.lstrip("&") for part in _PAGE_PART.findall(link.subpath))
    path = href.partition("#")[0]
    address = f"{path}#{escape(shown)}" if shown else path
    sizes = f' height="{height[1]}"' if height else f' height="{link.height}"' if link.height else ""
    return (
        f'<span class="embed kb-embed-pdf" data-src="{escape(as_written(link))}">'
        f'<iframe src="{address}" title="{label}"{sizes} loading="lazy"></iframe> '
        f'<a class="internal" href="{address}">{label}</a></span>'
    )
