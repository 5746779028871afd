"""Altair charts of money: the cost curve, spending over time, bars by name."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

_BLUE, _GRAY, _TEXT = "#0072B2", "#B8C2C0", "#1C2B2A"


def cost_curve_chart(curve: pd.DataFrame, currency: str) -> Any:
    """Draw areas as steps: as wide as their locations, as high as their cost per location."""
    shown = curve.assign(state=["in the plan" if flag else "not in the plan" for flag in curve["chosen"]])
    return (
        alt.Chart(shown)
        .mark_rect(stroke="white", strokeWidth=0.6)
        .encode(
            x=alt.X("first:Q", title="locations, cheapest areas first"),
            x2="last:Q",
            y=alt.Y("cost_per_location:Q", title=f"{currency} per location (P50)", scale=alt.Scale(zero=True)),
            y2=alt.datum(0),
            color=alt.Color(
                "state:N", title=None, legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=["in the plan", "not in the plan"], range=[_BLUE, _GRAY]),
            ),
            tooltip=[
                alt.Tooltip("area_id:N", title="area"), alt.Tooltip("locations:Q", format=","),
                alt.Tooltip("cost_per_location:Q", title=f"{currency} per location", format=",.0f"),
                alt.Tooltip("state:N", title="state"),
            ],
        )
        .properties(height=300)
    )  # fmt: skip


def spending_chart(spent: pd.DataFrame, currency: str) -> Any:
    """Draw money spent over time."""
    return (
        alt.Chart(spent)
        .mark_area(line={"color": _BLUE}, color=_BLUE, opacity=0.25, interpolate="monotone")
        .encode(
            x=alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y", labelOverlap=True)),
            y=alt.Y("spent:Q", title=f"spent, {currency}", axis=alt.Axis(format="~s")),
            tooltip=[
                alt.Tooltip("month:T", title="by the end of", format="%b %Y"),
                alt.Tooltip("spent:Q", format=",.0f", title=currency),
            ],
        )
        .properties(height=260)
    )


def bar_chart(rows: pd.DataFrame, currency: str) -> Any:
    """Draw amounts by name, largest first, each with its figure."""
    bars = alt.Chart(rows).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=180, labelOverlap=False)),
        x=alt.X("amount:Q", title=currency, axis=alt.Axis(format="~s", tickCount=5)),
        tooltip=[alt.Tooltip("name:N", title="what"), alt.Tooltip("amount:Q", format=",.0f", title=currency)],
    )
    figures = bars.mark_text(align="left", dx=4, color=_TEXT).encode(text=alt.Text("amount:Q", format=".3~s"))
    return (bars.mark_bar(color=_BLUE, cornerRadiusEnd=3, height={"band": 0.7}) + figures).properties(
        height=max(len(rows), 2) * 26 + 70
    )


def loss_chart(steps: pd.DataFrame, budget_db: float) -> Any:
    """Draw how many light paths lose how much, and what may be lost at most."""
    bars = (
        alt.Chart(steps.assign(upper=steps["loss_db"] + 0.5))
        .mark_bar(color=_BLUE)
        .encode(
            x=alt.X("loss_db:Q", bin="binned", title="largest loss, dB", scale=alt.Scale(zero=False)),
            x2="upper:Q",
            y=alt.Y("paths:Q", title="light paths"),
            tooltip=[alt.Tooltip("loss_db:Q", title="from, dB"), alt.Tooltip("paths:Q", format=",")],
        )
    )
    limit = alt.Chart(pd.DataFrame({"limit": [budget_db]}))
    line = limit.mark_rule(color="#B3261E", strokeWidth=2).encode(
        x="limit:Q", tooltip=[alt.Tooltip("limit:Q", title="may be lost, dB")]
    )
    return (bars + line).properties(height=260)


def threshold_chart(curve: pd.DataFrame, currency: str) -> Any:
    """Draw cost over the threshold at which fiber stops, in money.

    Parameters
    ----------
    curve
        threshold, capital, lifetime_cost and fiber_cost.
    currency
        Of all of them.
    """
    names = {"lifetime_cost": "lifetime cost", "capital": "capital", "fiber_cost": "of which fiber"}
    table = pd.DataFrame(curve)[["threshold", *names]].rename(columns=names)
    tall = table.melt("threshold", var_name="what", value_name="amount")
    colors = alt.Scale(domain=list(names.values()), range=["#56B4E9", _BLUE, "#009E73"])
    return (
        alt.Chart(tall)
        .mark_line(point=True)
        .encode(
            x=alt.X("threshold:Q", title=f"threshold per location, {currency}", axis=alt.Axis(format="~s")),
            y=alt.Y("amount:Q", title=currency, axis=alt.Axis(format="~s")),
            color=alt.Color("what:N", title=None, scale=colors, legend=alt.Legend(orient="top")),
            tooltip=[
                alt.Tooltip("what:N"), alt.Tooltip("threshold:Q", format=",.0f"),
                alt.Tooltip("amount:Q", format=",.0f", title=currency),
            ],
        )
        .properties(height=300)
    )  # fmt: skip


def tornado_chart(drivers: pd.DataFrame, p80: float, currency: str) -> Any:
    """Draw how the P80 swings with each factor: `factor`, `p80_low`, `p80_high`; the widest swing first."""
    swings = drivers[(drivers["p80_high"] > drivers["p80_low"]).to_numpy(dtype=bool)]
    shown = pd.DataFrame(swings).assign(name=swings["factor"].str.replace("_", " "))
    bars = (
        alt.Chart(shown)
        .mark_bar(color=_BLUE, height={"band": 0.7})
        .encode(
            y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=180)),
            x=alt.X("p80_low:Q", title=f"P80, {currency}", scale=alt.Scale(zero=False), axis=alt.Axis(format="~s")),
            x2="p80_high:Q",
            tooltip=[
                alt.Tooltip("name:N", title="factor"),
                alt.Tooltip("p80_low:Q", format=",.0f", title="P80 at its P10"),
                alt.Tooltip("p80_high:Q", format=",.0f", title="P80 at its P90"),
            ],
        )
    )
    line = alt.Chart(pd.DataFrame({"p80": [p80]})).mark_rule(color=_TEXT, strokeDash=[4, 3]).encode(x="p80:Q")
    return (bars + line).properties(height=max(len(shown), 2) * 26 + 70)


def cash_chart(years: pd.DataFrame, currency: str) -> Any:
    """Draw net per year as bars and what it adds up to as a line; `year`, `net`, `cumulated`."""
    base = alt.Chart(years).encode(x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)))
    amount = alt.Y("net:Q", title=currency, axis=alt.Axis(format="~s"))
    words = [
        alt.Tooltip("year:O"), alt.Tooltip("net:Q", format=",.0f"),
        alt.Tooltip("cumulated:Q", format=",.0f", title="so far"),
        alt.Tooltip("discounted_sum:Q", format=",.0f", title="discounted so far"),
    ]  # fmt: skip
    bars = base.mark_bar(color=_BLUE, opacity=0.45).encode(y=amount, tooltip=words)
    line = base.mark_line(color=_BLUE, point=True).encode(y="cumulated:Q", tooltip=words)
    discounted = base.mark_line(color="#B3261E", strokeDash=[6, 4]).encode(y="discounted_sum:Q", tooltip=words)
    return (bars + line + discounted).properties(height=320)


def budget_curve_chart(curve: pd.DataFrame, currency: str) -> Any:
    """Draw locations reached against the cost of the route, and the bound that no network passes.

    Parameters
    ----------
    curve
        cost, locations, locations_share, lower_bound and marginal_cost, ascending by cost.
    currency
        Of the costs.
    """
    title = f"cost of the new route, {currency}"
    x = alt.X("cost:Q", title=title, axis=alt.Axis(format="~s", tickCount=8))
    y = alt.Y("locations:Q", title="locations reached", axis=alt.Axis(format=",.0f", tickCount=6))
    base = alt.Chart(curve)
    gap = base.mark_area(color=_GRAY, opacity=0.35, orient="horizontal").encode(
        x=alt.X("lower_bound:Q", title=title), x2="cost:Q", y=y
    )
    line = base.mark_line(color=_BLUE, point=alt.OverlayMarkDef(color=_BLUE, size=45)).encode(
        x=x, y=y, order="cost:Q",
        tooltip=[
            alt.Tooltip("locations:Q", format=","), alt.Tooltip("locations_share:Q", format=".0%", title="of all"),
            alt.Tooltip("cost:Q", format=",.0f", title=currency),
            alt.Tooltip("lower_bound:Q", format=",.0f", title="no network costs less than"),
            alt.Tooltip("marginal_cost:Q", format=",.0f", title="each further location"),
        ],
    )  # fmt: skip
    return (gap + line).properties(height=420)
