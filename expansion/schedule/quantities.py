"""What an area asks its crews to do: meters by method, splices, fibers, hubs, orders, permits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from expansion.plan.bill import item_quantities
from expansion.plan.plan import Network
from expansion.rulebook import Rulebook

METHODS = {
    "plow": "plow_m",
    "plow_hard": "plow_hard_m",
    "trench": "trench_m",
    "trench_paved": "trench_paved_m",
    "trench_stone": "trench_paved_m",
    "trench_rock": "trench_paved_m",
    "duct_pull": "duct_m",
    "bridge_duct": "bridge_m",
    "bore": "bore_m",
    "crossing_bore": "bore_m",
    "aerial": "aerial_m",
    "crossing_aerial": "aerial_m",
}
PLACEMENTS = {"buried": "trench_m", "duct": "duct_m", "bore": "bore_m", "aerial": "aerial_m"}
BURIED = ("plow_m", "plow_hard_m", "trench_m", "trench_paved_m", "duct_m", "bridge_m")
QUANTITIES = (
    *METHODS.values(), "route_m", "buried_m", "underground_m", "opened_m", "plow_restored_m", "poles", "cable_m",
    "splices", "fibers", "hubs", "huts", "cabinets", "locations", "orders", "electronics", "permits",
    "towers", "new_towers", "fitted_towers", "dslams",
)  # fmt: skip


ELECTRONICS = ("olt_port", "odf_port", "sector_radio", "backhaul_", "dsl_port", "gfast_port")
_SPANS = [
    "span_id", "method", "placement", "is_existing", "length_m", "item_m", "bore_m", "over_m", "pole_count",
]  # fmt: skip
_CABLES = ["cable_id", "tier", "used_fibers", "length_m"]


@dataclass(frozen=True, slots=True)
class AreaTables:
    """The rows of each table by area, without geometry."""

    spans: dict[str, pd.DataFrame]
    cables: dict[str, pd.DataFrame]
    sites: dict[str, pd.DataFrame]
    drops: dict[str, pd.DataFrame]
    bom: dict[str, pd.DataFrame]
    connections: dict[str, pd.DataFrame]
    stations: dict[str, pd.DataFrame]

    @classmethod
    def of(cls, network: Network, bom: pd.DataFrame) -> AreaTables:
        """Split the tables of a design and its bill of materials."""
        return cls(
            area_spans(network),
            _split(network.cables, _CABLES),
            _split(network.sites, ["site_id", "kind", "is_new"]),
            _split(network.drops, ["location_id"]),
            _split(item_quantities(bom), ["item", "quantity"]),
            _split(network.connections, ["location_id"]),
            _split(network.stations, ["site_id", "kind", "is_new"]),
        )


def area_spans(network: Network) -> dict[str, pd.DataFrame]:
    """Split the spans of a design by area."""
    return _split(network.spans, _SPANS)


def _split(table: pd.DataFrame, columns: list[str]) -> dict[str, pd.DataFrame]:
    """Group by area; an empty group stands under ""."""
    plain = pd.DataFrame(table[["area_id", *columns]]).dropna(subset="area_id")
    groups: dict[str, pd.DataFrame] = {str(area): rows for area, rows in plain.groupby("area_id", sort=True)}
    return groups | {"": plain.iloc[:0]}


def area_quantities(rulebook: Rulebook, tables: AreaTables, area_id: str, permit_count: int) -> dict[str, float]:
    """Measure the work of one area.

    Parameters
    ----------
    rulebook
        Take rate: share of the connected locations that order within the plan.
    tables
        The design, where civil works count on spans that are not there yet and cables everywhere; and the bill of
        materials: `splices` is its number of splices where it has any, else both ends of every used fiber.
    area_id
        Area that pays for the spans, cables and sites.
    permit_count
        Permits that this area applies for.

    Returns
    -------
    dict
        Every name of `QUANTITIES`: meters, or counts; `orders` is rounded up.
    """
    found = dict.fromkeys(QUANTITIES, 0.0)
    found.update(_civil(_rows(tables.spans, area_id)))
    found.update(_optical(_rows(tables.cables, area_id), _items(_rows(tables.bom, area_id))))
    found.update(_sites(_rows(tables.sites, area_id), _items(_rows(tables.bom, area_id))))
    locations = len(_rows(tables.drops, area_id)) + len(_rows(tables.connections, area_id))
    found["locations"] = locations
    found["orders"] = expected_orders(rulebook, locations)
    found.update(_stations(_rows(tables.stations, area_id)))
    found["permits"] = permit_count
    return {name: round(float(value), 3) for name, value in found.items()}


def section_quantities(
    spans: dict[str, pd.DataFrame], area_id: str, area: dict[str, float], span_ids: Iterable[str]
) -> dict[str, float]:
    """Measure the work of a section: its own meters and poles, and all else as its area's.

    Parameters
    ----------
    spans, area_id
        From `area_spans`, and the area that the section is part of.
    area
        From `area_quantities`.
    span_ids
        Spans of the section.
    """
    mine = _rows(spans, area_id)
    own = _civil(mine[mine["span_id"].isin(set(span_ids)).to_numpy(dtype=bool)])
    return area | {name: round(float(value), 3) for name, value in own.items()}


def expected_orders(rulebook: Rulebook, locations: int) -> int:
    """Orders among `locations` at the take rate, rounded up."""
    return int(np.ceil(round(locations * rulebook.engineering_value("take_rate"), 6)))


def _rows(groups: dict[str, pd.DataFrame], area_id: str) -> pd.DataFrame:
    return groups.get(area_id, groups[""])


def _items(lines: pd.DataFrame) -> dict[str, float]:
    """Sum BOM quantities per item."""
    quantities: Mapping[str, float] = lines.groupby("item")["quantity"].sum().to_dict()
    return {str(item): float(value) for item, value in quantities.items()}


def _civil(spans: pd.DataFrame) -> dict[str, float]:
    """Meters by method; what is bored counts as bore, under what is crossed and under the road's own carriageway."""
    found = dict.fromkeys(METHODS.values(), 0.0)
    new = spans[~spans["is_existing"].to_numpy(dtype=bool)].sort_values("span_id")
    columns = [new[name].to_list() for name in ("method", "placement", "item_m", "bore_m", "over_m")]
    for method, placement, built, bored, over in zip(*columns, strict=True):
        found[METHODS.get(method, PLACEMENTS[placement])] += built
        found["bore_m"] += bored
        found["aerial_m" if placement == "aerial" else "bore_m"] += over
    buried = sum(found[name] for name in BURIED)
    aerial = new[(new["placement"] == "aerial").to_numpy(dtype=bool)]
    return found | {
        "route_m": sum(new["length_m"].to_list()),
        "buried_m": buried,
        "underground_m": buried + found["bore_m"],
        "opened_m": found["trench_m"] + found["trench_paved_m"],
        "plow_restored_m": found["plow_m"] + found["plow_hard_m"],
        "poles": int(aerial["pole_count"].sum()),
    }


