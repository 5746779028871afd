"""All offers of other technologies than fiber, what their sites cost, and what fiber is worth beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from expansion.network.technology.copper import copper_offers, find_cabinets
from expansion.network.technology.fiber import FAR
from expansion.network.technology.offers import Offers, Site, joined, no_offers, satellite_offers
from expansion.network.technology.prices import Discount, soft_share
from expansion.network.technology.radio import find_towers, radio_offers
from expansion.network.technology.scene import Scene
from expansion.plan.graph import IntArray
from expansion.plan.technology import Station


@dataclass(frozen=True, slots=True)
class Market:
    """All offers of other technologies than fiber, and the sites that they hang from."""

    offers: Offers
    sites: list[Site]


def open_market(scene: Scene, rows: IntArray, away: IntArray) -> Market:
    """Collect the offers of all allowed technologies.

    Parameters
    ----------
    rows
        Rows of the locations for which new towers are thought of.
    away
        Per node of the field: cents of the cheapest way to what is built or stands; see `fiber.ways_to`.
    """
    inputs, graph, demand = scene.inputs, scene.graph, scene.study.demand
    parts, stations = [no_offers()], list[Station]()
    if "dsl" in scene.allowed:
        cabinets = _joined(scene, find_cabinets(inputs, graph), away)
        parts.append(copper_offers(inputs, demand, graph, cabinets, scene.running["dsl"], scene.rows))
        stations += cabinets
    if "fixed_wireless" in scene.allowed:
        band = scene.book.radio_band(scene.study.technology.radio_band)
        may_build = scene.study.technology.new_towers
        towers = _joined(scene, find_towers(inputs, graph, scene.areas, rows, band, may_build=may_build), away)
        found = radio_offers(inputs, demand, graph, towers, band, scene.running["fixed_wireless"], scene.rows)
        parts.append(found.moved(len(stations)))
        stations += towers
    if "satellite" in scene.allowed:
        parts.append(satellite_offers(scene.book, demand, scene.running["satellite"], scene.rows, scene.units))
    return Market(joined(parts), _priced(scene, stations, away))


def _priced(scene: Scene, stations: list[Station], away: IntArray) -> list[Site]:
    """Price the opening and the running of sites; the fiber to each is priced as if no other shared its way."""
    book, soft = scene.book, 1 + soft_share(scene.book)
    annuity = Discount.of(scene.study.technology).annuity
    found = []
    for station in stations:
        is_tower = station.kind == "tower"
        item = ("tower" if station.is_new else "tower_upgrade") if is_tower else "cabinet_upgrade"
        works = 100 * soft * (book.rate(item).likely + book.rate("backhaul_port").likely)
        link = int(away[scene.merged[station.node]])
        rule = book.technology("fixed_wireless" if is_tower else "dsl")
        radio = 100 * soft * book.rate("sector_radio").likely if is_tower else 0.0
        found.append(
            Site(
                station, round(works) + link, round(100 * annuity * rule.site_opex_per_year), round(radio), link,
            )
        )  # fmt: skip
    return found


def _joined(scene: Scene, stations: list[Station], away: IntArray) -> list[Station]:
    """Leave out the stations that no way joins to the operator's network: they could have no fiber."""
    return [station for station in stations if away[scene.merged[station.node]] < FAR]


def worth_of_fiber(scene: Scene, market: Market) -> IntArray:
    """Cents that fiber may cost per location of the field under the study's rule.

    Under ``lifetime`` that is what the best other offer that counts as served costs over the years, with its share of
    the site, less what fiber costs to run; where no other offer counts as served, the threshold.
    """
    rules = scene.study.technology
    mine = scene.rows[scene.fits]
    threshold = np.full(len(mine), round(100 * rules.threshold_per_location), dtype=np.int64)
    if rules.rule == "threshold":
        return threshold
    best = _best_lifetime(scene, market)[mine]
    saved = best - scene.units[mine] * scene.running["fiber"]
    return np.where(best < _NEVER, np.maximum(saved, 0), threshold)


_NEVER = 1 << 60


def _best_lifetime(scene: Scene, market: Market) -> IntArray:
    """Per row of the study's locations: least cost over the years of an offer that counts as served."""
    offers, best = market.offers, np.full(len(scene.units), _NEVER, dtype=np.int64)
    users = np.bincount(offers.site[offers.site >= 0], minlength=len(market.sites))
    for number, site in enumerate(market.sites):
        mine = offers.meets & (offers.site == number)
        sectors = len(np.unique(offers.sector[mine]))
        room = max(min(int(users[number]), max(sectors, 1) * site.station.capacity), 1)
        share = (site.price + sectors * site.sector) // room
        np.minimum.at(best, offers.row[mine], offers.lifetime[mine] + share)
    alone = offers.meets & (offers.site < 0)
    np.minimum.at(best, offers.row[alone], offers.lifetime[alone])
    return best
