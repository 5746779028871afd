"""Choose who gets fiber jointly with the route, then what the others get."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from expansion.network.technology.covering import Cover, choose_cover
from expansion.network.technology.fiber import FiberChoice, choose_fiber, group_costs
from expansion.network.technology.market import Market, open_market, worth_of_fiber
from expansion.network.technology.offers import no_offers
from expansion.network.technology.scene import Scene
from expansion.plan.graph import IntArray


def choose(scene: Scene, worth: IntArray, start: IntArray | None = None) -> FiberChoice:
    """Choose who gets fiber where it may cost `worth` per location, from the route over all or a tree given."""
    if "fiber" not in scene.allowed:
        worth = np.zeros_like(worth)
    return choose_fiber(scene.field, worth, start=scene.whole if start is None else start, away=scene.away)


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets fiber, what the others get of which market, and what fiber costs per location of the field."""

    fiber: FiberChoice
    worth: IntArray
    market: Market
    rest: IntArray
    cover: Cover
    figure: IntArray


def decide(scene: Scene) -> Choice:
    """Choose for the whole study."""
    market, worth = None, np.full(int(scene.fits.sum()), 0, dtype=np.int64)
    if scene.study.technology.rule == "lifetime":
        market = open_market(scene, scene.rows)
        worth = worth_of_fiber(scene, market)
    else:
        worth = worth_of_fiber(scene, Market(no_offers(), []))
    fiber = choose(scene, worth)
    rest, cover, market = cover_rest(scene, fiber)
    return Choice(fiber, worth, market, rest, cover, group_costs(scene.field, fiber, scene.whole))


def cover_rest(scene: Scene, fiber: FiberChoice, *, is_quick: bool = False) -> tuple[IntArray, Cover, Market]:
    """Choose what those without fiber get."""
    takes = np.zeros(len(scene.rows), dtype=bool)
    takes[scene.fits] = fiber.takes
    rest = scene.rows[~takes]
    market = open_market(scene, rest)
    worth = round(100 * scene.study.technology.served_value_per_location)
    return rest, choose_cover(market.offers, market.sites, rest, scene.units, worth, is_quick=is_quick), market
