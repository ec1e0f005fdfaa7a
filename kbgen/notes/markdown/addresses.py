"""Addresses as authors write them: local or of another host, safe or not, encoded once (ML-02 to ML-06)."""

from __future__ import annotations

import re
from urllib.parse import unquote

import mdurl
from markdown_it.common.normalize_url import normalizeLink

from kbgen.vault.entries import readable

_DANGEROUS = re.compile(r"\s*(?:javascript|vbscript|data|file):", re.IGNORECASE)
_SAFE_DATA = re.compile(r"data:image/(?:png|gif|jpeg|webp|avif);", re.IGNORECASE)
_CLEAN = re.compile(
    r"https?://[a-z0-9.-]+(?::\d+)?(?:[/?#](?:[A-Za-z0-9;/?:@&=+$,\-_.!~*'()#]|%[0-9A-Fa-f]{2})*)?"
)
"""Addresses that are encoded already, which are nearly all; a short way past much work."""


def is_local(address: str) -> bool:
    """Tell whether an address names something on this site.

    >>> is_local("a/b.png"), is_local("https://x.org"), is_local("//x.org"), is_local("mailto:a@b")
    (True, False, False, False)
    """
    return not address.startswith("//") and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", address)


def is_dangerous(address: str) -> bool:
    """Tell whether an address runs something, or reaches into the reader's own files."""
    return _DANGEROUS.match(address) is not None


def is_picture_data(address: str) -> bool:
    """Tell whether an address is a whole picture, which runs nothing."""
    return _SAFE_DATA.match(address) is not None


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
    try:
        return normalizeLink(address)
    except (ValueError, UnicodeError):
        return mdurl.encode(address)
