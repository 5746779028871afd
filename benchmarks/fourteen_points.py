"""Hold the self-audit of a plan against the fourteen points that longpath finds in its Microsoft Project file.

longpath counts the start and the finish of the program as tasks without logic, and takes days of a calendar that works
every day for working days: so points of float and duration are told beside ours, not held against them. In its critical
path test a delay that ends in a closure is one that did not arrive; it is told as well.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from longpath.analysis import get_cpm
from longpath.checks import Ctx, dcma
from longpath.loader import open_schedule, pick_project

ENDS = 2  # program start and program finish
SAME = {
    "logic": "1_logic", "leads": "2_leads", "lags": "3_lags", "relationship_types": "4_relationship_types",
    "hard_constraints": "5_hard_constraints", "negative_float": "7_negative_float", "invalid_dates": "9_invalid_dates",
}  # fmt: skip
BESIDE = {"high_float": "6_high_float", "high_duration": "8_high_duration", "resources": "10_resources"}
OF_LINKS = ("leads", "lags", "relationship_types")


def compare_points(plan: Path, file: Path) -> dict[str, object]:
    """Count what each point finds by both.

    Parameters
    ----------
    plan, file
        Folder of a plan, and its Microsoft Project file.

    Returns
    -------
    dict
        `points_differing` of those that both define alike; `points_beside`: per other point our share and longpath's.
    """
    table = pd.read_parquet(plan / "tables" / "schedule_checks.parquet").set_index("check_id")
    schedule = open_schedule(str(file))
    project = pick_project(schedule)
    theirs = {one.key: one for one in dcma(Ctx(schedule, project, get_cpm(schedule, project)))}
    differing = []
    for name, key in SAME.items():
        row, found = table.loc[name], len(theirs[key].rows) - (ENDS if name == "logic" else 0)
        own = _links(row, name) if name in OF_LINKS else int(row["found"])
        if (own, int(row["checked"])) != (found, theirs[key].denominator):
            differing.append(f"{name}: {own} of {row['checked']}, longpath {found} of {theirs[key].denominator}")
    beside = {name: [round(100 * float(table.loc[name, "value"]), 1), theirs[key].metric]
              for name, key in BESIDE.items()}  # fmt: skip
    return {"points_differing": differing, "points_beside": beside}


def _links(row: pd.Series, name: str) -> int:
    """Links that offend, by their share."""
    share = float(row["value"]) if name != "relationship_types" else 1 - float(row["value"])
    return round(share * int(row["checked"]))
