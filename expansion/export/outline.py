"""The work breakdown structure as an outline: program, areas, phases of work, packages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from expansion.plan.saved import SavedPlan

PROGRAM = "1"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the outline.

    Attributes
    ----------
    wbs, number, level
        Its code; its number by position, such as 2.1.3; how many parts both have.
    name
        Heading of a summary, else the task's name.
    row
        Row of the task in the plan's table; -1 for a summary.
    """

    wbs: str
    number: str
    level: int
    name: str
    row: int


def outline(plan: SavedPlan) -> list[Line]:
    """List all tasks by WBS code, each below a summary per prefix of its code.

    A task whose code is itself a prefix of others stands first among them, with ``.0`` after its code.
    """
    tasks = plan.tables["tasks"]
    codes = [str(code) for code in tasks["wbs"]]
    inner = {".".join(parts[:deep]) for parts in (code.split(".") for code in codes) for deep in range(1, len(parts))}
    coded = sorted((_key(f"{code}.0" if code in inner else code), row) for row, code in enumerate(codes))
    names = headings(plan, inner)
    lines: list[Line] = []
    counted: dict[str, int] = {}
    numbers: dict[str, str] = {"": ""}

    def add(wbs: str, name: str, row: int) -> None:
        above = wbs.rpartition(".")[0]
        counted[above] = counted.get(above, 0) + 1
        number = f"{numbers[above]}.{counted[above]}".lstrip(".")
        if row < 0:
            numbers[wbs] = number
        lines.append(Line(wbs, number, wbs.count(".") + 1, name, row))

    task_names = tasks["name"].to_list()
    for key, row in coded:
        parts = [str(part) for part in key]
        for deep in range(1, len(parts)):
            prefix = ".".join(parts[:deep])
            if prefix not in numbers:
                add(prefix, names[prefix], -1)
        add(".".join(parts), str(task_names[row]), row)
    return lines


def _key(code: str) -> tuple[int, ...]:
    """Read a code as whole numbers."""
    return tuple(int(part) for part in code.split("."))


def headings(plan: SavedPlan, codes: set[str]) -> dict[str, str]:
    """Name the summaries: the program, an area with its phase and year, a heading of the work-package template."""
    packages = {str(row["wbs"]): str(row["name"]) for row in _packages(plan)}
    areas = _area_words(plan.tables["areas"])
    of_code = _area_of_code(plan.tables["tasks"])
    found = {}
    for code in sorted(codes):
        head, _, rest = code.partition(".")
        area = of_code.get(head, "")
        found[code] = packages.get(rest, rest) if rest else areas.get(area, area) or "Program"
    return found


def package_of(plan: SavedPlan) -> dict[str, Mapping[str, object]]:
    """Rows of the work-package template by their code within an area."""
    return {str(row["wbs"]): row for row in _packages(plan)}


def _packages(plan: SavedPlan) -> Sequence[Mapping[str, object]]:
    rows: Sequence[Mapping[str, object]] = plan.study_document["rules"]["work_packages"]
    return rows


def _area_of_code(tasks: pd.DataFrame) -> dict[str, str]:
    """Area of the first part of each code; none for the program."""
    held = tasks.dropna(subset="area_id")
    return {str(code).partition(".")[0]: str(area) for code, area in zip(held["wbs"], held["area_id"], strict=True)}


def _area_words(areas: pd.DataFrame) -> dict[str, str]:
    """Say of each chosen area its phase and year."""
    built = areas.dropna(subset=["phase", "year"])
    rows = zip(built["area_id"], built["phase"], built["year"], strict=True)
    return {str(area): f"Area {area} (phase {int(phase)}, {int(year)})" for area, phase, year in rows}
