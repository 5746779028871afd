"""Count what an area builds: the things that risks, checks and waves refer to."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from expansion.plan.bill import item_quantities
from expansion.plan.plan import Areas, Cost, Network, Permits, Portfolio
from expansion.rulebook import Rulebook


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
    needing = [set(str(text).split(",")) for text in permits.table["area_ids"].to_list()]
    lots = [
        int(count) if layers.get(rule, "") == "pole" else 0
        for rule, count in zip(permits.table["rule_id"].to_list(), permits.table["lots"].to_list(), strict=True)
    ]
    split = _AreaRows.of(network, cost.bom)
    taken: set[int] = set()
    found = []
    for row in rows:
        mine = tuple(number for number, needed in enumerate(needing) if ids[row] in needed)
        hosted = tuple(number for number in mine if number not in taken)
        taken.update(mine)
        counts = _count(rulebook, split, ids[row])
        counts |= {"permits": len(mine), "pole_orders": sum(lots[number] for number in mine)}
        base = round(float(bases.get(ids[row], 0.0)), 2)
        found.append(
            AreaWork(ids[row], int(portfolio.phase[row]), int(portfolio.year[row]), base, mine, hosted, counts)
        )
    return found


def count_sections(
    rulebook: Rulebook, network: Network, sections: pd.DataFrame
) -> dict[str, list[tuple[str, dict[str, float]]]]:
    """Count the spans of each section of an area's build, by area and in the order of the table: `BY_SECTION`."""
    names = ["span_id", "method", "placement", "is_existing", "length_m", "bore_m", "over_m", "pole_count"]
    spans = {str(row.span_id): row for row in pd.DataFrame(network.spans[names]).itertuples(index=False)}
    columns = (sections[name].to_list() for name in ("section_id", "area_id", "span_ids"))
    found: dict[str, list[tuple[str, dict[str, float]]]] = {}
    for section, area, held in zip(*columns, strict=True):
        counts = _civil(rulebook, [spans[name] for name in str(held).split(",") if name in spans])
        found.setdefault(str(area), []).append((str(section), {name: counts[name] for name in BY_SECTION}))
    return found


BY_SECTION = ("cover_points", "duct_spans", "bores", "poles", "new_spans")
"""Counts that are made section by section, where an area is built in several."""


def expected_orders(rulebook: Rulebook, locations: int) -> int:
    """Orders among `locations` at the take rate, rounded up."""
    return math.ceil(round(locations * rulebook.engineering_value("take_rate"), 6))


def speed_test_sample(orders: int) -> int:
    """Count the customers whose service is measured: 5 of up to 50, a tenth of up to 500, else 50."""
    return min(orders, 5) if orders <= 50 else min(math.ceil(orders / 10), 50)


Rows = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class _AreaRows:
    """The rows of each table by area; light paths by the area of their drop."""

    spans: Rows
    cables: Rows
    sites: Rows
    drops: Rows
    paths: Rows
    splices: Rows
    fit_outs: Rows
    connections: Rows

    @classmethod
    def of(cls, network: Network, bom: pd.DataFrame) -> _AreaRows:
        """Split the tables of a design and its bill of materials."""
        homes = network.drops.set_index("location_id")["area_id"]
        paths = network.paths.assign(area_id=network.paths["location_id"].map(homes))
        return cls(
            _split(network.spans, ["method", "placement", "is_existing", "length_m", "bore_m", "over_m", "pole_count"]),
            _split(network.cables, ["tier", "used_fibers", "length_m"]),
            _split(network.sites, ["kind", "is_new"]),
            _split(network.drops, ["location_id"]),
            _split(paths, ["terminal_id", "hub_id", "splitter_input", "office_id", "olt_port", "loss_db"]),
            _bought(bom, "splice"),
            _bought(bom, "co_upgrade"),
            _split(network.connections, ["location_id"]),
        )


def _bought(bom: pd.DataFrame, item: str) -> Rows:
    """Group the quantity of one item of the bill by area."""
    return _split(item_quantities(bom[(bom["item"] == item).to_numpy(dtype=bool)]), ["quantity"])


