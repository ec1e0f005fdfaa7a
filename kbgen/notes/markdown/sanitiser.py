"""The author's own HTML, let through an allow-list (IN-10, ML-06).

The sanitiser is ``nh3``. It reads the whole rendered note, so that a tag the author
left open cannot swallow the rest of the page; our own markup is on the list too.
Not on it: scripts, style sheets, forms, SVG and MathML, event handlers.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from contextvars import ContextVar

import nh3

from kbgen.hosts import web_address
from kbgen.notes.holes import NUL, fill, hole, shield, unshield
from kbgen.notes.markdown.addresses import FORBIDDEN_SCHEMES, SAFE_SCHEMES, is_local
from kbgen.notes.markdown.frames import FRAME, VOID_FRAME
from kbgen.notes.markdown.presentational import hints_to_styles
from kbgen.notes.markdown.registry import syntaxes
from kbgen.notes.markdown.styles import safe_style

_FORGED = re.compile(r"&#(?:x0*fdd[01]|0*6497[67])(?![0-9a-f]);?", re.IGNORECASE)
"""Character references that would become our marks."""

_TAGS = frozenset(
    nh3.ALLOWED_TAGS
    | {FRAME, VOID_FRAME, "address", "audio", "fieldset", "font", "input", "legend", "menu", "meter"}
    | {"picture", "progress", "section", "source", "tfoot", "track", "video"}
)

_SIZE = {"width", "height"}

_ATTRIBUTES: dict[str, set[str]] = {
    **{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    "*": {"class", "id", "style", "title", "lang", "dir", "role", "aria-label", "aria-hidden", "data-callout"}
    | {"data-callout-metadata", "data-task", "data-language", "data-src", "align", "bgcolor"},
    "a": {"href", "hreflang", "rel", "target"},
    "audio": {"src", "controls", "loop", "muted", "preload"},
    "br": {"clear"},
    "col": {"span", "align", "valign", "width"},
    "colgroup": {"span", "align", "valign", "width"},
    "data": {"value"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "font": {"color", "size", "face"},
    FRAME: _SIZE | {"n", "src", "data"},
    VOID_FRAME: _SIZE | {"n", "src"},
    "hr": {"align", "color", "size", "width"},
    "img": _SIZE | {"src", "srcset", "sizes", "alt", "align", "border", "loading", "decoding"},
    "input": {"checked", "disabled"},
    "meter": {"value", "min", "max", "low", "high", "optimum"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "progress": {"value", "max"},
    "source": _SIZE | {"src", "srcset", "sizes", "type", "media"},
    "table": {"summary", "border", "cellpadding", "cellspacing", "width"},
    "td": {"colspan", "rowspan", "headers", "valign", "width", "height", "nowrap"},
    "th": {"colspan", "rowspan", "headers", "scope", "valign", "width", "height"} | {"abbr", "nowrap"},
    "time": {"datetime"},
    "tr": {"align", "valign"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "video": _SIZE | {"src", "controls", "loop", "muted", "autoplay", "playsinline", "poster", "preload"},
}

_ADDRESSES = {"data", "href", "poster", "src", "srcset"}

_OURS = re.compile("#?\ufdd0#\ufdd1[^\ufdd0<>]*|\ufdd0[hs][^\ufdd0\ufdd1]*\ufdd1")
"""The values of our own attributes that hold a hole: ids, links to them, and addresses."""

_FRAME_TAGS = {FRAME, VOID_FRAME}

_CLASSES = frozenset({"kb-footnote-back", "kb-footnotes", "kb-highlight", "kb-plain", "kb-table"})
"""The theme's own classes that stand in a note. With others an author could write what looks like a
verdict or a menu of the site, or lies over the page."""

_NAMED_ATTRIBUTE = re.compile(' (?:data|href|src|srcset|poster)="(\ufdd0[hs][^\ufdd0\ufdd1]*\ufdd1)"')
_NAME = re.compile(r"h\d+([a-z]+)")
_UNMARKED_EXTERNAL = re.compile(r'<a (?![^>]*class=)(?=[^>]*href="(?:https?:)?//)')
_SCHEME = re.compile(r' (?:href|src|poster|cite)="([A-Za-z][A-Za-z0-9+.-]*):')

_WITHOUT_USE = re.compile(
    r"<img((?: (?!src(?:set)?=)[^\s=<>]+=\"[^\"]*\")*+)>"
    r"|</?(?:area|map)(?: [^<>]*)?>"
    r"|<input(?![^<>]* type=\"checkbox\")[^<>]*>"
    r"|<a(?=(?:[^<>]* (id=\"[^\"]*\"))?)(?: [^<>]*)?>(\s*)</a>"
)
"""A picture without an address, of which its words remain; a map of a picture; a field; a link without
words, but for its id."""

_FRAMED = re.compile(r"<iframe [^<>]*></iframe>")
"""A frame as kbgen.notes.markdown.frames writes it."""

OnAddress = Callable[[str, str, str], str | None]
"""Tag, attribute and an author's address; returns what to write, None to drop it."""


