"""The register of a saved plan: read, handed out as a file, and held against the file that comes back."""

from __future__ import annotations

import secrets
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from expansion.errors import SourceError, raise_all
from expansion.export.permit_file import permit_rows, write_permit_file
from expansion.permits.states import CARRIED, judge_states
from expansion.plan.specs_inputs import PERMIT_STATES
from expansion.runs.atomic import disk_errors
from expansion.runs.checking import finding_row
from expansion.runs.saving import load_plan
from expansion.sources.sandbox import Task, read_tasks


@dataclass(frozen=True, slots=True)
class PermitRow:
    """One permit of a plan, as a list shows it."""

    permit_id: str
    permit: str
    authority_kind: str
    authority: str
    granted_for: str
    lead_days: int
    fee: float
    state: str
    filed: str
    decided: str
    confidence: str

    @property
    def who(self) -> str:
        """Name of the authority, else its kind."""
        return self.authority or f"{self.authority_kind} (name unknown)"

    def words(self) -> str:
        """Say it in a line."""
        when = "".join(f", {word} {day}" for word, day in (("filed", self.filed), ("decided", self.decided)) if day)
        state = f"{self.state.replace('_', ' ')}{when}"
        return f"{self.permit_id}: {self.permit} for {self.granted_for}, {self.lead_days} days, {state}"

    def document(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def read_register(folder: Path) -> list[PermitRow]:
    """Read the permits of a plan, by authority and id.

    Raises
    ------
    SourceError
        ``E_NO_PLAN`` or ``E_PLAN_CORRUPT``.
    """
    table = load_plan(folder).tables["permits"]
    texts = {
        name: table[name].astype(object).where(table[name].notna(), "").tolist()
        for name in (
            "permit_id", "permit", "authority_kind", "authority", "granted_for", "state", "filed", "decided",
            "confidence",
        )
    }  # fmt: skip
    texts |= {"lead_days": table["lead_time_calendar_days"].tolist(), "fee": table["fee"].tolist()}
    rows = [PermitRow(**dict(zip(texts, values, strict=True))) for values in zip(*texts.values(), strict=True)]
    return sorted(rows, key=lambda row: (row.who, row.permit_id))


def export_register(folder: Path, out: Path) -> Path:
    """Write the register of a plan as CSV or XLSX; a file that stands there is exchanged in one step.

    Raises
    ------
    PlanningError
        As `load_plan` and `write_permit_file`; ``E_DISK`` where the file cannot be written.
    """
    plan = load_plan(folder)
    fresh = out.parent / f".{secrets.token_hex(6)}.part{out.suffix}"
    with disk_errors(out):
        try:
            write_permit_file(plan, fresh)
            fresh.replace(out)
        finally:
            fresh.unlink(missing_ok=True)
    return out


def check_states(folder: Path, told: Path) -> dict[str, Any]:
    """Read a filled-in register and say what it would mean for a plan, without planning.

    Returns
    -------
    dict
        states: how many rows are in each state; findings: refused permits, and rows that the plan does not need.

    Raises
    ------
    PlanningError
        Whatever is wrong with the file, row by row.
    """
    if not told.is_file():
        raise SourceError("no such file", code="E_NO_FILE", where=[told], hint="name the register as it came back")
    with tempfile.TemporaryDirectory(prefix="expansion-") as scratch:
        (reading,) = read_tasks([Task("permit_states", told.resolve(), told.name, {})], Path(scratch))
        raise_all(reading.errors)
        rows = reading.tables["permit_states"].to_pylist()
    states = {str(row["permit_id"]): {name: row[name] for name in CARRIED} for row in rows}
    permits = permit_rows(load_plan(folder))
    permits = permits[permits["is_needed"].to_numpy(dtype=bool)]
    records = [row | states.get(str(row["permit_id"]), {}) for row in permits.to_dict("records")]
    counts = Counter(str(row["state"]) for row in rows)
    return {
        "states": {state: counts.get(state, 0) for state in sorted(PERMIT_STATES)},
        "findings": [finding_row(finding) for finding in judge_states(records, states)],
    }
