"""The first page of the proposal: what is asked for, what it brings, how sure it is, and who decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from expansion.export.html_next import earliest_commitments, next_steps
from expansion.export.html_parts import amount, brief, card
from expansion.figures.palette import phase_color
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
        f'<div class="two"><div><h3>Decisions wanted</h3><ol class="decisions">{_decisions(plan)}</ol>'
        f"<h3>What to know</h3><ul>{_caveats(plan)}</ul></div>"
        f"<div><h3>Largest risks</h3><ul>{_risks(plan)}</ul><h3>What happens next</h3>{next_steps(plan)}</div></div>"
        f"{_signatures(plan)}</section>"
    )


def _ask(plan: SavedPlan) -> str:
    """Say in one sentence how much money is wanted for what by when, and how sure that is."""
    own = plan.document
    phases, cost, counts = own["portfolio"]["phases"], own["cost"], own["counts"]
    last = own["schedule"]["finish_p80"]
    surely = f", the last of it finished by {last} with 80 % confidence" if last else ""
    if not phases:
        return "Nothing is asked for: under these limits no area is built."
    years = sorted({int(one["year"]) for one in phases})
    when = f"in {years[0]}" if len(years) == 1 else f"from {years[0]} to {years[-1]}"
    return (
        f"Approve {brief(asked_money(plan.document), cost['currency'])} to bring good service to "
        f"{count(counts['locations_chosen'], 'location')} in {count(counts['areas_chosen'], 'area')}, built "
        f"{when}{surely}."
    )


def asked_money(document: Mapping[str, Any]) -> float:
    """Add the P80 of the areas and what initiatives without a map cost, which is not drawn; study currency."""
    return float(document["cost"]["p80"]) + _initiatives(document)


def _initiatives(document: Mapping[str, Any]) -> float:
    """Cost of the initiatives carried out; 0 without any."""
    return float(document["portfolio"].get("initiatives_cost") or 0.0)


def _cards(plan: SavedPlan) -> str:
    """Write the figures that a reader asks for first."""
    own = plan.document
    counts, cost, schedule, network = own["counts"], own["cost"], own["schedule"], own["network"]
    money, served, permits = cost["currency"], counts["locations_chosen"], counts["permits"]
    lead = own["permits"]["longest_lead_calendar_days"]
    found = [
        card(brief(asked_money(plan.document), money), "budget asked for (P80)", _budget_note(plan)),
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


def _budget_note(plan: SavedPlan) -> str:
    """Say what the budget holds besides areas, else the median."""
    cost, more = plan.document["cost"], _initiatives(plan.document)
    median = f"median (P50) {brief(float(cost['p50']) + more, cost['currency'])}"
    return f"{median}; {brief(more, cost['currency'])} of it for initiatives" if more else median


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
    phases = own["portfolio"]["phases"]
    if not phases:
        return "<li>None.</li>"
    money, first = own["cost"]["currency"], phases[0]
    release = (
        f"<b>Release of phase {first['phase']} ({first['year']}).</b> {count(first['areas'], 'area')}, "
        f"{count(first['locations'], 'location')}, {amount(first['cost'])} {safe(money)} of base cost. "
        "Each later phase comes back for release."
    )
    found = [_budget_decision(plan), release, *earliest_commitments(plan)]
    return "".join(f"<li>{text}</li>" for text in found)


def _budget_decision(plan: SavedPlan) -> str:
    """Say how much is wanted and of what it is made up."""
    cost, limit, more = plan.document["cost"], plan.document["portfolio"]["budget"], _initiatives(plan.document)
    program = f", {amount(more)} for initiatives without a map" if more else ""
    holds = "base cost and initiatives" if more else "the base cost"
    within = "" if limit is None else f" The limit of the study, {amount(limit)}, holds for {holds}."
    return (
        f"<b>Budget.</b> {safe(cost['currency'])} {amount(asked_money(plan.document))} (P80, which 80 of 100 "
        f"draws do not exceed): {amount(cost['base'])} at likely rates, {amount(cost['reserve_estimate'])} for what "
        f"prices and quantities may turn out to be, {amount(cost['reserve_risks'])} for the risks of "
        f"the register{program}. Half of the draws stay below {amount(float(cost['p50']) + more)} (P50).{within}"
    )


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


def _risks(plan: SavedPlan) -> str:
    """List the largest risks: chance, what it costs and delays if it happens, and what is done about it."""
    money = plan.document["cost"]["currency"]
    risks = plan.tables["risks"].sort_values("rank").head(_TOP_RISKS)
    found = [
        f"<b>{safe(row.risk)}</b> ({_where(row.area_id)}): chance {100 * row.probability:.0f}\u00a0%; if it happens, "
        f"{_harm(row, money)}. Answer: {safe(row.response)}."
        for row in risks.itertuples()
    ]
    return "".join(f"<li>{text}</li>" for text in found) or "<li>No risk was raised.</li>"


def _harm(risk: Any, money: str) -> str:
    """Say what a risk does when it happens."""
    days = round(risk.impact_days)
    return f"{amount(risk.impact_cost)} {safe(money)}" + (f" and {count(days, 'day')}" if days else "")


_LEFT = {"not_chosen": "in areas not chosen", "unreachable": "that no road reaches", "none": "that nothing fits"}


def _caveats(plan: SavedPlan) -> str:
    """List how sure dates and money are, who is left out, what is unspent, and what warns."""
    own, money = plan.document, plan.document["cost"]["currency"]
    schedule = own["schedule"]
    found = []
    if schedule["finish"]:
        late = safe(schedule["finish_p80"] or "–")
        found.append(
            f"<b>Dates:</b> finish {safe(schedule['finish'])} as scheduled; {late} is kept in 80 of 100 draws."
            f"{_together(plan, money)}"
        )
    left = {words: int(own["outcomes"].get(name, 0)) for name, words in _LEFT.items()}
    parts = [f"{many:,} {words}" for words, many in left.items() if many]
    if parts:
        many = count(sum(left.values()), "eligible location")
        told = ", ".join(parts)
        found.append(f'<b>Left out:</b> {many}: {told}. <a href="#areas">Areas</a> says why.')
    warned = [one for one in own["findings"] if one["severity"] in ("warning", "error")]
    if warned:
        found.append(f'<b>Findings:</b> {count(len(warned), "warning")}; see <a href="#findings">Findings</a>.')
    return "".join(f"<li>{text}</li>" for text in found) or "<li>Nothing warns.</li>"


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
