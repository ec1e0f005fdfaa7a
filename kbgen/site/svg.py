"""A picture of the graph that stands still: one SVG with names, tooltips and a legend, for light and dark."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from kbgen.graph.colouring import Group
from kbgen.locales.locale import Locale, find_locale
from kbgen.site.scene import Scene, SceneNode
from kbgen.xml_text import xml_text

LIGHT = (
    "#5039b3",
    "#e66d3b",
    "#09718b",
    "#99094a",
    "#ca50ca",
    "#2e8bfc",
    "#8b5a0e",
    "#4e0739",
    "#051976",
    "#394001",
)
DARK = (
    "#0986ce",
    "#f7c383",
    "#1eb484",
    "#e2393d",
    "#ff8abd",
    "#87ede9",
    "#d8f942",
    "#b04fa1",
    "#a896fe",
    "#d88700",
)
"""Colours of groups on light and dark ground, those of graph.css: any two differ for eyes that see no red,
green or blue as well."""

_WIDTH, _HEIGHT = 1600, 1200
"""Room for the drawing; its legend comes below."""
_MARGIN = 40
_MAX_UNIT_PIXELS = 70.0
"""Pixels of a unit at most, so that three notes do not fill a wall."""
_MAX_LABELS = 40
_MAX_LABEL_CHARS = 36
_MIN_OBSTACLE_RADIUS = 6
"""A node of a larger radius is no place for another's name."""
_MIN_LABELS = 12
"""So many names are set at least, even where they cover smaller nodes."""
_WIDE = frozenset("WF")

Box = tuple[float, float, float, float]


def picture_svg(scene: Scene, *, pages: str | None = None) -> str:
    """Draw a picture.

    Parameters
    ----------
    scene
        What to draw; its first colouring is used.
    pages
        What stands before the address of a page; without it nothing leads to pages.

    Returns
    -------
    str
        XML. Each node is a ``<g id="n0" data-id="...">``, each edge a ``<path data-source="n0"
        data-target="n1">`` that names two of them.
    """
    frame = _Frame(scene)
    locale = find_locale(scene.language)
    legend, below = _legend(scene, frame, locale)
    height = round(frame.height + below)
    words = escape(xml_text(scene.title))
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {round(frame.width)} {height}"',
            f' width="{round(frame.width)}" height="{height}" class="kb-graph"',
            f' role="img" aria-labelledby="title desc" lang={quoteattr(scene.language)}>\n',
            f'<title id="title">{words}</title>\n',
            f'<desc id="desc">{escape(_description(scene, locale))}</desc>\n',
            f"<style>{_style(scene)}</style>\n",
            f'<rect class="paper" width="{round(frame.width)}" height="{height}"/>\n',
            f'<g class="edges">\n{"".join(_edges(scene, frame))}</g>\n',
            f'<g class="nodes">\n{"".join(_nodes(scene, frame, pages))}</g>\n',
            f'<g class="names" aria-hidden="true">\n{"".join(_names(scene, frame))}</g>\n',
            f'<g class="legend">\n{legend}</g>\n',
            "</svg>\n",
        )
    )


class _Frame:
    """The places of a picture in pixels."""

    def __init__(self, scene: Scene) -> None:
        nodes = scene.nodes
        self._left = min((node.x - node.radius for node in nodes), default=0.0)
        self._top = min((node.y - node.radius for node in nodes), default=0.0)
        wide = max((node.x + node.radius for node in nodes), default=0.0) - self._left
        high = max((node.y + node.radius for node in nodes), default=0.0) - self._top
        self.scale = min(_MAX_UNIT_PIXELS, _WIDTH / max(wide, 1e-9), _HEIGHT / max(high, 1e-9))
        self.width = max(480.0, wide * self.scale + 2 * _MARGIN)
        self.height = high * self.scale + 2 * _MARGIN
        self._shift = (self.width - wide * self.scale) / 2

    def place(self, node: SceneNode) -> tuple[float, float]:
        """Return where a node's middle is."""
        return (node.x - self._left) * self.scale + self._shift, (node.y - self._top) * self.scale + _MARGIN

    def radius(self, node: SceneNode) -> float:
        """Return how large it is; never too small to be seen."""
        return max(1.6, min(node.radius * self.scale, 8 + 10 * node.radius))


def _description(scene: Scene, locale: Locale) -> str:
    first = sorted(scene.nodes, key=lambda node: (-node.degree, node.id))[:5]
    most = [xml_text(node.title) for node in first if node.degree]
    count, links = len(scene.nodes), len(scene.edges)
    nodes = locale.ngettext("%(count)s nodes", "%(count)s nodes", count) % {"count": locale.number(count)}
    lines = locale.ngettext("%(count)s lines", "%(count)s lines", links) % {"count": locale.number(links)}
    # Translators: of a picture of a graph, such as "12 nodes and 30 lines between them."
    counts = locale.gettext("%(nodes)s and %(lines)s between them.") % {"nodes": nodes, "lines": lines}
    if not most:
        return counts
    first_ones = locale.gettext("The most connected: %(notes)s.") % {"notes": locale.listed(most)}
    return f"{counts} {first_ones}"


