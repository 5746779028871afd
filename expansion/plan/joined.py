"""Tables that join what several rooms found: areas, locations, permits, edges."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan.business import area_columns
from expansion.plan.graph import EdgePrices
from expansion.plan.inputs import Inputs
from expansion.plan.locks import Locks
from expansion.plan.parts import Built, Candidates, Ground
from expansion.plan.plan import (
    Portfolio,
)
from expansion.plan.specs_network import AREAS, LOCATIONS
from expansion.plan.specs_permits import PERMITS
from expansion.plan.technology import Technology
from expansion.study import Study


def areas_table(ground: Ground, candidates: Candidates, portfolio: Portfolio, built: Built) -> gpd.GeoDataFrame:
    """Areas with their choice and cost: as designed where chosen, else as a candidate."""
    table, parents = ground.areas.table, candidates.network.area_parent
    chosen = portfolio.year >= 0
    ids = table["area_id"].to_numpy()
    costs = [candidates.cost.per_area.set_index("area_id"), built.cost.per_area.set_index("area_id")]
    money = {
        name: np.where(chosen, *[frame[name].reindex(ids).fillna(0.0).to_numpy() for frame in reversed(costs)])
        for name in ("base", "p50", "p80")
    }
    built_only = {
        name: built.cost.per_area.set_index("area_id")[column].reindex(ids).to_numpy()
        for name, column in (("cost_escalated", "escalated"), ("contingency", "contingency"))
    }
    hubs = built.network.sites[built.network.sites["kind"] == "hub"].groupby("area_id")["site_id"].agg(",".join)
    columns: dict[str, object] = {
        "area_id": ids,
        "parent_area_id": [ids[p] if p >= 0 else None for p in parents.tolist()],
        "locations": table["locations"].to_numpy(),
        "units": table["units"].to_numpy(),
        "hub_ids": [hubs.get(name) for name in ids],
        "phase": [int(p) if c else None for p, c in zip(portfolio.phase, chosen, strict=True)],
        "year": [int(y) if c else None for y, c in zip(portfolio.year, chosen, strict=True)],
        "cost_base": money["base"], "cost_p50": money["p50"], "cost_p80": money["p80"],
        **{name: np.where(chosen, np.nan_to_num(values), np.nan) for name, values in built_only.items()},
        "benefit": np.round(portfolio.benefit, 6), "chosen": chosen, "reason": list(portfolio.reason),
        **area_columns(built.business, ids),
        "unserved": table["unserved"].to_numpy(), "settlement_id": table["settlement_id"].to_numpy(),
    }  # fmt: skip
    return gpd.GeoDataFrame(AREAS.build(columns, geometry=table.geometry.to_numpy(), crs=ground.graph.crs))


def locations_table(
    study: Study, inputs: Inputs, ground: Ground, candidates: Candidates, portfolio: Portfolio, built: Built
) -> gpd.GeoDataFrame:
    """Locations with area, outcome and reason, hub, terminal, drop and loss."""
    table = ground.eligibility.table
    eligible = table["eligible"].to_numpy()
    area = ground.areas.of_location
    outcome = np.where(eligible & (built.network.location_outcome == ""), "not_chosen", built.network.location_outcome)
    ids = ground.areas.table["area_id"].to_numpy()
    paths = built.network.paths.set_index("location_id").reindex(table["location_id"])
    drops = built.network.drops.set_index("location_id")["drop_m"].reindex(table["location_id"])
    columns: dict[str, object] = {
        "location_id": table["location_id"].to_numpy(), "units": table["units"].to_numpy(),
        "kind": _or_none(inputs.locations["kind"]), "status": table["status"].to_numpy(),
        "reason": table["reason"].to_numpy(), "eligible": eligible,
        "area_id": [ids[a] if a >= 0 else None for a in area.tolist()],
        "outcome": [str(o) if e else None for o, e in zip(outcome, eligible, strict=True)],
        "outcome_reason": [
            _outcome_reason(study, ground, candidates.technology, portfolio, str(o), int(a), row) if e else None
            for row, (o, a, e) in enumerate(zip(outcome, area, eligible, strict=True))
        ],
        "hub_id": _or_none(paths["hub_id"]), "terminal_id": _or_none(paths["terminal_id"]),
        "drop_m": drops.to_numpy(), "loss_db": paths["loss_db"].to_numpy(dtype=float),
        "origin": table["origin"].to_numpy(),
    }  # fmt: skip
    return gpd.GeoDataFrame(LOCATIONS.build(columns, geometry=table.geometry.to_numpy(), crs=ground.graph.crs))


def _or_none(values: pd.Series) -> list[str | None]:
    """Text, None where empty."""
    return [value if isinstance(value, str) else None for value in values]


def _outcome_reason(
    study: Study, ground: Ground, technology: Technology, portfolio: Portfolio, outcome: str, area: int, row: int
) -> str:
    """Why a location has its outcome, in words."""
    if outcome == "unreachable" and row in ground.locks.cut_off:
        return "every way to the plant holds an edge that the study avoids"
    if outcome == "unreachable":
        nearest = ground.graph.nearest_road_m[row]
        limit = study.network.snap_max_m
        return f"no road joined to the plant within {limit:g} m; the nearest road lies {nearest:.0f} m away"
    name = ground.areas.table["area_id"].iloc[area]
    if outcome != "not_chosen":
        return f"area {name} is built in {int(portfolio.year[area])}: {technology.reason[row]}"
    return f"area {name} is not chosen: {portfolio.reason[area]}"


def permits_table(built: Built) -> gpd.GeoDataFrame:
    """Permits with the tasks that wait for them."""
    tasks, links = built.schedule.tasks, built.schedule.links
    table = built.permits.table.copy()
    permit_of = dict(zip(tasks["task_id"], tasks["permit_id"], strict=True)) if len(tasks) else {}
    waiting: dict[str, set[str]] = {}
    for before, after in zip(links["predecessor_id"], links["successor_id"], strict=True) if len(links) else ():
        permit = permit_of.get(before)
        if isinstance(permit, str) and permit_of.get(after) != permit:
            waiting.setdefault(permit, set()).add(after)
    blocked = [",".join(sorted(waiting.get(name, ()))) or None for name in table["permit_id"]]
    table["blocks_task_ids"] = pd.array(blocked, dtype="str")
    return gpd.GeoDataFrame(PERMITS.check(table, table.crs))


def edges_table(ground: Ground, candidates: Candidates, built: Built) -> gpd.GeoDataFrame:
    """Edges with price, placement, and whether the route and the network use them."""
    edges, prices = ground.graph.edges, ground.prices
    in_route, in_network = np.zeros(len(edges), dtype=bool), np.zeros(len(edges), dtype=bool)
    in_route[candidates.route.edges] = True
    in_network[built.network.route.edges] = True
    return gpd.GeoDataFrame(
        edges.assign(
            build_cost=prices.build_cost / 100,
            civil_cost=prices.civil_cost / 100, permit_cost=prices.permit_cost / 100,
            placement=pd.array(prices.placement, dtype="str"), method=pd.array(prices.method, dtype="str"),
            placement_reason=pd.array(prices.reason, dtype="str"), existing=pd.array(prices.existing, dtype="str"),
            in_route=in_route, in_network=in_network, lock=pd.array(_lock_words(ground.locks), dtype="str"),
            surface_word=pd.array(prices.surface, dtype="str"), **_works(prices),
            slope_mean_percent=prices.slope_mean_percent, slope_max_percent=prices.slope_max_percent,
        )
    )  # fmt: skip


def _lock_words(locks: Locks) -> NDArray[np.object_]:
    """Per edge: pin, avoid, or "" where the planner fixed nothing."""
    words = np.full(locks.edge_count, "", dtype=object)
    words[locks.avoided], words[locks.pinned] = "avoid", "pin"
    return words


def _works(prices: EdgePrices) -> dict[str, Any]:
    """Quantities that the price of each edge is made of."""
    works = prices.works
    return {
        "item": pd.array(works.item, dtype="str"), "item_m": works.item_m,
        "bore_item": pd.array(works.bore_item, dtype="str"), "bore_m": works.bore_m,
        "over_item": pd.array(works.over_item, dtype="str"), "over_m": works.over_m, "over_poles": works.over_poles,
        "pole_count": works.poles, "pole_owner": pd.array([name or None for name in works.pole_owner], dtype="str"),
    }  # fmt: skip
