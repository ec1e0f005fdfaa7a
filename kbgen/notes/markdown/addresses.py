"""Addresses as authors write them: local or of another host, safe or not, encoded once (ML-02 to ML-06)."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import quote, unquote

import mdurl
from markdown_it.common.normalize_url import normalizeLink

from kbgen.notes.word_set import word_set
from kbgen.vault.nodes import readable

SAFE_SCHEMES = word_set("""
    ftp ftps geo http https irc ircs magnet mailto matrix news nntp obsidian sftp sip sips sms smsto ssh tel
    urn webcal xmpp zotero
""")
"""Schemes that a link may have without a word in the config: what browsers let pages take, and two apps."""

FORBIDDEN_SCHEMES = frozenset(
    {"about", "blob", "data", "file", "filesystem", "javascript", "vbscript", "view-source"}
)
"""Schemes that no config can allow: they run something, or reach into the reader's own files."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_UNSEEN = re.compile(r"^[\x00-\x20]+|[\t\n\r]")
"""What browsers take out of an address before they look at it."""

_PICTURE = re.compile(
    r"data:image/(?:a?png|gif|jpe?g|webp|avif|bmp|svg\+xml|x-icon|vnd\.microsoft\.icon)[;,]", re.IGNORECASE
)
_MAX_SHOWN_CHARS = 30
"""Characters of a data address in a message; it may have millions."""
_PLAIN_DATA = re.compile(r"[!#-;=?-_a-~]*")
_UNSAFE_IN_DATA = re.compile(r"[^!#-;=?-_a-~]")
_CLEAN = re.compile(
    r"https?://[a-z0-9.-]+(?::\d+)?(?:[/?#](?:[A-Za-z0-9;/?:@&=+$,\-_.!~*'()#]|%[0-9A-Fa-f]{2})*)?"
)
"""Addresses that are encoded already, which are nearly all; a short way past much work."""


def scheme_of(address: str) -> str:
    """Return the scheme of an address in lower case, as a browser reads it; ``""`` if it has none.

    >>> scheme_of("Mailto:a@b"), scheme_of(" https://x.org"), scheme_of("a/b.png")
    ('mailto', 'https', '')
    """
    if address.startswith("https://"):  # nearly all that have one
        return "https"
    if ":" not in address:
        return ""
    found = _SCHEME.match(address) or _SCHEME.match(_UNSEEN.sub("", address))
    return found[1].lower() if found else ""


def is_local(address: str) -> bool:
    """Tell whether an address names something on this site.

    >>> is_local("a/b.png"), is_local("https://x.org"), is_local("//x.org"), is_local("mailto:a@b")
    (True, False, False, False)
    """
    return not address.startswith("//") and not scheme_of(address)


def is_allowed(address: str, schemes: Collection[str]) -> bool:
    """Tell whether a link to an address that is not local may stand; ``schemes`` are the config's.

    >>> is_allowed("tel:+1", ()), is_allowed("slack://x", ()), is_allowed("slack://x", {"slack"})
    (True, False, True)
    """
    scheme = scheme_of(address)
    return not scheme or scheme in SAFE_SCHEMES or (scheme in schemes and scheme not in FORBIDDEN_SCHEMES)


def is_image_data(address: str) -> bool:
    """Tell whether an address is a whole picture, which runs nothing where it is shown as one.

    >>> is_image_data("DATA:image/PNG;base64,AA=="), is_image_data("data:text/html,x")
    (True, False)
    """
    return _PICTURE.match(address) is not None


def blocked_address(address: str) -> tuple[str, str, str]:
    """Return what to say of an address that is left out: code, message and hint."""
    scheme = scheme_of(address)
    if scheme == "data":
        shown = address[:_MAX_SHOWN_CHARS] + ("…" if len(address) > _MAX_SHOWN_CHARS else "")
        return (
            "KB171",
            f"What {shown} holds is not shown: it is no picture in its place.",
            "Make a file of it.",
        )
    message = f"An address with {scheme}: leads nowhere on the site; its words are shown as text."
    return (
        "KB172",
        message,
        "" if scheme in FORBIDDEN_SCHEMES else f'Name it in the config: [links] schemes = ["{scheme}"]',
    )


def split_address(address: str) -> tuple[str, str]:
    """Split a Markdown link's address, then decode the parts (ML-02, ML-04).

    >>> split_address("a%23b.md#My%20Heading"), split_address("100%.md")
    (('a#b.md', 'My Heading'), ('100%.md', ''))
    """
    path, _, subpath = address.partition("#")
    return _decoded(path), _decoded(subpath)


def _decoded(part: str) -> str:
    if "%" not in part:
        return part.strip()
    try:
        return readable(unquote(part, errors="strict")).strip()
    except UnicodeDecodeError:
        return part.strip()  # no escapes, then, but the characters themselves


def encoded(address: str) -> str:
    """Return an external address as it may stand in HTML, percent-encoded once."""
    if _CLEAN.fullmatch(address):
        return address
    if address[:5].lower() == "data:":  # may be very long
        if _PLAIN_DATA.fullmatch(address):
            return address
        return _UNSAFE_IN_DATA.sub(lambda found: quote(found[0]), address)
    try:
        return normalizeLink(address)
    except (ValueError, UnicodeError):
        return mdurl.encode(address)
