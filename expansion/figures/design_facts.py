"""What a reader asks of a design first: how full hubs are, what light is left, which rules hold, who gets what."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from expansion.figures.cable_runs import natural

_STEP_DB = 0.5
_LIMITS = {
    "loss up": "light from home to office", "loss down": "light from office to home",
    "reach of the study": "reach that the study allows", "reach of the class": "reach of the optics' class",
    "differential reach": "difference of reaches on one OLT port",
}  # fmt: skip
_DECIDED = {
    "capacity": "ports: its fill target", "cost": "cost: another split of the area is dearer", "lock": "a lock",
    "span": "way to its farthest location", "units": "one place that fills it",
}  # fmt: skip
_FILLS = {"fill_target": "fill_target", "farthest_m": "farthest_m", "outputs_free": "outputs_free", "binds": "binds"}


def hub_fill(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """List hubs with ports in use, splitters, what they serve and their largest loss, the fullest first.

    Parameters
    ----------
    tables
        Tables of a plan: `sites`, `paths`, and `fills` where the plan has it.

    Returns
    -------
    DataFrame
        hub_id, area_id, capacity, used, fill, splitters, locations, terminals, worst_db; of `fills` also fill_target,
        outputs_free, farthest_m and binds.
    """
    sites, paths = tables["sites"], tables["paths"]
    hubs = pd.DataFrame(sites[(sites["kind"] == "hub").to_numpy(dtype=bool)])[
        ["site_id", "area_id", "capacity", "used"]
    ]
    hubs = hubs.rename(columns={"site_id": "hub_id"}).reset_index(drop=True)
    capacity = hubs["capacity"].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    hubs["fill"] = np.where(
        capacity > 0, hubs["used"].to_numpy(dtype=np.float64) / np.where(capacity > 0, capacity, 1), 0
    )
    grouped = paths.groupby("hub_id", sort=True)
    served = grouped.agg(
        splitters=("splitter_input", "nunique"), locations=("location_id", "size"),
        terminals=("terminal_id", "nunique"), worst_db=("loss_db", "max"),
    )  # fmt: skip
    found = hubs.merge(served, left_on="hub_id", right_index=True, how="left")
    counts = ["splitters", "locations", "terminals"]
    found[counts] = found[counts].fillna(0).astype(np.int64)
    fills = tables.get("fills")
    if fills is not None:
        found = found.merge(fills[["hub_id", *(name for name in _FILLS if name in fills)]], on="hub_id", how="left")
    order = sorted(range(len(found)), key=lambda row: (-found["fill"].iloc[row], natural(found["hub_id"].iloc[row])))
    return found.iloc[order].reset_index(drop=True)


def loss_steps(paths: pd.DataFrame) -> pd.DataFrame:
    """Count light paths by their largest loss, in steps of half a decibel: `loss_db` (lower edge), `paths`."""
    step = np.floor(paths["loss_db"].to_numpy(dtype=np.float64) / _STEP_DB).astype(np.int64)
    steps, counts = np.unique(step, return_counts=True)
    return pd.DataFrame({"loss_db": steps * _STEP_DB, "paths": counts})


def light_limits(paths: pd.DataFrame) -> pd.DataFrame:
    """Say per limit that binds first how many paths it binds, and the least room left: `binds`, `paths`, margins."""
    if "binds" not in paths or not len(paths):
        return pd.DataFrame({"binds": [], "paths": [], "margin_db": [], "headroom_m": []})
    grouped = paths.groupby("binds", sort=True)
    limits = grouped.agg(
        paths=("location_id", "size"), margin_db=("margin_db", "min"), headroom_m=("headroom_m", "min")
    )
    return limits.reset_index().sort_values(["paths", "binds"], ascending=[False, True], ignore_index=True)


def limit_words(binds: pd.Series) -> pd.Series:
    """Say in words which limit of its light path, or of its hub, is met first."""
    return binds.map({**_LIMITS, **_DECIDED}).fillna(binds)


def ledger_rows(rules: pd.DataFrame) -> pd.DataFrame:
    """Order the rules ledger: broken rules first, the worst severity first, then by name."""
    rank = rules["severity"].map({"error": 0, "warning": 1, "info": 2}).fillna(3)
    is_kept = (rules["broken"] == 0).to_numpy(dtype=bool)
    order = np.lexsort((rules["rule_id"].to_numpy(dtype=str), rank.to_numpy(dtype=np.float64), is_kept))
    return rules.iloc[order].reset_index(drop=True)


def measured(value: float, unit: object) -> str:
    """Write a figure of the rules ledger with its unit, singular for one; "" where there is none."""
    if value != value:
        return ""
    word = unit if isinstance(unit, str) else ""
    return f"{value:,.6g} {word.removesuffix('s') if value == 1 else word}".strip()


def reason_kinds(locations: pd.DataFrame) -> pd.DataFrame:
    """Count eligible locations by outcome and kind of reason: reasons that differ in figures and names of areas alone.

    Returns
    -------
    DataFrame
        outcome, reason (the one of most locations, as an example), locations; most first.
    """
    reasons = outcome_reasons(locations)
    kind = pd.array([re.sub(r"[\d,.]*\d", "#", str(reason)) for reason in reasons["reason"]], dtype="str")
    grouped = reasons.assign(kind=kind).groupby(["outcome", "kind"], sort=True)
    found = grouped.agg(reason=("reason", "first"), locations=("locations", "sum")).reset_index()
    ordered = found.sort_values(["locations", "outcome", "reason"], ascending=[False, True, True], ignore_index=True)
    return ordered[["outcome", "reason", "locations"]].assign(
        reason=ordered["reason"].str.replace("is not chosen: not chosen: ", "is not chosen: ", regex=False)
    )


def outcome_reasons(locations: pd.DataFrame) -> pd.DataFrame:
    """Count eligible locations by outcome and reason, most first: `outcome`, `reason`, `locations`."""
    eligible = locations[locations["eligible"].to_numpy(dtype=bool)]
    if "outcome_reason" not in eligible:
        return pd.DataFrame({"outcome": [], "reason": [], "locations": []})
    named = pd.DataFrame(
        {"outcome": eligible["outcome"].fillna("none"), "reason": eligible["outcome_reason"].fillna("")}
    )
    counted = named.groupby(["outcome", "reason"], sort=True).size().rename("locations").reset_index()
    return counted.sort_values(["locations", "outcome", "reason"], ascending=[False, True, True], ignore_index=True)


def telling_rows(curve: pd.DataFrame) -> pd.DataFrame:
    """Leave out the thresholds above the first at which as many get fiber as at the highest: nothing moves there."""
    most = curve["fiber"].iloc[-1] if len(curve) else 0
    return curve[: int((curve["fiber"] != most).sum()) + 1]


def cash_flow(business: pd.DataFrame) -> pd.DataFrame:
    """Sum the business case over areas per year; `cumulated` and `discounted_sum` add up from the first year."""
    names = [
        "revenue", "opex", "capital_to_pass", "capital_to_connect", "replacement", "subsidy", "terminal_value", "net",
        "discounted",
    ]  # fmt: skip
    years = business.groupby("year", sort=True)[names].sum().round(2).reset_index()
    return years.assign(cumulated=years["net"].cumsum().round(2), discounted_sum=years["discounted"].cumsum().round(2))
