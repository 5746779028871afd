"""Trace who gets what as the threshold rises, each point with its bound."""

from __future__ import annotations

import numpy as np
import pandas as pd

from expansion.network.technology.covering import Cover
from expansion.network.technology.decide import Choice, choose, cover_rest
from expansion.network.technology.fiber import FiberChoice
from expansion.network.technology.market import Market
from expansion.network.technology.scene import Scene
from expansion.plan.graph import IntArray
from expansion.plan.technology import TECHNOLOGIES, TECHNOLOGY_CURVE, empty_technology_curve

LADDER = (0, 1_000, 2_000, 3_500, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 50_000, 100_000, 250_000)
"""Thresholds of the curve, in the study's currency; the study's own is added."""
LIGHT = 10_000_000
"""Edges times locations up to which the curve is traced without being asked for."""


def trace_thresholds(scene: Scene, choice: Choice) -> pd.DataFrame:
    """Solve the choice of fiber for a ladder of thresholds, each from the tree of the one below.

    Of all trees found, each threshold takes the one that is best at it, so that fiber never falls as it rises.

    Returns
    -------
    DataFrame
        After `TECHNOLOGY_CURVE`, by threshold; empty where the study asks for none, or it would take long.
    """
    asked = scene.study.technology.curve
    is_light = len(scene.field.u) * len(scene.rows) <= LIGHT
    if not len(scene.rows) or not (is_light if asked is None else asked):
        return empty_technology_curve()
    own = round(100 * scene.study.technology.threshold_per_location)
    steps = sorted({own, *(100 * step for step in LADDER)})
    pool = [choice.alone] if scene.study.technology.rule == "threshold" else []
    bounds: list[int] = []
    start: IntArray | None = None
    for step in steps:
        found = choose(scene, np.full(len(scene.field.node), step, dtype=np.int64), start)
        pool.append(found)
        bounds.append(found.lower_bound)
        start = np.union1d(scene.whole, found.edges)
    rows = [_row(scene, step, _best_at(scene, pool, step), bound) for step, bound in zip(steps, bounds, strict=True)]
    columns: dict[str, object] = {name: [row[name] for row in rows] for name in rows[0]}
    return TECHNOLOGY_CURVE.build({"row_id": [f"T{number:02d}" for number in range(1, len(rows) + 1)]} | columns)


def built_cost(scene: Scene, fiber: FiberChoice) -> int:
    """Cents of route and connections of those with fiber."""
    return int(scene.field.price[fiber.edges].sum()) + int(scene.field.connect[fiber.takes].sum())


def _best_at(scene: Scene, pool: list[FiberChoice], step: int) -> FiberChoice:
    """Return the tree of the pool that is best at a threshold; of equal ones that with the fewest locations."""

    def key(one: FiberChoice) -> tuple[int, int]:
        return built_cost(scene, one) + step * int((~one.takes).sum()), int(one.takes.sum())

    return min(pool, key=key)


def _row(scene: Scene, step: int, fiber: FiberChoice, bound: int) -> dict[str, float | int]:
    """One row of the table."""
    _, cover, market = cover_rest(scene, fiber, is_quick=True)
    cost, served = built_cost(scene, fiber), int(fiber.takes.sum())
    value = cost + step * int((~fiber.takes).sum())
    counts = technology_counts(market, cover) | {"fiber": served}
    capital, lifetime = rest_costs(market, cover)
    fiber_running = int((scene.units[scene.rows[scene.fits]][fiber.takes]).sum()) * scene.running["fiber"]
    lower = min(bound, value)
    return {
        "threshold": step / 100, **counts, "fiber_cost": cost / 100, "capital": (cost + capital) / 100,
        "lifetime_cost": (cost + fiber_running + lifetime) / 100, "value_cost": value / 100, "lower_bound": lower / 100,
        "gap": round((value - lower) / value, 6) if value else 0.0,
    }  # fmt: skip


def technology_counts(market: Market, cover: Cover) -> dict[str, int]:
    """Locations without fiber per technology, and with none."""
    names = technologies_of(market, cover.offer)
    return {name: int((names == name).sum()) for name in (*TECHNOLOGIES, "none")}


def technologies_of(market: Market, offer: IntArray) -> np.ndarray[tuple[int, ...], np.dtype[np.object_]]:
    """Name the technology behind each offer; none where there is none (-1)."""
    names = np.full(len(offer), "none", dtype=object)
    taken = np.flatnonzero(offer >= 0)
    site = market.offers.site[offer[taken]]
    kinds = np.array([site.station.kind for site in market.sites] + [""], dtype=object)[site]
    names[taken] = np.where(site < 0, "satellite", np.where(kinds == "tower", "fixed_wireless", "dsl"))
    return names


def rest_costs(market: Market, cover: Cover) -> tuple[int, int]:
    """Capital and cost over the years of those without fiber and of their sites, cents."""
    taken = cover.offer[cover.offer >= 0]
    offers = market.offers
    used = sorted({int(site) for site in offers.site[taken] if site >= 0})
    sectors = {(int(s), int(k)) for s, k in zip(offers.site[taken], offers.sector[taken], strict=True) if s >= 0}
    radios = sum(market.sites[site].sector for site, _ in sectors)
    capital = int(offers.capital[taken].sum()) + sum(market.sites[site].capital for site in used) + radios
    lifetime = int(offers.lifetime[taken].sum()) + sum(market.sites[site].price for site in used) + radios
    return capital, lifetime