_on_address: ContextVar[OnAddress] = ContextVar("on_address")


def _attribute(tag: str, name: str, value: str) -> str | None:
    if "\ufdd0" in value:
        return value if _OURS.fullmatch(value) else None
    if name == "cite":  # nobody is led there, so it says where words are from or nothing
        source = web_address(value)
        return None if source is None else str(source)
    if name in _ADDRESSES:
        if tag in _FRAME_TAGS and (not is_local(value) or web_address(value)):
            return value  # what becomes of a frame is decided later
        return _on_address.get()(tag, name, value)
    if name == "style":
        return safe_style(value)
    if name == "class" and "kb-" in value:
        return " ".join(each for each in value.split() if not each.startswith("kb-") or each in _CLASSES)
    return None if name == "id" else value


def _attribute_values() -> dict[str, dict[str, set[str]]]:
    """Return the values of attributes that only syntaxes write, by tag and attribute."""
    found: dict[str, dict[str, set[str]]] = {}
    for syntax in syntaxes():
        for tag, attributes in syntax.attributes.items():
            for name, values in attributes.items():
                found.setdefault(tag, {}).setdefault(name, set()).update(values)
    return found


@functools.cache
def _cleaner(schemes: frozenset[str]) -> nh3.Cleaner:
    """Return the sanitiser; making one costs more than a note does."""
    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        tag_attribute_values=_attribute_values(),
        url_schemes={*SAFE_SCHEMES, *schemes, "data"} - (FORBIDDEN_SCHEMES - {"data"}),
        link_rel=None,
    )


def sanitise(html: str, on_address: OnAddress, schemes: frozenset[str]) -> str | None:
    """Return rendered HTML, holes and all, with only what the list allows.

    Parameters
    ----------
    html
        Rendered note with holes.
    on_address
        Called for every address in the markup. Where it returns a shielded hole, the whole
        attribute becomes that hole.
    schemes
        Of links to other programs that the config allows.

    Returns
    -------
    str or None
        None where a tag or a quote that the author left open swallowed a part of the note.
    """
    html += hole("[end")
    cleaned = _clean(html, on_address, schemes)
    return cleaned if _holes(cleaned) == _holes(html) else None


def _holes(html: str) -> list[str]:
    """Return the holes between words; what is lost of those in tags, or with words, says nothing."""
    return sorted(payload for payload in html.split(NUL)[1::2] if payload[0] not in "hs#.:")


def _clean(html: str, on_address: OnAddress, schemes: frozenset[str]) -> str:
    if "&#" in html:
        html = _FORGED.sub("\ufffd", html)
    token = _on_address.set(on_address)
    try:
        cleaned = hints_to_styles(_cleaner(schemes).clean(shield(html)))
    finally:
        _on_address.reset(token)
    cleaned = _WITHOUT_USE.sub(_what_remains, cleaned)
    cleaned = _NAMED_ATTRIBUTE.sub(r"\1", cleaned)
    cleaned = _UNMARKED_EXTERNAL.sub('<a class="external" rel="noopener" ', cleaned)
    return unshield(cleaned)


def _what_remains(found: re.Match[str]) -> str:
    picture, own_id, space = found.groups(default="")
    words = _ALT.search(picture)
    if words:
        return words[1]
    return f"<span {own_id}></span>{space}" if own_id else space


_ALT = re.compile(' alt="([^"]*)"')


def balance(html: str) -> str:
    """Close what a slice of a sanitised note leaves open; the frames in it are ours."""
    parts = html.split(NUL)
    for index, payload in enumerate(parts[1::2]):
        named = _NAME.fullmatch(payload)
        if named or payload[0] == "s":  # an attribute, which must look like one
            parts[2 * index] += f' {named[1] if named else "srcset"}="'
            parts[2 * index + 2] = '"' + parts[2 * index + 2]
    html = NUL.join(parts)
    schemes = frozenset(map(str.lower, _SCHEME.findall(html)))
    frames: list[str] = []

    def put_by(found: re.Match[str]) -> str:
        frames.append(found[0])
        return hole(f"w{len(frames) - 1}")

    cleaned = _clean(_FRAMED.sub(put_by, html), lambda _tag, _name, value: value, schemes)
    if not frames:
        return cleaned
    return fill(cleaned, lambda payload: frames[int(payload[1:])] if payload[0] == "w" else hole(payload))
