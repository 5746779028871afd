"""The section of the proposal on how sure finish and cost are: both drawn together, for the program and each phase."""

from __future__ import annotations

import pandas as pd

from expansion.export.html_parts import plain_table, section
from expansion.figures.svg_forecast import draw_finish_curve, draw_joint
from expansion.plan.saved import SavedPlan

_FORECAST = {
    "scope": "", "planned_finish": "Planned finish", "finish_p50": "Finish P50", "finish_p80": "Finish P80",
    "cost_base": "Base cost", "cost_p50": "Cost P50", "cost_p80": "Cost P80",
    "finish_confidence": "Planned finish kept", "cost_confidence": "Base cost kept",
    "joint_confidence": "Both P80 kept", "joint_finish": "Together by", "joint_cost": "Together within",
}  # fmt: skip
_STEPS = "Read up from a day to the curve, and left to the chance that the program has ended by then."
_SHARES = ("finish_confidence", "cost_confidence", "joint_confidence")


def certainty_section(plan: SavedPlan) -> str:
    """Write finishes and costs as drawn together, with a dot per draw and the curve of the finish.

    "" where the plan has none.
    """
    told = plan.tables.get("forecasts")
    if told is None or "scope" not in told or not len(told):
        return ""
    rows = told[told["scope"] != "area"]
    named = [
        "whole program" if scope == "program" else f"phase {name}"
        for scope, name in zip(rows["scope"], rows["id"], strict=True)
    ]
    shares = {name: [_of_hundred(value) for value in rows[name]] for name in _SHARES if name in rows}
    told_rows = rows.assign(scope=named, **shares)
    shown = plain_table(told_rows, _FORECAST, name="forecasts", key="id", reworded=("scope", *_SHARES))
    lead = (
        "Lead times, weather, productivity, prices, quantities and the risks of the register, drawn together. Kept is "
        "how many of 100 draws end by the planned finish, cost no more than the base, and keep P80 of finish and P80 "
        "of cost at once; together is the pair that 80 of 100 draws keep."
    )
    return section("certainty", "How sure finish and cost are", lead, shown + _figures(plan, told), own_page=True)


def _of_hundred(share: float) -> str:
    """Write a share as so many of 100."""
    return "–" if share != share else f"{100 * share:.0f} of 100"


def _figures(plan: SavedPlan, told: pd.DataFrame) -> str:
    """Draw every draw of finish and cost beside what is planned, and how likely each finish is."""
    draws, program = plan.tables.get("forecast_draws"), told[told["scope"] == "program"]
    if draws is None or not len(program):
        return ""
    row, money = dict(program.iloc[0]), str(plan.document["cost"]["currency"])
    cloud = draw_joint(draws, row, currency=money, title="Finish and cost of the program, drawn together")
    curve = draw_finish_curve(draws, row, title="How likely each finish is")
    words = "A dot per draw, green where P80 of finish and of cost are both kept; the dashed corner holds 80 of 100."
    if not cloud:
        return ""
    left = f'<h3>Finish and cost together</h3>{cloud}<p class="quiet">{words}</p>'
    right = f'<h3>How many of 100 draws end by a day</h3>{curve}<p class="quiet">{_STEPS}</p>'
    return f'<div class="two"><div>{left}</div><div>{right}</div></div>'
