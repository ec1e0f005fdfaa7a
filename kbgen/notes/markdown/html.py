"""The author's own HTML, let through an allow-list (IN-10, ML-06).

The sanitiser is ``nh3``. It reads the whole rendered note, so that a tag the author
left open cannot swallow the rest of the page; our own markup is on the list too.
Not on it: scripts, styles, forms, SVG and MathML, event handlers, ids.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from contextvars import ContextVar

import nh3

from kbgen.hosts import web_address
from kbgen.notes.holes import MARKS, NUL, fill, hole, shield, unshield
from kbgen.notes.markdown.addresses import is_local
from kbgen.notes.markdown.frames import FRAME, VOID_FRAME
from kbgen.notes.markdown.highlights import COLOURS
from kbgen.notes.markdown.presentational import modern

_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:-->|\Z))", re.DOTALL)
_COMMENT_OR_PERCENTS = re.compile(_COMMENT.pattern + r"|(?<!%)%%(?!%).*?(?<!%)%%(?!%)", re.DOTALL)

_FILTERED = re.compile(
    r"<(?=/?(?:title|textarea|style|xmp|noembed|noframes|noscript|script|plaintext|template|select|frameset)\b)",
    re.IGNORECASE,
)
"""Tags that change how all that follows is read (the "tagfilter" of GitHub's Markdown, and more)."""

_CLOSED = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)

_OPENING = re.compile(
    r"<(?!(?:area|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b)[a-z]", re.IGNORECASE
)

_FORGED = re.compile(r"&#(?:x0*fdd[01]|0*6497[67])(?![0-9a-f]);?", re.IGNORECASE)
"""Character references that would become our marks."""

_TAGS = frozenset(
    nh3.ALLOWED_TAGS
    | {FRAME, VOID_FRAME, "audio", "font", "input", "section", "source", "tfoot", "track", "video"}
)

_SIZE = {"width", "height"}

