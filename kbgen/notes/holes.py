"""Holes in the HTML of a compiled note: what only the whole vault can fill.

A hole is a payload between two NUL characters. The first character says its kind:

======== ==============================================================
payload  what goes there
======== ==============================================================
``#``    the prefix of all ids in this place: empty, or one an embed
``a3``   the opening tag of link 3 (``<a>``, or ``<span>`` if unresolved)
``z3``   its closing tag
``e3``   what link 3 embeds, where a block may stand
``p3``   the same inside a paragraph, which may be closed and opened again
``i3``   the same where only words and pictures may stand
``t3``   tag 3 as a link to its page
``f2.1`` the first reference to footnote 2
``h3s``  an attribute of the author's HTML that names link 3: ``src``, ``href``
``s@3 2x`` the pictures of ``srcset``: link 3, or an address, and its size
``v3``   the value that binding 3 asks for, among words
``b3``   the block that binding 3 asks for
``c3``   the beginning of words with the mark 3
``k3``   their end; where markup begins or ends among them, they are in pieces
======== ==============================================================

While a note is compiled there are six more. ``[key`` and ``]key`` mark a place and are taken out, as
are ``.3`` before words, ``:3`` behind some, and ``h]3``, the end of a frame in the author's HTML of
block 3; ``w3`` is frame 3 of those that are written already.
"""

from __future__ import annotations

from collections.abc import Callable

NUL = "\0"

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
"""Noncharacters that stand for NUL while an HTML parser, which drops NUL, reads the
text. :func:`kbgen.notes.source.decode` lets none through from an author."""


def hole(payload: str) -> str:
    """Return a hole to put into HTML."""
    return f"\0{payload}\0"


ID_PREFIX = hole("#")
"""Stands before every id, and in every address of one."""


def shield(html: str) -> str:
    """Write holes so that an HTML parser keeps them."""
    parts = html.split(NUL)
    parts[1::2] = [f"{_OPEN}{payload}{_CLOSE}" for payload in parts[1::2]]
    return "".join(parts)


def unshield(html: str) -> str:
    """Undo :func:`shield`."""
    return html.replace(_OPEN, NUL).replace(_CLOSE, NUL)


def fill(html: str, content: Callable[[str], str]) -> str:
    """Replace every hole by what ``content`` returns for its payload.

    >>> fill(f"<p>{hole('a0')}x{hole('z0')}</p>", lambda payload: f"({payload})")
    '<p>(a0)x(z0)</p>'
    """
    parts = html.split(NUL)
    parts[1::2] = map(content, parts[1::2])
    return "".join(parts)


def take_markers(html: str) -> tuple[str, dict[str, int]]:
    """Take out the markers of places and return where they stood.

    Returns
    -------
    html
        Without markers; other holes stay.
    places
        Payload of a marker to its offset in the returned html.
    """
    parts = html.split(NUL)
    out = parts[:1]
    places: dict[str, int] = {}
    offset = len(out[0])
    for payload, behind in zip(parts[1::2], parts[2::2], strict=True):
        if payload[0] in "[].:":
            places[payload] = offset
        else:
            out.append(f"\0{payload}\0")
            offset += len(payload) + 2
        out.append(behind)
        offset += len(behind)
    return "".join(out), places