def _optical(cables: pd.DataFrame, items: dict[str, float]) -> dict[str, float]:
    """Cable meters, splices and fibers to test of feeder and distribution; whether line cards are bought."""
    trunk = cables[(cables["tier"] != "drop").to_numpy(dtype=bool)].sort_values("cable_id")
    fibers = int(trunk["used_fibers"].sum())
    return {
        "cable_m": sum(trunk["length_m"].to_list()),
        "splices": items.get("splice", 2.0 * fibers),
        "fibers": fibers,
        "electronics": sum(value for item, value in sorted(items.items()) if item.startswith(ELECTRONICS)),
    }


def _sites(sites: pd.DataFrame, items: dict[str, float]) -> dict[str, float]:
    """Count new hubs, and huts and offices: new ones, and those that the bill fits out."""
    kinds = sites.loc[sites["is_new"].to_numpy(dtype=bool), "kind"]
    hubs, huts = int((kinds == "hub").sum()), int(kinds.isin(["hut", "co"]).sum())
    fitted = items.get("co_upgrade", 0.0)
    return {"hubs": hubs, "huts": huts + fitted, "cabinets": hubs + huts + fitted}


def _stations(stations: pd.DataFrame) -> dict[str, float]:
    """Count towers to build and to fit out, and cabinets and exchanges to fit out with DSL."""
    tower = (stations["kind"] == "tower").to_numpy(dtype=bool)
    new = int((tower & stations["is_new"].to_numpy(dtype=bool)).sum())
    towers = int(tower.sum())
    return {"towers": towers, "new_towers": new, "fitted_towers": towers - new, "dslams": len(stations) - towers}
