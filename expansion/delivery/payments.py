"""When each line of the bill is paid: by order and delivery of its lot, by the days of work, after acceptance."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from expansion.delivery.days import TaskDays, WorkedTask
from expansion.delivery.uses import Uses
from expansion.plan.bill import split_cents
from expansion.rulebook import Rulebook
from expansion.rulebook.delivery_rows import PaymentTerm

Months = dict[int, int]
"""Cents by month, counted from year 0."""
Books = dict[str, Months]
"""Months by area, "" for the program."""
_PARTS = 1_000_000


class MonthSpread:
    """Spreads money over the months in which tasks are worked, some days later."""

    def __init__(self, days: TaskDays) -> None:
        self._days = days
        self._first = np.datetime64(days.first, "D")
        self._known: dict[tuple[str, int], list[tuple[int, int]]] = {}

    def spread(self, own: Months, cents: int, tasks: list[tuple[WorkedTask, int]], later: int) -> None:
        """Add cents to the months of these tasks, shared by their weights and within a task by its days."""
        if not cents:
            return
        for (task, _), part in zip(tasks, split_cents(cents, [weight for _, weight in tasks]), strict=True):
            counted = self._months(task, later)
            for (month, _), share in zip(counted, split_cents(part, [count for _, count in counted]), strict=True):
                own[month] = own.get(month, 0) + share

    def on_day(self, own: Months, cents: int, date: dt.date, later: int) -> None:
        """Add cents to the month of a day."""
        paid = date + dt.timedelta(days=later)
        month = 12 * paid.year + paid.month - 1
        own[month] = own.get(month, 0) + cents

    def _months(self, task: WorkedTask, later: int) -> list[tuple[int, int]]:
        """Months with the number of the task's days that fall in them."""
        key = (task.task_id, later)
        if key not in self._known:
            months = (self._first + task.days + later).astype("datetime64[M]").astype(np.int64) + 12 * 1970
            found, counts = np.unique(months, return_counts=True)
            self._known[key] = list(zip(found.tolist(), counts.tolist(), strict=True))
        return self._known[key]


class Payments:
    """The payment terms laid over a schedule.

    Goods count from order and delivery of their lot, everything else from the days of the tasks on which it is spent;
    what is kept back from the area's acceptance (gate G3). An order that is late is paid at the start of the plan.

    Parameters
    ----------
    rulebook
        Payment terms; what is spent on which work package.
    days
        Tasks with the days on which they are worked.
    phase_of
        Build phase per chosen area.
    procurement, gates
        Lots with their dates; acceptance per area.
    permits
        Fees, by which permit tasks share what is spent on permits.
    start
        First day of the plan.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        days: TaskDays,
        phase_of: dict[str, int],
        procurement: pd.DataFrame,
        gates: pd.DataFrame,
        permits: pd.DataFrame,
        start: dt.date,
    ) -> None:
        self._days, self._phase_of, self._start = days, phase_of, start
        self._months, self._uses = MonthSpread(days), Uses(rulebook, days)
        self._terms: dict[str, list[PaymentTerm]] = {}
        for term in sorted(rulebook.payment_terms, key=lambda term: (term.component, term.part)):
            self._terms.setdefault(term.component, []).append(term)
        columns = (procurement[name].to_list() for name in ("item", "phase", "order_by", "need_by"))
        self._lots = {(item, phase): (order, need) for item, phase, order, need in zip(*columns, strict=True)}
        rows = zip(gates["area_id"], gates["gate"], gates["date"], strict=True)
        self._accepted = {str(area): str(date) for area, gate, date in rows if gate == "G3" and date}
        self._fees = dict(zip(permits["permit_id"].to_list(), permits["fee"].to_list(), strict=True))

    def by_area(self, bom: pd.DataFrame) -> Books:
        """Add up by area and month what is paid; every cent of the bill once."""
        book: Books = {}
        columns = (bom[name].to_list() for name in ("area_id", "category", "item", "component", "cost"))
        for area, category, item, component, cost in zip(*columns, strict=True):
            tasks = self._uses.of_money(area, item, category)
            own, terms = book.setdefault(tasks[0].area_id, {}), self._terms.get(component, [])
            parts = split_cents(round(float(cost) * 100), [round(term.share * _PARTS) for term in terms] or [1])
            lot = self._lots.get((item, self._phase_of.get(area, 0)))
            for number, cents in enumerate(parts):
                due, later = (terms[number].due, terms[number].days) if terms else ("work", 0)
                date = self._due(due, area, lot, tasks)
                if date is None:
                    self._months.spread(own, cents, [(task, self._weight(task)) for task in tasks], later)
                else:
                    self._months.on_day(own, cents, date, later)
        return book

    def _due(self, due: str, area: str, lot: tuple[str, str] | None, tasks: list[WorkedTask]) -> dt.date | None:
        """Day from which a part counts; None where it goes with the days of work."""
        if due == "acceptance" and area in self._accepted:
            return dt.date.fromisoformat(self._accepted[area])
        if due in ("order", "delivery") and lot:
            return max(dt.date.fromisoformat(lot[due == "delivery"]), self._start)
        if due == "order":
            return self._days.date(min(int(task.days[0]) for task in tasks))
        return None

    def _weight(self, task: WorkedTask) -> int:
        """Share of a task in what is spent on several: its fee for a permit, else its crew-days."""
        return round(float(self._fees.get(task.permit_id, 0.0)) * 100) if task.permit_id else task.weight
