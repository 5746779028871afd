"""A tornado as SVG: how far the P80 swings with each factor, the widest first, on one scale."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from expansion.figures.palette import TIERS
from expansion.figures.paper import CRITICAL, INK
from expansion.figures.svg_chart import round_numbers
from expansion.markup import safe

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 1200, 230, 110, 50, 34
_PALE = "#dfe4ea"


def draw_tornado(drivers: pd.DataFrame, p80: float | None, *, currency: str, title: str) -> str:
    """Draw a bar per factor from the P80 at its P10 to the P80 at its P90; "" where nothing swings.

    Parameters
    ----------
    drivers
        factor, p80_low and p80_high, in money.
    p80
        As drawn; the line in the middle.
    currency
        Of all of them.
    title
        Read out to those who cannot see the chart.
    """
    if not len(drivers) or "p80_low" not in drivers or p80 is None:
        return ""
    rows = _ranges(drivers)
    if not rows:
        return ""
    low, high = min([p80, *(row[1] for row in rows)]), max([p80, *(row[2] for row in rows)])
    if high <= low:
        return ""
    wide = (_WIDTH - _LEFT - _RIGHT) / (high - low)
    foot = _TOP + _ROW * len(rows)

    def at(value: float) -> float:
        return float(round(_LEFT + (value - low) * wide, 1))

    ticks = "".join(
        f'<path d="M{at(value)} {_TOP - 8}V{foot}" stroke="{_PALE}"/>'
        f'<text x="{at(value)}" y="{foot + 20}" text-anchor="middle" fill="{INK}">{value:,.0f}</text>'
        for value in round_numbers(low, high)
    )
    bars = "".join(_bar(row, _TOP + _ROW * place, at) for place, row in enumerate(rows))
    middle = at(p80)
    line = (
        f'<path d="M{middle} {_TOP - 12}V{foot + 4}" stroke="{CRITICAL}" stroke-width="2" stroke-dasharray="5 4"/>'
        f'<text x="{middle}" y="{_TOP - 20}" text-anchor="middle" font-weight="600" fill="{CRITICAL}">'
        f"P80 {p80:,.0f} {safe(currency)}</text>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" viewBox="0 0 {_WIDTH} {foot + 30}" role="img" '
        f'aria-label="{safe(title)}" font-family="system-ui,sans-serif" font-size="14">{ticks}{bars}{line}</svg>'
    )


def _ranges(drivers: pd.DataFrame) -> list[tuple[str, float, float]]:
    """Read name, low and high end of each factor, the widest first."""
    ends = zip(drivers["factor"], drivers["p80_low"].astype(float), drivers["p80_high"].astype(float), strict=True)
    rows = [(str(name).replace("_", " "), min(one, other), max(one, other)) for name, one, other in ends]
    rows = [row for row in rows if row[2] - row[1] >= 0.5]  # what moves nothing is no bar
    return sorted(rows, key=lambda row: (row[1] - row[2], row[0]))


def _bar(row: tuple[str, float, float], y: int, at: Callable[[float], float]) -> str:
    """Draw one factor: its name, its bar, and the figures at both ends."""
    name, low, high = row
    west, east = at(low), at(high)
    words = f"{name}: P80 from {low:,.0f} to {high:,.0f}"
    return (
        f'<text x="{_LEFT - 104}" y="{y + 20}" text-anchor="end" fill="{INK}">{safe(name)}</text>'
        f'<rect x="{west}" y="{y + 5}" width="{max(east - west, 1):.1f}" height="{_ROW - 12}" rx="3" '
        f'fill="{TIERS["feeder"]}" fill-opacity="0.85"><title>{safe(words)}</title></rect>'
        f'<text x="{west - 6}" y="{y + 20}" text-anchor="end" font-size="12" fill="#5b6875">{low:,.0f}</text>'
        f'<text x="{east + 6}" y="{y + 20}" font-size="12" fill="#5b6875">{high:,.0f}</text>'
    )
