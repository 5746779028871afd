"""Sections of the proposal on people and papers: stakeholders, duties, messages, charters, initiatives, targets."""

from __future__ import annotations

from typing import Any

import pandas as pd

from expansion.export.html_parts import amount, plain_table, register, section
from expansion.markup import safe
from expansion.plan.saved import SavedPlan
from expansion.wording import count

_PEOPLE = {"name": "Who", "kind": "Kind", "interest": "Wants", "influence": "Influence", "communication": "Is told"}
_MESSAGES = {"next_date": "First", "rhythm": "How often", "times": "Times", "audience": "To", "message": "What",
             "channel": "How", "owner_role": "By", "area_id": "Area"}  # fmt: skip
_INITIATIVES = {"name": "Initiative", "kind": "Kind", "chosen": "Chosen", "start_year": "Starts", "years": "Years",
                "cost": "Cost", "benefit": "Benefit", "duration_days": "Working days", "roles": "Staff",
                "after": "After", "before": "Before", "reason": "Why"}  # fmt: skip
_TARGETS = {"name": "Target", "of": "Of", "planned": "Planned", "unit": "Unit", "may_miss": "Tolerance",
            "filled_from": "Filled in from", "owner_role": "By"}  # fmt: skip
_LESSONS = {"question": "Question", "targets": "Targets that show it", "updates": "Changes in the rule book",
            "owner_role": "By", "due": "By day"}  # fmt: skip
_MILESTONES = {"share": "Share", "date": "By", "needed": "Needed", "locations": "Locations", "accepted": "Accepted",
               "met": "Met"}  # fmt: skip


def initiatives_section(plan: SavedPlan) -> str:
    """Write initiatives without a map and grant milestones; "" where the plan has neither."""
    shown = plain_table(plan.tables.get("initiatives"), _INITIATIVES, name="initiatives", key="initiative_id")
    steps = plain_table(
        plan.tables.get("milestones"), _MILESTONES, decimals={"share": 2}, name="milestones", key="milestone_id"
    )
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
    return section("stakeholders", "Stakeholders and their duties", lead, shown)


def messages_register(plan: SavedPlan) -> str:
    """Write what is told to whom, by the first day; "" where the plan does not say."""
    told = plan.tables.get("communications")
    if told is None or not len(told):
        return ""
    shown = register(told.sort_values(["next_date", "communication_id"]), _MESSAGES, by="audience")
    lead = f"{count(len(told), 'message')}, by the day of the first one."
    return section("communications", "Communications plan", lead, shown)


_LINE = {"section": "Part", "label": "What", "told": "In this plan", "held_in": "Held in"}


def charters_section(plan: SavedPlan) -> str:
    """Write the charter of each area; "" where the plan has none."""
    lines = plan.tables.get("charters")
    if lines is None or not len(lines) or not {"area_id", "section", "label", "text", "number", "date"} <= set(lines):
        return ""
    told = lines.assign(told=[_told(row) for row in lines.itertuples()])
    shown = "".join(
        f"<h3>Charter of {safe(area)}</h3>{plain_table(mine, _LINE)}"
        for area, mine in told.groupby("area_id", sort=True)
    )
    return section("charters", "Charters", "One per area; every figure is that of the table it names.", shown)


def _told(row: Any) -> str:
    """Write a line of a charter: its words, its figure with its unit, its day."""
    words = row.text if isinstance(row.text, str) else ""
    number = "" if row.number != row.number else f"{amount(float(row.number), 0 if float(row.number) % 1 == 0 else 2)}"
    unit = f" {row.unit}" if number and isinstance(row.unit, str) else ""
    day = row.date if isinstance(row.date, str) else ""
    return " · ".join(part for part in (words, f"{number}{unit}", day) if part) or "–"


def targets_section(plan: SavedPlan) -> str:
    """Write what the review after the work will measure; "" where the plan does not say."""
    told = plan.tables.get("review_targets")
    if told is None or not len(told) or "area_id" not in told:
        return ""
    own = told[told["area_id"].isna()]
    day = max(own["due"], default="")
    lead = (
        f"Targets of the program, reviewed on {day}, milestones on their own day; "
        f"{count(len(told) - len(own), 'more stands', 'more stand')} by area in the workbook."
    )
    days = own["target_date"] if "target_date" in own else [None] * len(own)
    shown = own.assign(
        planned=[day if isinstance(day, str) else _figure(value)
                 for day, value in zip(days, own["target"], strict=True)],
        may_miss=[_figure(value) for value in own["tolerance"]],
        of=_subjects(own),
    )  # fmt: skip
    body = plain_table(shown, _TARGETS, name="review_targets", key="review_id", reworded=("planned", "may_miss", "of"))
    asked = plain_table(plan.tables.get("lessons"), _LESSONS, name="lessons", key="lesson_id")
    return section(
        "targets",
        "What the review will measure",
        lead,
        body + (f"<h3>Lessons asked for at closure</h3>{asked}" if asked else ""),
    )


