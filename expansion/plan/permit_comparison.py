"""What permits do to a route: the plan's network beside one whose route was searched as if permits were free."""

from __future__ import annotations

from typing import Any

import pandas as pd

from expansion.tables import Column, TableSpec

ROUTES = ("aware", "ignoring")

PERMIT_COMPARISON = TableSpec(
    name="permit_comparison",
    key="row_id",
    geometry="",
    about="The plan beside the one whose route ignores permits, per study (first) and area; only of plans made with "
    "--explain-permits. Both are designed, priced and scheduled alike, with all permits that they need.",
    columns=(
        Column("row_id", "text", "Area, or study, and route"),
        Column("area_id", "text", "Area; empty for the study", nullable=True),
        Column("route", "text", "aware: the plan; ignoring: permits cost the router nothing", among=frozenset(ROUTES)),
        Column("length_m", "number", "New route", unit="m", least=0),
        Column("edge_cost", "number", "Price of its edges in the plan, permits and waits included", least=0),
        Column("base_cost", "number", "Cost at likely rates, permit fees included", least=0),
        Column("permits", "integer", "Permits needed", least=0),
        Column("fee", "number", "Their fees; those of a permit that several areas need stand under each", least=0),
        Column("lead_time_sum", "integer", "Sum of typical lead times", unit="calendar days", least=0),
        Column(
            "wait_days", "integer", "Longest typical lead time of those that hold up work; for the study: sum of areas",
            unit="calendar days", least=0,
        ),
        Column("wait_cost", "number", "Wait at permits.delay_cost_per_day", least=0),
        Column("total", "number", "Base cost and wait", least=0),
        Column("over_budget", "number", "Most by which a budget, of a year or of all, is exceeded; areas 0", least=0),
        Column("finish", "date", "Acceptance of the area, or end of the program", nullable=True),
        Column("permit_ids", "text", "Permits, joined by commas; those of no plan may be among them", nullable=True),
        Column("edge_ids", "text", "Edges of the new route, joined by commas", nullable=True),
    ),
)  # fmt: skip
_MONEY = ("edge_cost", "base_cost", "fee", "wait_cost", "total", "over_budget")
_DAYS = ("lead_time_sum", "wait_days")


def empty_comparison() -> pd.DataFrame:
    """Return the table of a plan that was not asked to compare."""
    return PERMIT_COMPARISON.empty()


def comparison_section(table: pd.DataFrame) -> dict[str, Any] | None:
    """Build `permit_comparison` of plan.json; null where it was not asked for.

    `aware` and `ignoring` hold the figures of the study; `saved` what the plan has less of than the route that ignores
    permits (below 0 where it has more); `areas_that_differ` the areas whose new route or permits differ.
    """
    if not len(table):
        return None
    whole = table[table["area_id"].isna().to_numpy(dtype=bool)].set_index("route")
    sides = {name: _figures(whole.loc[name]) for name in ROUTES}
    saved: dict[str, Any] = {name: sides["ignoring"][name] - sides["aware"][name] for name in ("permits", *_DAYS)}
    for name in ("length_m", *_MONEY):
        saved[name] = round(sides["ignoring"][name] - sides["aware"][name], 3 if name == "length_m" else 2) + 0.0
    finishes = [sides[name]["finish"] for name in ("ignoring", "aware")]
    saved["finish_days"] = None if None in finishes else (pd.Timestamp(finishes[0]) - pd.Timestamp(finishes[1])).days
    return {**sides, "saved": saved, "areas_that_differ": areas_that_differ(table)}


def _figures(row: pd.Series) -> dict[str, Any]:
    """Figures of one route over the study."""
    return {
        "length_m": round(float(row["length_m"]), 3),
        "permits": int(row["permits"]),
        **{name: round(float(row[name]), 2) for name in _MONEY},
        **{name: int(row[name]) for name in _DAYS},
        "finish": row["finish"] if isinstance(row["finish"], str) else None,
    }


def areas_that_differ(table: pd.DataFrame) -> list[str]:
    """Areas whose route or permits are not the same under both, ascending."""
    areas = table[table["area_id"].notna().to_numpy(dtype=bool)].fillna({"edge_ids": "", "permit_ids": ""})
    sides = [areas[(areas["route"] == name).to_numpy(dtype=bool)].set_index("area_id") for name in ROUTES]
    aware, ignoring = sides[0], sides[1].reindex(sides[0].index)
    differs = (aware["edge_ids"] != ignoring["edge_ids"]) | (aware["permit_ids"] != ignoring["permit_ids"])
    return sorted(str(area) for area in aware.index[differs.to_numpy(dtype=bool)])
