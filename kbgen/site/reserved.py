"""Addresses at which hosts and browsers look for files of the site, which no file of a vault may have.

A file of a vault is what its author shows in a note. At such an address it would be more: a page of
the site in which its scripts run, a rule of the host, a program that the host runs, or what is sent
in place of a page.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path

from kbgen.notes.media import MEDIA, OPENED
from kbgen.vault.paths import SitePath, extension_of

_PAGE = re.compile(r"(?:index|default|iisstart|[1-5](?:[0-9]{2}|xx|0x)|_error)(?:\.|$)")
"""What is sent for a folder, and where something is amiss."""

_NAMES = tomllib.loads(Path(__file__).with_name("reserved.toml").read_text("utf-8"))
_AT_THE_ROOT = frozenset(_NAMES["root"])
_IN_ANY_FOLDER = frozenset(_NAMES["anywhere"])
_OF_PROGRAMS = frozenset(_NAMES["folders"])

_OF_THE_THEME = re.compile(r"static(?:-[0-9]+)?")
"""Folders from which our pages run scripts."""

_SCRIPTS = frozenset({"js", "mjs", "cjs"})

_IN_PLACE_OF = re.compile(r"\.(?:html?|js|css|json|xml|svg|txt|woff2?)\.(?:gz|br|zst|zz)$")
"""Files that hosts send compressed instead of those without the last extension."""


def unreserved(wanted: SitePath) -> SitePath:
    """Return the address that a file of the vault gets: the one it wants, unless that is reserved.

    >>> unreserved("Folder/index.html"), unreserved("_headers"), unreserved("functions/hello.js")
    ('Folder/index~2.html', '_headers~2', 'functions~2/hello.js')
    >>> unreserved("Folder/index.png"), unreserved("_pictures/a.png"), unreserved("static/a.css")
    ('Folder/index.png', '_pictures/a.png', 'static/a.css')
    """
    folder, slash, name = wanted.rpartition("/")
    known = unicodedata.normalize("NFKC", name).casefold()
    extension = extension_of(known)
    if folder:
        top, _, below = wanted.partition("/")
        plain = unicodedata.normalize("NFKC", top).casefold()
        if (plain in _OF_PROGRAMS and extension not in OPENED) or (
            extension in _SCRIPTS and _OF_THE_THEME.fullmatch(plain)
        ):
            return unreserved(SitePath(f"{top}~2/{below}"))
        reserved = known in _IN_ANY_FOLDER
    else:
        reserved = (
            known in _AT_THE_ROOT
            or known in _IN_ANY_FOLDER
            or (known.startswith("_") and extension not in MEDIA)
        )
    if reserved or (extension not in OPENED and _PAGE.match(known)) or _IN_PLACE_OF.search(known):
        stem, dot, last = name.rpartition(".")
        return SitePath(folder + slash + (f"{stem}~2.{last}" if dot else f"{name}~2"))
    return wanted
