"""What the first page of the proposal says of time: what cannot wait, and the days that come next."""

from __future__ import annotations

import pandas as pd

from expansion.export.html_parts import amount
from expansion.figures.permit_facts import permit_facts
from expansion.markup import safe
from expansion.plan.saved import SavedPlan
from expansion.wording import count

_SLOW_DAYS = 90


def earliest_commitments(plan: SavedPlan) -> list[str]:
    """Say what must be filed and ordered before the build is released; empty where nothing is.

    Returns
    -------
    list of str
        One sentence of markup, or none.
    """
    parts = [*_filings(plan), *_orders(plan)]
    return [f"<b>Early starts</b>, ahead of the release to build: {'; '.join(parts)}."] if parts else []


def _filings(plan: SavedPlan) -> list[str]:
    """Say how many permits must be filed, and from when."""
    facts = permit_facts(plan.tables)
    waiting = facts[facts["state"].fillna("to_file") == "to_file"] if "state" in facts else facts
    days = sorted(str(day) for day in waiting["file_on"].dropna())
    if not days:
        return []
    many = int((waiting["lead_time_calendar_days"] > _SLOW_DAYS).sum())
    slow = f" ({count(many, 'takes', 'take')} more than {_SLOW_DAYS} days)" if many else ""
    return [f"file {count(len(waiting), 'permit application')} from {safe(days[0])}{slow}"]


def _orders(plan: SavedPlan) -> list[str]:
    """Say what must be ordered for the first phase, and by when the first of it."""
    dated = _dated_lots(plan)
    if not len(dated):
        return []
    phase = dated[dated["phase"] == dated["phase"].min()]
    text = (
        f"order {count(len(phase), 'lot')} for phase {int(phase['phase'].iloc[0])} worth "
        f"{amount(float(phase['spend'].sum()))} {safe(plan.document['cost']['currency'])}, the first by "
        f"{safe(dated['order_by'].min())}"
    )
    return [text]


def _dated_lots(plan: SavedPlan) -> pd.DataFrame:
    """Lots with the day by which they must be ordered."""
    lots = plan.tables.get("procurement")
    return pd.DataFrame() if lots is None or not len(lots) else lots.dropna(subset="order_by")


def next_steps(plan: SavedPlan) -> str:
    """Write the days that come next, in order, as a list: begin, filings, orders, first passage of each gate, end."""
    steps = [*_ends(plan), *_first_papers(plan), *_first_gates(plan)]
    if not steps:
        return "<p>Nothing is scheduled.</p>"
    rows = sorted((day, words) for day, words in steps if day)
    return f"<ul>{''.join(f'<li><b>{safe(day)}</b> {safe(words)}</li>' for day, words in rows)}</ul>"


def _ends(plan: SavedPlan) -> list[tuple[str, str]]:
    """First and last day of the work."""
    schedule = plan.document["schedule"]
    if not schedule["finish"] or not len(plan.tables["tasks"]):
        return []
    return [(str(schedule["start"]), "work begins"), (str(schedule["finish"]), "last task, as scheduled")]


def _first_papers(plan: SavedPlan) -> list[tuple[str, str]]:
    """First application and first order."""
    days = sorted(str(day) for day in permit_facts(plan.tables)["file_on"].dropna())
    found = [(days[0], "first permit application")] if days else []
    lots = _dated_lots(plan)
    return [*found, (str(lots["order_by"].min()), "first order of material")] if len(lots) else found


def _first_gates(plan: SavedPlan) -> list[tuple[str, str]]:
    """First area through each gate, with who approves it."""
    gates = plan.tables.get("gates")
    if gates is None or not len(gates) or not {"gate", "name", "date", "approver_role"} <= set(gates):
        return []
    first = gates.dropna(subset="date").sort_values(["gate", "date"]).drop_duplicates("gate")
    return [
        (str(row.date), f"first area at gate {row.gate}, {str(row.name).lower()} ({row.approver_role})")
        for row in first[["gate", "name", "date", "approver_role"]].itertuples(index=False, name="Gate")
    ]
