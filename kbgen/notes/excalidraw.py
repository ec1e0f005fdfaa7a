"""Notes of the Excalidraw plugin: words of the author, then the data of a drawing, for the app alone.

The page of such a note shows the picture that the plugin has exported beside it
(:mod:`kbgen.links.drawings`), and what the author wrote above the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kbgen.notes.model import Property

_BANNER = re.compile(r"^==⚠[^\n]*EXCALIDRAW VIEW[^\n]*$", re.MULTILINE)

_DATA = re.compile(
    r"^(?:%%[ \t]*\n+)?"
    r"(?:#{1,2} (?:Excalidraw Data|Text Elements|Element Links|Embedded Files|Drawing)[ \t]*$"
    r"|(?:```|~~~)compressed-json)",
    re.MULTILINE,
)

_SCENE = re.compile(
    r"^(?:%%[ \t]*\n+)?(?:#{1,2} Drawing[ \t]*$|(?:```|~~~)(?:compressed-)?json)", re.MULTILINE
)


_PART = re.compile(r"\^(?:area|group|frame|clippedframe|taskbone)=", re.IGNORECASE)


def is_drawing(properties: Iterable[Property]) -> bool:
    """Tell whether the properties are those of a drawing."""
    return any(found.name.casefold() == "excalidraw-plugin" for found in properties)


def is_part(subpath: str) -> bool:
    """Tell whether a subpath means a part of the picture: ``D#^frame=x``; the site shows all of it."""
    return _PART.match(subpath) is not None


def without_data(body: str) -> str:
    r"""Return the body of a drawing with its data as a comment, and without the scene.

    Links among the data, to pictures in the drawing say, stay edges of the author's own graph.

    >>> without_data("Words\n# Text Elements\n[[A]] ^x\n%%\n# Drawing\n```json\n{}\n```\n%%")
    'Words\n%%\n[[A]] ^x\n%%'
    """
    body = _BANNER.sub("", body)
    data = _DATA.search(body)
    if data is None:
        return body
    scene = _SCENE.search(body, data.start())
    kept = body[data.start() : scene.start() if scene else len(body)].replace("%%", "")
    words = kept.partition("\n")[2].removesuffix("\n")
    return f"{body[: data.start()]}%%\n{words}\n%%"
