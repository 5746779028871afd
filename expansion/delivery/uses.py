"""On which tasks of an area an item of the bill is used."""

from __future__ import annotations

from collections.abc import Iterable

from expansion.delivery.days import TaskDays, WorkedTask
from expansion.rulebook import Rulebook


class Uses:
    """Find the tasks on which items are used, each question answered once.

    Parameters
    ----------
    rulebook
        What is spent on which work package.
    days
        Tasks of the schedule with their days.
    """

    def __init__(self, rulebook: Rulebook, days: TaskDays) -> None:
        self._rulebook = rulebook
        self._of_area: dict[str, list[WorkedTask]] = {}
        for task in days.tasks.values():
            self._of_area.setdefault(task.area_id, []).append(task)
        rows = [row for row in rulebook.work_packages if row.kind != "summary"]
        self._execution = {row.wbs for row in rows if row.phase == "execution" and row.crew_kind}
        self._codes: dict[tuple[str, str], set[str]] = {}

    def of_goods(self, area_id: str, item: str, category: str) -> list[WorkedTask]:
        """List tasks that use goods: of packages that name them, else those of execution by crews, else of the area."""
        inside = self._of_area.get(area_id, [])
        for codes in (self.codes(item, category), self._execution):
            found = [task for task in inside if task.wbs in codes]
            if found:
                return found
        return inside or self._of_area[""]

    def of_money(self, area_id: str, item: str, category: str) -> list[WorkedTask]:
        """List tasks on which a line is spent: of packages that name it, else the first one of the area.

        Lines of areas without tasks fall on the first task of the program.
        """
        inside = self._of_area.get(area_id) or self._of_area[""]
        found = [task for task in inside if task.wbs in self.codes(item, category)]
        return found or [min(inside, key=lambda task: (task.is_initiative, int(task.days[0]), task.task_id))]

    def codes(self, item: str, category: str) -> set[str]:
        """Work packages that name the item, else those that name its category."""
        if (item, category) not in self._codes:
            found = self._naming([item]) or self._naming([category])
            self._codes[item, category] = found
        return self._codes[item, category]

    def _naming(self, names: Iterable[str]) -> set[str]:
        rows = self._rulebook.work_packages
        return {row.wbs for row in rows if any(_names(row.costs, name) for name in names)}


def _names(costs: str, name: str) -> bool:
    """Whether one of the words of a package is the name, or a prefix of it that ends in a star."""
    tokens = [token.strip() for token in costs.split(";") if token.strip()]
    return any(name.startswith(token[:-1]) if token.endswith("*") else name == token for token in tokens)
