"""SVG: the drawings of a plan, a file per sheet: network, schematic per hub, straight-line diagrams."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from expansion.export.file_names import file_name
from expansion.export.text import csv_table
from expansion.figures.drawing_set import Drawing, DrawingSet
from expansion.plan.saved import SavedPlan

_STEMS = {"network": "network", "hub": "hub-", "line": "line-"}


def write_svg(plan: SavedPlan, path: Path) -> Path:
    """Write a folder of drawings; equal plans give equal bytes.

    ``network.svg`` shows offices, feeder cables and hubs; ``hub-<hub>.svg`` a hub with every port of its splitters and
    terminals; ``line-<site>-<n>.svg`` the cables of a hub or office unrolled along the route. ``contents.csv`` lists
    them. Sheets are 420 mm wide (A3), in millimeters.

    References
    ----------
    W3C, Scalable Vector Graphics (SVG) 1.1.
    """
    path.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    rows = []
    drawings = DrawingSet(plan.document, plan.study_document.get("study", {}), plan.tables)
    for drawing in drawings.sheets():
        name = f"{file_name(_stem(drawing), taken)}.svg"
        (path / name).write_text(drawing.svg, encoding="utf-8")
        rows.append((name, drawing.title, drawing.number, drawing.of))
    contents = pd.DataFrame(rows, columns=["file", "title", "sheet", "of"])
    csv_table(contents.astype({"file": "str", "title": "str"})).to_csv(
        path / "contents.csv", index=False, lineterminator="\n", encoding="utf-8"
    )
    return path


def _stem(drawing: Drawing) -> str:
    """Name a sheet by what it shows."""
    number = f"-{drawing.number}" if drawing.kind == "line" else ""
    return f"{_STEMS[drawing.kind]}{drawing.site_id}{number}"
