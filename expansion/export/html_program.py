"""Sections of the proposal on how the work is run: permits, risks, gates, procurement, crews, quality, customers."""

from __future__ import annotations

import pandas as pd

from expansion.export.html_parts import amount, plain_table, register, section, table
from expansion.figures.permit_facts import permit_facts
from expansion.figures.svg_risks import draw_risks
from expansion.figures.svg_weeks import draw_weeks
from expansion.plan.saved import SavedPlan
from expansion.wording import count

_MOST = 12


def permits_section(plan: SavedPlan) -> str:
    """Write the permit log: by rule, the slowest first, then the applications that come first."""
    permits = plan.tables["permits"]
    grouped = permits.groupby(["rule_id", "permit", "authority_kind"], sort=True)
    found = grouped.agg(
        permits=("permit_id", "size"), lead=("lead_time_calendar_days", "max"), most=("lead_time_max", "max"),
        fees=("fee", "sum"),
    ).reset_index()  # fmt: skip
    ordered = found.sort_values(["lead", "rule_id"], ascending=[False, True])
    rows = [
        (row.rule_id, row.permit, row.authority_kind, amount(row.permits), amount(row.lead), amount(row.most),
         amount(row.fees))
        for row in ordered.itertuples()
    ]  # fmt: skip
    if not rows:
        return section("permits", "Permits", "None is needed.", "")
    heads = ("Rule", "Permit", "From", "How many", "Days, likely", "Days, at most", "Fees")
    lead = f"By rule, the slowest first; days are calendar days, fees in {plan.document['cost']['currency']}."
    first = _first_filed(permit_facts(plan.tables))
    body = f"{table(heads, rows, right=(3, 4, 5, 6))}{first}"
    return section("permits", "Permits", lead, body)


_FILING = {"permit": "Permit", "agency": "Authority", "granted_place": "For", "file_on": "File on",
           "expected_on": "Expected", "lead_time_calendar_days": "Days", "state_words": "State"}  # fmt: skip


def _first_filed(facts: pd.DataFrame) -> str:
    """Write the applications to be filed first."""
    dated = pd.DataFrame(facts).dropna(subset="file_on").sort_values(["file_on", "permit_id"]).head(_MOST)
    shown = plain_table(dated, _FILING)
    return f"<h3>The {len(dated)} to be filed first</h3>{shown}" if shown else ""


_RISKS = {"rank": "#", "where": "Area", "risk": "Risk", "cause": "Why here", "chance": "Chance",
          "impact_days": "Days", "impact_cost": "Cost", "exposure_cost": "Exposure", "p80_days": "On P80, days",
          "p80_cost": "On P80, money", "response": "Response", "owner_role": "Owner"}  # fmt: skip


def risks_section(plan: SavedPlan) -> str:
    """Write the largest risks."""
    risks = _risk_rows(plan)
    if not len(risks):
        return section("risks", "Risks", "Nothing is built, so nothing is at risk.", "")
    top, money = risks.head(_MOST), plan.document["cost"]["currency"]
    ranked = "what each does to the P80" if "p80_cost" in risks else "exposure: chance times cost"
    lead = f"The {len(top)} largest of {len(risks)} by {ranked}, in {money}; all of them stand in the appendix."
    shown = {name: words for name, words in _RISKS.items() if name not in ("impact_cost", "impact_days")}
    drawing = draw_risks(plan.tables["risks"], currency=money, title="What each risk does to the P80")
    body = f"{drawing}{plain_table(top, shown, decimals={'p80_days': 1})}"
    return section("risks", "Risks", lead, body, own_page=True)


def _risk_rows(plan: SavedPlan) -> pd.DataFrame:
    """Sort risks by rank, with place and chance in words."""
    risks = plan.tables["risks"].sort_values("rank")
    chance = [f"{100 * value:.0f} %" for value in risks["probability"]]
    return risks.assign(where=risks["area_id"].fillna("program"), chance=chance)


def risk_register(plan: SavedPlan) -> str:
    """Write every risk with its trigger, by category."""
    heads = _RISKS | {"trigger": "Trigger", "source": "Source"}
    rows = _risk_rows(plan)
    shown = register(rows, heads, by="category", decimals={"impact_days": 1}, name="risks", key="risk_id")
    return section("risk-register", "Risk register", "", shown) if shown else ""


_GATES = {"gate": "Gate", "name": "Name", "approver_role": "Approved by", "artifacts": "Required papers"}

