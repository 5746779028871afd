"""Export a saved plan into a folder of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from expansion.errors import SourceError
from expansion.export import export_plan
from expansion.export.formats import require_formats
from expansion.plan.saved import SavedPlan
from expansion.runs.atomic import replaced_folder
from expansion.runs.saving import load_plan

EXPORT_MARK = "export.txt"


def export_saved(saved: Path, names: Sequence[str], out: Path) -> list[Path]:
    """Write a saved plan in several formats into `out`.

    Parameters
    ----------
    saved
        Folder of the plan.
    names
        Formats, out of `expansion.export.EXPORTS`.
    out
        Made if missing, replaced in one step if it holds an export.

    Raises
    ------
    OutputError
        ``E_EXPORT_FORMAT`` for an unknown format, ``E_OUT_NOT_EMPTY`` where `out` holds other files.
    SourceError
        ``E_PLAN_OLD`` where a plan of an earlier version lacks what a format tells.
    """
    require_formats(names)
    plan = load_plan(saved)
    with replaced_folder(out, EXPORT_MARK) as folder:
        try:
            written = export_plan(plan, names, folder)
        except KeyError as error:
            raise_older(plan, saved, error)
            raise
        lines = [f"plan {plan.document['fingerprint']}", *(path.name for path in written)]
        (folder / EXPORT_MARK).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return [out / path.name for path in written]


def raise_older(plan: SavedPlan, folder: Path, error: KeyError) -> None:
    """Refuse to go on where what was looked up stands nowhere in a plan: a version before this one wrote it.

    Raises
    ------
    SourceError
        ``E_PLAN_OLD``; nothing is raised for a name that the plan knows, or that is no name.
    """
    name = error.args[0] if error.args else None
    if isinstance(name, str) and name not in _names(plan):
        raise SourceError(
            f"the plan lacks {name}, which this version of expansion tells", code="E_PLAN_OLD", where=[folder],
            hint="plan the study again; formats that do not tell it, such as gpkg, can be written still",
        ) from error  # fmt: skip


def _names(plan: SavedPlan) -> set[str]:
    """Names of tables and columns, and keys of plan.json and study.json at any depth."""
    found = {name for table, rows in plan.tables.items() for name in (table, *map(str, rows.columns))}
    waiting: list[Any] = [plan.document, plan.study_document]
    while waiting:
        one = waiting.pop()
        found |= set(one) if isinstance(one, dict) else set()
        waiting += [
            value for value in (one.values() if isinstance(one, dict) else one) if isinstance(value, dict | list)
        ]
    return found
