"""What each crew is needed for per week, as SVG: a row of bars per crew below one calendar, against what there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from expansion.figures.palette import TIERS
from expansion.figures.paper import CRITICAL, INK
from expansion.markup import safe

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW, _TALL = 1200, 150, 90, 40, 44, 30
_PALE, _GRAY = "#dfe4ea", "#5b6875"
_WEEK = 7


def draw_weeks(weeks: pd.DataFrame, *, title: str, most: int = 12) -> str:
    """Draw demand by week of the busiest resources, a dashed line at what there is; "" where nothing is needed.

    Parameters
    ----------
    weeks
        After `RESOURCE_WEEKS`: week (ISO date of its Monday), resource, unit, demand, capacity.
    title
        Read out to those who cannot see the chart.
    most
        Resources shown, those needed most against what there is first.
    """
    needed = weeks[weeks["demand"] > 0]
    if not len(needed):
        return ""
    first, last = _day(needed["week"].min()), _day(needed["week"].max()) + dt.timedelta(days=_WEEK)
    peaks = (needed["demand"] / needed["capacity"].where(needed["capacity"] > 0)).groupby(needed["resource"]).max()
    sums = needed.groupby("resource")["demand"].sum()
    names = sorted(sums.index, key=lambda name: (-float(peaks[name]), -float(sums[name]), str(name)))[:most]
    rows = [_row(needed[needed["resource"] == name], place, first, last) for place, name in enumerate(names)]
    foot = _TOP + _ROW * len(names)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" viewBox="0 0 {_WIDTH} {foot + 10}" role="img" '
        f'aria-label="{safe(title)}" font-family="system-ui,sans-serif" font-size="12">'
        f"{''.join(_calendar(first, last, foot))}{''.join(rows)}</svg>"
    )


def _day(text: object) -> dt.date:
    """Read an ISO date."""
    return dt.date.fromisoformat(str(text)[:10])


def _x(day: dt.date, first: dt.date, last: dt.date) -> float:
    """Place a day."""
    return round(_LEFT + (day - first).days / (last - first).days * (_WIDTH - _LEFT - _RIGHT), 1)


def _calendar(first: dt.date, last: dt.date, foot: int) -> Iterator[str]:
    """Draw a line per quarter with its number, a heavier one per year."""
    for number in range(first.year * 4, last.year * 4 + 4):
        year, quarter = divmod(number, 4)
        day = dt.date(year, 3 * quarter + 1, 1)
        if not first <= day < last:
            continue
        x = _x(day, first, last)
        yield f'<path d="M{x} 18V{foot}" stroke="{_PALE if quarter else "#a9b4c0"}"/>'
        yield f'<text x="{x + 4}" y="30" font-size="10" fill="{_GRAY}">Q{quarter + 1}</text>'
        if not quarter:
            yield f'<text x="{x + 4}" y="13" font-weight="600" fill="{INK}">{year}</text>'


def _row(mine: pd.DataFrame, place: int, first: dt.date, last: dt.date) -> str:
    """Draw one resource: its name, a bar per week, red above what there is, and its largest week."""
    base = _TOP + _ROW * place + _ROW - 6
    name, unit = str(mine["resource"].iloc[0]), str(mine["unit"].iloc[0]).replace("-", " ")
    peak, there = float(mine["demand"].max()), float(mine["capacity"].max())
    high = max(peak, there) or 1.0
    wide = max(_x(first + dt.timedelta(days=_WEEK), first, last) - _LEFT - 1, 1)
    bars = "".join(
        _bar(_x(_day(week), first, last), base, wide, float(demand), float(capacity), high, f"{name}, week of {week}")
        for week, demand, capacity in zip(mine["week"], mine["demand"], mine["capacity"], strict=True)
    )
    line = base - _TALL * there / high
    limit = (
        f'<path d="M{_LEFT} {line:.1f}H{_WIDTH - _RIGHT}" stroke="{_GRAY}" stroke-dasharray="4 4"/>' if there else ""
    )
    return (
        f'<text x="{_LEFT - 12}" y="{base - 4}" text-anchor="end" fill="{INK}">{safe(name.replace("_", " "))}</text>'
        f'<path d="M{_LEFT} {base}H{_WIDTH - _RIGHT}" stroke="{_PALE}"/>{bars}{limit}'
        f'<text x="{_WIDTH - _RIGHT + 10}" y="{base - 13}" font-size="11" fill="{INK}">most {peak:,.0f}</text>'
        f'<text x="{_WIDTH - _RIGHT + 10}" y="{base - 1}" font-size="10" fill="{_GRAY}">{safe(unit)}</text>'
    )


def _bar(x: float, base: int, wide: float, demand: float, capacity: float, high: float, words: str) -> str:
    """Draw the demand of one week."""
    tall = _TALL * demand / high
    over = demand > capacity + 1e-9
    return (
        f'<rect x="{x}" y="{base - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}" '
        f'fill="{CRITICAL if over else TIERS["feeder"]}" fill-opacity="0.8">'
        f"<title>{safe(words)}: {demand:,.1f} of {capacity:,.1f}</title></rect>"
    )