_PAPERS = {"gate": "Gate", "artifact": "Paper", "held_in": "Held in", "name": "Name", "state": "In this plan",
           "remaining": "Still to be brought", "role": "Brought by", "accountable_role": "Answers for it"}  # fmt: skip


def gates_section(plan: SavedPlan) -> str:
    """Write the gates: who approves, what must be there, and from when to when by phase."""
    gates = plan.tables.get("gates")
    if gates is None or not len(gates):
        return ""
    rows, heads = _gate_rows(gates, plan.tables["areas"])
    mode = plan.study_document.get("study", {}).get("governance", {}).get("pmo", "")
    binds = "mode" not in gates or set(gates["mode"]) - {"advisory"}
    lead = "Nothing passes a gate without its papers" if binds else "Gates are advice: what is missing is told"
    lead += f"; the project office is {mode}." if mode else "."
    rules = plan.tables.get("governance")
    named = None if rules is None else rules.assign(topic=[_plain(topic) for topic in rules["topic"]])
    own = plain_table(named, _GOVERNANCE, decimals={"value": 2})
    papers = plain_table(plan.tables.get("gate_artifacts"), _PAPERS, name="gate_artifacts", key="artifact_id")
    body = plain_table(rows, heads) + (f"<h3>How the project office runs it</h3>{own}" if own else "")
    body += f"<h3>Papers of the gates, and what is still to be brought</h3>{papers}" if papers else ""
    return section("gates", "Gates and governance", lead, body)


