"""One type for each kind of path, and every conversion between them.

========== ============================ ==============================
type       example                      what it is
========== ============================ ==============================
VaultPath  ``AI/Alex Net.md``           a file's identity: NFC, ``/``
SitePath   ``AI/Alex-Net.html``         a file of the output, not encoded
Href       ``../AI/Alex-Net.html#lrn``  what stands in a page, encoded
========== ============================ ==============================

A fourth kind, the target that an author writes in a link, is plain ``str`` and
becomes a VaultPath only in :mod:`kbgen.links`.
"""

from __future__ import annotations

import functools
import hashlib
import re
import string
import unicodedata
from typing import NewType
from urllib.parse import quote

VaultPath = NewType("VaultPath", str)
SitePath = NewType("SitePath", str)
Href = NewType("Href", str)

_UNFIT = re.compile(r"[\s\x00-\x1f\x7f<>:\"|?*#%\\]+")
"""White space reads badly in an address; the others cannot be a file name on every
system, or mean something in a URL."""

MAX_NAME_BYTES = 200
"""Bytes of one segment of a site path: 255 is the limit of common file systems, and
a temporary suffix, ``.html`` and ``~2`` must still fit."""

MAX_FOLDER_BYTES = 600
"""Bytes of the folders of a site path: some systems allow no more than 1,024 for a whole path, and the site
stands in a folder of its own."""

MAX_FOLDER_DEPTH = 32
"""Folders of a site path: a link to the root goes up through all of them."""

NOTE_ENDING = ".md"
"""A note's name ends so, in any case."""

_NOTE = re.compile(rf"{re.escape(NOTE_ENDING)}(~\d+)?$", re.IGNORECASE)
"""The same in an identity; the number tells apart two files whose names are the same in NFC."""

_NUMBER = re.compile(r"~\d+$")

_UNRESERVED = "/~!$&'()*+,;=@:"
_SAFE = (string.ascii_letters + string.digits + "_.-" + _UNRESERVED).encode()
"""What is never encoded."""


def folder_of(path: str) -> str:
    """Return the part before the last ``/``; ``""`` at the root.

    >>> folder_of("a/b/c.md"), folder_of("c.md")
    ('a/b', '')
    """
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    """Return the last segment.

    >>> name_of("a/b/c.md")
    'c.md'
    """
    return path.rpartition("/")[2]


def extension_of(path: str) -> str:
    """Return the extension in lower case, without the dot; ``""`` if there is none.

    >>> extension_of("a.b/C.PNG"), extension_of("a.b/c")
    ('png', '')
    """
    return name_of(path).rpartition(".")[2].lower() if "." in name_of(path) else ""


def without_number(path: str) -> str:
    """Drop what tells an identity apart from another whose name is the same in NFC.

    >>> without_number("a.canvas~2"), without_number("a~2.canvas")
    ('a.canvas', 'a~2.canvas')
    """
    return _NUMBER.sub("", path)


def is_note(path: str) -> bool:
    """Tell whether a path is a Markdown note.

    >>> is_note("a.MD"), is_note("a.pdf")
    (True, False)
    """
    return path[-len(NOTE_ENDING) :].lower() == NOTE_ENDING


def is_note_file(name: str) -> bool:
    """Tell whether a file that somebody names is a note: a hidden file called ``.md`` is none.

    >>> is_note_file("a.MD"), is_note_file(".md")
    (True, False)
    """
    return is_note(name) and len(name) > len(NOTE_ENDING)


def with_md(name: str) -> str:
    """Return what the note of a name is called.

    >>> with_md("a/v1.2")
    'a/v1.2.md'
    """
    return name + NOTE_ENDING


def without_md(name: str) -> str:
    """Drop the ending of a note.

    >>> without_md("a/v1.2.MD"), without_md("a/b.pdf")
    ('a/v1.2', 'a/b.pdf')
    """
    return name[: -len(NOTE_ENDING)] if is_note(name) else name


def stem_of(path: str) -> str:
    """Return the name of a note without ``.md``; other files keep their extension.

    >>> stem_of("a/v1.2.md"), stem_of("a/b.pdf")
    ('v1.2', 'b.pdf')
    """
    return _NOTE.sub("", name_of(path))


