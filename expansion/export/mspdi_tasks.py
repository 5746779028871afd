"""The tasks of a project file: outline, dates, links, constraints, baseline, money and where each comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from expansion.export import mspdi_schema as xml
from expansion.export.outline import Line, outline, package_of
from expansion.export.work_calendars import WORKDAYS, WorkCalendar
from expansion.plan.saved import SavedPlan

FIELDS = ("task_id", "area_id", "gate", "permit_id", "crews")
FIRST_FIELD, FIELD_STEP = 188_743_731, 3  # Text1, Text2 … of tasks
ASAP, NOT_BEFORE = 0, 4
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """What a line of the outline covers: first and last moment, working days of its calendar, work and money."""

    start: str
    finish: str
    days: int
    work_days: int
    cost: float
    is_critical: bool


def field_lines() -> list[str]:
    """Declare the custom text fields that hold ids of the plan."""
    return [
        xml.element(
            "ExtendedAttribute",
            {"FieldID": FIRST_FIELD + FIELD_STEP * number, "FieldName": f"Text{number + 1}", "Alias": alias},
        )
        for number, alias in enumerate(FIELDS)
    ]


def task_lines(
    plan: SavedPlan, calendars: Mapping[str, WorkCalendar], calendar_uid: Mapping[str, int], work_days: Sequence[int]
) -> list[str]:
    """Write the summary of the project and every line of the outline, in order.

    Parameters
    ----------
    plan
        The plan; task of row n has UID n + 1, summaries follow.
    calendars, calendar_uid
        Calendars by name and their UIDs.
    work_days
        Days of work of all resources together, per task row.
    """
    writer = _Writer(plan, calendars, calendar_uid, work_days)
    lines = outline(plan)
    top = Line("0", "0", 0, str(plan.document["study"]["name"]), -1)
    return [writer.line(0, 0, top, lines)] + [writer.line(uid, n, line, lines) for n, uid, line in _numbered(lines)]


def _numbered(lines: Sequence[Line]) -> list[tuple[int, int, Line]]:
    """Give each line its place and UID: that of its row, or for a summary one after all tasks."""
    tasks = sum(line.row >= 0 for line in lines)
    summary = tasks
    found = []
    for place, line in enumerate(lines, start=1):
        if line.row < 0:
            summary += 1
        found.append((place, line.row + 1 if line.row >= 0 else summary, line))
    return found


class _Writer:
    """Writes lines of one plan."""

    def __init__(
        self,
        plan: SavedPlan,
        calendars: Mapping[str, WorkCalendar],
        calendar_uid: Mapping[str, int],
        work_days: Sequence[int],
    ) -> None:
        self.tasks = plan.tables["tasks"].to_dict("records")
        self.calendars, self.calendar_uid = calendars, calendar_uid
        self.start = dt.date.fromisoformat(str(plan.study_document["study"]["study"]["start"]))
        self.spans = [_span_of(row, work) for row, work in zip(self.tasks, work_days, strict=True)]
        self.before = _links_into(plan.tables["task_links"], self.tasks)
        self.notes = task_notes(plan)

    def line(self, uid: int, place: int, line: Line, lines: Sequence[Line]) -> str:
        """Write one line: a task, or a summary of all tasks below it."""
        if line.row >= 0:
            span, own = self.spans[line.row], self._task(line.row)
        else:
            below = [
                self.spans[one.row]
                for one in lines
                if one.row >= 0 and (uid == 0 or one.wbs.startswith(f"{line.wbs}."))
            ]
            span, own = self._sum(below), {"Summary": True, "Milestone": False, "FixedCost": 0, "ConstraintType": ASAP}
        return xml.element("Task", _common(uid, place, line, span) | own)

    def _sum(self, spans: Sequence[Span]) -> Span:
        """Cover several spans; days are working days between the first and the last moment."""
        start, finish = min(one.start for one in spans), max(one.finish for one in spans)
        first, last = (dt.date.fromisoformat(moment[:10]) for moment in (start, finish))
        last -= _DAY * finish.endswith(xml.BEGIN)
        days = self.calendars[WORKDAYS].days_between(first, last) if last >= first else 0
        cost = sum(round(one.cost * 100) for one in spans) / 100
        work = sum(one.work_days for one in spans)
        return Span(start, finish, days, work, cost, any(one.is_critical for one in spans))

    def _task(self, row: int) -> dict[str, object]:
        """Values of a task that a summary has not."""
        task = self.tasks[row]
        span, is_milestone = self.spans[row], not task["duration_days"]
        constraint = NOT_BEFORE if is_milestone or self._waits(row) else ASAP
        return {
            "Contact": task["role"],
            "Milestone": is_milestone,
            "Summary": False,
            "FreeSlack": int(task["free_float_days"]) * xml.TENTHS_PER_DAY,
            "TotalSlack": int(task["total_float_days"]) * xml.TENTHS_PER_DAY,
            "FixedCost": xml.hundredths(span.cost),
            "ConstraintType": constraint,
            "ConstraintDate": span.start if constraint == NOT_BEFORE else None,
            "CalendarUID": self.calendar_uid[str(task["calendar"])],
            "Notes": self.notes[row] or None,
            "PredecessorLink": [_link(*link) for link in self.before[row]],
            "ExtendedAttribute": _fields(task),
        }

    def _waits(self, row: int) -> bool:
        """Tell whether a task starts later than a scheduler that knows links and calendars alone would place it.

        Links to finishes are left to the constraint: programs differ in how they count back over closed days.
        """
        task = self.tasks[row]
        first = self.start
        for before, kind, lag in self.before[row]:
            if kind in ("FF", "SF"):
                return True
            other = self.tasks[before]
            at = dt.date.fromisoformat(other["start"] if kind == "SS" else other["finish"])
            first = max(first, at + _DAY * (lag + (kind == "FS" and other["duration_days"] > 0)))
        return self.calendars[str(task["calendar"])].next_open(first).isoformat() != str(task["start"])


def _span_of(task: Mapping[str, object], work_days: int) -> Span:
    """Cover one task; a milestone lies at the morning of its day."""
    first, last = (dt.date.fromisoformat(str(task[name])) for name in ("start", "finish"))
    days = int(str(task["duration_days"]))
    finish = xml.evening(last) if days else xml.morning(first)
    return Span(xml.morning(first), finish, days, work_days, float(str(task["cost"])), bool(task["is_critical"]))


def _links_into(links: pd.DataFrame, tasks: Sequence[Mapping[str, object]]) -> list[list[tuple[int, str, int]]]:
    """Per task its predecessors: row, kind, lag in calendar days; ascending."""
    row = {str(task["task_id"]): number for number, task in enumerate(tasks)}
    found: list[list[tuple[int, str, int]]] = [[] for _ in tasks]
    columns = [links[name].to_list() for name in ("predecessor_id", "successor_id", "kind", "lag_days")]
    for before, after, kind, lag in zip(*columns, strict=True):
        found[row[str(after)]].append((row[str(before)], str(kind), int(lag)))
    return [sorted(one) for one in found]


def _link(before: int, kind: str, lag: int) -> str:
    """Write one link; its lag in elapsed days, as the plan counts it."""
    values = {"PredecessorUID": before + 1, "Type": xml.LINK_TYPES[kind], "CrossProject": False}
    lag_values = {"LinkLag": lag * xml.TENTHS_PER_ELAPSED_DAY, "LagFormat": xml.ELAPSED_DAYS}
    return xml.element("PredecessorLink", values | lag_values)


def _fields(task: Mapping[str, object]) -> list[str]:
    """Write the ids of a task as custom fields."""
    return [
        xml.element("ExtendedAttribute", {"FieldID": FIRST_FIELD + FIELD_STEP * number, "Value": task[name]})
        for number, name in enumerate(FIELDS)
        if isinstance(task.get(name), str) and task[name]
    ]


def _common(uid: int, place: int, line: Line, span: Span) -> dict[str, object]:
    """Values that tasks and summaries share."""
    days, work, cost = xml.hours(span.days), xml.hours(span.work_days), xml.hundredths(span.cost)
    baseline = {
        "Number": 0, "Start": span.start, "Finish": span.finish, "Duration": days, "DurationFormat": xml.DAYS,
        "EstimatedDuration": False, "Work": work, "Cost": cost, "FixedCost": cost if line.row >= 0 else 0,
    }  # fmt: skip
    return {
        "UID": uid, "ID": place, "Name": line.name, "Active": True, "Manual": False, "Type": 1, "IsNull": False,
        "WBS": line.wbs, "OutlineNumber": line.number, "OutlineLevel": line.level, "Priority": 500,
        "Start": span.start, "Finish": span.finish, "Duration": days, "DurationFormat": xml.DAYS, "Work": work,
        "EffortDriven": False, "Recurring": False, "Estimated": False, "Critical": span.is_critical,
        "FixedCostAccrual": 2, "PercentComplete": 0, "PercentWorkComplete": 0, "Cost": cost,
        "ActualDuration": xml.hours(0), "ActualCost": 0, "ActualWork": xml.hours(0), "RegularWork": work,
        "RemainingDuration": days, "RemainingCost": cost, "RemainingWork": work, "LevelAssignments": True,
        "LevelingCanSplit": False, "IgnoreResourceCalendar": False,
        "Baseline": [xml.element("Baseline", baseline)],
    }  # fmt: skip


def task_notes(plan: SavedPlan) -> list[str]:
    """Say of each task what it delivers, and which row of the rules gives its duration; of a permit who decides."""
    packages, permits = package_of(plan), plan.tables.get("permits")
    known = {str(row["permit_id"]): row for row in permits.to_dict("records")} if permits is not None else {}
    notes = []
    for task in plan.tables["tasks"].to_dict("records"):
        permit = known.get(str(task["permit_id"]))
        code = str(task["wbs"]).partition(".")[2]
        package = packages.get(code) or packages.get(code.rpartition(".")[0], {})
        if permit is not None:
            notes.append(
                f"{task['agency']} decides in {permit['lead_time_calendar_days']} calendar days "
                f"({permit['lead_time_min']} to {permit['lead_time_max']}). "
                f"Source: {permit['source']} ({permit['status']})"
            )
        elif package and isinstance(task["area_id"], str):
            made = f"Delivers {package['deliverable']}. " if package.get("deliverable") else ""
            notes.append(f"{made}Source: {package['source']} ({package['status']})")
        else:
            notes.append("")
    return notes