_ATTRIBUTES: dict[str, set[str]] = {
    **{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    "*": {"class", "id", "style", "title", "lang", "dir", "role", "aria-label", "aria-hidden", "data-callout"}
    | {"data-callout-metadata", "data-task", "data-language", "data-src", "align"},
    "a": {"href", "hreflang", "rel", "target"},
    "audio": {"src", "controls", "loop", "muted", "preload"},
    "details": {"open"},
    "font": {"color", "size", "face"},
    FRAME: _SIZE | {"n", "src", "data"},
    VOID_FRAME: _SIZE | {"n", "src"},
    "img": _SIZE | {"src", "alt", "align", "loading", "decoding"},
    "input": {"checked", "disabled"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "source": _SIZE | {"src", "type", "media"},
    "table": {"summary", "border", "cellpadding", "cellspacing", "width"},
    "td": {"colspan", "rowspan", "headers", "valign", "width"},
    "th": {"colspan", "rowspan", "headers", "scope", "valign", "width"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "video": _SIZE | {"src", "controls", "loop", "muted", "autoplay", "playsinline", "poster", "preload"},
}

_STYLES = {
    *("background-color", "border", "border-color", "border-radius", "border-style", "border-width"),
    *("clear", "color", "display", "float", "font-family", "font-size", "font-style", "font-variant"),
    *("font-weight", "gap", "grid-template-columns", "height", "letter-spacing", "line-height"),
    *("list-style-type", "margin", "margin-bottom", "margin-left", "margin-right", "margin-top"),
    *("max-height", "max-width", "min-width", "opacity", "padding", "padding-bottom", "padding-left"),
    *("padding-right", "padding-top", "text-align", "text-decoration", "text-indent", "text-transform"),
    *("vertical-align", "white-space", "width", "word-break"),
}

_SCHEMES = {"http", "https", "mailto", "tel", "obsidian", "ftp", "geo", "sms", "xmpp", "magnet", "zotero"}

_FRAME_TAGS = {FRAME, VOID_FRAME}

_ADDRESSES = {"data", "href", "src", "poster"}

_OURS = re.compile("#?\ufdd0#\ufdd1[^\ufdd0<>]*")
"""The values of our own attributes that hold a hole: ids, and links to them."""

_NAMED_ATTRIBUTE = re.compile(' (?:data|href|src|poster)="(\ufdd0h[0-9]+[a-z]+\ufdd1)"')
_UNMARKED_EXTERNAL = re.compile(r'<a (?![^>]*class=)(?=[^>]*href="(?:https?:)?//)')

_FRAMED = re.compile(r"<iframe [^<>]*></iframe>")
"""A frame as kbgen.notes.markdown.frames writes it."""

OnAddress = Callable[[str, str, str], str | None]
"""Tag, attribute and an address without a scheme; returns what to write, None to drop it."""


def without_comments(markup: str, *, block: bool) -> str:
    """Return the author's HTML without its comments, which are never written to a page.

    In a block the comments of Obsidian are none of HTML's words either.

    >>> without_comments("<!-- a --> b <!-- c --> %%d%%", block=True)
    ' b  '
    """
    return (_COMMENT_OR_PERCENTS if block else _COMMENT).sub("", markup)


def filtered(markup: str) -> str:
    """Return the author's HTML with the tags as text that would swallow the rest of a note.

    >>> filtered("a <script> b"), filtered("<style>p {}</style> <b>")
    ('a &lt;script> b', ' <b>')
    """
    return _FILTERED.sub("&lt;", _CLOSED.sub("", markup)) if _FILTERED.search(markup) else markup


def tags_left_open(markup: str) -> int:
    """Return how many tags are opened and not closed, about."""
    return len(_OPENING.findall(markup)) - markup.count("</")


_on_address: ContextVar[OnAddress] = ContextVar("on_address")


def _attribute(tag: str, name: str, value: str) -> str | None:
    ours = "\ufdd0" in value
    if ours or name == "id":
        return value if ours and _OURS.fullmatch(value) else None
    if name == "cite":  # nobody is led there, so it says where words are from or nothing
        source = web_address(value)
        return None if source is None else str(source)
    if name in _ADDRESSES and is_local(value) and not (tag in _FRAME_TAGS and web_address(value)):
        payload = _on_address.get()(tag, name, value)
        return None if payload is None else shield(hole(payload))
    return value


@functools.cache
def _cleaner() -> nh3.Cleaner:
    """Return the sanitiser; making one costs more than a note does."""
    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        filter_style_properties=_STYLES,
        tag_attribute_values={
            "input": {"type": {"checkbox"}},
            "mark": {"data-highlight": set(COLOURS.values())},
        },
        url_schemes=_SCHEMES,
        link_rel=None,
    )


def sanitise(html: str, on_address: OnAddress) -> str | None:
    """Return rendered HTML, holes and all, with only what the list allows.

    Parameters
    ----------
    html
        Rendered note with holes.
    on_address
        Called for every local address in the author's markup. Where it returns a hole
        payload, the whole attribute becomes that hole.

    Returns
    -------
    str or None
        None where a tag or a quote that the author left open swallowed a part of the note.
    """
    html += hole("[end")
    cleaned = _clean(html, on_address)
    left = sorted(payload for payload in cleaned.split(NUL)[1::2] if payload[0] != "h")
    given = sorted(payload for payload in html.split(NUL)[1::2] if payload[0] != "h")
    if left != given and _without_marks(left) != _without_marks(given):
        return None
    return cleaned


def _without_marks(payloads: list[str]) -> list[str]:
    """Leave out what may get lost: a note with marks shall be read as it is without."""
    return [payload for payload in payloads if payload[0] not in MARKS]


def _clean(html: str, on_address: OnAddress) -> str:
    if "&#" in html:
        html = _FORGED.sub("\ufffd", html)
    token = _on_address.set(on_address)
    try:
        cleaned = modern(_cleaner().clean(shield(html)))
    finally:
        _on_address.reset(token)
    cleaned = _NAMED_ATTRIBUTE.sub(r"\1", cleaned)
    cleaned = _UNMARKED_EXTERNAL.sub('<a class="external" rel="noopener" ', cleaned)
    return unshield(cleaned)


def balance(html: str) -> str:
    """Close what a slice of a sanitised note leaves open; the frames in it are ours."""
    frames: list[str] = []

    def put_by(found: re.Match[str]) -> str:
        frames.append(found[0])
        return hole(f"w{len(frames) - 1}")

    cleaned = _clean(_FRAMED.sub(put_by, html), lambda _tag, _name, _value: None)
    if not frames:
        return cleaned
    return fill(cleaned, lambda payload: frames[int(payload[1:])] if payload[0] == "w" else hole(payload))
