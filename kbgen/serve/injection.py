"""Our script in a page as it is sent, and a policy of the page that lets it run; the file stays as it is."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence

RESERVED = "/.kbgen/"
"""Beginning of the addresses that are the server's own. No file of a site has a dot before its name."""
SCRIPT = f"{RESERVED}reload.js"
STYLE = f"{RESERVED}overlay.css"
EVENTS = f"{RESERVED}events"

_META = re.compile(r"<meta\b[^>]*\bhttp-equiv\s*=\s*[\"']?content-security-policy\b[^>]*>", re.IGNORECASE)
_CONTENT = re.compile(r"\bcontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_BODY_END = re.compile(rb"</body\s*>", re.IGNORECASE)
_HEAD_END = re.compile(rb"</head\s*>|<body\b", re.IGNORECASE)
_RELATIVE = re.compile(rb"(\s(?:href|src)=\")(?![A-Za-z][A-Za-z0-9+.-]*:|[/#])")

_NEEDED = (
    ("script-src-elem", "script-src", "default-src"),
    ("style-src-elem", "style-src", "default-src"),
    ("connect-src", "default-src"),
)
"""Of each, the first that a policy has counts; the others tell what it says where it has none."""


def with_script(page: bytes, build: str, files: Sequence[str]) -> bytes:
    """Return a page with our script, and with a policy that lets it run.

    Parameters
    ----------
    page
        Its HTML.
    build
        Name of the build that it is of.
    files
        The paths of the site that it is made from.
    """
    listed = html.escape(json.dumps(list(files)))
    script = f'<script src="{SCRIPT}" data-build="{build}" data-files="{listed}" defer></script>\n'.encode()
    page = with_own_allowed(page)
    ends = list(_BODY_END.finditer(page))
    at = ends[-1].start() if ends else len(page)
    return page[:at] + script + page[at:]


def with_own_allowed(page: bytes) -> bytes:
    """Return a page whose policies let it load from where it comes from itself, and ask there for news."""
    end = _HEAD_END.search(page)
    at = end.start() if end else len(page)
    # Latin-1 has a character for every byte, so nothing is lost on the way.
    head = _META.sub(lambda meta: _CONTENT.sub(_allowing, meta[0], count=1), page[:at].decode("latin-1"))
    return head.encode("latin-1") + page[at:]


def _allowing(content: re.Match[str]) -> str:
    policy = html.unescape(content[1] if content[1] is not None else content[2])
    allowed = html.escape(allowing_own(policy), quote=False).replace('"', "&quot;")
    return f'content="{allowed}"'


def allowing_own(policy: str) -> str:
    """Return a policy that also allows scripts, styles and requests of the page's own origin.

    >>> allowing_own("default-src 'none'; script-src 'self'; style-src 'self'")
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"
    >>> allowing_own("default-src a.example; connect-src 'none'")
    "default-src a.example; connect-src 'self'; script-src a.example 'self'; style-src a.example 'self'"
    """
    directives: dict[str, list[str]] = {}
    for part in policy.split(";"):
        name, *sources = part.split() or [""]
        if name:
            directives.setdefault(name.lower(), sources)  # a second one of the same name does not count
    for names in _NEEDED:
        first = next((name for name in names if name in directives), None)
        if first is None:
            continue
        sources = directives[first]
        if "'self'" in sources:
            continue
        target = names[-2] if first == "default-src" else first
        directives[target] = [*(each for each in sources if each.lower() != "'none'"), "'self'"]
    return "; ".join(" ".join((name, *sources)) for name, sources in directives.items())


def rooted(page: bytes, base_url: str) -> bytes:
    """Return the page for what is not there, whose links lead to the same wherever it is shown.

    Parameters
    ----------
    page
        Of the top folder. Its links count from there, or begin with the address of the published site.
    base_url
        That address, if there is one.

    Examples
    --------
    >>> rooted(b'<a href="a.html"> <a href="#x"> <a href="https://b.example/">', "")
    b'<a href="/a.html"> <a href="#x"> <a href="https://b.example/">'
    >>> rooted(b'<a href="https://b.example/kb/a.html">', "https://b.example/kb")
    b'<a href="/a.html">'
    """
    if base_url:
        page = page.replace(f'="{html.escape(base_url)}/'.encode(), b'="/')
    return _RELATIVE.sub(rb"\1/", page)
