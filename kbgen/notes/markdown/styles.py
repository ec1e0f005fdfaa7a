"""What an author's ``style`` may say: which properties, which values, and how far they reach (IN-10).

``tinycss2`` parses it, and a declaration is written again only where each of its parts is
known: words, numbers, colours, texts, variables of the theme, and a few functions that work with
these. What loads, runs, or reads something from elsewhere is none of them. Lengths are bounded
where they would let a note cover the page around it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kbgen.notes.word_set import word_set

if TYPE_CHECKING:
    from tinycss2.ast import Node

_SIDES = word_set("top right bottom left block inline block-start block-end inline-start inline-end")
_CORNERS = word_set("""
    top-left top-right bottom-left bottom-right start-start start-end end-start end-end
""")

PROPERTIES = word_set("""
    align-content align-items align-self aspect-ratio backface-visibility background background-clip
    background-color background-image background-origin background-position background-repeat
    background-size block-size border border-collapse border-color border-radius border-spacing border-style
    border-width box-decoration-break box-shadow box-sizing break-after break-before break-inside
    caption-side clear color column-count column-fill column-gap column-rule column-rule-color
    column-rule-style column-rule-width column-span column-width columns cursor direction display
    empty-cells filter flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap float font
    font-family font-feature-settings font-kerning font-size font-size-adjust font-stretch font-style
    font-variant font-variant-caps font-variant-numeric font-weight gap grid grid-area grid-auto-columns
    grid-auto-flow grid-auto-rows grid-column grid-column-end grid-column-gap grid-column-start grid-gap
    grid-row grid-row-end grid-row-gap grid-row-start grid-template grid-template-areas
    grid-template-columns grid-template-rows height hyphens image-rendering inline-size justify-content
    justify-items justify-self letter-spacing line-break line-height list-style list-style-position
    list-style-type margin max-block-size max-height max-inline-size max-width min-block-size min-height
    min-inline-size min-width mix-blend-mode object-fit object-position opacity order orphans outline
    outline-color outline-offset outline-style outline-width overflow overflow-wrap overflow-x overflow-y
    padding page-break-after page-break-before page-break-inside place-content place-items place-self
    position quotes resize row-gap ruby-align ruby-position tab-size table-layout text-align text-align-last
    text-combine-upright text-decoration text-decoration-color text-decoration-line text-decoration-style
    text-decoration-thickness text-emphasis text-emphasis-color text-emphasis-position text-emphasis-style
    text-indent text-justify text-orientation text-overflow text-shadow text-transform text-underline-offset
    text-underline-position text-wrap transform unicode-bidi user-select vertical-align visibility
    white-space widows width word-break word-spacing word-wrap writing-mode
""") | {
    *(f"border-{side}{part}" for side in _SIDES for part in ("", "-color", "-style", "-width")),
    *(f"border-{corner}-radius" for corner in _CORNERS),
    *(f"{box}-{side}" for box in ("margin", "padding") for side in _SIDES),
}
"""Properties that an author may set."""

_FUNCTIONS = word_set("""
    blur brightness calc clamp color color-mix conic-gradient contrast cubic-bezier drop-shadow fit-content
    grayscale hsl hsla hue-rotate hwb invert lab lch light-dark linear-gradient max min minmax oklab oklch
    opacity radial-gradient repeat repeating-conic-gradient repeating-linear-gradient
    repeating-radial-gradient rgb rgba rotate rotatex rotatey rotatez saturate scale scalex scaley sepia
    skew skewx skewy var