def _style(scene: Scene) -> str:
    """Return the colours of what is in the picture, with those for dark ground where that is asked for."""
    named = sum(group.role == "named" for group in scene.colourings[0].groups)
    return (
        f"{_colours('#fdfcf9', '#24221e', '#3d3a33', ('#938e85', '#5f5b54'), LIGHT[:named])}"
        ".kb-graph{max-width:100%;max-height:100vh}"
        ".kb-graph .edges{fill:none}.kb-graph .nodes,.kb-graph .legend{stroke-width:.75}"
        ".kb-graph text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Helvetica Neue',"
        "Arial,sans-serif;stroke:none}.kb-graph .names text{text-anchor:middle;font-weight:500;"
        "stroke-width:4;stroke-linejoin:round;paint-order:stroke}.kb-graph .legend text{font-size:14px}"
        ".kb-graph .unresolved{stroke-width:1.5}"
        f"@media(prefers-color-scheme:dark){{"
        f"{_colours('#181715', '#d8d4cb', '#cdc8bc', ('#716e68', '#a8a399'), DARK[:named])}}}"
    )


def _colours(ground: str, ink: str, edge: str, greys: tuple[str, str], groups: Sequence[str]) -> str:
    """Return rules without variables, which not every program that shows SVG knows."""
    rest, other = greys
    return (
        f".kb-graph{{background:{ground}}}.kb-graph .paper{{fill:{ground}}}.kb-graph .edges{{stroke:{edge}}}"
        f".kb-graph .nodes,.kb-graph .legend{{fill:{rest};stroke:{ground}}}"
        f".kb-graph text{{fill:{ink}}}.kb-graph .names text{{stroke:{ground}}}"
        + "".join(f".kb-graph .g{number}{{fill:{colour}}}" for number, colour in enumerate(groups))
        + f".kb-graph .other{{fill:{other}}}.kb-graph .unresolved{{fill:{ground};stroke:{rest}}}"
    )


def _edges(scene: Scene, frame: _Frame) -> Iterator[str]:
    """Yield the lines, the long ones first and faintest: they say least and cover most."""
    places = [frame.place(node) for node in scene.nodes]
    strength = min(0.5, 8 / math.sqrt(len(scene.edges) + 1))
    whole = math.hypot(frame.width, frame.height)
    lots: dict[float, list[str]] = {0.3: [], 0.5: [], 0.75: [], 1.0: []}
    for one, other in scene.edges:
        (x1, y1), (x2, y2) = places[one], places[other]
        far = math.hypot(x2 - x1, y2 - y1) / whole
        part = next((part for limit, part in ((0.06, 1.0), (0.15, 0.75), (0.3, 0.5)) if far < limit), 0.3)
        lots[part].append(
            f'<path d="M{_number(x1)} {_number(y1)}L{_number(x2)} {_number(y2)}"'
            f' data-source="n{one}" data-target="n{other}"/>\n'
        )
    for part, lines in lots.items():
        if lines:
            faint = max(0.025, strength * (part if len(scene.edges) > 400 else 1))
            yield f'<g stroke-opacity="{_number(faint, 3)}">\n{"".join(lines)}</g>\n'


def _nodes(scene: Scene, frame: _Frame, pages: str | None) -> Iterator[str]:
    """Yield the nodes, the large ones under the small ones."""
    colouring = scene.colourings[0]
    for number in sorted(range(len(scene.nodes)), key=lambda each: (-scene.nodes[each].radius, each)):
        node = scene.nodes[number]
        group = colouring.of[node.id]
        x, y = frame.place(node)
        named = _class(colouring.groups[group], group)
        title = f"<title>{escape(xml_text(node.title), _BREAKS)}</title>"
        mark = (
            f'<g id="n{number}"{named} data-id={_attribute(node.id)}>'
            f"{title}{_shape(node.kind, x, y, frame.radius(node))}</g>"
        )
        if pages is not None and node.url is not None:
            mark = f"<a href={_attribute(pages + node.url)}>{mark}</a>"
        yield f"{mark}\n"


def _shape(kind: str, x: float, y: float, radius: float) -> str:
    """Return the mark of a node; its kind shows without colour as well."""
    if kind == "attachment":
        side = _number(1.7 * radius)
        corner = f'x="{_number(x - 0.85 * radius)}" y="{_number(y - 0.85 * radius)}"'
        return f'<rect {corner} width="{side}" height="{side}"/>'
    if kind == "tag":
        half = _number(1.2 * radius)
        top = f"{_number(x)} {_number(y - 1.2 * radius)}"
        return f'<path d="M{top}l{half} {half}l-{half} {half}l-{half} -{half}z"/>'
    hollow = ' class="unresolved"' if kind == "unresolved" else ""
    return f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"{hollow}/>'


