"""Which file of a site an address means, and that it is one: nothing outside of the site, nothing hidden."""

from __future__ import annotations

import os
import re
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from kbgen.vault.paths import SitePath, encode

INDEX = "index.html"

_NO_PATH = re.compile(r"[\x00-\x1f\x7f\\:]|(?:^|/)(?:\.|/)")
"""In no path of a site: control characters, what parts paths on other systems, and names with a dot before
them, which are kbgen's own or the system's."""


class SiteFile(Struct, frozen=True):
    """A file that may be sent."""

    path: SitePath
    place: str
    """Where it is, without a link on the way."""


class Elsewhere(Struct, frozen=True):
    """A folder that was asked for without the slash at its end: what it links to counts from inside of it."""

    address: str


def site_path(target: str) -> SitePath | None:
    """Return the path in a site that a request is for, None for what no site has.

    Parameters
    ----------
    target
        As the request has it: percent-encoded, perhaps with a query.

    Examples
    --------
    >>> site_path("/Notes/caf%C3%A9.html?x=1"), site_path("/Notes/")
    ('Notes/café.html', 'Notes/index.html')
    >>> site_path("/../x"), site_path("/%2e%2e/x"), site_path("/.kbgen-manifest.json"), site_path("x")
    (None, None, None, None)
    """
    encoded = re.split(r"[?#]", target, maxsplit=1)[0]
    if not encoded.startswith("/"):
        return None
    try:
        path = unquote_to_bytes(encoded[1:]).decode("utf-8")
    except UnicodeError:
        return None
    if _NO_PATH.search(path):
        return None
    return SitePath(path + INDEX if not path or path.endswith("/") else path)


def find(root: Path, path: SitePath) -> SiteFile | Elsewhere | None:
    """Return the file at a path of a site, None if there is none that may be sent.

    Parameters
    ----------
    root
        The folder of the site.
    path
        From :func:`site_path`.
    """
    top = os.path.realpath(root)
    place = _inside(top, path)
    if place is None:
        return None
    try:
        mode = os.stat(place).st_mode  # noqa: PTH116 (a text)
    except (OSError, ValueError):
        return None
    if S_ISREG(mode):
        return SiteFile(path, place)
    index = SitePath(f"{path}/{INDEX}")
    if S_ISDIR(mode) and isinstance(find(root, index), SiteFile):
        return Elsewhere(f"/{encode(path)}/")
    return None


def _inside(top: str, path: str) -> str | None:
    """Follow all links; None where they lead out, or to what has a dot before its name."""
    try:
        place = os.path.realpath(os.path.join(top, path))  # noqa: PTH118 (texts)
        real = os.path.relpath(place, top)
    except (OSError, ValueError):
        return None
    hidden = any(part.startswith(".") for part in Path(real).parts)
    return None if hidden and real != "." else place
