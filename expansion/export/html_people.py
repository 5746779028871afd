"""Sections of the proposal on people and papers: stakeholders, duties, messages, charters, initiatives, targets."""

from __future__ import annotations

from expansion.export.html_parts import amount, plain_table, register, section
from expansion.plan.saved import SavedPlan
from expansion.wording import count

_PEOPLE = {"name": "Who", "kind": "Kind", "interest": "Wants", "influence": "Influence", "communication": "Is told"}
_MESSAGES = {"who": "Who", "audience": "To", "stakeholder_id": "To", "to": "To", "what": "What", "message": "What",
             "subject": "What", "channel": "How", "rhythm": "How often", "frequency": "How often", "date": "When",
             "start": "From", "owner_role": "By"}  # fmt: skip
_CHARTERS = {"area_id": "Area", "purpose": "Purpose", "scope": "Scope", "locations": "Locations", "budget": "Budget",
             "cost_p50": "P50", "cost_p80": "P80", "start": "Start", "finish": "Finish", "finish_p80": "Finish P80",
             "manager": "Led by", "sponsor": "Sponsor", "success": "Success is"}  # fmt: skip
_INITIATIVES = {"name": "Initiative", "chosen": "Chosen", "start_year": "Starts", "years": "Years", "cost": "Cost",
                "benefit": "Benefit", "duration_days": "Working days", "roles": "Staff", "after": "After",
                "reason": "Why"}  # fmt: skip
_TARGETS = {"target": "Target", "name": "Target", "measure": "Measure", "planned": "Planned", "value": "Planned",
            "unit": "Unit", "tolerance": "Tolerance", "when": "When", "date": "When", "source": "Source"}  # fmt: skip
_MILESTONES = {"share": "Share", "date": "By", "locations": "Locations", "met": "Met"}


def initiatives_section(plan: SavedPlan) -> str:
    """Write initiatives without a map and grant milestones; "" where the plan has neither."""
    shown = plain_table(plan.tables.get("initiatives"), _INITIATIVES)
    steps = plain_table(plan.tables.get("milestones"), _MILESTONES, decimals={"share": 2})
    if not shown and not steps:
        return ""
    body = shown + (f"<h3>Milestones</h3>{steps}" if steps else "")
    lead = f"They compete with areas for the same money and people; money in {plan.document['cost']['currency']}."
    return section("initiatives", "Initiatives and milestones", lead, body)


def stakeholders_section(plan: SavedPlan) -> str:
    """Write who has a say or must be told, with the duties of each role."""
    people = plan.tables.get("stakeholders")
    if people is None or not len(people):
        return ""
    duties = {name: name.removeprefix("raci_").replace("_", " ") for name in people if name.startswith("raci_")}
    shown = register(people, {**_PEOPLE, **duties}, by="kind")
    lead = "R does the work, A answers for it, C is consulted, I is informed; by phase of work."
    messages = register(plan.tables.get("communications"), _MESSAGES, by=_first(plan, "communications", _MESSAGES))
    body = shown + (f"<h3>Communications</h3>{messages}" if messages else "")
    return section("stakeholders", "Stakeholders and their duties", lead, body)


def _first(plan: SavedPlan, name: str, columns: dict[str, str]) -> str:
    """Name the first of some columns that a table has."""
    found = plan.tables.get(name)
    return next((column for column in columns if found is not None and column in found), "")


def charters_section(plan: SavedPlan) -> str:
    """Write the charter of each area as a row; "" where the plan has none."""
    shown = plain_table(plan.tables.get("charters"), _CHARTERS)
    return section("charters", "Charters", "One per area, in its order.", shown, own_page=True) if shown else ""


def targets_section(plan: SavedPlan) -> str:
    """Write what the review after the work will measure; "" where the plan does not say."""
    shown = plain_table(plan.tables.get("review_targets"), _TARGETS, decimals={"planned": 2, "value": 2})
    return section("targets", "What the review will measure", "", shown) if shown else ""


_AUDIT = {"check_id": "#", "name": "Check", "verdict": "Verdict", "value": "Found", "threshold": "Limit",
          "checked": "Checked", "reason": "Why"}  # fmt: skip


def self_audit_section(plan: SavedPlan) -> str:
    """Write the schedule's audit of itself; "" where the plan has none."""
    checks = plan.tables.get("schedule_checks")
    if checks is None or not len(checks):
        return ""
    verdicts = checks["verdict"].value_counts().to_dict()
    told = ", ".join(f"{amount(verdicts.get(name, 0))} {words}" for name, words in _VERDICTS.items())
    lead = f"{count(len(checks), 'check')} of the schedule in the form of the DCMA 14 points: {told}."
    return section("self-audit", "Audit of the schedule", lead, plain_table(checks, _AUDIT, decimals={"value": 3}))


_VERDICTS = {"pass": "pass", "fail": "fail", "not_applicable": "do not apply"}
