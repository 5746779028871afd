"""Count what an area builds: the things that risks, checks and waves refer to."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from expansion.plan.plan import Areas, Cost, Network, Permits, Portfolio
from expansion.rulebook import Rulebook

COVER_SPACING_M = 300.0  # depth of cover is measured every so often (check Q02)
AUDIT_SHARE = 0.1  # share of spans whose records are audited (check Q17)


@dataclass(frozen=True, slots=True)
class AreaWork:
    """A chosen area with what there is to count in it.

    `permits` are rows of the permits table that the area needs, `hosted` those of them that no earlier area needs;
    `base` is its cost at likely rates; `counts` holds quantities by name, meters or pieces.
    """

    area_id: str
    phase: int
    year: int
    base: float
    permits: tuple[int, ...]
    hosted: tuple[int, ...]
    counts: dict[str, float]


def count_work(
    rulebook: Rulebook, areas: Areas, portfolio: Portfolio, network: Network, permits: Permits, cost: Cost
) -> list[AreaWork]:
    """Count every chosen area, by phase and id."""
    ids = areas.table["area_id"].to_list()
    rows = [row for row in range(len(ids)) if portfolio.phase[row] >= 0 and portfolio.year[row] >= 0]
    rows.sort(key=lambda row: (int(portfolio.phase[row]), ids[row]))
    bases = dict(zip(cost.per_area["area_id"].to_list(), cost.per_area["base"].to_list(), strict=True))
    layers = {rule.rule_id: rule.layer for rule in rulebook.permit_rules}
    needing = [str(text).split(",") for text in permits.table["area_ids"].to_list()]
    taken: set[int] = set()
    found = []
    for row in rows:
        mine = tuple(number for number, needed in enumerate(needing) if ids[row] in needed)
        hosted = tuple(number for number in mine if number not in taken)
        taken.update(mine)
        counts = _count(rulebook, network, cost.bom, ids[row])
        counts |= _count_permits(permits.table.iloc[list(mine)], layers)
        base = round(float(bases.get(ids[row], 0.0)), 2)
        found.append(
            AreaWork(ids[row], int(portfolio.phase[row]), int(portfolio.year[row]), base, mine, hosted, counts)
        )
    return found


def expected_orders(rulebook: Rulebook, locations: int) -> int:
    """Orders among `locations` at the take rate, rounded up."""
    return math.ceil(round(locations * rulebook.engineering_value("take_rate"), 6))


def speed_test_sample(orders: int) -> int:
    """Count the customers whose service is measured: 5 of up to 50, a tenth of up to 500, else 50."""
    return min(orders, 5) if orders <= 50 else min(math.ceil(orders / 10), 50)


def _mine(table: pd.DataFrame, area_id: str) -> pd.DataFrame:
    return table[(table["area_id"] == area_id).to_numpy(dtype=bool)]


def _count(rulebook: Rulebook, network: Network, bom: pd.DataFrame, area_id: str) -> dict[str, float]:
    """Count the network of one area."""
    drops = _mine(network.drops, area_id)
    locations = len(drops)
    orders = expected_orders(rulebook, locations)
    paths = network.paths[network.paths["location_id"].isin(drops["location_id"]).to_numpy(dtype=bool)]
    splice = _mine(bom, area_id)
    spliced = float(splice.loc[(splice["item"] == "splice").to_numpy(dtype=bool), "quantity"].sum())
    found = _civil(_mine(network.spans, area_id)) | _cables(rulebook, _mine(network.cables, area_id)) | _light(paths)
    found |= _sites(_mine(network.sites, area_id))
    found |= {"locations": locations, "orders": orders, "speed_tests": speed_test_sample(orders)}
    found["splices"] = spliced or 2.0 * found["fibers"]
    # A splitter's customers share the connectors at frame and hub input; those at hub output and drop are their own.
    found["connectors"] = 2 * found["splitters"] + 2 * locations
    return found


def _civil(spans: pd.DataFrame) -> dict[str, float]:
    """Meters, bores and poles of new spans."""
    new = spans[~spans["is_existing"].to_numpy(dtype=bool)]
    aerial = (new["placement"] == "aerial").to_numpy(dtype=bool)
    length = new["length_m"]
    bored = ((new["bore_m"] > 0) | (new["method"] == "bore")).to_numpy(dtype=bool)
    methods = new["method"].to_numpy()
    meters = {f"{method}_m": _total(length[methods == method]) for method in ("plow_hard", "trench_paved")}
    underground = _total(length[~aerial])
    return meters | {
        "route_m": _total(length),
        "underground_m": underground,
        "aerial_m": _total(length[aerial]),
        "bore_m": _total(new["bore_m"]),
        "bores": int(bored.sum()),
        "cover_points": math.ceil(round(underground / COVER_SPACING_M, 6)) + int(bored.sum()),
        "duct_spans": int(((new["placement"] == "duct") | (new["method"] == "bridge_duct")).sum()),
        "poles": int(new["pole_count"].to_numpy()[aerial].sum()),
        "audited_spans": math.ceil(round(len(spans) * AUDIT_SHARE, 6)),
    }


def _total(values: pd.Series) -> float:
    """Sum that does not depend on the order of rows."""
    return round(math.fsum(values.to_list()), 3)


def _cables(rulebook: Rulebook, cables: pd.DataFrame) -> dict[str, float]:
    """Reels and fibers of feeder and distribution."""
    trunk = cables[(cables["tier"] != "drop").to_numpy(dtype=bool)]
    reel = rulebook.engineering_value("reel_m")
    reels = sum(max(math.ceil(round(length / reel, 6)), 1) for length in trunk["length_m"].to_list())
    return {"reels": reels, "fibers": int(trunk["used_fibers"].sum()), "cable_m": _total(trunk["length_m"])}


def _light(paths: pd.DataFrame) -> dict[str, float]:
    """Count terminals, splitters, ports and hubs on light paths, and find the largest loss."""
    return {
        "terminals": paths["terminal_id"].nunique(),
        "splitters": len(paths[["hub_id", "splitter_input"]].drop_duplicates()),
        "olt_ports": len(paths[["office_id", "olt_port"]].drop_duplicates()),
        "feeding_hubs": paths["hub_id"].nunique(),
        "worst_loss_db": round(float(paths["loss_db"].max()), 3) if len(paths) else 0.0,
    }


def _sites(sites: pd.DataFrame) -> dict[str, float]:
    kinds = sites.loc[sites["is_new"].to_numpy(dtype=bool), "kind"]
    return {"cabinets": int(kinds.isin(["hub", "hut", "co"]).sum())}


def _count_permits(permits: pd.DataFrame, layers: dict[str, str]) -> dict[str, float]:
    """Count permits, and application lots for poles."""
    on_poles = [layers.get(rule, "") == "pole" for rule in permits["rule_id"].to_list()]
    return {"permits": len(permits), "pole_orders": int(permits.loc[on_poles, "lots"].sum())}