def segment(name: str) -> str:
    """Make one segment of a site path from a name; letters of any script stay.

    >>> segment("What is it?"), segment("C++"), segment("日本語")
    ('What-is-it-', 'C++', '日本語')
    """
    fit = _UNFIT.sub("-", unicodedata.normalize("NFC", name).strip())
    fit = fit.rstrip(".") or "-"
    encoded = fit.encode()
    if len(encoded) > MAX_NAME_BYTES:
        mark = hashlib.blake2b(encoded, digest_size=4).hexdigest()
        fit = encoded[: MAX_NAME_BYTES - 9].decode(errors="ignore") + "-" + mark
    return fit


def page_path(path: str) -> SitePath:
    """Return where a note goes on the site.

    >>> page_path("AI/Alex Net.md"), page_path("A.md~2")
    ('AI/Alex-Net.html', 'A~2.html')
    """
    folder, _, name = path.rpartition("/")
    found = _NOTE.search(name)
    stem, number = (name[: found.start()], found[1] or "") if found else (name, "")
    return SitePath(folder_path(folder) + segment(stem) + number + ".html")


def file_path(path: str) -> SitePath:
    """Return where a file that is no note goes on the site.

    >>> file_path("a/My pic.PNG")
    'a/My-pic.PNG'
    """
    folder, _, name = path.rpartition("/")
    stem, dot, extension = name.rpartition(".")
    fit = segment(stem) + "." + segment(extension) if dot and stem else segment(name)
    if len(fit.encode()) > MAX_NAME_BYTES + 20:  # an extension as long as that is none
        fit = segment(name)
    return SitePath(folder_path(folder) + fit)


def folder_path(folder: str) -> SitePath:
    """Return where a folder goes on the site, with a slash at its end; ``""`` for the root.

    What lies too deep for a file system, or for the links of its pages, is moved up, into a
    folder whose name is a hash.

    >>> folder_path("AI/Deep Learning"), folder_path("")
    ('AI/Deep-Learning/', '')
    >>> folder_path("/".join("abcdefghijklmnopqrstuvwxyz0123456789"))[-29:]
    'z/0/1/2/3/4/ba55b5f58ffcc526/'
    """
    if not folder:
        return SitePath("")
    parts = [segment(part) for part in folder.split("/")]
    whole = "/".join(parts) + "/"
    if len(parts) <= MAX_FOLDER_DEPTH and len(whole.encode()) <= MAX_FOLDER_BYTES:
        return SitePath(whole)
    mark = hashlib.blake2b(whole.encode(), digest_size=8).hexdigest()
    kept = parts[: MAX_FOLDER_DEPTH - 1]
    while len("/".join([*kept, mark, ""]).encode()) > MAX_FOLDER_BYTES:
        kept.pop()
    return SitePath("/".join([*kept, mark, ""]))


def encode(path: str) -> str:
    """Percent-encode a path or fragment for a URL; ``/`` stays.

    >>> encode("AT&T/100€.html")
    'AT&T/100%E2%82%AC.html'
    """
    # Most paths stay as they are, which quote takes long to see.
    return quote(path, safe=_UNRESERVED) if path.encode().translate(None, _SAFE) else path


def relative_href(source: SitePath, target: SitePath, fragment: str = "") -> Href:
    """Return the link from one page to another file of the site.

    >>> relative_href(SitePath("a/b.html"), SitePath("c/d e.html"), "x y")
    '../c/d%20e.html#x%20y'
    >>> relative_href(SitePath("a/b.html"), SitePath("a/b.html"), "top")
    '#top'
    """
    if not fragment:
        return Href(_href_from_folder(source.rpartition("/")[0], target))
    if source == target:
        return Href("#" + encode(fragment))
    return Href(f"{_href_from_folder(source.rpartition('/')[0], target)}#{encode(fragment)}")


@functools.lru_cache(maxsize=200_000)
def _href_from_folder(source: str, target: str) -> str:
    # A page is linked to from many others, most of them in a few folders.
    folder, _, name = target.rpartition("/")
    href = encode(_way(source, folder) + name)
    return "./" + href if ":" in href.partition("/")[0] else href


def _way(source: str, target: str) -> str:
    """Return the way from one folder to another, with a slash at its end."""
    here = source.split("/") if source else []
    there = target.split("/") if target else []
    shared = 0
    for ours, theirs in zip(here, there, strict=False):
        if ours != theirs:
            break
        shared += 1
    return "../" * (len(here) - shared) + "".join(f"{part}/" for part in there[shared:])


def root_of(page: SitePath) -> str:
    """Return the relative prefix from a page to the site's root.

    >>> root_of(SitePath("a/b/c.html")), root_of(SitePath("c.html"))
    ('../../', '')
    """
    return "../" * page.count("/")
