"""The schedule as SVG: a row per area, a bar per phase of work, the areas grouped by build phase."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from expansion.figures.palette import WORK, phase_color
from expansion.figures.paper import CRITICAL, INK
from expansion.markup import safe
from expansion.wording import count

_WIDTH, _LEFT, _RIGHT = 1200, 190, 30
_ROW, _HEAD, _TOP = 26, 30, 46
_THICK, _ROWS_OF_PAGE, _FEW_ROWS = 20, 56, 8
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
    return _draw(list(_rows(tasks, areas)), _fit(tasks, finish_p80), finish_p80, title)


def draw_gantt_pages(tasks: pd.DataFrame, areas: pd.DataFrame, *, finish_p80: str | None, title: str) -> list[str]:
    """Draw the same schedule in parts that each fit on a page, all on one scale; parameters as of `draw_gantt`."""
    if not len(tasks):
        return []
    pages: list[list[_Row]] = [[]]
    heading = _Row("", ())
    for row in _rows(tasks, areas):
        if len(pages[-1]) >= _ROWS_OF_PAGE:
            pages.append(
                [] if row.color or not heading.color else [replace(heading, label=f"{heading.label}, further")]
            )
        heading = row if row.color else heading
        pages[-1].append(row)
    if len(pages[-1]) < _FEW_ROWS and len(pages) > 1:
        pages[-2:] = [pages[-2] + [row for row in pages[-1] if not row.label.endswith(", further")]]
    scale = _fit(tasks, finish_p80)
    return [_draw(page, scale, finish_p80, f"{title}, part {number}") for number, page in enumerate(pages, start=1)]


def draw_phase_gantt(
    tasks: pd.DataFrame, areas: pd.DataFrame, gates: pd.DataFrame, *, finish_p80: str | None, title: str
) -> str:
    """Draw the schedule by build phase: a bar per phase of work, a diamond per area that is ready for service.

    Parameters
    ----------
    tasks, areas, finish_p80, title
        As of `draw_gantt`.
    gates
        area_id, gate and date: gate G3 is the day on which an area is ready.
    """
    if not len(tasks):
        return ""
    scale, ready = _fit(tasks, finish_p80), gates[gates["gate"] == "G3"].groupby("area_id")["date"].max().to_dict()
    y, body = _TOP, []
    for (phase, year), mine in areas.dropna(subset="phase").groupby(["phase", "year"], sort=True):
        own = tasks[tasks["area_id"].isin(mine["area_id"])]
        body.append(_heading(_Row(f"Phase {int(phase)} · {int(year)}", (), phase_color(int(phase))), y))
        y += _HEAD
        for work in WORK:
            if len(doing := own[own["wbs_phase"] == work]):
                body.append(_thick(work, doing, y, scale))
                y += _THICK
        days = sorted(str(ready[area]) for area in mine["area_id"] if isinstance(ready.get(area), str))
        if days:
            body.append(_diamonds(days, y, scale))
            y += _THICK
        y += 8
    return _frame_up(body, scale, y + 14, finish_p80, title)


def _thick(work: str, tasks: pd.DataFrame, y: int, scale: _Scale) -> str:
    """Draw one bar for a phase of work, with its first and last day."""
    first, last = str(tasks["start"].min()), str(tasks["finish"].max())
    x, end = scale.x(_day(first)), scale.x(_day(last) + dt.timedelta(days=1))
    words = f"{work}: {first} to {last}, {count(len(tasks), 'task')}"
    return (
        f'<text x="{_LEFT - 12}" y="{y + 14}" text-anchor="end" fill="{INK}">{safe(work)}</text>'
        f'<rect x="{x}" y="{y + 3}" width="{max(end - x, 2):.1f}" height="13" rx="3" fill="{WORK[work]}" '
        f'fill-opacity="0.92"><title>{safe(words)}</title></rect>'
    )


def _diamonds(days: list[str], y: int, scale: _Scale) -> str:
    """Draw the days on which areas are ready for service."""
    label = f'<text x="{_LEFT - 12}" y="{y + 14}" text-anchor="end" fill="{INK}">areas ready for service</text>'
    marks = (
        f'<path d="M{scale.x(_day(day))} {y + 3}l6 6.5l-6 6.5l-6 -6.5z" fill="{INK}" stroke="#ffffff">'
        f"<title>{safe(day)}</title></path>"
        for day in days
    )
    return label + "".join(marks)


def _fit(tasks: pd.DataFrame, finish_p80: str | None) -> _Scale:
    """Hold all tasks and the P80 finish, in whole months."""
    last = max(tasks["finish"].max(), finish_p80 or "")
    return _Scale(_month(dt.date.fromisoformat(tasks["start"].min())), _month(dt.date.fromisoformat(last), later=1))


def _draw(rows: list[_Row], scale: _Scale, finish_p80: str | None, title: str) -> str:
    """Draw rows below one calendar."""
    body, y = [], _TOP
    for row in rows:
        body.append(_heading(row, y) if row.color else _bars(row, y, scale))
        y += _HEAD if row.color else _ROW
    return _frame_up(body, scale, y + 16, finish_p80, title)


def _frame_up(body: list[str], scale: _Scale, height: int, finish_p80: str | None, title: str) -> str:
    """Put rows and calendar into one SVG."""
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
    tasks = tasks[["area_id", "wbs_phase", "start", "finish", "is_critical"]]  # many rows are taken, few columns needed
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
        f'<text x="{x - 5}" y="{height - 3}" text-anchor="end" font-size="11" font-weight="600" fill="{CRITICAL}" '
        f'paint-order="stroke" stroke="#fff" stroke-width="4">P80 finish {safe(day)}</text>'
    )
