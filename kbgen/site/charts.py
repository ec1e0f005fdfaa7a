"""A chart of two properties of several things: a small SVG with words for those who cannot see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape
from math import ceil, floor, log10

from kbgen.locales.locale import Locale
from kbgen.site.annotations import Chart, Point

_WIDTH, _HEIGHT = 680, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 28, 28, 56


def chart_svg(chart: Chart, number: int, locale: Locale) -> str:
    """Draw a chart.

    Parameters
    ----------
    chart
        What to draw.
    number
        Of the block on its page, for ids.
    locale
        The language of the numbers at the axes.
    """
    across = _Axis([point.x for point in chart.points], _LEFT, _WIDTH - _RIGHT)
    up = _Axis([point.y for point in chart.points], _HEIGHT - _BOTTOM, _TOP)
    title, description = f"kb:f{number}-title", f"kb:f{number}-told"
    points = "; ".join(f"{p.label} ({p.note}): {p.x_text}, {p.y_text}" for p in chart.points)
    lines = [
        (
            f'<svg class="kb-chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
            f' aria-labelledby="{title}" aria-describedby="{description}">'
        ),
        f'<title id="{title}">{escape(chart.title)}</title>',
        f'<desc id="{description}">{escape(points)}.</desc>',
        *_grid(chart, across, up, locale),
    ]
    places = [(across.place(point.x), up.place(point.y)) for point in chart.points]
    if len(places) > 1:
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        lines.append(f'<polyline class="kb-way" points="{way}"/>')
    for point, (x, y), (dx, dy, anchor) in zip(chart.points, places, _labels(places), strict=True):
        lines += _point(point, x, y, dx, dy, anchor)
    return "\n".join([*lines, "</svg>"])


class _Axis:
    """A linear scale from zero with round steps."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.step = _round_step(max(values, default=1) * 1.08)
        self.steps = ceil(max(values, default=1) * 1.08 / self.step) or 1
        self._start, self._end = start, end

    def place(self, value: float) -> float:
        return self._start + value / (self.step * self.steps) * (self._end - self._start)

    def ticks(self) -> list[float]:
        return [self.step * number for number in range(self.steps + 1)]


def _round_step(largest: float) -> float:
    raw = (largest or 1) / 5
    power = 10.0 ** floor(log10(raw))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)


def _grid(chart: Chart, across: _Axis, up: _Axis, locale: Locale) -> Iterator[str]:
    bottom = _HEIGHT - _BOTTOM
    for value in up.ticks():
        y = up.place(value)
        yield f'<line class="kb-grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        words = _short(value, locale, share=chart.y_share)
        yield f'<text class="kb-tick" x="{_LEFT - 10}" y="{y + 4:.1f}" text-anchor="end">{words}</text>'
    for value in across.ticks():
        x = across.place(value)
        yield f'<line class="kb-stroke" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom}" y2="{bottom + 5}"/>'
        words = _short(value, locale, share=chart.x_share)
        yield f'<text class="kb-tick" x="{x:.1f}" y="{bottom + 21}" text-anchor="middle">{words}</text>'
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    named, bottom = escape(chart.x_label), _HEIGHT - 10
    yield f'<text class="kb-axis" x="{middle}" y="{bottom}" text-anchor="middle">{named}</text>'
    yield f'<text class="kb-axis" x="{_LEFT - 44}" y="{_TOP - 12}">{escape(chart.y_label)}</text>'


def _point(point: Point, x: float, y: float, dx: float, dy: float, anchor: str) -> Iterator[str]:
    tooltip = f"{point.label} ({point.note}): {point.x_text}, {point.y_text}"
    yield f'<g class="kb-point"><title>{escape(tooltip)}</title><circle cx="{x:.1f}" cy="{y:.1f}" r="5.5"/>'
    yield (
        f'<text class="kb-name" x="{x + dx:.1f}" y="{y + dy:.1f}" text-anchor="{anchor}">'
        f'{escape(point.label)} <tspan class="kb-when">{escape(point.note)}</tspan></text>'
    )
    values = f"{escape(point.x_text)} · {escape(point.y_text)}"
    place = f'x="{x + dx:.1f}" y="{y + dy + 16:.1f}" text-anchor="{anchor}"'
    yield f'<text class="kb-value" {place}>{values}</text></g>'


_WIDE, _TALL = 168.0, 36.0
"""About the size of a label."""


def _labels(places: Sequence[tuple[float, float]]) -> list[tuple[float, float, str]]:
    """Return, for each point, where its label begins beside it: where it meets no other label or point."""
    taken = [(x - 8, y - 8, x + 8, y + 8) for x, y in places]
    found: list[tuple[float, float, str]] = []
    for x, y in places:
        choices = [
            (dx, dy, anchor)
            for dy in (-8.0, 16.0, -34.0, 40.0)
            for dx, anchor in ((12.0, "start"), (-12.0, "end"), (0.0, "middle"))
            if anchor != "middle" or dy != -8.0
        ]
        best = min(choices, key=lambda choice: _overlap(_box(x, y, *choice), taken))
        taken.append(_box(x, y, *best))
        found.append(best)
    return found


def _box(x: float, y: float, dx: float, dy: float, anchor: str) -> tuple[float, float, float, float]:
    left = x + dx - {"start": 0.0, "end": _WIDE, "middle": _WIDE / 2}[anchor]
    return left, y + dy - 13, left + _WIDE, y + dy - 13 + _TALL


def _overlap(
    box: tuple[float, float, float, float], taken: Sequence[tuple[float, float, float, float]]
) -> float:
    """Return how much of a box is covered already, or lies outside the chart."""
    left, top, right, bottom = box
    covered = sum(
        max(0.0, min(right, east) - max(left, west)) * max(0.0, min(bottom, south) - max(top, north))
        for west, north, east, south in taken
    )
    outside = max(0.0, right - _WIDTH) + max(0.0, _LEFT - left) + max(0.0, bottom - (_HEIGHT - _BOTTOM))
    return covered + 1000 * outside


def _short(value: float, locale: Locale, *, share: bool) -> str:
    """Write a number of an axis.

    >>> from kbgen.locales.locale import ENGLISH
    >>> _short(150_000_000, ENGLISH, share=False), _short(0.15, ENGLISH, share=True)
    ('150M', '15 %')
    """
    if share:
        return locale.gettext("%(number)s %%") % {"number": _plain(value * 100, locale)}
    for letter, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{_plain(value / size, locale)}{letter}"
    return _plain(value, locale)


def _plain(value: float, locale: Locale) -> str:
    text = f"{value:g}"
    return text if "e" in text else locale.number(Decimal(text), grouped=False)
