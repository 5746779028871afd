"""What locks about areas cost: the areas that each of them changes are designed and priced again without it."""

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
from expansion.network import design_network
from expansion.permits import register_permits
from expansion.plan.assembly import Candidates, Ground
from expansion.plan.findings import Finding, find
from expansion.plan.graph import IntArray
from expansion.plan.inputs import Inputs
from expansion.plan.locks import DESIGN_LOCKS, Locks, empty_design_locks
from expansion.plan.plan import Draws
from expansion.study import Study
from expansion.wording import count

# Each price asks for two designs; locks beyond these, by id, are listed without.
MOST_PRICED = 20


@dataclass(frozen=True, slots=True)
class DesignLock:
    """A lock of the study that changes the design, and the study without it."""

    lock_id: str
    kind: str
    what: str
    locations: tuple[str, ...]
    free: Study


def price_design_locks(study: Study, inputs: Inputs, ground: Ground, candidates: Candidates) -> gpd.GeoDataFrame:
    """Price every lock about areas.

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
        at likely rates, permits' fees included) of the areas that are others without the lock, with it less without
        it, each side designed by itself over the same locations: siting, terminals, cables and what of the route
        these areas need. What the rest of the plan shares with them, choice of years, reserve and schedule are not in
        it. A lock that changes no area costs nothing.
    """
    locks = sorted(list_design_locks(study), key=lambda lock: lock.lock_id)
    if not locks:
        return empty_design_locks(ground.graph.crs)
    few = Draws({name: scores[:2] for name, scores in draw_factors(study, inputs.rulebook).scores.items()})
    rows = [
        _row(study, inputs, ground, candidates, few, lock, is_priced=number < MOST_PRICED)
        for number, lock in enumerate(locks)
    ]
    columns = {column.name: [row[column.name] for row in rows] for column in DESIGN_LOCKS.columns}
    place_of = dict(zip(inputs.locations["location_id"], inputs.locations.geometry, strict=True))
    shapes = [shapely.multipoints([place_of[name] for name in lock.locations]) for lock in locks]
    return gpd.GeoDataFrame(DESIGN_LOCKS.build(columns, geometry=shapes, crs=ground.graph.crs))


def list_design_locks(study: Study) -> Iterable[DesignLock]:
    """List the locks about areas, each with the study without it."""
    words = {"together": "in one area", "apart": "in different areas"}
    for kind, text in words.items():
        held: tuple[tuple[str, ...], ...] = getattr(study.areas, kind)
        for number, names in enumerate(held, 1):
            rules = study.areas.model_copy(update={kind: held[: number - 1] + held[number:]})
            some = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            free = study.model_copy(update={"areas": rules})
            yield DesignLock(f"{kind}-{number}", kind, f"locations {some} {text}", names, free)


def _row(
    study: Study, inputs: Inputs, ground: Ground, candidates: Candidates, draws: Draws, lock: DesignLock, *,
    is_priced: bool,
) -> dict[str, object]:  # fmt: skip
    """One row of the table."""
    areas = delineate_areas(lock.free, inputs, ground.eligibility, ground.graph)
    other = replace(ground, areas=areas)
    mine, theirs = changed_areas(ground.areas.of_location, areas.of_location)
    money: list[float | None] = [None, None, None]
    if is_priced:
        with_ = _cost(study, inputs, ground, candidates, draws, mine)
        free = _cost(lock.free, inputs, other, candidates, draws, theirs)
        money = [with_, free, round(with_ - free, 2)]
    names = ground.areas.table["area_id"].to_numpy()[mine]
    return {
        "lock_id": lock.lock_id, "kind": lock.kind, "what": lock.what, "location_ids": ",".join(lock.locations),
        "area_ids": ",".join(names) or None, "cost_with": money[0], "cost_without": money[1], "price": money[2],
    }  # fmt: skip


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
    said = f"{verb} {abs(price):,.2f} {currency} in the design of {areas}" if abs(price) >= 0.005 else "costs nothing"
    said = said if isinstance(areas, str) else "changes no area"
    return find("W_LOCK_PRICE", "info", f"{what}: {said}", [name], amount=price, unit=currency)
