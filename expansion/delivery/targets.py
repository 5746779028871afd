"""The template of the review: what is held against what came true, by whom, filled from where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from expansion.delivery.counting import AreaWork
from expansion.delivery.governance import governance_rule
from expansion.delivery.review import Built, Figures, area_figures, program_figures
from expansion.delivery.tables import make_table
from expansion.plan.specs_governance import LESSONS, REVIEW_TARGETS
from expansion.rulebook.delivery_rows import ReviewTarget


@dataclass(frozen=True, slots=True)
class Subject:
    """A figure or day of one of several things, such as a technology, a gate or a risk; `due` where it has its own."""

    subject_id: str
    about: str | None
    value: float | str
    due: str = ""


Subjects = Iterator[Subject]


def set_targets(built: Built) -> pd.DataFrame:
    """Write down the targets of the review, per area and for the program; what came true is left empty.

    Parameters
    ----------
    built
        The plan's results; tolerances of cost and dates are those of the study's governance.

    Returns
    -------
    DataFrame
        After `REVIEW_TARGETS`. A figure that an area has not (no permit, no business case) has no row.
    """
    scopes = [*((area, area_figures(built, area)) for area in built.work), (None, program_figures(built))]
    rows = [
        _row(built, target, area, subject)
        for area, figures in scopes
        for target in built.rulebook.review_targets
        if target.scope in ("both", "area" if area else "program")
        for subject in _subjects(built, target, area, figures)
    ]
    return make_table(REVIEW_TARGETS, rows)


def _subjects(built: Built, target: ReviewTarget, area: AreaWork | None, figures: Figures) -> Subjects:
    """List what a target is set for: one figure, or one of each thing that it names."""
    if target.per:
        yield from _FINDERS[target.per](built, target, area)
    elif target.target is not None:
        yield Subject("", None, target.target)
    elif target.target_id in figures:
        yield Subject("", None, figures[target.target_id])


def _row(built: Built, target: ReviewTarget, area: AreaWork | None, subject: Subject) -> tuple[object, ...]:
    value, area_id = subject.value, area.area_id if area else None
    is_date = isinstance(value, str)
    unit = built.study.study.currency if target.unit == "money" else target.unit
    due = subject.due or built.by_area.gates.get((area_id or "", "G4")) or built.schedule.finish
    return (
        "-".join(part for part in (target.target_id, area_id or "program", subject.subject_id) if part),
        target.target_id, target.topic, area_id, subject.subject_id or None, target.name, subject.about,
        None if is_date else value, value if is_date else None, unit, _tolerance(built, target, value), target.better,
        due, target.owner_role, target.filled_from, None, None, None, target.source, target.status,
    )  # fmt: skip


def _tolerance(built: Built, target: ReviewTarget, value: float | str) -> float | None:
    """How far off a figure may be: by the governance for cost and dates, by its own share, or not said."""
    if target.tolerance == "none":
        return None
    if isinstance(value, str):
        return governance_rule(built.study, built.rulebook, "date_tolerance").value
    if target.tolerance == "share":
        return round(abs(value) * target.value, 6)
    share = governance_rule(built.study, built.rulebook, "cost_tolerance").value or 0.0
    return round(abs(value) * share, 2)


def _technologies(built: Built, target: ReviewTarget, area: AreaWork | None) -> Subjects:
    """Tell the least speed promised of each technology, or the target's own figure where latency counts."""
    rules = {str(row.technology): row for row in built.rulebook.technologies}
    served: dict[str, list[dict[str, float]]] = {}
    of_area = area.area_id if area else ""
    if any(of_area in ("", own) for own in built.by_area.fiber_areas):
        served["fiber"] = [{"speed_down": rules["fiber"].down_mbps, "speed_up": rules["fiber"].up_mbps}]
    for row in built.by_area.others:
        if of_area in ("", row["area_id"]):
            speeds = {"speed_down": float(row["down_mbps"]), "speed_up": float(row["up_mbps"])}
            served.setdefault(str(row["technology"]), []).append(speeds)
    for name, promised in sorted(served.items()):
        if target.target is None:
            yield Subject(name, None, min(one[target.target_id] for one in promised))
        elif rules[name].low_latency:
            yield Subject(name, None, target.target)


def _gates(built: Built, _: ReviewTarget, area: AreaWork | None) -> Subjects:
    for row in built.by_area.decided.get(area.area_id if area else "", ()):
        if row["date"]:
            yield Subject(str(row["gate"]), str(row["name"]), str(row["date"]))


def _milestones(built: Built, _: ReviewTarget, area: AreaWork | None) -> Subjects:
    for row in () if area else built.selection.milestones.to_dict("records"):
        words = f"{row['share']:.0%} of {row['of']} locations by {row['date']}"
        yield Subject(str(row["milestone_id"]), words, float(row["needed"]), str(row["date"]))


def _initiatives(built: Built, target: ReviewTarget, area: AreaWork | None) -> Subjects:
    """Tell by when each initiative is in place, or what it costs."""
    table = built.selection.initiatives
    costs = dict(zip(table["initiative_id"].to_list(), table["cost"].to_list(), strict=True))
    for one in () if area else sorted(built.selection.carried_out, key=lambda one: one.initiative_id):
        ready = built.by_area.in_place.get(one.initiative_id)
        value = ready if target.unit == "day" else round(float(costs[one.initiative_id]), 2)
        if value is not None:
            yield Subject(one.initiative_id, one.name, value)


def _risks(built: Built, _: ReviewTarget, area: AreaWork | None) -> Subjects:
    """Tell what was expected of each risk of the area; those of the program stand with the program."""
    for row in built.by_area.risks:
        if row["area_id"] == area.area_id if area else not isinstance(row["area_id"], str):
            yield Subject(str(row["risk_id"]), str(row["risk"]), round(float(row["exposure_cost"]), 2))


_FINDERS: dict[str, Callable[[Built, ReviewTarget, AreaWork | None], Subjects]] = {
    "technology": _technologies,
    "gate": _gates,
    "milestone": _milestones,
    "initiative": _initiatives,
    "risk": _risks,
}


def ask_lessons(built: Built, targets: pd.DataFrame) -> pd.DataFrame:
    """List the questions of the closure, each with the number of targets that show it; answers are left empty.

    Parameters
    ----------
    built
        The plan's results.
    targets
        After `REVIEW_TARGETS`.
    """
    rows_of = targets["target_id"].value_counts().to_dict()
    due = max((day for (_, gate), day in built.by_area.gates.items() if gate == "G4" and day), default="")
    rows = []
    for row in built.rulebook.lessons:
        shown = sum(int(rows_of.get(name.strip(), 0)) for name in row.evidence.split(";"))
        rows.append(
            (row.lesson_id, row.topic, row.question, row.evidence, shown, row.updates, row.owner_role,
             due or built.schedule.finish, None, None, row.source, row.status)
        )  # fmt: skip
    return make_table(LESSONS, rows)
