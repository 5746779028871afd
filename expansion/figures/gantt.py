"""The Gantt chart: bars per area and kind of work, or per task, drawn by Altair."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from expansion.figures.palette import WORK
from expansion.figures.time_charts import month_rule

_ROW_PIXELS, _FRAME_PIXELS = 26, 110
_LANE_PIXELS, _THIN_PIXELS, _FEW_ROWS = 8, 5, 12
_DAY = pd.Timedelta(days=1)
_MOST = 120
PROGRAM = "program"
"""Row of work that belongs to no area; it comes first."""


def area_bars(tasks: pd.DataFrame) -> pd.DataFrame:
    """One bar per area and phase of work, from its first day to its last; work without an area is the program's.

    Returns
    -------
    pandas.DataFrame
        row, work, start, finish, tasks, is_critical, in the order in which rows begin.
    """
    bars = tasks.assign(row=tasks["area_id"].fillna(PROGRAM), work=tasks["wbs_phase"])
    grouped = bars.groupby(["row", "work"], sort=True)
    found = grouped.agg(start=("start", "min"), finish=("finish", "max"), tasks=("task_id", "size"),
                        is_critical=("is_critical", "any")).reset_index()  # fmt: skip
    return _ordered(found)


def phase_bars(tasks: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """One bar per build phase and phase of work; columns as of `area_bars`."""
    known = areas.dropna(subset="phase")
    words = {area: f"phase {int(phase)} · {int(year)}"
             for area, phase, year in zip(known["area_id"], known["phase"], known["year"], strict=True)}  # fmt: skip
    rows = tasks["area_id"].map(words)
    return area_bars(tasks.assign(area_id=rows)).sort_values(
        "row", key=lambda names: names.where(names != PROGRAM, ""), kind="stable", ignore_index=True
    )


def crew_bars(tasks: pd.DataFrame) -> pd.DataFrame:
    """One bar per area at work with each kind of crew; columns as of `area_bars`."""
    own = tasks.dropna(subset="crew_kind")
    grouped = own.groupby(["crew_kind", "wbs_phase", "area_id"], sort=True)
    found = grouped.agg(start=("start", "min"), finish=("finish", "max"), tasks=("task_id", "size"),
                        is_critical=("is_critical", "any")).reset_index()  # fmt: skip
    return _ordered(found.rename(columns={"crew_kind": "row", "wbs_phase": "work"}))


def task_bars(tasks: pd.DataFrame) -> pd.DataFrame:
    """One bar per task, at most 120, in the order in which they begin."""
    named = tasks["task_id"] + "  " + tasks["name"]
    bars = tasks.assign(row=named, work=tasks["wbs_phase"], tasks=1)
    return _ordered(bars[["row", "work", "start", "finish", "tasks", "is_critical"]]).head(_MOST)


def _ordered(bars: pd.DataFrame) -> pd.DataFrame:
    begins = bars.groupby("row")["start"].transform("min")
    own = bars.assign(begins=begins, later=bars["row"] != PROGRAM)
    return own.sort_values(["later", "begins", "row", "start", "work"], ignore_index=True)[list(bars)]


def gantt_chart(bars: pd.DataFrame, at: str = "", *, lanes: bool = False) -> Any:
    """Draw bars over time; a bar ends after its last day, critical ones carry a dark outline; a line marks day `at`.

    With lanes each kind of work has its own in a row, so that none hides another.
    """
    shown = bars.assign(
        begin=pd.to_datetime(bars["start"]),
        end=pd.to_datetime(bars["finish"]) + _DAY,
        days=(pd.to_datetime(bars["finish"]) - pd.to_datetime(bars["start"])).dt.days,  # short bars lie on long ones
        critical=["critical" if flag else "has float" for flag in bars["is_critical"]],
    )
    rows = list(dict.fromkeys(shown["row"]))
    shown = shown.sort_values("days", ascending=False, kind="stable")  # later rows are drawn over earlier ones
    works = [work for work in WORK if work in set(shown["work"])]
    chart = (
        alt.Chart(shown)
        .mark_bar(cornerRadius=3, height={"band": 0.72})
        .encode(
            x=alt.X("begin:T", title=None, axis=alt.Axis(format="%b %Y", grid=True, orient="top", labelOverlap=True)),
            x2="end:T",
            y=alt.Y("row:N", sort=rows, title=None, axis=alt.Axis(labelLimit=260, labelOverlap=False)),
            color=alt.Color(
                "work:N",
                title=None,
                scale=alt.Scale(domain=works, range=[WORK[work] for work in works]),
                legend=alt.Legend(orient="bottom", columns=6, labelLimit=0),
            ),
            stroke=alt.Stroke(
                "critical:N",
                title=None,
                scale=alt.Scale(domain=["critical", "has float"], range=["#1C2B2A", "transparent"]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("row:N", title="row"), alt.Tooltip("work:N"), alt.Tooltip("start:N"),
                alt.Tooltip("finish:N"), alt.Tooltip("tasks:Q"), alt.Tooltip("critical:N", title="float"),
            ],
        )
    )  # fmt: skip
    tall = _ROW_PIXELS
    if lanes:
        lane = _LANE_PIXELS if len(rows) <= _FEW_ROWS else _THIN_PIXELS
        chart, tall = chart.encode(yOffset=alt.YOffset("work:N", sort=works)), max(lane * len(works), tall)
    drawn = chart + month_rule(at) if at else chart
    return drawn.properties(height=max(len(rows), 3) * tall + _FRAME_PIXELS)
