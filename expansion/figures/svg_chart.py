"""A chart as SVG for reports: lines and bars over a number line, below zero too."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from expansion.figures.paper import INK
from expansion.markup import safe

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 1200, 400, 96, 30, 44, 52
_PALE, _GRAY, _TICKS, _FEW_YEARS = "#dfe4ea", "#8793a0", 5, 8
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one name and color; drawn as a line, with a dot per point or without, or as bars `bar_width` wide."""

    name: str
    color: str
    points: Sequence[Point]
    bar_width: float = 0.0
    dash: str = ""
    dots: bool = True


@dataclass(frozen=True, slots=True)
class _Scale:
    """Numbers to pixels."""

    west: float
    east: float
    south: float
    north: float

    def x(self, value: float) -> float:
        """Place a number on the way from left to right."""
        return round(_LEFT + (value - self.west) / (self.east - self.west) * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        """Place a number on the way from the foot to the head."""
        share = (value - self.south) / (self.north - self.south)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)


def draw_chart(
    series: Sequence[Series], *, title: str, x_words: str, y_words: str, plain_x: bool = False, from_zero: bool = True
) -> str:
    """Draw series over one pair of axes; "" where they hold no two points.

    Parameters
    ----------
    series
        Drawn in their order, the first below.
    title
        Read out to those who cannot see the chart.
    x_words, y_words
        What the axes count.
    plain_x
        Write numbers along x without thousands set apart: years, with their quarters where few years are shown.
    from_zero
        Hold zero on the y axis.
    """
    points = [point for one in series for point in one.points]
    if len(points) < 2:
        return ""
    scale = _scale(series, points, from_zero=from_zero)
    body = [*_axes(scale, x_words, y_words, plain_x=plain_x), *_keys(series)]
    body += [text for one in series for text in (_bars(one, scale) if one.bar_width else _line(one, scale))]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{safe(title)}" font-family="system-ui,sans-serif" font-size="13">{"".join(body)}</svg>'
    )


def _scale(series: Sequence[Series], points: Sequence[Point], *, from_zero: bool) -> _Scale:
    """Hold every point, and zero on the y axis if asked."""
    half = max(one.bar_width for one in series) / 2
    west, east = min(x for x, _ in points) - half, max(x for x, _ in points) + half
    heights = [y for _, y in points] + ([0.0] if from_zero else [])
    south, north = min(heights), max(heights)
    return _Scale(west, east if east > west else west + 1, south, north if north > south else south + 1)


def _axes(scale: _Scale, x_words: str, y_words: str, *, plain_x: bool) -> Iterator[str]:
    """Draw ticks, their figures, and what they count."""
    if plain_x and scale.east - scale.west <= _FEW_YEARS:
        yield from _quarters(scale)
    else:
        for value in round_numbers(scale.west, scale.east):
            words = f"{value:.0f}" if plain_x else f"{value:,.0f}"
            yield f'<text x="{scale.x(value)}" y="{_HEIGHT - 32}" text-anchor="middle" fill="{INK}">{words}</text>'
    for value in round_numbers(scale.south, scale.north):
        y = scale.y(value)
        yield f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="{INK if value == 0 else _PALE}"/>'
        yield f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end" fill="{INK}">{value:,.0f}</text>'
    middle = (_WIDTH + _LEFT - _RIGHT) // 2
    yield f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle" fill="{INK}">{safe(x_words)}</text>'
    yield f'<text x="{_LEFT - 10}" y="{_TOP - 14}" text-anchor="end" fill="{INK}">{safe(y_words)}</text>'


def _quarters(scale: _Scale) -> Iterator[str]:
    """Draw a line per quarter, a heavier one with its number per year."""
    for number in range(math.ceil(4 * scale.west), math.floor(4 * scale.east) + 1):
        year, quarter = divmod(number, 4)
        x = scale.x(number / 4)
        yield f'<path d="M{x} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="{_PALE if quarter else _GRAY}"/>'
        if number + 1 <= 4 * scale.east:
            yield f'<text x="{x + 4}" y="{_HEIGHT - 34}" font-size="11" fill="{_GRAY}">Q{quarter + 1}</text>'
        if not quarter:
            yield f'<text x="{x + 4}" y="{_HEIGHT - 16}" font-weight="600" fill="{INK}">{year}</text>'


def _keys(series: Sequence[Series]) -> Iterator[str]:
    """Name the series along the head."""
    x = float(_LEFT + 12)
    for one in series:
        yield f'<rect x="{x}" y="{_TOP - 25}" width="16" height="9" fill="{one.color}"/>'
        yield f'<text x="{x + 22}" y="{_TOP - 16}" fill="{INK}">{safe(one.name)}</text>'
        x += 44 + 7.4 * len(one.name)


def _line(one: Series, scale: _Scale) -> Iterator[str]:
    """Draw a line with a dot per point that says its figures."""
    spots = [(scale.x(x), scale.y(y)) for x, y in one.points]
    path = " ".join(f"{x},{y}" for x, y in spots)
    dash = f' stroke-dasharray="{one.dash}"' if one.dash else ""
    yield f'<path d="M{path}" fill="none" stroke="{one.color}" stroke-width="2.5"{dash}/>'
    for (x, y), (at, value) in zip(spots, one.points, strict=True) if one.dots else ():
        words = f"{one.name}: {value:,.0f} at {at:,.0f}"
        yield f'<circle cx="{x}" cy="{y}" r="3.5" fill="{one.color}"><title>{safe(words)}</title></circle>'


def _bars(one: Series, scale: _Scale) -> Iterator[str]:
    """Draw a bar per point, from zero."""
    foot = scale.y(0)
    wide = scale.x(scale.west + one.bar_width) - _LEFT
    for at, value in one.points:
        y = scale.y(value)
        place = f'x="{scale.x(at) - wide / 2:.1f}" y="{min(y, foot)}" width="{wide:.1f}" height="{abs(y - foot):.1f}"'
        words = f"{one.name}: {value:,.0f} in {at:.0f}"
        yield f'<rect {place} fill="{one.color}"><title>{safe(words)}</title></rect>'


def round_numbers(low: float, high: float) -> list[float]:
    """Give round numbers between two, about as many as there are ticks."""
    rough = (high - low) / _TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
    if step < 1:
        step = 1.0
    return [step * number for number in range(math.ceil(low / step), math.floor(high / step) + 1)]
