"""The schedule as SVG: a row per area, a bar per phase of work, the areas grouped by build phase."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from expansion.figures.palette import WORK, phase_color
from expansion.figures.paper import CRITICAL, INK
from expansion.markup import safe
from expansion.wording import count

_WIDTH, _LEFT, _RIGHT = 1200, 190, 30
_ROW, _HEAD, _TOP = 26, 30, 46
_PALE = "#dfe4ea"


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days to pixels."""

    first: dt.date
    last: dt.date

    def x(self, day: dt.date) -> float:
        """Return where the morning of a day stands."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the chart: an area's bars, or the heading of a build phase (no bars, `color` set)."""

    label: str
    bars: tuple[tuple[str, dt.date, dt.date, bool, str], ...]
    color: str = ""


def draw_gantt(tasks: pd.DataFrame, areas: pd.DataFrame, *, finish_p80: str | None, title: str) -> str:
    """Draw the schedule; "" where nothing is scheduled.

    A bar runs from the first to the last day of a phase of work in an area; its red foot spans the critical tasks in
    it. A dashed line marks the finish that holds in 80 of 100 draws.

    Parameters
    ----------
    tasks
        After `TASKS`; dates are ISO text.
    areas
        After `AREAS`; gives each area its build phase and year.
    finish_p80
        ISO date, or None.
    title
        Read out to those who cannot see the chart.
    """
    if not len(tasks):
        return ""
    rows = list(_rows(tasks, areas))
    last = max(tasks["finish"].max(), finish_p80 or "")
    scale = _Scale(_month(dt.date.fromisoformat(tasks["start"].min())), _month(dt.date.fromisoformat(last), later=1))
    height = _TOP + sum(_HEAD if row.color else _ROW for row in rows) + 16
    body, y = [], _TOP
    for row in rows:
        body.append(_heading(row, y) if row.color else _bars(row, y, scale))
        y += _HEAD if row.color else _ROW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gantt" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{safe(title)}" font-family="system-ui,sans-serif" font-size="12">'
        f"{''.join(_calendar(scale, height))}{''.join(body)}{_mark(scale, finish_p80, height)}</svg>"
    )


def _month(day: dt.date, later: int = 0) -> dt.date:
    """Return the first day of a day's month, or of a later one."""
    months = day.year * 12 + day.month - 1 + later
    return dt.date(months // 12, months % 12 + 1, 1)


def _rows(tasks: pd.DataFrame, areas: pd.DataFrame) -> Iterator[_Row]:
    """Yield the program's row, then per build phase a heading and its areas by first day."""
    program = tasks[tasks["area_id"].isna()]
    if len(program):
        yield _row("Program", program)
    starts = tasks.groupby("area_id")["start"].min()
    built = areas[areas["area_id"].isin(starts.index)].assign(first=lambda table: table["area_id"].map(starts))
    for (phase, year), mine in built.groupby(["phase", "year"], sort=True):
        yield _Row(f"Phase {int(phase)} · {int(year)}", (), phase_color(int(phase)))
        for area in mine.sort_values(["first", "area_id"])["area_id"]:
            yield _row(str(area), tasks[tasks["area_id"] == area])


def _row(label: str, tasks: pd.DataFrame) -> _Row:
    """Collect the bars of one area: per phase of work, and of its critical tasks."""
    bars = []
    for work in WORK:
        mine = tasks[tasks["wbs_phase"] == work]
        if len(mine):
            words = f"{label}, {work}: {mine['start'].min()} to {mine['finish'].max()}, {count(len(mine), 'task')}"
            bars.append((work, _day(mine["start"].min()), _day(mine["finish"].max()), False, words))
            critical = mine[mine["is_critical"]]
            if len(critical):
                bars.append((work, _day(critical["start"].min()), _day(critical["finish"].max()), True, ""))
    return _Row(label, tuple(bars))


def _day(text: str) -> dt.date:
    """Read an ISO date."""
    return dt.date.fromisoformat(text)


def _bars(row: _Row, y: int, scale: _Scale) -> str:
    """Draw one row: its label, then its bars, overlapping phases of work set in lanes of their own."""
    parts = [f'<text x="{_LEFT - 12}" y="{y + 17}" text-anchor="end" fill="{INK}">{safe(row.label)}</text>']
    lanes = {work: lane for lane, work in enumerate(WORK)}
    for work, start, finish, critical, words in row.bars:
        x, end = scale.x(start), scale.x(finish + dt.timedelta(days=1))
        width, top = max(end - x, 2), y + 2 + lanes[work] * 3.3
        if critical:
            parts.append(f'<rect x="{x}" y="{top + 4.6:.1f}" width="{width:.1f}" height="2" fill="{CRITICAL}"/>')
        else:
            parts.append(
                f'<rect x="{x}" y="{top:.1f}" width="{width:.1f}" height="5.6" rx="2" fill="{WORK[work]}" '
                f'fill-opacity="0.92"><title>{safe(words)}</title></rect>'
            )
    return "".join(parts)


def _heading(row: _Row, y: int) -> str:
    """Draw the heading of a build phase."""
    return (
        f'<rect x="12" y="{y + 8}" width="6" height="16" rx="2" fill="{row.color}"/>'
        f'<text x="26" y="{y + 21}" font-weight="600" font-size="13" fill="{INK}">{safe(row.label)}</text>'
        f'<path d="M{_LEFT} {y + 16}H{_WIDTH - _RIGHT}" stroke="{row.color}" stroke-opacity="0.5"/>'
    )


def _calendar(scale: _Scale, height: int) -> Iterator[str]:
    """Yield a line per quarter, a heavier one with its number per year."""
    day = scale.first
    while day <= scale.last:
        x = scale.x(day)
        if day.month == 1 or day == scale.first:
            yield f'<text x="{x + 4}" y="14" font-weight="600" fill="{INK}">{day.year}</text>'
        if day.month in (1, 4, 7, 10) or day == scale.first:
            color = "#a9b4c0" if day.month == 1 else _PALE
            yield f'<path d="M{x} 20V{height}" stroke="{color}"/>'
            if day < scale.last:
                yield f'<text x="{x + 4}" y="32" font-size="10" fill="#66727f">Q{(day.month + 2) // 3}</text>'
        day = _month(day, later=1)


def _mark(scale: _Scale, day: str | None, height: int) -> str:
    """Draw the finish that holds in 80 of 100 draws."""
    if not day:
        return ""
    x = scale.x(_day(day) + dt.timedelta(days=1))
    return (
        f'<path d="M{x} 20V{height}" stroke="{CRITICAL}" stroke-dasharray="5 4"/>'
        f'<text x="{x - 5}" y="14" text-anchor="end" font-size="11" fill="{CRITICAL}">P80 finish {safe(day)}</text>'
    )
