"""Dates and costs that were drawn together, as SVG: a cloud of draws, and how likely each date is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from expansion.figures.palette import OUTCOMES, TIERS
from expansion.figures.paper import CRITICAL, INK
from expansion.figures.svg_chart import round_numbers
from expansion.markup import safe

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 620, 400, 90, 20, 40, 52
_PALE, _GRAY = "#dfe4ea", "#5b6875"
_LEVELS = (("P50", "finish_p50", 0.5), ("P80", "finish_p80", 0.8), ("P90", "finish_p90", 0.9))
_MOST_TICKS = 7
_HALO = 'paint-order="stroke" stroke="#fff" stroke-width="4"'


@dataclass(frozen=True, slots=True)
class _Plane:
    """Days, counted from year 1, and a second number to pixels."""

    west: float
    east: float
    south: float
    north: float

    def x(self, day: float) -> float:
        """Place a day."""
        return float(round(_LEFT + (day - self.west) / (self.east - self.west) * (_WIDTH - _LEFT - _RIGHT), 1))

    def y(self, value: float) -> float:
        """Place a value."""
        share = (value - self.south) / (self.north - self.south)
        return float(round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1))


def draw_joint(draws: pd.DataFrame, told: dict[str, Any], *, currency: str, title: str) -> str:
    """Draw a dot per draw, its finish against its cost; "" where there are no two draws.

    Draws within P80 of the finish and P80 of the cost are green and their corner is tinted; a dashed corner is the pair
    that holds in 80 of 100 draws; a cross is the plan, as scheduled and at base cost.

    Parameters
    ----------
    draws
        Table `forecast_draws`.
    told
        Row of the program of table `forecasts`.
    currency
        Of its money.
    title
        Read out to those who cannot see the chart.
    """
    if len(draws) < 2:
        return ""
    days, costs = _days(draws["finish"]), draws["cost"].to_numpy(dtype=float)
    planned, asked, joint = (_day(told[name]) for name in ("planned_finish", "finish_p80", "joint_finish"))
    base, budget, money = (float(told[name]) for name in ("cost_base", "cost_p80", "joint_cost"))
    plane = _Plane(*_range([*days, planned, joint], least=1.0), *_range([*costs, base, money], least=1.0))
    body = [*_corner(plane, asked, budget), *_dates(plane), *_money(plane, currency)]
    body += [_dot(plane, *one, asked, budget) for one in zip(days.tolist(), costs.tolist(), strict=True)]
    body += [*_asked(plane, asked, budget, float(told["joint_confidence"])), *_pair(plane, joint, money, told)]
    body += _plan(plane, planned, base)
    return _svg(body, title)


def draw_finish_curve(draws: pd.DataFrame, told: dict[str, Any], *, title: str) -> str:
    """Draw how many of 100 draws end by each day, an S-curve with the plan, P50, P80 and P90; "" without two draws.

    Parameters
    ----------
    draws
        Table `forecast_draws`.
    told
        Row of the program of table `forecasts`.
    title
        Read out to those who cannot see the chart.
    """
    if len(draws) < 2:
        return ""
    days = np.sort(_days(draws["finish"]))
    planned = _day(told["planned_finish"])
    plane = _Plane(*_range([*days, planned], least=1.0), 0.0, 100.0)
    path = [f"M{plane.x(float(days[0]))},{plane.y(0)}"]
    for number, day in enumerate(days.tolist(), start=1):
        if number == len(days) or days[number] != day:
            path.append(f"H{plane.x(day)}V{plane.y(100 * number / len(days))}")
    curve = f'<path d="{"".join(path)}" fill="none" stroke="{TIERS["feeder"]}" stroke-width="2.5"/>'
    body = [*_shares(plane), *_dates(plane), curve]
    for words, column, share in _LEVELS:
        body += _level(plane, _day(told[column]), 100 * share, f"{words} {told[column]}")
    sure = float(told["finish_confidence"])
    body += _mark(plane, planned, f"planned {told['planned_finish']}: {100 * sure:.0f} of 100 draws")
    return _svg(body, title)


def _svg(body: Sequence[str], title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{safe(title)}" font-family="system-ui,sans-serif" font-size="13">{"".join(body)}</svg>'
    )


def _day(date: Any) -> float:
    return float(dt.date.fromisoformat(str(date)).toordinal())


def _days(dates: pd.Series) -> Any:
    return np.array([_day(date) for date in dates.to_list()])


def _range(values: Sequence[float], *, least: float) -> tuple[float, float]:
    """Hold all values with a little room around them."""
    low, high = float(min(values)), float(max(values))
    room = max(0.04 * (high - low), least)
    return low - room, high + room


def _dates(plane: _Plane) -> Iterator[str]:
    """Mark the first days of months, or of every few, along the foot."""
    first = dt.date.fromordinal(int(plane.west)).replace(day=1)
    months = int((plane.east - plane.west) // 30) + 2
    step = max(-(-months // _MOST_TICKS), 1)
    for number in range(0, months + 1, step):
        year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
        day = dt.date(year, month + 1, 1).toordinal()
        if plane.west <= day <= plane.east:
            x = plane.x(day)
            yield f'<path d="M{x} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="{_PALE}"/>'
            yield (
                f'<text x="{x}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle" fill="{INK}">'
                f"{year}-{month + 1:02}</text>"
            )
    middle = (_WIDTH + _LEFT - _RIGHT) // 2
    yield f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle" fill="{INK}">program ends</text>'


def _money(plane: _Plane, currency: str) -> Iterator[str]:
    """Mark round amounts along the side."""
    for value in round_numbers(plane.south, plane.north):
        y = plane.y(value)
        yield f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="{_PALE}"/>'
        yield f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end" fill="{INK}">{value:,.0f}</text>'
    yield f'<text x="{_LEFT - 10}" y="{_TOP - 14}" text-anchor="end" fill="{INK}">{safe(currency)}</text>'


def _shares(plane: _Plane) -> Iterator[str]:
    """Mark tens of percent along the side."""
    for value in range(0, 101, 20):
        y = plane.y(value)
        yield f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="{_PALE}"/>'
        yield f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end" fill="{INK}">{value} %</text>'


def _corner(plane: _Plane, asked: float, budget: float) -> Iterator[str]:
    """Tint what keeps both date and budget."""
    x, y = plane.x(asked), plane.y(budget)
    size = f'width="{max(x - _LEFT, 0):.1f}" height="{max(_HEIGHT - _BOTTOM - y, 0):.1f}"'
    yield f'<rect x="{_LEFT}" y="{y}" {size} fill="{OUTCOMES["fiber"]}" fill-opacity="0.12"/>'


def _dot(plane: _Plane, day: float, cost: float, asked: float, budget: float) -> str:
    held = day <= asked and cost <= budget
    color = OUTCOMES["fiber"] if held else TIERS["feeder"]
    return f'<circle cx="{plane.x(day)}" cy="{plane.y(cost)}" r="2" fill="{color}" fill-opacity="0.45"/>'


def _asked(plane: _Plane, asked: float, budget: float, share: float) -> Iterator[str]:
    """Draw P80 of finish and of cost, and how often both hold."""
    x, y = plane.x(asked), plane.y(budget)
    yield f'<path d="M{_LEFT} {y}H{x}V{_HEIGHT - _BOTTOM}" fill="none" stroke="{INK}" stroke-width="1.6"/>'
    yield (
        f'<text x="{_LEFT + 8}" y="{y + 17}" {_HALO} font-weight="600" fill="{INK}">'
        f"P80 of both kept: {100 * share:.0f} of 100 draws</text>"
    )


def _plan(plane: _Plane, planned: float, base: float) -> Iterator[str]:
    """Mark the plan as scheduled and at base cost with a cross."""
    x, y = plane.x(planned), plane.y(base)
    yield f'<path d="M{x - 6} {y}h12M{x} {y - 6}v12" stroke="{CRITICAL}" stroke-width="2.5"/>'
    yield f'<text x="{x + 10}" y="{y + 16}" {_HALO} fill="{CRITICAL}">as planned, base cost</text>'


def _pair(plane: _Plane, day: float, money: float, told: dict[str, Any]) -> Iterator[str]:
    """Draw the pair of date and money that holds in 80 of 100 draws."""
    x, y = plane.x(day), plane.y(money)
    line = f'fill="none" stroke="{CRITICAL}" stroke-width="1.8" stroke-dasharray="6 4"'
    yield f'<path d="M{_LEFT} {y}H{x}V{_HEIGHT - _BOTTOM}" {line}/>'
    yield (
        f'<text x="{_LEFT + 8}" y="{y - 7}" {_HALO} font-weight="600" fill="{CRITICAL}">'
        f"80 of 100 together: {safe(told['joint_finish'])}, {money:,.0f}</text>"
    )


def _level(plane: _Plane, day: float, share: float, words: str) -> Iterator[str]:
    """Mark a percentile on the curve."""
    x, y = plane.x(day), plane.y(share)
    at_end = x > _WIDTH - 140
    side = f'x="{x - 10}" text-anchor="end"' if at_end else f'x="{x + 10}"'
    yield f'<path d="M{_LEFT} {y}H{x}V{_HEIGHT - _BOTTOM}" fill="none" stroke="{_GRAY}" stroke-dasharray="3 4"/>'
    yield f'<circle cx="{x}" cy="{y}" r="4.5" fill="{TIERS["feeder"]}"/>'
    yield f'<text {side} y="{y - 8 if at_end else y + 16}" fill="{INK}">{safe(words)}</text>'


def _mark(plane: _Plane, day: float, words: str) -> Iterator[str]:
    """Mark the planned finish."""
    x = plane.x(day)
    anchor = "end" if x > _WIDTH / 2 else "start"
    yield f'<path d="M{x} {_TOP - 4}V{_HEIGHT - _BOTTOM}" stroke="{CRITICAL}" stroke-width="2" stroke-dasharray="5 4"/>'
    yield (
        f'<text x="{x}" y="{_TOP - 12}" text-anchor="{anchor}" font-weight="600" fill="{CRITICAL}">{safe(words)}</text>'
    )