def _names(scene: Scene, frame: _Frame) -> Iterator[str]:
    """Yield the names of the most connected nodes: none over another, nor over a large node if it can be."""
    solid = [
        _square(frame.place(node), 0.8 * frame.radius(node))
        for node in scene.nodes
        if frame.radius(node) > _MIN_OBSTACLE_RADIUS
    ]
    taken: list[Box] = []
    order = sorted(scene.nodes, key=lambda node: (node.kind != "note", -node.degree, node.id))
    for rank, node in enumerate(order[: 8 * _MAX_LABELS]):
        if len(taken) == _MAX_LABELS:
            return
        words = _cut(xml_text(node.title))
        size = round(max(13.0, min(22.0, 12 + frame.radius(node) / 3)))
        around = [
            box for box in _around(node, width_of(words) * size, size, frame) if not _crossing(box, taken)
        ]
        clear = [box for box in around if not _crossing(box, solid)]
        if not clear and rank < _MIN_LABELS:
            clear = around
        if clear:
            left, _, right, bottom = clear[0]
            taken.append(clear[0])
            place = f'x="{_number((left + right) / 2)}" y="{_number(bottom - 0.3 * size)}"'
            yield (f'<text {place} font-size="{size}">{escape(words, _BREAKS)}</text>\n')


def _around(node: SceneNode, width: float, size: float, frame: _Frame) -> Iterator[Box]:
    """Yield where a name may stand: under its node, over it, and on either side, within the drawing."""
    x, y = frame.place(node)
    radius, half = frame.radius(node), width / 2 + 4
    for middle, line in (
        (x, y + radius + size),
        (x, y - radius - 0.4 * size),
        (x + radius + half, y + 0.35 * size),
        (x - radius - half, y + 0.35 * size),
    ):
        box = (middle - half, line - size, middle + half, line + 0.3 * size)
        if box[0] > 0 and box[1] > 0 and box[2] < frame.width and box[3] < frame.height:
            yield box


def _crossing(box: Box, others: Sequence[Box]) -> bool:
    return any(_cross(box, other) for other in others)


def _square(middle: tuple[float, float], half: float) -> Box:
    return middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half


def _cross(one: Box, other: Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def width_of(text: str) -> float:
    """Estimate how wide a text is set, in parts of its size; rather too wide than too narrow.

    Examples
    --------
    >>> width_of("ill") < width_of("www") < width_of("字字字字")
    True
    """
    width = 0.0
    for letter in text:
        if unicodedata.combining(letter):
            continue
        if unicodedata.east_asian_width(letter) in _WIDE or ord(letter) > 0xFFFF:
            width += 1.1
        elif letter in "iljtfrI.,:;'|!()[] ":
            width += 0.36
        else:
            width += 0.86 if letter in "mwMWGOQ@%" else 0.62
    return width


def _legend(scene: Scene, frame: _Frame, locale: Locale) -> tuple[str, float]:
    """Return the legend, in rows under the drawing, and its height."""
    colouring = scene.colourings[0]
    x, y = float(_MARGIN), frame.height + 8
    items = []
    for number, group in enumerate(colouring.groups):
        words = f"{_cut(xml_text(group.name))} ({locale.number(group.size)})"
        width = 26 + width_of(words) * 14 + 18
        if x > _MARGIN and x + width > frame.width - _MARGIN:
            x, y = float(_MARGIN), y + 26
        items.append(
            f"<g{_class(group, number)}>{_shape(group.role, x + 7, y, 6)}"
            f'<text x="{_number(x + 20)}" y="{_number(y + 5)}">{escape(words, _BREAKS)}</text></g>\n'
        )
        x += width
    return "".join(items), y - frame.height + 28 if items else 0.0


def _class(group: Group, number: int) -> str:
    if group.role == "other":
        return ' class="other"'
    return f' class="g{number}"' if group.role == "named" else ""


_BREAKS = {"\r": "&#13;"}


def _attribute(text: str) -> str:
    return quoteattr(xml_text(text))


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_LABEL_CHARS else f"{text[: _MAX_LABEL_CHARS - 1].rstrip()}…"


def _number(value: float, digits: int = 1) -> str:
    """Write a number without needless signs; rounding keeps the file small and the same everywhere.

    >>> _number(12.04), _number(-0.01), _number(0.25, 3)
    ('12', '0', '0.25')
    """
    return f"{round(value, digits) + 0.0:.{digits}f}".rstrip("0").rstrip(".") or "0"
