"""Who lacks service: status per location, the row that decides it, and whether it may be funded."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from expansion.plan.findings import Finding, find
from expansion.plan.inputs import Inputs
from expansion.plan.plan import Eligibility
from expansion.study import Demand, Study
from expansion.wording import count

TIERS = ("unserved", "underserved", "served")
COPPER = 10


def find_eligible(study: Study, inputs: Inputs) -> Eligibility:
    """Give every location its status and say whether it may be funded.

    Under the ``bead`` rule an offer counts when its technology is in `demand.reliable_technologies`, its latency is
    low and it is not for businesses only; under the ``threshold`` rule every offer counts. Download and upload are
    taken from the same row; the best row decides. A location below `served` is eligible unless an award covers it.

    Parameters
    ----------
    study
        `demand`: rule, technologies, speeds in Mbit/s.
    inputs
        Locations, coverage and award features.

    Returns
    -------
    Eligibility
        One row per location in the order of ``inputs.locations``.

    References
    ----------
    47 U.S.C. 1702(a)(1) for the speeds and latency of unserved and underserved locations.
    """
    locations = inputs.locations
    best = _best_offer(study.demand, inputs.coverage)
    known = best.reindex(locations["location_id"])
    tier = known["tier"].fillna(0).to_numpy().astype(int)
    status = np.array(TIERS, dtype=object)[tier]
    shown = ("down_mbps", "up_mbps", "technology", "provider", "row")
    reason = [_reason(*offer) for offer in zip(status, *(known[name] for name in shown), strict=True)]
    award = _awards(inputs)
    eligible = (tier < 2) & (award == "")
    for row in np.nonzero((tier < 2) & (award != ""))[0].tolist():
        reason[row] += f"; not eligible: covered by award {award[row]}"
    table = gpd.GeoDataFrame(
        {
            "location_id": locations["location_id"].to_numpy(),
            "units": locations["units"].to_numpy(),
            "status": pd.array(status, dtype="str"),
            "reason": pd.array(reason, dtype="str"),
            "eligible": eligible,
            "origin": locations["origin"].to_numpy(),
        },
        geometry=locations.geometry.to_numpy(),
        crs=inputs.crs,
    )
    return Eligibility(table, tuple(_findings(table, award, tier)))


def _best_offer(demand: Demand, coverage: pd.DataFrame) -> pd.DataFrame:
    """Find the deciding row per location: highest tier, then fastest, then by what the row says, wherever it stands."""
    down, up = coverage["down_mbps"].fillna(0).to_numpy(), coverage["up_mbps"].fillna(0).to_numpy()
    counts = np.ones(len(coverage), dtype=bool)
    if demand.rule == "bead":
        counts = np.isin(coverage["technology"].to_numpy(), demand.reliable_technologies)
        counts &= coverage["low_latency"].to_numpy() & (coverage["customers"] != "B").to_numpy()
    served = (down >= demand.served_down_mbps) & (up >= demand.served_up_mbps)
    under = (down >= demand.underserved_down_mbps) & (up >= demand.underserved_up_mbps)
    if demand.dsl_counts_as_underserved:
        served &= coverage["technology"].to_numpy() != COPPER
    tier = np.where(counts & served, 2, np.where(counts & under, 1, 0))
    ranked = coverage.assign(tier=tier, counts=counts, down=down, up=up).sort_values(
        ["location_id", "tier", "counts", "down", "up", "technology", "provider"],
        ascending=[True, False, False, False, False, True, True], kind="stable",
    )  # fmt: skip
    first = ranked.drop_duplicates("location_id").set_index("location_id")
    return first[["tier", "counts", "down_mbps", "up_mbps", "technology", "provider", "row"]]


def _reason(status: str, down: float, up: float, technology: float, provider: object, row: object) -> str:
    """Status and deciding offer in words; the offer is named by what it says, for rows may change places."""
    if pd.isna(technology):
        return f"{status}: no offer"
    speed = "no stated speed" if pd.isna(down) or pd.isna(up) else f"{down:g}/{up:g} Mbit/s"
    seller = f" of {provider}" if isinstance(provider, str) and provider else ""
    return f"{status}: best offer {speed} by technology {int(technology)}{seller} ({str(row).rpartition(':')[0]})"


def _awards(inputs: Inputs) -> NDArray[np.object_]:
    """Name of the award that covers each location, "" for none."""
    found = np.full(len(inputs.locations), "", dtype=object)
    awards = inputs.features[inputs.features["kind"] == "award"].sort_values("feature_id")
    ids = inputs.locations["location_id"]
    points = inputs.locations.geometry.to_numpy()
    for award in awards.itertuples():
        listed = json.loads(award.attributes).get("location_ids")
        inside = ids.isin(listed).to_numpy() if listed is not None else shapely.covers(award.geometry, points)
        name = award.name if isinstance(award.name, str) else award.feature_id
        found[inside & (found == "")] = name
    return found


def _findings(table: gpd.GeoDataFrame, award: NDArray[np.object_], tier: NDArray[np.int64]) -> list[Finding]:
    """Say what a reader must know about demand."""
    found = []
    covered = (tier < 2) & (award != "")
    if covered.any():
        names = ", ".join(sorted(set(award[covered])))
        many = count(int(covered.sum()), "location below served is", "locations below served are")
        found.append(
            find(
                "W_AWARD",
                "info",
                f"{many} covered by awards ({names}) and left out",
                table.loc[covered, "location_id"],
            )
        )  # fmt: skip
    if not table["eligible"].any():
        found.append(find("W_ALL_SERVED", "info", "no location may be funded: nothing to plan"))
    return found
