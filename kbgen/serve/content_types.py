"""What kind of file an address gives, by its name: the same on every machine.

What may run and is no page gets the policy that docs/hosting.md advises hosts to send.
"""

from __future__ import annotations

import re

from kbgen.vault.paths import SitePath, extension_of

HTML = "text/html; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_UNKNOWN = "application/octet-stream"

_TYPES = {
    "html": HTML,
    "htm": HTML,
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "json": "application/json",
    "map": "application/json",
    "canvas": "application/json",
    "webmanifest": "application/manifest+json",
    "xml": "application/xml",
    "xhtml": "application/xhtml+xml",
    "txt": _TEXT,
    "log": _TEXT,
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "pdf": "application/pdf",
    "wasm": "application/wasm",
    "zip": "application/zip",
    "gz": "application/gzip",
    "epub": "application/epub+zip",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "ico": "image/x-icon",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "jfif": "image/jpeg",
    "png": "image/png",
    "apng": "image/apng",
    "svg": "image/svg+xml",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "3gp": "video/3gpp",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "ogv": "video/ogg",
    "webm": "video/webm",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "vtt": "text/vtt; charset=utf-8",
    "otf": "font/otf",
    "ttf": "font/ttf",
    "woff": "font/woff",
    "woff2": "font/woff2",
}

_FEEDS = {"feed.xml": "application/atom+xml"}

_RUNS = re.compile(r"svgz?|xml|xht(?:ml)?|xslt?|rdf|mml|mhtml?|shtml?|htm")
_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def content_type(path: SitePath) -> str:
    """Return the kind of a file of the site.

    >>> content_type("a/b.html"), content_type("static/theme.js")
    ('text/html; charset=utf-8', 'text/javascript; charset=utf-8')
    >>> content_type("A.JPG"), content_type("feed.xml"), content_type("data.unheard")
    ('image/jpeg', 'application/atom+xml', 'application/octet-stream')
    """
    return _FEEDS.get(path) or _TYPES.get(extension_of(path), _UNKNOWN)


def own_policy(path: SitePath) -> str:
    """Return the policy of a file that may run and is no page, nothing for all others.

    >>> own_policy("a.svg") == own_policy("b/c.XHTML") != "" == own_policy("a.html")
    True
    """
    return _SANDBOX if _RUNS.fullmatch(extension_of(path)) else ""