def _subjects(targets: pd.DataFrame) -> list[str]:
    """Write what each target is of, where there are several: in words, else its id."""
    if "subject_id" not in targets or "about" not in targets:
        return [""] * len(targets)
    pairs = zip(targets["about"], targets["subject_id"], strict=True)
    return [next((text for text in pair if isinstance(text, str)), "") for pair in pairs]


def _figure(value: float) -> str:
    """Write a figure with no more decimals than it needs."""
    if value != value:
        return "–"
    return amount(value, 0 if abs(value) >= 1_000 or float(value).is_integer() else 2)


_AUDIT = {"name": "Check", "told": "Verdict", "found": "Found", "limit": "Limit", "checked": "Checked",
          "reason": "Why"}  # fmt: skip


def self_audit_section(plan: SavedPlan) -> str:
    """Write the schedule's audit of itself; "" where the plan has none."""
    checks = plan.tables.get("schedule_checks")
    if checks is None or not len(checks):
        return ""
    verdicts = checks["verdict"].value_counts().to_dict()
    told = ", ".join(f"{amount(verdicts.get(name, 0))} {words}" for name, words in _VERDICTS.items())
    lead = (
        f"{count(len(checks), 'check')} of the schedule in the form of the 14 points by which the Defense Contract "
        f"Management Agency (DCMA) judges schedules: {told}. Each says why."
    )
    limits = zip(checks["threshold"], checks["unit"], checks["better"], strict=True)
    shown = checks.assign(
        told=[_VERDICT.get(name, name) for name in checks["verdict"]],
        found=[_measured(*pair) for pair in zip(checks["value"], checks["unit"], strict=True)],
        limit=[f"{'at most' if better == 'lower' else 'at least'} {_measured(one, unit)}"
               for one, unit, better in limits],
    )  # fmt: skip
    return section(
        "self-audit",
        "Audit of the schedule",
        lead,
        plain_table(shown, _AUDIT, name="schedule_checks", key="check_id", reworded=("told", "found", "limit")),
    )


_VERDICTS = {"pass": "pass", "fail": "fail", "not_applicable": "do not apply"}
_VERDICT = {"pass": "passes", "fail": "fails", "not_applicable": "does not apply"}


def _measured(value: float, unit: str) -> str:
    """Write a share in percent, any other figure as it is."""
    if value != value:
        return "–"
    return f"{100 * value:.1f} %" if str(unit).startswith("share") else f"{value:g}"


_TYPES = ("supportive", "controlling", "directive")
_SUBJECTS = {"rule": "Rule", "gate": "Gate", "papers": "Papers of gate", "inspection": "Inspection of stage",
             "number": "In this plan"}  # fmt: skip


def types_section(plan: SavedPlan) -> str:
    """Write what the project office would rule under each of its three kinds; "" where the plan does not say."""
    told = plan.tables.get("pmo_types")
    if told is None or not len(told) or not {"subject", "item", "differs", "chosen", *_TYPES} <= set(told):
        return ""
    own = str(told["chosen"].iloc[0])
    heads = {"what": "What", "item": "Of"} | {
        name: f"{name.capitalize()} (this plan)" if name == own else name.capitalize() for name in _TYPES
    }
    rows = told.assign(what=[_SUBJECTS.get(one, str(one).replace("_", " ")) for one in told["subject"]])
    lead = (
        f"This plan is run by a {own} project office; the same rules, gates, papers and numbers stand beside it under "
        "the other two. `governance.pmo` of the study chooses."
    ).replace("`", "")
    body = plain_table(rows[rows["differs"].to_numpy(dtype=bool)], heads)
    same = int((~told["differs"].to_numpy(dtype=bool)).sum())
    alike = f'<p class="quiet">{count(same, "more row is", "more rows are")} alike under all three.</p>' if same else ""
    return section("pmo", "The three kinds of project office", lead, body + alike)
