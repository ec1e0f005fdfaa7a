"""SVG as text: elements, escaped, with coordinates to a tenth, so that the same drawing is the same bytes."""

from collections.abc import Iterable
from html import escape

WIDTH = 1000.0
MARGIN = 20.0
ROW = 19
"""From one base line to the next."""

STYLE = """
.network { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; }
.network:root { color: #24221e; background: #fdfcf9; color-scheme: light dark; }
.network text { fill: currentColor; font-variant-numeric: tabular-nums; }
.network .title { font-size: 22px; font-weight: 650; }
.network .name { font-size: 14px; font-weight: 650; }
.network .strong { font-weight: 650; }
.network .quiet { fill-opacity: .74; }
.network .small { font-size: 12px; }
.network .middle { text-anchor: middle; }
.network .end { text-anchor: end; }
.network .lane { fill: currentColor; fill-opacity: .045; }
.network .rule { stroke: currentColor; stroke-opacity: .25; fill: none; }
.network .maps { fill: #2f8594; fill-opacity: .30; stroke: #2f8594; stroke-width: 1.4; }
.network .pooled { fill: #2f8594; fill-opacity: .10; stroke: #2f8594; stroke-width: 1.4; }
.network .pooled { stroke-dasharray: 4 2.5; }
.network .units { fill: #8068b8; fill-opacity: .34; stroke: #8068b8; stroke-width: 1.4; }
.network .input { fill: currentColor; fill-opacity: .10; stroke: currentColor; stroke-opacity: .55; }
.network .window { fill: none; stroke: currentColor; stroke-opacity: .75; }
.network .sees { fill: currentColor; fill-opacity: .08; stroke: currentColor; stroke-opacity: .30; }
.network .sees { stroke-width: .8; }
.network .cross { fill: #c2622b; fill-opacity: .16; stroke: #c2622b; stroke-width: 1.1; }
.network .cross { stroke-dasharray: 6 3; }
.network .crossing { fill: #b4551f; font-weight: 650; }
.network .flow { stroke: currentColor; stroke-opacity: .7; stroke-width: 1.4; fill: none; }
.network .across { stroke: #c2622b; stroke-width: 2; fill: none; }
.network .head { fill: currentColor; fill-opacity: .8; }
.network .across-head { fill: #c2622b; }
.network .plate { fill: currentColor; fill-opacity: .06; stroke: currentColor; stroke-opacity: .35; }
.network .bar-parameters { fill: #8068b8; }
.network .bar-macs { stroke: #2f8594; stroke-width: 1.4; }
.network .stripe { stroke: currentColor; stroke-opacity: .8; stroke-width: 1.3; }
.network .bar-stripe { stroke: #2f8594; stroke-width: 2; }
@media (prefers-color-scheme: dark) {
.network:root { color: #d8d4cb; background: #181715; }
.network .maps, .network .pooled, .network .bar-macs, .network .bar-stripe { stroke: #5fb4c2; }
.network .units { stroke: #ab95dd; }
.network .bar-parameters { fill: #ab95dd; }
.network .cross, .network .across { stroke: #e08a54; }
.network .crossing, .network .across-head { fill: #e89a68; }
}
"""
"""Only what is under ``.network`` is touched, for drawings that stand in a page. Hues are of a middle tone,
which can be told from a light and from a dark ground alike, whichever the page has chosen."""


def number(value: float) -> str:
    """Write a coordinate."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def element(tag: str, *children: str, **attributes: str | float) -> str:
    """Write an element; ``class_`` and ``stroke_width`` are attributes as Python can spell them.

    Children are elements already written, not text.
    """
    pairs = ""
    for name, value in attributes.items():
        written = escape(value) if isinstance(value, str) else number(value)
        pairs += f' {name.rstrip("_").replace("_", "-")}="{written}"'
    return f"<{tag}{pairs}>{''.join(children)}</{tag}>" if children else f"<{tag}{pairs}/>"


def svg_text(x: float, y: float, content: str, class_: str = "") -> str:
    """Write a line of text; `y` is its base line."""
    named = {"class_": class_} if class_ else {}
    return element("text", escape(content, quote=False), x=x, y=y, **named)


def box(x: float, y: float, width: float, height: float, class_: str, radius: float = 2) -> str:
    """Write a rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, rx=radius, class_=class_)


def hatched(x: float, y: float, width: float, height: float, pattern: str, class_: str = "hatched") -> str:
    """Write a rectangle filled with a hatching that `stripes` has defined."""
    fill = f"url(#{pattern})"
    return element("rect", x=x, y=y, width=width, height=height, rx=1, class_=class_, fill=fill)


def line(class_: str, *points: tuple[float, float]) -> str:
    """Write a line through points."""
    return element("path", d=f"M{_path(points)}", class_=class_)


def polygon(class_: str, *points: tuple[float, float]) -> str:
    """Write a closed shape."""
    return element("path", d=f"M{_path(points)}Z", class_=class_)


def arrow(class_: str, *points: tuple[float, float], head: str = "head") -> str:
    """Write a line through points with a head at its end; its last part is level or upright."""
    *_, (x1, y1), (x2, y2) = points
    length, half = 8.0, 4.0
    towards_x, towards_y = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
    back = (x2 - length * towards_x, y2 - length * towards_y)
    wing = (half * towards_y, half * towards_x)
    tip = polygon(
        head, (x2, y2), (back[0] + wing[0], back[1] + wing[1]), (back[0] - wing[0], back[1] - wing[1])
    )
    return line(class_, *points[:-1], back) + tip


def stripes(identity: str, class_: str) -> str:
    """Define a hatching."""
    return element(
        "pattern",
        line(class_, (0, 0), (0, 5)),
        id=identity,
        width=5,
        height=5,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )


def group(name: str, *children: str) -> str:
    """Gather elements under a name, which browsers show beside the pointer."""
    return element("g", element("title", escape(name, quote=False)), *children)


def document(
    identity: str, title: str, description: str, size: tuple[float, float], parts: Iterable[str]
) -> str:
    """Put a drawing together.

    Parameters
    ----------
    identity
        Begins every id of the drawing; two drawings in one page need two.
    title, description
        What it is, and in words what it shows, for those who do not see it.
    size
        Width and height of the drawing, in its own units.
    parts
        Its elements.
    """
    width, height = size
    body = element(
        "svg",
        element("title", escape(title, quote=False), id=f"{identity}-title"),
        element("desc", escape(description, quote=False), id=f"{identity}-description"),
        element("style", STYLE),
        element(
            "defs",
            stripes(f"{identity}-norm", "stripe"),
            stripes(f"{identity}-macs", "bar-stripe"),
        ),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_labelledby=f"{identity}-title",
        aria_describedby=f"{identity}-description",
        class_="network",
    )
    return body.replace("><", ">\n<") + "\n"


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "L".join(f"{number(x)} {number(y)}" for x, y in points)
