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
    plain = pd.DataFrame(permits.table[["rule_id", "lots"]])
    tables = _AreaTables.of(network, cost.bom)
    taken: set[int] = set()
    found = []
    for row in rows:
        mine = tuple(number for number, needed in enumerate(needing) if ids[row] in needed)
        hosted = tuple(number for number in mine if number not in taken)
        taken.update(mine)
        counts = _count(rulebook, tables, ids[row])
        counts |= _count_permits(plain.iloc[list(mine)], layers)
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


@dataclass(frozen=True, slots=True)
class _AreaTables:
    """The rows of each table by area, without geometry; light paths by the area of their drop."""

    spans: dict[str, pd.DataFrame]
    cables: dict[str, pd.DataFrame]
    sites: dict[str, pd.DataFrame]
    drops: dict[str, pd.DataFrame]
    paths: dict[str, pd.DataFrame]
    splices: dict[str, pd.DataFrame]

    @classmethod
    def of(cls, network: Network, bom: pd.DataFrame) -> _AreaTables:
        """Split the tables of a design and its bill of materials."""
        homes = network.drops.set_index("location_id")["area_id"]
        paths = network.paths.assign(area_id=network.paths["location_id"].map(homes))
        return cls(
            _split(network.spans, ["method", "placement", "is_existing", "length_m", "bore_m", "pole_count"]),
            _split(network.cables, ["tier", "used_fibers", "length_m"]),
            _split(network.sites, ["kind", "is_new"]),
            _split(network.drops, ["location_id"]),
            _split(paths, ["terminal_id", "hub_id", "splitter_input", "office_id", "olt_port", "loss_db"]),
            _split(bom[(bom["item"] == "splice").to_numpy(dtype=bool)], ["quantity"]),
        )


def _split(table: pd.DataFrame, columns: list[str]) -> dict[str, pd.DataFrame]:
    """Group by area; an empty group stands under ""."""
    plain = pd.DataFrame(table[["area_id", *columns]]).dropna(subset="area_id")
    groups: dict[str, pd.DataFrame] = {str(area): rows for area, rows in plain.groupby("area_id", sort=True)}
    return groups | {"": plain.iloc[:0]}


def _mine(groups: dict[str, pd.DataFrame], area_id: str) -> pd.DataFrame:
    return groups.get(area_id, groups[""])


def _count(rulebook: Rulebook, tables: _AreaTables, area_id: str) -> dict[str, float]:
    """Count the network of one area."""
    locations = len(_mine(tables.drops, area_id))
    orders = expected_orders(rulebook, locations)
    spliced = round(float(_mine(tables.splices, area_id)["quantity"].sum()), 3)
    found = _civil(_mine(tables.spans, area_id)) | _cables(rulebook, _mine(tables.cables, area_id))
    found |= _light(_mine(tables.paths, area_id)) | _sites(_mine(tables.sites, area_id))
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
