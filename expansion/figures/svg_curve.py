"""The budget curve as SVG: cost against locations, what is proven about all other networks, and the expensive tail."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from expansion.figures.palette import TIERS
from expansion.figures.paper import CRITICAL, INK
from expansion.markup import safe
from expansion.plan.curve import find_tail
from expansion.wording import count

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 1200, 460, 96, 30, 26, 52
_PALE, _PROVEN = "#dfe4ea", "#e9edf1"
_TICKS = 5


def bound_line(table: pd.DataFrame) -> list[tuple[float, float]]:
    """Corners of the certified bound: no network reaches as many locations below this line.

    Parameters
    ----------
    table
        After `CURVE`. Each row gives a line to either side, by `bound_before` and `bound_after`; the bound is the
        highest of them.

    Returns
    -------
    list of tuple
        Locations and cost, from the first row to the last.
    """
    rows = list(table.itertuples(index=False))
    corners = [(float(rows[0].locations), float(rows[0].certified_lower_bound))] if rows else []
    for low, high in pairwise(rows):
        wide, bend = float(high.locations - low.locations), float(high.bound_before - low.bound_after)
        foot = high.certified_lower_bound - high.bound_before * wide
        if bend > 0:
            along = min(max((low.certified_lower_bound - foot) / bend, 0.0), wide)
            height = max(low.certified_lower_bound + low.bound_after * along, foot + high.bound_before * along)
            corners.append((low.locations + along, height))
        corners.append((float(high.locations), float(high.certified_lower_bound)))
    return corners


def draw_curve(table: pd.DataFrame, *, currency: str, title: str) -> str:
    """Draw the curve; "" where it has no two points.

    A point is a network; below the shaded edge lies what is proven impossible; the expensive tail is tinted.

    Parameters
    ----------
    table
        After `CURVE`.
    currency
        Of its money.
    title
        Read out to those who cannot see the chart.
    """
    if len(table) < 2:
        return ""
    many, most = float(table["locations"].iloc[-1]), float(table["cost"].iloc[-1])
    if not most:
        return ""
    body = [*_tail(table, many), *_proven(table, many, most), *_axes(many, most, currency)]
    line = " ".join(_spot(row.locations, row.cost, many, most) for row in table.itertuples())
    body.append(f'<path d="M{line}" fill="none" stroke="{TIERS["feeder"]}" stroke-width="2.5"/>')
    body += [_point(row, many, most, currency) for row in table.itertuples()]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{safe(title)}" font-family="system-ui,sans-serif" font-size="13">{"".join(body)}</svg>'
    )


def _x(locations: float, many: float) -> float:
    return round(_LEFT + locations / many * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(cost: float, most: float) -> float:
    return round(_HEIGHT - _BOTTOM - cost / most * (_HEIGHT - _TOP - _BOTTOM), 1)


def _spot(locations: float, cost: float, many: float, most: float) -> str:
    return f"{_x(locations, many)},{_y(cost, most)}"


def _tail(table: pd.DataFrame, many: float) -> Iterator[str]:
    """Tint the expensive tail."""
    tail = find_tail(table)
    if tail is not None:
        start = _x(float(table["locations"].iloc[tail.point]), many)
        size = f'width="{_WIDTH - _RIGHT - start:.1f}" height="{_HEIGHT - _TOP - _BOTTOM}"'
        yield f'<rect x="{start}" y="{_TOP}" {size} fill="{CRITICAL}" fill-opacity="0.09"/>'
        yield f'<text x="{start - 8}" y="{_TOP + 16}" text-anchor="end" fill="{CRITICAL}">expensive tail</text>'


def _proven(table: pd.DataFrame, many: float, most: float) -> Iterator[str]:
    """Shade what no network can do."""
    line = bound_line(table)
    spots = [_spot(locations, cost, many, most) for locations, cost in line]
    foot = [_spot(line[-1][0], 0, many, most), _spot(line[0][0], 0, many, most)]
    yield f'<path d="M{" ".join([*spots, *foot])}Z" fill="{_PROVEN}"/>'
    x, y = _x(0.62 * many, many), _HEIGHT - _BOTTOM - 14
    yield f'<text x="{x}" y="{y}" text-anchor="middle" fill="{INK}" fill-opacity="0.6">proven impossible</text>'


def _axes(many: float, most: float, currency: str) -> Iterator[str]:
    """Draw ticks, their figures and what they count."""
    for value in _round_numbers(many):
        x = _x(value, many)
        yield f'<text x="{x}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle" fill="{INK}">{value:,.0f}</text>'
    for value in _round_numbers(most):
        y = _y(value, most)
        yield f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="{_PALE}"/>'
        yield f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end" fill="{INK}">{value:,.0f}</text>'
    middle = (_WIDTH + _LEFT - _RIGHT) // 2
    yield f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle" fill="{INK}">eligible locations reached</text>'
    yield f'<text x="{_LEFT - 10}" y="{_TOP - 10}" text-anchor="end" fill="{INK}">{safe(currency)}</text>'


def _round_numbers(most: float) -> list[float]:
    """Round numbers from 0 up to `most`, about as many as there are ticks."""
    rough = most / _TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = max(1.0, next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough))
    return [step * number for number in range(int(most / step) + 1)]


def _point(row: object, many: float, most: float, currency: str) -> str:
    """Draw one network, with its figures to read."""
    locations, cost, bound = (float(getattr(row, name)) for name in ("locations", "cost", "lower_bound"))
    words = f"{count(int(locations), 'location')} for {cost:,.0f} {currency}; proven to cost at least {bound:,.0f}"
    spot = f'cx="{_x(locations, many)}" cy="{_y(cost, most)}"'
    return f'<circle {spot} r="4.5" fill="{TIERS["feeder"]}"><title>{safe(words)}</title></circle>'
