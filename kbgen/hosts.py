"""Names of hosts and addresses on the web, read as browsers read them."""

from __future__ import annotations

import re
from urllib.parse import unquote

from msgspec import Struct

_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_EDGE = "".join(map(chr, range(0x21)))
"""What browsers cut off at both ends of an address: white space and control characters."""

_INSIDE = re.compile(r"[\t\n\r]")
"""What they take out of it."""

_WEB = re.compile(r"(?:(https?):[/\\]*|[/\\]{2,})([^/\\?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_PATH = re.compile(r"[^?#]*")
_PORTS = {"http": "80", "https": "443"}


class WebAddress(Struct, frozen=True):
    """An address on another host, without what may hide where it leads."""

    scheme: str
    """``http`` or ``https``."""
    host: str
    """In lower case, ASCII, without a dot at its end."""
    port: str
    """``""`` where it is the scheme's own."""
    rest: str
    """From the path on; begins with ``/``."""

    def __str__(self) -> str:
        """Return the address in full, not yet encoded."""
        return f"{self.scheme}://{self.host}{':' if self.port else ''}{self.port}{self.rest}"


def host_name(written: str) -> str | None:
    """Return the name of a host as browsers compare it; None if it is none.

    >>> host_name("WWW.Example.ORG."), host_name("münchen.example"), host_name("a b"), host_name("[::1]")
    ('www.example.org', 'xn--mnchen-3ya.example', None, None)
    """
    try:
        name = unquote(written).encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        return None
    return name if _NAME.fullmatch(name) else None


def web_address(written: str) -> WebAddress | None:
    r"""Read an address on the web; None for all others, those of this site among them.

    >>> str(web_address("https://www.youtube.com@evil.org/x")), str(web_address("\t//A.org:443"))
    ('https://evil.org/x', 'https://a.org/')
    >>> web_address("page.html"), web_address("javascript:x"), web_address("https://")
    (None, None, None)
    """
    found = _WEB.fullmatch(_INSIDE.sub("", written.strip(_EDGE)))
    if found is None:
        return None
    scheme = (found[1] or "https").lower()
    name, colon, port = found[2].rpartition("@")[2].partition(":")
    host = host_name(name)
    if host is None or (colon and port and not (port.isascii() and port.isdigit() and int(port) < 2**16)):
        return None
    path = _PATH.match(found[3])
    assert path is not None  # noqa: S101 (it may be empty)
    rest = "/" + path[0].replace("\\", "/").removeprefix("/") + found[3][path.end() :]
    return WebAddress(scheme, host, "" if port == _PORTS[scheme] else port, rest)
