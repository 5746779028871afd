"""The first page of the proposal: what is asked for, what it brings, how sure it is, and who decides."""

from __future__ import annotations

from typing import Any

import pandas as pd

from expansion.export.html_parts import amount, brief, card
from expansion.figures.palette import phase_color
from expansion.figures.permit_facts import permit_facts
from expansion.figures.svg_phases import draw_overview
from expansion.markup import safe
from expansion.plan.saved import SavedPlan
from expansion.wording import count, percent

_TOP_RISKS = 3
_GLOSSARY = (
    "P50 and P80: half, and 80 of 100, of the outcomes that were drawn stay within it. Base cost: at likely rates, "
    "without reserve."
)


def front_page(plan: SavedPlan) -> str:
    """Write the ask: one sentence, the figures behind it, the decisions wanted, what stands against it, signatures."""
    return (
        f'<section id="ask"><h2>What is asked for</h2><p class="ask">{safe(_ask(plan))}</p>'
        f'<div class="front-row">{_cards(plan)}{_overview(plan)}</div><p class="quiet">{_GLOSSARY}</p>'
        f'<div class="two"><div><h3>Decisions wanted</h3><ol class="decisions">{_decisions(plan)}</ol></div>'
        f"<div><h3>What stands against it</h3><ul>{_against(plan)}</ul></div></div>{_signatures(plan)}</section>"
    )


def _ask(plan: SavedPlan) -> str:
    """Say in one sentence how much money is wanted for what by when."""
    own = plan.document
    phases, cost, counts = own["portfolio"]["phases"], own["cost"], own["counts"]
    if not phases:
        return "Nothing is asked for: under these limits no area is built."
    years = sorted({int(one["year"]) for one in phases})
    when = f"in {years[0]}" if len(years) == 1 else f"from {years[0]} to {years[-1]}"
    return (
        f"Approve {brief(cost['p80'], cost['currency'])} to bring good service to "
        f"{count(counts['locations_chosen'], 'location')} in {count(counts['areas_chosen'], 'area')}, built {when}."
    )


def _cards(plan: SavedPlan) -> str:
    """Write the figures that a reader asks for first."""
    own = plan.document
    counts, cost, schedule, network = own["counts"], own["cost"], own["schedule"], own["network"]
    money, served, permits = cost["currency"], counts["locations_chosen"], counts["permits"]
    lead = own["permits"]["longest_lead_calendar_days"]
    found = [
        card(brief(cost["p80"], money), "budget asked for (P80)", f"median (P50) {brief(cost['p50'], money)}"),
        card(amount(served), f"{_noun(served, 'location')} to serve", f"of {amount(counts['eligible'])} eligible"),
        card(brief(cost["per_location_p50"], money), "per location (P50)", f"base cost {brief(cost['base'], money)}"),
        card(schedule["finish"] or "–", "finish as scheduled", f"P80 {schedule['finish_p80'] or '–'}"),
        card(
            f"{amount(network['route_m'] / 1000, 1)} km",
            "of new route",
            f"{amount(counts['areas_chosen'])} of {count(counts['areas'], 'area')}",
        ),
        card(amount(permits), _noun(permits, "permit"), f"longest lead {count(lead, 'day')}" if permits else ""),
    ]
    grant = (own.get("business") or {}).get("subsidy_needed")
    if grant is not None:
        found.append(card(brief(grant, money), "of grants needed", "for the areas to be worth their cost"))
    sure = joint_confidence(plan)
    if sure is not None:
        found.append(card(percent(sure), "joint confidence", "that P80 of money and P80 of date are both kept"))
    return f'<div class="cards">{"".join(found)}</div>'


def _overview(plan: SavedPlan) -> str:
    """Draw where is built in which phase; "" where nothing is."""
    drawing = draw_overview(plan.tables, title=f"Build phases of {plan.document['study']['name']}")
    keys = "".join(
        f'<li><i style="background:{phase_color(int(one["phase"]))}"></i>phase {one["phase"]} · {one["year"]}</li>'
        for one in plan.document["portfolio"]["phases"]
    )
    return f'<div class="front-map">{drawing}<ul class="keys">{keys}</ul></div>' if drawing else ""


def joint_confidence(plan: SavedPlan) -> float | None:
    """Share of draws within P80 of both finish and cost; None where the plan does not say."""
    told = plan.tables.get("forecasts")
    if told is None or not {"scope", "joint_confidence"} <= set(told):
        return None
    mine = told.loc[told["scope"] == "program", "joint_confidence"].dropna()
    return float(mine.iloc[0]) if len(mine) else None


def _noun(number: int, one: str) -> str:
    """Write a noun as its number wants it."""
    return one if number == 1 else f"{one}s"