""")
_SUMS = frozenset({"calc", "clamp", "max", "min"})

_KEYWORDS: dict[str, frozenset[str]] = {
    "position": frozenset({"relative", "static"}),
    "cursor": frozenset({"auto", "default", "help", "pointer", "text", "zoom-in"}),
    "user-select": frozenset({"all", "auto", "text"}),
}
"""Properties of which only some words are allowed."""

_PAINTS_OUTSIDE = {"box-shadow", "filter", "outline", "outline-offset", "outline-width", "text-shadow"}
"""Properties that paint outside of their element, over what stands around it."""

_MOVING = {"font", "font-size", "text-indent", "transform"}

_MAX_OUTSIDE_PX, _MAX_PX, _MAX_FONT_PX, _MAX_SCALE = 64, 10_000, 400, 3
"""Pixels that a note may paint or move outward, of anything, and of a letter; how many times as large."""

_PIXELS = {
    **dict.fromkeys(("px", "q"), 1.0),
    **dict.fromkeys(("em", "rem", "lh", "rlh", "ic", "pc"), 16.0),
    **dict.fromkeys(("ex", "ch", "cap"), 8.0),
    **dict(zip(("pt", "in", "cm", "mm", "%"), (1.34, 96.0, 38.0, 3.8, 10.0), strict=True)),
    **{
        kind + unit: 15.0
        for kind in ("", "s", "l", "d", "cq")
        for unit in ("vw", "vh", "vmin", "vmax", "vi", "vb", "w", "h", "i", "b", "min", "max")
    },
}
"""About how many pixels a unit is; the others are angles, times and shares, which have no size."""
_SIZELESS = frozenset({"", "deg", "dpi", "dppx", "fr", "grad", "rad", "s", "ms", "turn"})

_MAX_TERMS = 3
"""Sizes in a sum of sizes of letters."""

_MAX_CHARS = 4_000


@functools.lru_cache(maxsize=1024)
def safe_style(style: str) -> str | None:
    """Return a ``style`` with what is allowed of it; None where nothing is.

    No declaration comes out as ``!important``.

    >>> safe_style("color: red; position: fixed; background: url(x)")
    'color:red'
    >>> safe_style("border-left: 3px solid #abc !important; box-shadow: 0 0 0 9999px red")
    'border-left:3px solid #abc'
    """
    if style.startswith("text-align:") and style[11:] in {"left", "center", "right"}:
        return style  # a cell of a table
    if len(style) > _MAX_CHARS:
        return None
    import tinycss2  # noqa: PLC0415 (only notes with styles pay for it)

    kept = []
    for declaration in tinycss2.parse_declaration_list(style, skip_comments=True, skip_whitespace=True):
        if declaration.type != "declaration" or declaration.lower_name not in PROPERTIES:
            continue
        name, value = declaration.lower_name, [part for part in declaration.value if part.type != "comment"]
        if _is_safe(name, value):
            kept.append(f"{name}:{tinycss2.serialize(value).strip()}")
    return ";".join(kept) or None


def _is_safe(name: str, value: Iterable[Node]) -> bool:
    """Tell whether all parts of a value are known, and those in its functions and brackets."""
    return all(_may_stand(name, part) for part in value)


def _may_stand(name: str, part: Node) -> bool:
    match part.type:
        case "number" | "percentage" | "dimension":
            unit = part.lower_unit if part.type == "dimension" else "%" * (part.type == "percentage")
            return _is_near(name, part.value, unit)
        case "function":
            reaches = part.lower_name in _SUMS and _reaches_out(name) and not _is_short(name, part.arguments)
            return part.lower_name in _FUNCTIONS and not reaches and _is_safe(name, part.arguments)
        case "() block" | "[] block":
            return _is_safe(name, part.content)
        case "ident":
            return part.lower_value in _KEYWORDS.get(name, (part.lower_value,))
        case "literal":
            return part.value in {",", "/", "*", "+", "-"}
        case _:
            return part.type in {"hash", "string", "whitespace"}


def _is_short(name: str, terms: Iterable[Node]) -> bool:
    """Tell whether a sum is of a few bounded sizes of letters, so that it is bounded too."""
    terms = [term for term in terms if term.type not in {"whitespace", "comment"}]
    sizes = [term for term in terms if term.type in {"number", "percentage", "dimension"}]
    signs = {term.value for term in terms if term.type == "literal"}
    known = len(sizes) + sum(term.type == "literal" for term in terms) == len(terms)
    return name == "font-size" and known and len(sizes) <= _MAX_TERMS and signs <= {",", "+", "-"}


def _reaches_out(name: str) -> bool:
    """Tell whether a property could reach over what stands around its element."""
    return name in _PAINTS_OUTSIDE or name in _MOVING or name.startswith("margin")


def _is_near(name: str, number: float, unit: str) -> bool:
    """Tell whether a number reaches no farther than the property may."""
    if unit in _SIZELESS or (unit == "%" and name in _PAINTS_OUTSIDE):
        return name != "transform" or bool(unit) or abs(number) <= _MAX_SCALE
    pixels = _PIXELS.get(unit)
    if pixels is None:
        return False
    if name == "transform" and unit == "%":
        return abs(number) <= 100 * _MAX_SCALE
    if name in {"font", "font-size"}:
        return 0 <= number * (0.16 if unit == "%" else pixels) <= _MAX_FONT_PX
    size = number * pixels
    return -_MAX_OUTSIDE_PX <= size <= (_MAX_OUTSIDE_PX if name in _PAINTS_OUTSIDE else _MAX_PX)