def _split(table: pd.DataFrame, columns: list[str]) -> Rows:
    """Group rows by area; those without an area are left out."""
    found: Rows = {}
    plain = pd.DataFrame(table[["area_id", *columns]]).dropna(subset="area_id")
    for row in plain.itertuples(index=False):
        found.setdefault(str(row.area_id), []).append(row)
    return found


def _count(rulebook: Rulebook, rows: _AreaRows, area_id: str) -> dict[str, float]:
    """Count the network of one area."""
    drops = len(rows.drops.get(area_id, []))
    locations = drops + len(rows.connections.get(area_id, []))
    orders = expected_orders(rulebook, locations)
    spliced = _total(row.quantity for row in rows.splices.get(area_id, []))
    found = _civil(rulebook, rows.spans.get(area_id, [])) | _cables(rulebook, rows.cables.get(area_id, []))
    found |= _light(rows.paths.get(area_id, []))
    built = sum(row.is_new and row.kind in ("hub", "hut", "co") for row in rows.sites.get(area_id, []))
    found["cabinets"] = built + _total(row.quantity for row in rows.fit_outs.get(area_id, []))
    found |= {"locations": locations, "orders": orders, "speed_tests": speed_test_sample(orders)}
    found["splices"] = spliced or 2.0 * found["fibers"]
    # A splitter's customers share the connectors at frame and hub input; those at hub output and drop are their own.
    found["connectors"] = 2 * found["splitters"] + 2 * drops
    return found


def _civil(rulebook: Rulebook, spans: list[Any]) -> dict[str, float]:
    """Meters, bores and poles of new spans."""
    new = [span for span in spans if not span.is_existing]
    aerial = [span for span in new if span.placement == "aerial"]
    dug = [span for span in new if span.placement != "aerial"]
    bores = sum((span.bore_m > 0) + (span.over_m > 0) for span in dug)
    underground = _total(span.length_m for span in dug)
    return {
        "route_m": _total(span.length_m for span in new),
        "underground_m": underground,
        "aerial_m": _total(span.length_m for span in aerial),
        "bore_m": _total(span.bore_m + span.over_m for span in dug),
        "plow_hard_m": _total(span.length_m for span in new if span.method == "plow_hard"),
        "trench_paved_m": _total(span.length_m for span in new if span.method.startswith("trench_")),
        "bores": bores,
        "cover_points": math.ceil(round(underground / max(rulebook.engineering_value("cover_spacing_m"), 1.0), 6))
        + bores,
        "duct_spans": sum(span.placement == "duct" or span.method == "bridge_duct" for span in new),
        "poles": sum(int(span.pole_count) for span in aerial),
        "new_spans": len(new),
        "punch_lists": int(bool(new)),
        "audited_spans": math.ceil(round(len(spans) * rulebook.engineering_value("audited_span_share"), 6)),
    }


def _total(values: Iterable[float]) -> float:
    """Sum that does not depend on the order of rows."""
    return round(math.fsum(values), 3)


def _cables(rulebook: Rulebook, cables: list[Any]) -> dict[str, float]:
    """Reels and fibers of feeder and distribution."""
    trunk = [cable for cable in cables if cable.tier != "drop"]
    reel = rulebook.engineering_value("reel_m")
    reels = sum(max(math.ceil(round(cable.length_m / reel, 6)), 1) for cable in trunk)
    fibers = sum(int(cable.used_fibers) for cable in trunk)
    return {"reels": reels, "fibers": fibers, "cable_m": _total(cable.length_m for cable in trunk)}


def _light(paths: list[Any]) -> dict[str, float]:
    """Count terminals, splitters, ports and hubs on light paths, and find the largest loss."""
    return {
        "terminals": len({path.terminal_id for path in paths}),
        "splitters": len({(path.hub_id, path.splitter_input) for path in paths}),
        "olt_ports": len({(path.office_id, path.olt_port) for path in paths}),
        "feeding_hubs": len({path.hub_id for path in paths}),
        "worst_loss_db": round(max((float(path.loss_db) for path in paths), default=0.0), 3),
    }
