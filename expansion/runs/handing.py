"""Export a saved plan into a folder of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from expansion.export import export_plan
from expansion.export.formats import require_formats
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
    """
    require_formats(names)
    plan = load_plan(saved)
    with replaced_folder(out, EXPORT_MARK) as folder:
        written = export_plan(plan, names, folder)
        lines = [f"plan {plan.document['fingerprint']}", *(path.name for path in written)]
        (folder / EXPORT_MARK).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return [out / path.name for path in written]
