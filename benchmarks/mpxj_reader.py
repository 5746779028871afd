"""Read a Microsoft Project XML file with MPXJ, schedule it anew with its critical path method, and print all as JSON.

``python -m benchmarks.mpxj_reader FILE``; needs Java. A process of its own: a Java machine takes over signals.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def read_with_mpxj(path: Path) -> dict[str, Any]:
    """Run this module on a file and return what it prints."""
    command = [sys.executable, "-m", "benchmarks.mpxj_reader", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _number(value: Any) -> float | None:
    return None if value is None else float(value.doubleValue())


def _days(value: Any) -> float | None:
    return None if value is None else float(value.getDuration())


def _hours(value: Any, properties: Any) -> float | None:
    import jpype

    unit = jpype.JClass("org.mpxj.TimeUnit")
    return None if value is None else float(value.convertUnits(unit.HOURS, properties).getDuration())


def _task(task: Any, properties: Any) -> dict[str, Any]:
    links = [
        [int(str(one.getPredecessorTask().getUniqueID())), str(one.getType()), str(one.getLag())]
        for one in task.getPredecessors()
    ]
    parent = task.getParentTask()
    return {
        "uid": int(str(task.getUniqueID())),
        "id": int(str(task.getID())),
        "parent": None if parent is None else int(str(parent.getUniqueID())),
        "name": _text(task.getName()),
        "wbs": _text(task.getWBS()),
        "outline_number": _text(task.getOutlineNumber()),
        "outline_level": int(str(task.getOutlineLevel())),
        "summary": bool(task.getSummary()),
        "milestone": bool(task.getMilestone()),
        "active": bool(task.getActive()),
        "mode": str(task.getTaskMode()),
        "critical": bool(task.getCritical()),
        "start": _text(task.getStart()),
        "finish": _text(task.getFinish()),
        "duration": str(task.getDuration()),
        "days": _days(task.getDuration()),
        "hours": _hours(task.getWork(), properties),
        "cost": _number(task.getCost()),
        "fixed_cost": _number(task.getFixedCost()),
        "baseline": [
            _text(task.getBaselineStart()), _text(task.getBaselineFinish()), _days(task.getBaselineDuration()),
            _hours(task.getBaselineWork(), properties), _number(task.getBaselineCost()),
        ],
        "constraint": _text(task.getConstraintType()),
        "calendar": None if task.getCalendar() is None else str(task.getCalendar().getName()),
        "notes": _text(task.getNotes()),
        "contact": _text(task.getContact()),
        "fields": [_text(task.getText(number)) for number in range(1, 6)],
        "links": sorted(links),
    }  # fmt: skip


def _resource(one: Any, properties: Any) -> dict[str, Any]:
    return {
        "uid": int(str(one.getUniqueID())),
        "name": _text(one.getName()),
        "group": _text(one.getGroup()),
        "units": _number(one.getMaxUnits()),
        "hours": _hours(one.getWork(), properties),
        "base": None if one.getCalendar() is None else str(one.getCalendar().getParent().getName()),
    }


def _assignment(one: Any, properties: Any) -> dict[str, Any]:
    return {
        "task": int(str(one.getTaskUniqueID())),
        "resource": int(str(one.getResourceUniqueID())),
        "units": _number(one.getUnits()),
        "hours": _hours(one.getWork(), properties),
        "start": _text(one.getStart()),
        "finish": _text(one.getFinish()),
        "baseline_hours": _hours(one.getBaselineWork(), properties),
    }


def _calendars(project: Any, start: Any, finish: Any) -> dict[str, list[str]]:
    """Working days of each base calendar from the project's start to its finish."""
    found: dict[str, list[str]] = {}
    for calendar in project.getCalendars():
        if calendar.isDerived():
            continue
        day, days = start, []
        while not day.isAfter(finish):
            if calendar.isWorkingDate(day):
                days.append(str(day))
            day = day.plusDays(1)
        found[str(calendar.getName())] = days
    return found


def main(path: str) -> None:
    """Print properties, tasks, resources, assignments and calendars, and the dates that MPXJ's scheduler gives."""
    import jpype
    import mpxj  # noqa: F401 - puts its archives where Java looks

    jpype.startJVM("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
    project = jpype.JClass("org.mpxj.mspdi.MSPDIReader")().read(path)
    properties = project.getProjectProperties()
    start, finish = properties.getStartDate(), properties.getFinishDate()
    found = {
        "ignored_errors": [str(one) for one in project.getIgnoredErrors()],
        "title": _text(properties.getProjectTitle()),
        "subject": _text(properties.getSubject()),
        "currency": _text(properties.getCurrencyCode()),
        "start": str(start),
        "finish": str(finish),
        "tasks": [_task(task, properties) for task in project.getTasks()],
        "resources": [_resource(one, properties) for one in project.getResources()],
        "assignments": [_assignment(one, properties) for one in project.getResourceAssignments()],
        "calendars": _calendars(project, start.toLocalDate(), finish.toLocalDate()),
    }
    jpype.JClass("org.mpxj.cpm.MicrosoftScheduler")().schedule(project, start)
    scheduled = {
        int(str(task.getUniqueID())): [_text(task.getStart()), _text(task.getFinish()), str(task.getDuration())]
        for task in project.getTasks()
    }
    print(json.dumps(found | {"scheduled": scheduled}))


if __name__ == "__main__":
    main(sys.argv[1])
