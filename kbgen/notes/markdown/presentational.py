"""Attributes and elements of old HTML that only say how something looks become the style they mean.

Old notes and tools write ``width="100%"``, ``align="center"``, ``<font color="red">``. Browsers still
follow them and HTML no longer has them. Sizes in whole pixels stay attributes where HTML knows them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [^\s="<>]+(?:="[^"]*")?)*)( ?/?)>')
_ATTRIBUTE = re.compile(r' ([^\s="<>]+)(?:="([^"]*)")?')
_LENGTH = re.compile(r"\s*(\d{1,5})(\.\d{1,4})?\d*\s*(%?)")
_COLOUR = re.compile(r"#[0-9a-f]{3,8}|[a-z]{3,24}", re.IGNORECASE)
_FACE = re.compile(r"[\w ,'-]{1,80}")

_NAMES = {"center": "div", "font": "span", "tt": "span", "strike": "s", "acronym": "abbr"}
_LOOKS = {"center": "text-align:center", "tt": "font-family:monospace"}
_SIZED = frozenset({"iframe", "img", "source", "video"})
_CELLS = frozenset({"col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"})
_FONT_SIZES = ("x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large")
_WITHOUT_EFFECT = frozenset({"cellpadding", "cellspacing", "char", "charoff", "summary"})
_OLD = re.compile(
    "<(?:" + "|".join(_NAMES) + ")[ >]"
    '| (?:align|bgcolor|border|clear|frameborder|nowrap|valign)="'
    '| (?:cell(?:padding|spacing)|char(?:off)?|summary)="|<hr [^>]*color="'
    '|<(?:table|t[dh]|col|colgroup|hr|pre)(?: [^>]*)? (?:width|size|height)="'
    '| (?:width|height)="[^"]*[^0-9"]|(?:width|height)=""'
)


def hints_to_styles(html: str) -> str:
    """Return sanitised HTML in which nothing is left that only old HTML had.

    Parameters
    ----------
    html
        Every attribute stands in double quotes, and no value holds ``<`` or ``>``.

    Examples
    --------
    >>> hints_to_styles('<iframe width="100%" height="200px"></iframe>')
    '<iframe height="200" style="width:100%"></iframe>'
    >>> hints_to_styles('<td align="right" style="color:red">1</td>')
    '<td style="text-align:right;color:red">1</td>'
    """
    return _TAG.sub(_renewed, html) if _OLD.search(html) else html


def _renewed(found: re.Match[str]) -> str:
    closing, tag, written, end = found.groups()
    name = _NAMES.get(tag, tag)
    if closing:
        return f"</{name}>"
    styles = [_LOOKS[tag]] if tag in _LOOKS else []
    kept: list[tuple[str, str | None]] = []
    own = ""
    for attribute, value in _ATTRIBUTE.findall(written):
        if attribute == "style":
            own = value.strip().rstrip(";")
            continue
        meaning = _MEANINGS.get(attribute)
        style = meaning(tag, attribute, unescape(value).strip()) if meaning else None
        if style is None:
            kept.append((attribute, value if f' {attribute}="' in written else None))
        elif style.startswith("="):
            kept.append((attribute, style[1:]))
        elif style:
            styles.append(style)
    if own:
        styles.append(own)
    if styles:
        kept.append(("style", ";".join(styles)))
    attributes = "".join(f" {each}" if value is None else f' {each}="{value}"' for each, value in kept)
    return f"<{name}{attributes}{end}>"


# Each of these returns the style that an attribute means, ``=`` and a value where the attribute
# itself stays with another value, ``""`` where it goes, and None where it stays as it is.


def _size(tag: str, name: str, value: str) -> str | None:
    if tag == "canvas":
        return None
    if tag == "hr" and name == "size":
        name = "height"
    found = _LENGTH.match(value)
    if found is None or (not int(found[1]) and tag not in _SIZED):
        return ""
    if found[3]:
        return f"{name}:{found[1]}{found[2] or ''}%"
    if tag in _SIZED:
        return (
            None if value.isascii() and value.isdigit() else f"={round(float(found[1] + (found[2] or '')))}"
        )
    return f"{name}:{found[1]}{found[2] or ''}px"


def _align(tag: str, _name: str, value: str) -> str:
    value = value.lower()
    if tag in {"img", "iframe", "table"}:
        if value in {"left", "right"}:
            return f"float:{value}"
        if value in {"top", "middle", "bottom", "baseline"} and tag != "table":
            return f"vertical-align:{value}"
        return "margin-left:auto;margin-right:auto" if (tag, value) == ("table", "center") else ""
    if value == "middle":
        value = "center"
    return f"text-align:{value}" if value in {"left", "right", "center", "justify"} else ""


def _valign(tag: str, _name: str, value: str) -> str:
    known = value.lower() in {"top", "middle", "bottom", "baseline"}
    return f"vertical-align:{value.lower()}" if tag in _CELLS and known else ""


def _border(tag: str, name: str, value: str) -> str:
    if name == "frameborder":
        return "border:0" if value.lower() in {"0", "no"} else ""
    found = _LENGTH.match(value)
    return f"border:{found[1]}px solid" if tag in {"img", "table"} and found and int(found[1]) else ""


def _font(tag: str, name: str, value: str) -> str | None:
    if tag == "hr" and name == "color":
        return f"border-color:{value}" if _COLOUR.fullmatch(value) else ""
    if tag != "font":
        return _size(tag, name, value) if tag == "hr" and name == "size" else None
    if name == "color":
        return f"color:{value}" if _COLOUR.fullmatch(value) else ""
    if name == "face":
        return f"font-family:{escape(value)}" if _FACE.fullmatch(value) else ""
    found = re.fullmatch(r"([+-]?)(\d)", value)
    if found is None:
        return ""
    number = int(found[2])
    number = number if not found[1] else 3 + number if found[1] == "+" else 3 - number
    return f"font-size:{_FONT_SIZES[min(max(number, 1), 7) - 1]}"


def _background(_tag: str, _name: str, value: str) -> str:
    return f"background-color:{value}" if _COLOUR.fullmatch(value) else ""


def _clear(_tag: str, _name: str, value: str) -> str:
    value = {"all": "both"}.get(value.lower(), value.lower())
    return f"clear:{value}" if value in {"both", "left", "right"} else ""


def _one_line(_tag: str, _name: str, _value: str) -> str:
    return "white-space:nowrap"


def _nothing(_tag: str, _name: str, _value: str) -> str:
    return ""


_MEANINGS: dict[str, Callable[[str, str, str], str | None]] = {
    **dict.fromkeys(("width", "height"), _size),
    **dict.fromkeys(("color", "face", "size"), _font),
    **dict.fromkeys(("border", "frameborder"), _border),
    **dict.fromkeys(_WITHOUT_EFFECT, _nothing),
    "align": _align,
    "bgcolor": _background,
    "clear": _clear,
    "nowrap": _one_line,
    "valign": _valign,
}
