"""Choose who gets fiber jointly with the route, then what the others get."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from expansion.network.technology.covering import Cover, choose_cover
from expansion.network.technology.fiber import FiberChoice, choose_fiber, group_costs, held_ways, ways_to
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
    """Who gets fiber, what the others get of which market, and what fiber costs per location of the field.

    `alone` is the choice of fiber before any station had to be joined; its tree holds none for their sake.
    """

    fiber: FiberChoice
    worth: IntArray
    market: Market
    rest: IntArray
    cover: Cover
    figure: IntArray
    alone: FiberChoice


def decide(scene: Scene) -> Choice:
    """Choose for the whole study.

    First who gets fiber; then what the others get, each station priced with fiber from that tree; then who gets fiber
    again, where the tree has to join the stations that were opened. Those of them that serve nobody any more are closed
    and that step is taken again: stations only go, so it ends.
    """
    if scene.study.technology.rule == "lifetime":
        worth = worth_of_fiber(scene, open_market(scene, scene.rows, scene.away))
    else:
        worth = worth_of_fiber(scene, Market(no_offers(), []))
    fiber = alone = choose(scene, worth)
    rest, cover, market = cover_rest(scene, fiber)
    opened, settled = used_sites(market, cover), False
    while opened and not settled:
        fiber = _joining(scene, worth, alone, _nodes(scene, market, opened))
        rest, cover = _cover_from(scene, fiber, market, opened)
        still = used_sites(market, cover)
        settled, opened = still == opened, still
    if not opened:
        fiber = alone
        rest, cover = _cover_from(scene, fiber, market, opened)
    held = held_ways(scene.field, fiber.edges, _nodes(scene, market, opened))
    return Choice(fiber, worth, market, rest, cover, group_costs(scene.field, fiber, scene.whole, held), alone)


def used_sites(market: Market, cover: Cover) -> list[int]:
    """Places of the sites from which somebody is served."""
    site = market.offers.site[cover.offer[cover.offer >= 0]]
    return [int(one) for one in np.unique(site[site >= 0])]


def _nodes(scene: Scene, market: Market, sites: list[int]) -> IntArray:
    """Nodes of the field at which sites stand."""
    return np.unique(scene.merged[np.array([market.sites[one].station.node for one in sites], dtype=np.int64)])


def _joining(scene: Scene, worth: IntArray, alone: FiberChoice, nodes: IntArray) -> FiberChoice:
    """Choose who gets fiber where the tree has to join some nodes as well."""
    held = replace(scene.field, fixed=np.union1d(scene.field.fixed, nodes))
    return choose(replace(scene, field=held), worth, np.union1d(scene.whole, alone.edges))


def _cover_from(scene: Scene, fiber: FiberChoice, market: Market, opened: list[int]) -> tuple[IntArray, Cover]:
    """Choose what those without fiber get from the opened sites alone, whose fiber the tree has paid for."""
    rest, offers = _without_fiber(scene, fiber), market.offers
    worth = round(100 * scene.study.technology.served_value_per_location)
    sites = [replace(site, capital=site.capital - site.link, link=0) for site in market.sites]
    kept = np.flatnonzero(np.isin(offers.site, [-1, *opened]))
    cover = choose_cover(offers.take(kept), sites, rest, scene.units, worth)
    taken = np.r_[kept, -1][cover.offer]
    return rest, replace(cover, offer=taken)


def _without_fiber(scene: Scene, fiber: FiberChoice) -> IntArray:
    """Rows of the locations that get no fiber."""
    takes = np.zeros(len(scene.rows), dtype=bool)
    takes[scene.fits] = fiber.takes
    return scene.rows[~takes]


def cover_rest(scene: Scene, fiber: FiberChoice, *, is_quick: bool = False) -> tuple[IntArray, Cover, Market]:
    """Choose what those without fiber get; each site is priced with fiber from the tree, as if it were alone."""
    rest = _without_fiber(scene, fiber)
    market = open_market(scene, rest, ways_to(scene.field, fiber.edges))
    worth = round(100 * scene.study.technology.served_value_per_location)
    return rest, choose_cover(market.offers, market.sites, rest, scene.units, worth, is_quick=is_quick), market