def _decisions(plan: SavedPlan) -> str:
    """List what the board is asked to decide, each with its figure."""
    own = plan.document
    cost, phases, schedule = own["cost"], own["portfolio"]["phases"], own["schedule"]
    if not phases:
        return "<li>None.</li>"
    money, first = cost["currency"], phases[0]
    limit = own["portfolio"]["budget"]
    within = "" if limit is None else f" The limit of the study, {amount(limit)}, holds for the base cost."
    budget = (
        f"<b>Budget.</b> {safe(money)} {amount(cost['p80'])} (P80, which 80 of 100 draws do not exceed): "
        f"{amount(cost['base'])} at likely rates, {amount(cost['reserve_estimate'])} for what prices and quantities "
        f"may turn out to be, {amount(cost['reserve_risks'])} for the risks of the register. Half of the draws stay "
        f"below {amount(cost['p50'])} (P50).{within}"
    )
    release = (
        f"<b>Release of phase {first['phase']} ({first['year']}).</b> {count(first['areas'], 'area')}, "
        f"{count(first['locations'], 'location')}, {amount(first['cost'])} {safe(money)} of base cost. "
        "Each later phase comes back for release."
    )
    dates = (
        f"<b>Dates.</b> Finish {safe(schedule['finish'])} as scheduled; {safe(schedule['finish_p80'] or '–')} is kept "
        "in 80 of 100 draws."
    )
    found = [budget, release, *_filings(plan), *_orders(plan, money), dates + _together(plan, money)]
    return "".join(f"<li>{text}</li>" for text in found)


def _together(plan: SavedPlan, money: str) -> str:
    """Say which day and sum hold together; "" where the plan does not draw them together."""
    told = plan.tables.get("forecasts")
    if told is None or not {"scope", "joint_finish", "joint_cost"} <= set(told):
        return ""
    mine = told[told["scope"] == "program"].dropna(subset=["joint_finish", "joint_cost"])
    return "".join(
        f" {safe(row.joint_finish)} and {amount(float(row.joint_cost))} {safe(money)} hold together in 80 of 100."
        for row in mine.head(1).itertuples()
    )


def _filings(plan: SavedPlan) -> list[str]:
    """Say how many permits must be filed, and by when the first."""
    facts = permit_facts(plan.tables)
    waiting = facts[facts["state"].fillna("to_file") == "to_file"] if "state" in facts else facts
    days = sorted(str(day) for day in waiting["file_on"].dropna())
    if not days:
        return []
    many = int((waiting["lead_time_calendar_days"] > 90).sum())
    slow = f"; {count(many, 'takes', 'take')} more than 90 days" if many else ""
    text = f"<b>Permits.</b> Start {count(len(waiting), 'application')}, the first by {safe(days[0])}{slow}."
    return [text]


def _orders(plan: SavedPlan, money: str) -> list[str]:
    """Say what must be ordered first."""
    lots = plan.tables.get("procurement")
    if lots is None or not len(lots):
        return []
    dated = lots.dropna(subset="order_by")
    if not len(dated):
        return []
    first = str(dated["order_by"].min())
    phase = dated[dated["phase"] == dated["phase"].min()]
    text = (
        f"<b>Orders.</b> {count(len(phase), 'lot')} for phase {int(phase['phase'].iloc[0])} worth "
        f"{amount(float(phase['spend'].sum()))} {safe(money)}, the first to be ordered by {safe(first)}."
    )
    return [text]


def _against(plan: SavedPlan) -> str:
    """List the largest risks, who is left out, and what warns."""
    own, money = plan.document, plan.document["cost"]["currency"]
    risks = plan.tables["risks"].sort_values("rank").head(_TOP_RISKS)
    found = [
        f"<b>{safe(row.risk)}</b> ({_where(row.area_id)}): {100 * row.probability:.0f} % × "
        f"{amount(row.impact_cost)} {safe(money)}, {count(round(row.impact_days), 'day')}; {safe(row.response)}."
        for row in risks.itertuples()
    ]
    left = {name: int(own["outcomes"].get(name, 0)) for name in ("not_chosen", "unreachable", "none")}
    if sum(left.values()):
        found.append(
            f"<b>Left out:</b> {count(sum(left.values()), 'eligible location')}: {left['not_chosen']:,} in areas not "
            f"chosen, {left['unreachable']:,} that no road reaches, {left['none']:,} that nothing fits."
        )
    warned = [one for one in own["findings"] if one["severity"] in ("warning", "error")]
    if warned:
        found.append(f"<b>Findings:</b> {count(len(warned), 'warning')}; see Findings.")
    return "".join(f"<li>{text}</li>" for text in found) or "<li>No risk was raised.</li>"


def _where(area_id: Any) -> str:
    """Name where a risk lies."""
    return safe(area_id) if isinstance(area_id, str) else "program"


def approvers(plan: SavedPlan) -> list[str]:
    """Roles that approve the first and the last gate, each once."""
    gates: pd.DataFrame | None = plan.tables.get("gates")
    if gates is None or not len(gates):
        return ["Sponsor"]
    first = gates.sort_values(["gate", "gate_row_id"]).drop_duplicates("approver_role")
    return [str(role) for role in first["approver_role"]]


def _signatures(plan: SavedPlan) -> str:
    """Write a line to sign for each role, under the plan's fingerprint."""
    lines = "".join(
        f"<li><span>{safe(role)}</span><span>Decision</span><span>Name and date</span></li>" for role in approvers(plan)
    )
    mark = safe(plan.document["fingerprint"])
    return (
        f'<h3>Approval</h3><ul class="signatures">{lines}</ul>'
        f'<p class="quiet">An approval holds for the plan with the fingerprint {mark} and no other.</p>'
    )
