"""CRM: one CSV with a row per location that gets service, for the system in which customers are kept."""

from __future__ import annotations

from pathlib import Path

from expansion.export.text import csv_table
from expansion.plan.saved import SavedPlan
from expansion.plan.specs_supply import ONBOARDING


def write_crm(plan: SavedPlan, path: Path) -> Path:
    """Write every location with wave, invitation, window, equipment, port and technology, by wave and location.

    UTF-8, one header line, ISO dates, longitude and latitude in EPSG:4326. Text that a spreadsheet would run as a
    formula is prefixed with an apostrophe; read without it, each row is that of table ``onboarding``.

    References
    ----------
    RFC 4180; OWASP, CSV Injection.
    """
    told = plan.tables.get(ONBOARDING.name)
    rows = ONBOARDING.empty() if told is None else told.sort_values(["invite_date", "wave_id", "location_id"])
    names = [column.name for column in ONBOARDING.columns]
    csv_table(rows[names]).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return path
