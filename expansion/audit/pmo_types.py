"""Check the three kinds of project office side by side: their rules, and what they make of this plan."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from expansion.audit.folder import SavedPlan, flags, integers, texts
from expansion.audit.ledger import Ledger
from expansion.audit.rules import rows_of, section

KINDS = ("supportive", "controlling", "directive")
Cells = dict[tuple[str, str], str]


def check_types(ledger: Ledger, saved: SavedPlan) -> None:
    """Derive each cell again, kind by kind."""
    table = saved.table("pmo_types")
    columns = [texts(table, name) for name in ("row_id", "subject", "item", *KINDS)]
    told = {(subject, item): tuple(cells) for _, subject, item, *cells in zip(*columns, strict=True)}
    ids = columns[0]
    own = [_cells(saved, kind) if len(saved.table("tasks")) else {} for kind in KINDS]
    places = sorted(set().union(*own))
    ledger.nothing(sorted(map(str, set(told) ^ set(places))), "kinds of office: rows missing or strange", len(ids) + 1)
    wrong = [str(key) for key in places if told.get(key) != tuple(one.get(key, "") for one in own)]
    ledger.nothing(wrong, "kinds of office: cells are not those of the rules", len(ids) + 1)
    rows = list(zip(*columns, flags(table, "differs"), texts(table, "chosen"), strict=True))
    chosen = section(saved, "governance")["pmo"]
    strange = [
        (name, bool(differs), pick) != (f"{subject}-{item}", len(set(cells)) > 1, chosen)
        for name, subject, item, *cells, differs, pick in rows
    ]
    ledger.none(strange, ids, "kinds of office: id, difference or choice")


def _cells(saved: SavedPlan, kind: str) -> Cells:
    """Return what one kind rules, and the numbers that follow."""
    found: Cells = {}
    for row in _mine(saved, "governance", kind):
        figure = "" if row["value"] is None else f": {row['value']:g} {row['unit']}".rstrip()
        role = f" ({row['role']})" if row["role"] else ""
        found["rule", row["topic"].replace("_", " ")] = row["rule"] + figure + role
    for row in _mine(saved, "gates", kind):
        found["gate", row["gate"]] = f"{row['name']}: {row['approver_role']}, {row['mode']}"
        found["papers", row["gate"]] = row["artifacts"]
    for row in _mine(saved, "inspection_points", kind):
        words = f"{row['point']} by {row['inspector_role']}, {100 * row['audit_share']:.0f}% repeated"
        found["inspection", row["stage"]] = words + (", payment waits" if row["holds_payment"] else "")
    return found | {("number", name): f"{number:,}" for name, number in _numbers(saved, kind).items()}


def _mine(saved: SavedPlan, name: str, kind: str) -> list[dict[str, Any]]:
    return [row for row in rows_of(saved, name) if row["pmo"] == kind]


def _numbers(saved: SavedPlan, kind: str) -> dict[str, int]:
    """Count reports, decisions, hold points and repeated checks."""
    quality, gates = saved.table("quality"), saved.table("gates")
    points = {row["stage"]: row for row in _mine(saved, "inspection_points", kind)}
    rows = list(zip(texts(quality, "stage"), integers(quality, "quantity").tolist(), strict=True))
    looked = [(points[stage], number) for stage, number in rows if stage in points]
    binding = {row["gate"] for row in _mine(saved, "gates", kind) if row["mode"] != "advisory"}
    every = next((row["value"] for row in _mine(saved, "governance", kind) if row["topic"] == "reporting"), None)
    days = max(round(every or 0), 1)
    first = dt.date.fromisoformat(section(saved, "study")["start"]) + dt.timedelta(days=days)
    last = dt.date.fromisoformat(max(texts(saved.table("tasks"), "finish")))
    return {
        "status reports": 1 + max((last - first).days, 0) // days,
        "decisions at gates that bind": sum(gate in binding for gate in texts(gates, "gate")),
        "hold points": sum(point["point"] == "hold" for point, _ in looked),
        "checks that the inspector repeats": sum(
            math.ceil(round(number * point["audit_share"], 6)) for point, number in looked
        ),
        "checks on which payment waits": sum(number for point, number in looked if point["holds_payment"]),
    }
