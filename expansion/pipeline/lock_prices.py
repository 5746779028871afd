"""What locks of the design cost: the areas that each of them may change are designed and priced again without it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from expansion.cost import draw_factors, estimate_cost
from expansion.demand import delineate_areas
from expansion.network import areas_of_sites, design_network
from expansion.permits import register_permits
from expansion.plan.findings import Finding, find
from expansion.plan.graph import IntArray
from expansion.plan.inputs import Inputs
from expansion.plan.locks import DESIGN_LOCKS, Locks, empty_design_locks
from expansion.plan.parts import Candidates, Ground
from expansion.plan.plan import Draws
from expansion.study import Study
from expansion.wording import count

# Each price asks for two designs; locks beyond these, by id, are listed without.
MOST_PRICED = 20


@dataclass(frozen=True, slots=True)
class DesignLock:
    """A lock of the study that changes the design: its place in the table, the ground without it, and its areas.

    `mine` are the areas that it is priced over, as rows of the ground with all locks; `theirs` hold the same locations
    on the ground without it.
    """

    row: dict[str, object]
    shape: object
    study: Study
    free: Ground
    mine: IntArray
    theirs: IntArray


def price_design_locks(study: Study, inputs: Inputs, ground: Ground, candidates: Candidates) -> gpd.GeoDataFrame:
    """Price every lock about areas, huts, terminals and assignments.

    Parameters
    ----------
    study, inputs, ground
        As for the plan.
    candidates
        Its technology stands, whatever the areas; its route is used where it is cheaper than a new one.

    Returns
    -------
    GeoDataFrame
        After `DESIGN_LOCKS`, by lock id; the first `MOST_PRICED` are priced. A price is base cost (bill of quantities
        at likely rates, permits' fees included) of some areas, with the lock less without it, each side designed by
        itself over the same locations: siting, terminals, cables and what of the route these areas need. Of a lock
        about areas these are the areas that are others without it; of a terminal or an assignment those in which it
        holds; of a hut all. What the rest of the plan shares with them, choice of years, reserve and schedule are not
        in it. A lock that changes no area costs nothing; without a terminal nobody is assigned to it either.
    """
    found = [*_area_locks(study, inputs, ground), *_site_locks(study, inputs, ground, candidates)]
    locks = sorted(found, key=lambda lock: str(lock.row["lock_id"]))
    if not locks:
        return empty_design_locks(ground.graph.crs)
    few = Draws({name: scores[:2] for name, scores in draw_factors(study, inputs.rulebook).scores.items()})
    known: dict[tuple[int, ...], float] = {}
    for lock in locks[:MOST_PRICED]:
        areas = tuple(lock.mine.tolist())
        if areas not in known:
            known[areas] = _cost(study, inputs, ground, candidates, few, lock.mine)
        free = _cost(lock.study, inputs, lock.free, candidates, few, lock.theirs)
        lock.row.update(cost_with=known[areas], cost_without=free, price=round(known[areas] - free, 2))
    columns = {column.name: [lock.row.get(column.name) for lock in locks] for column in DESIGN_LOCKS.columns}
    shapes = [lock.shape for lock in locks]
    return gpd.GeoDataFrame(DESIGN_LOCKS.build(columns, geometry=shapes, crs=ground.graph.crs))


def _area_locks(study: Study, inputs: Inputs, ground: Ground) -> Iterable[DesignLock]:
    """List the locks about areas, each with the areas that would be others without it."""
    words = {"together": "in one area", "apart": "in different areas"}
    place_of = dict(zip(inputs.locations["location_id"], inputs.locations.geometry, strict=True))
    for kind, text in words.items():
        held: tuple[tuple[str, ...], ...] = getattr(study.areas, kind)
        for number, names in enumerate(held, 1):
            rules = study.areas.model_copy(update={kind: held[: number - 1] + held[number:]})
            free = study.model_copy(update={"areas": rules})
            areas = delineate_areas(free, inputs, ground.eligibility, ground.graph)
            mine, theirs = changed_areas(ground.areas.of_location, areas.of_location)
            some = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            row: dict[str, object] = {
                "lock_id": f"{kind}-{number}", "kind": kind, "what": f"locations {some} {text}",
                "location_ids": ",".join(names), "area_ids": _names(ground, mine),
            }  # fmt: skip
            shape = shapely.multipoints([place_of[name] for name in names])
            yield DesignLock(row, shape, free, replace(ground, areas=areas), mine, theirs)


def _site_locks(study: Study, inputs: Inputs, ground: Ground, candidates: Candidates) -> Iterable[DesignLock]:
    """List the locks of huts, terminals and assignments, each with the areas in which it may change something."""
    ids = inputs.locations["location_id"].to_numpy(dtype=object)
    lit = (candidates.network.location_outcome == "fiber") & (ground.areas.of_location >= 0)
    every = np.unique(ground.areas.of_location[lit])
    near = areas_of_sites(ground.graph, ground.locks, ground.areas.of_location)
    area_of = {lock.lock_id: area for area, held in near.items() for lock in held}
    for lock in ground.locks.of("terminal", "hut", "no_hut", "assignment"):
        fed = [one for one in ground.locks.of("assignment") if lock.lock_id in (one.lock_id, one.target)]
        rows = np.array([row for one in fed for row in one.rows], dtype=np.int64)
        some = {*ground.areas.of_location[rows].tolist(), area_of.get(lock.target or lock.lock_id, -1)}
        mine = every if lock.kind in ("hut", "no_hut") else every[np.isin(every, sorted(some))]
        row: dict[str, object] = {
            "lock_id": lock.lock_id, "kind": lock.kind, "what": lock.what,
            "location_ids": ",".join(ids[list(lock.rows)]) or None, "to_lock_id": lock.target or None,
            "node": lock.node if lock.node >= 0 else None, "area_ids": _names(ground, mine),
        }  # fmt: skip
        free = replace(ground, locks=ground.locks.without(lock.lock_id))
        yield DesignLock(row, lock.shape, study, free, mine, mine)


def _names(ground: Ground, areas: IntArray) -> str | None:
    """Ids of areas, joined by commas."""
    return ",".join(ground.areas.table["area_id"].to_numpy()[areas]) or None


def changed_areas(first: IntArray, second: IntArray) -> tuple[IntArray, IntArray]:
    """Find the areas of two groupings of the same locations that are no area of the other.

    Parameters
    ----------
    first, second
        Row of the area per location; -1 where it lies in none, which is so in both.

    Returns
    -------
    tuple
        Such areas of the first and of the second, ascending. They hold the same locations.

    Examples
    --------
    >>> changed_areas(np.array([0, 0, 1, 2, -1]), np.array([2, 2, 0, 0, -1]))
    (array([1, 2]), array([0]))
    """
    inside = first >= 0
    pairs = np.unique(np.stack([first[inside], second[inside]]), axis=1)
    alone = [np.bincount(side)[side] == 1 if side.size else np.ones(0, dtype=bool) for side in pairs]
    changed: NDArray[np.bool_] = ~(alone[0] & alone[1])
    return np.unique(pairs[0][changed]), np.unique(pairs[1][changed])


def _cost(
    study: Study, inputs: Inputs, ground: Ground, candidates: Candidates, draws: Draws, areas: IntArray
) -> float:  # fmt: skip
    """Design some areas by themselves and return their base cost."""
    if not len(areas):
        return 0.0
    phase = np.full(len(ground.areas.table), -1, dtype=np.int64)
    phase[areas] = 0
    network = design_network(
        study, inputs, ground.graph, ground.prices, ground.areas, ground.eligibility, phase=phase,
        before=candidates.route, locks=ground.locks, technology=candidates.technology,
    )  # fmt: skip
    permits = register_permits(study, inputs, ground.graph, ground.triggers, network)
    return round(estimate_cost(study, inputs.rulebook, network, permits, draws).base, 2)


def with_prices(locks: Locks, table: gpd.GeoDataFrame, currency: str) -> Locks:
    """Return the locks with what those of `table` cost among their findings."""
    found = [
        _priced(name, what, areas, price, currency)
        for name, what, areas, price in zip(*(table[k] for k in ("lock_id", "what", "area_ids", "price")), strict=True)
        if not pd.isna(price)
    ]
    open_ids = table.loc[table["price"].isna().to_numpy(dtype=bool), "lock_id"].tolist()
    if open_ids:
        many = count(len(open_ids), "lock is", "locks are")
        text = f"{many} not priced: each asks for two designs, and {MOST_PRICED} locks are"
        found.append(find("W_LOCK_UNPRICED", "info", text, open_ids))
    return replace(locks, findings=(*locks.findings, *found))


def _priced(name: str, what: str, areas: object, price: float, currency: str) -> Finding:
    """Say what one lock costs."""
    verb = "adds" if price > 0 else "saves"
    said = f"{verb} {abs(price):,.2f} {currency} in the design of {_few(areas)}"
    said = said if abs(price) >= 0.005 else "costs nothing"
    said = said if isinstance(areas, str) else "changes no area"
    return find("W_LOCK_PRICE", "info", f"{what}: {said}", [name], amount=price, unit=currency)


def _few(areas: object) -> str:
    """Name up to three areas."""
    names = str(areas).split(",")
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
