"""Altair charts over time of the app's page of phases: crews per week, money by month, value over budget."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

_BLUE, _RED, _GREEN, _AMBER, _GRAY = "#0072B2", "#B3261E", "#009E73", "#E69F00", "#9AA5A3"
_LINES = {"cumulative": "as planned", "p50": "P50", "p80": "P80", "cumulative_paid": "paid"}
_WORTH = {"bound": "no choice is worth more", "value": "best found", "ranking_value": "ranking by ratio"}


def month_rule(day: str) -> Any:
    """Draw a line on a day."""
    line = alt.Chart(pd.DataFrame({"day": [pd.Timestamp(day)]}))
    return line.mark_rule(color=_RED, strokeDash=[5, 4], strokeWidth=1.5).encode(x="day:T")


def resource_chart(weeks: pd.DataFrame, resource: str, day: str) -> Any:
    """Draw what one resource is needed for per week as bars, and what there is as a line.

    Parameters
    ----------
    weeks
        After `RESOURCE_WEEKS`.
    resource
        Which of them.
    day
        ISO date of the line that marks the month.
    """
    mine = weeks[weeks["resource"] == resource].assign(at=lambda table: pd.to_datetime(table["week"]))
    unit = str(mine["unit"].iloc[0]) if len(mine) and "unit" in mine else "crew days"
    base = alt.Chart(mine[["at", "demand", "capacity"]]).encode(x=alt.X("at:T", title=None))
    words = [alt.Tooltip("at:T", title="week of", format="%d %b %Y"), alt.Tooltip("demand:Q", format=",.1f"),
             alt.Tooltip("capacity:Q", format=",.1f")]  # fmt: skip
    bars = base.mark_bar(color=_BLUE, opacity=0.6, width=3).encode(y=alt.Y("demand:Q", title=unit), tooltip=words)
    line = base.mark_line(color=_GRAY, interpolate="step-after").encode(y="capacity:Q")
    return (bars + line + month_rule(day)).properties(height=240)


def money_chart(curve: pd.DataFrame, currency: str, day: str) -> Any:
    """Draw money by the end of each month: as planned, at P50 and P80, and paid; rows of the whole program."""
    own = curve[curve["scope"] == "program"] if "scope" in curve else curve
    names = {name: words for name, words in _LINES.items() if name in own}
    tall = own[["date", *names]].rename(columns=names).melt("date", var_name="line", value_name="amount")
    tall = tall.assign(at=pd.to_datetime(tall["date"]))
    colors = alt.Scale(domain=list(_LINES.values()), range=[_BLUE, _GREEN, _RED, _AMBER])
    lines = (
        alt.Chart(tall)
        .mark_line()
        .encode(
            x=alt.X("at:T", title=None, axis=alt.Axis(format="%b %Y", labelOverlap=True)),
            y=alt.Y("amount:Q", title=currency, axis=alt.Axis(format="~s")),
            color=alt.Color("line:N", title=None, scale=colors, legend=alt.Legend(orient="top")),
            tooltip=[alt.Tooltip("line:N"), alt.Tooltip("date:N", title="by"), alt.Tooltip("amount:Q", format=",.0f")],
        )
    )
    return (lines + month_rule(day)).properties(height=240)


def frontier_chart(frontier: pd.DataFrame, currency: str, own: tuple[float, float] | None = None) -> Any:
    """Draw the value of the best choice over budgets, its bound, and what ranking by ratio reaches.

    A diamond marks the plan itself: `own` is what it costs and what it is worth.
    """
    names = {name: words for name, words in _WORTH.items() if name in frontier}
    tall = frontier[["budget", *names]].rename(columns=names).melt("budget", var_name="line", value_name="worth")
    colors = alt.Scale(domain=list(_WORTH.values()), range=[_GRAY, _BLUE, _RED])
    dashes = alt.Scale(domain=list(_WORTH.values()), range=[[2, 3], [1, 0], [6, 4]])
    lines = (
        alt.Chart(tall)
        .mark_line(point=True)
        .encode(
            x=alt.X("budget:Q", title=f"budget, {currency}", axis=alt.Axis(format="~s", tickCount=6)),
            y=alt.Y("worth:Q", title="benefit", scale=alt.Scale(zero=False)),
            color=alt.Color(
                "line:N", title=None, scale=colors, legend=alt.Legend(orient="top", labelLimit=0, symbolType="stroke")
            ),
            strokeDash=alt.StrokeDash("line:N", scale=dashes, legend=None),
            tooltip=[
                alt.Tooltip("line:N"),
                alt.Tooltip("budget:Q", format=",.0f"),
                alt.Tooltip("worth:Q", format=",.1f"),
            ],
        )
    )
    return (lines if own is None else lines + _diamond(*own)).properties(height=320)


def _diamond(cost: float, worth: float) -> Any:
    """Mark the plan itself."""
    spot = pd.DataFrame({"budget": [cost], "worth": [worth], "line": ["this plan, at what it costs"]})
    tips = [alt.Tooltip("line:N"), alt.Tooltip("budget:Q", title="cost", format=",.0f"),
            alt.Tooltip("worth:Q", format=",.1f")]  # fmt: skip
    return (
        alt.Chart(spot)
        .mark_point(shape="diamond", size=140, filled=True, color=_AMBER, opacity=1)
        .encode(x="budget:Q", y="worth:Q", tooltip=tips)
    )