def _gate_rows(gates: pd.DataFrame, areas: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Write a row per gate, with a column of first and last day per build phase."""
    phase = areas.dropna(subset="phase").set_index("area_id")["phase"].astype("int64").to_dict()
    found = gates.assign(phase=[phase.get(area, 0) for area in gates["area_id"]])
    by = [name for name in _GATES if name in found]
    rows = found.drop_duplicates(by)[by].sort_values(by, ignore_index=True)
    heads = {name: words for name, words in _GATES.items() if name in by}
    spans = found.groupby([*by, "phase"], sort=True, dropna=False)["date"].agg(["min", "max"]).reset_index()
    for number in sorted(set(found["phase"])):
        mine = spans[spans["phase"] == number].set_index(by)
        days = rows.merge(mine, how="left", left_on=by, right_index=True)
        column = f"phase_{number}"
        heads[column] = f"Phase {number}" if number else "Program"
        pairs = zip(days["min"], days["max"], strict=True)
        rows[column] = ["–" if first != first else _span_words(str(first), str(last)) for first, last in pairs]
    return rows, heads


def _span_words(first: str, last: str) -> str:
    """Write one day, or the first and the last."""
    return first if first == last else f"{first} to {last}"


def _plain(name: str) -> str:
    """Write a name of the program as words."""
    return str(name).replace("_", " ")


_GOVERNANCE = {"topic": "Topic", "rule": "Rule", "value": "Figure", "unit": "Unit", "role": "Who acts"}
_LOTS = {"lot_id": "Lot", "item": "Item", "phase": "Phase", "quantity": "Quantity", "unit": "Unit", "spend": "Spend",
         "lead_time_calendar_days": "Lead, days", "need_by": "Need by", "order_by": "Order by", "is_late": "Late",
         "second_source": "Second source", "switch_by": "Turn to it by", "suppliers": "Suppliers"}  # fmt: skip


def procurement_section(plan: SavedPlan) -> str:
    """Write the largest lots; all of them stand in the appendix."""
    lots = plan.tables.get("procurement")
    if lots is None or not len(lots):
        return ""
    money, late = plan.document["cost"]["currency"], int(lots["is_late"].sum())
    top = _named(lots.sort_values(["spend", "lot_id"], ascending=[False, True]).head(_MOST))
    told = f"{count(late, 'lot comes', 'lots come')} too late" if late else "none comes too late"
    lead = (
        f"{count(len(lots), 'lot')} worth {amount(float(lots['spend'].sum()))} {money}; {told}. The {len(top)} largest:"
    )
    return section("procurement", "Procurement", lead, plain_table(top, _LOTS))


def _named(lots: pd.DataFrame) -> pd.DataFrame:
    """Write items as words."""
    return lots.assign(item=[_plain(item) for item in lots["item"]])


def lots_register(plan: SavedPlan) -> str:
    """Write every lot."""
    lots = plan.tables.get("procurement")
    shown = (
        ""
        if lots is None
        else register(lots.sort_values(["order_by", "lot_id"]), _LOTS, by="phase", name="procurement", key="lot_id")
    )
    return section("lots", "Lots to buy", "By the day on which they must be ordered.", shown) if shown else ""


_CREWS = {"resource_id": "Crew", "count": "Crews", "peak": "At once, most", "crew_days": "Crew days",
          "busy": "Busy"}  # fmt: skip


def resources_section(plan: SavedPlan) -> str:
    """Write crews with their use, and demand per week where the plan holds it."""
    crews = plan.tables.get("resources")
    if crews is None or not len(crews):
        return ""
    crews = crews[(crews["kind"] == "crew").to_numpy(dtype=bool)] if "kind" in crews else crews
    shown = crews.assign(busy=[f"{100 * value:.0f} %" for value in crews["utilization"]]).sort_values(
        ["utilization", "resource_id"], ascending=[False, True]
    )
    busiest = shown.iloc[0]
    lead = f"The busiest crew is {busiest['resource_id']}, at work on {busiest['busy']} of its days. All areas share."
    return section("resources", "Crews and equipment", lead, _weeks(plan) + plain_table(shown, _CREWS))


def _weeks(plan: SavedPlan) -> str:
    """Draw the demand of crews per week against what there is; "" where the plan does not hold it."""
    told = plan.tables.get("resource_weeks")
    if told is None or not len(told) or not {"week", "resource", "demand", "capacity", "unit"} <= set(told):
        return ""
    told = told[told["kind"] == "crew"] if "kind" in told else told
    drawing = draw_weeks(told, title="Crews per week")
    words = "A bar per week; the dashed line is what there is, red what exceeds it."
    return f'<h3>Crews per week</h3><p class="quiet">{words}</p>{drawing}' if drawing else ""


_CHECKS = {"check_id": "Check", "stage": "Stage", "object": "What", "method": "How", "acceptance": "Accepted if",
           "sample": "Sample", "areas": "Areas", "quantity": "Checks", "gate": "Gate"}  # fmt: skip


def quality_section(plan: SavedPlan) -> str:
    """Write the quality plan: each check with its threshold and sample, over all areas."""
    quality = plan.tables.get("quality")
    if quality is None or not len(quality):
        return ""
    by = [name for name in _CHECKS if name in quality and name not in ("areas", "quantity")]
    grouped = quality.groupby(by, sort=True, dropna=False)
    rows = grouped.agg(areas=("area_id", "nunique"), quantity=("quantity", "sum")).reset_index()
    lead = f"{count(len(rows), 'check')}, {count(len(quality), 'row')} by area in the table quality."
    return section("quality", "Quality plan", lead, plain_table(rows, _CHECKS))


_WAVES = {"wave_id": "Wave", "area_id": "Area", "phase": "Phase", "marketing_start": "Marketing from", "start": "Start",
          "finish": "Finish", "locations": "Locations", "expected_orders": "Orders", "limit": "Limited by"}  # fmt: skip


def onboarding_section(plan: SavedPlan) -> str:
    """Write the waves of customers by phase, and what limits them."""
    waves = plan.tables.get("waves")
    if waves is None or not len(waves):
        return ""
    grouped = waves.groupby("phase", sort=True)
    rows = grouped.agg(waves=("wave_id", "size"), marketing_start=("marketing_start", "min"), start=("start", "min"),
                       finish=("finish", "max"), locations=("locations", "sum"),
                       expected_orders=("expected_orders", "sum"), limit=("limit", "first")).reset_index()  # fmt: skip
    orders = float(waves["expected_orders"].sum())
    lead = (
        f"{count(len(waves), 'wave')} with about {amount(orders)} orders; marketing goes before, support comes after."
    )
    shown = plain_table(rows, {"phase": "Phase", "waves": "Waves", **_WAVES})
    return section("onboarding", "Customer onboarding", lead, shown)


def waves_register(plan: SavedPlan) -> str:
    """Write every wave."""
    shown = register(plan.tables.get("waves"), _WAVES, by="phase", name="waves", key="wave_id")
    return section("waves", "Onboarding waves", "", shown) if shown else ""


def gates_register(plan: SavedPlan) -> str:
    """Write every gate of every area."""
    names = {"gate": "Gate", "name": "Name", "area_id": "Area", "date": "Date", "approver_role": "Approved by",
             "mode": "How"}  # fmt: skip
    shown = register(plan.tables.get("gates"), names, by="gate", name="gates", key="gate_row_id")
    return section("gate-register", "Gates by area", "", shown) if shown else ""
