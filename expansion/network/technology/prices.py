"""What fiber costs apart from what is shared, and what any technology costs over its life; integer cents."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.options import TechnologyRules
from expansion.plan.graph import EdgePrices, FloatArray, IntArray, RoadGraph
from expansion.plan.locks import Locks
from expansion.rulebook import Rulebook
from expansion.study import Study


@dataclass(frozen=True, slots=True)
class Discount:
    """Sums over the years of a technology: `annuity` of one unit a year, paid at the end of each year."""

    years: int
    rate: float

    @classmethod
    def of(cls, rules: TechnologyRules) -> Discount:
        """Read years and interest from the study."""
        return cls(rules.years, rules.discount_rate)

    @property
    def annuity(self) -> float:
        """Worth today of one unit at the end of each year."""
        return float(sum((1 + self.rate) ** -year for year in range(1, self.years + 1)))

    def renewals(self, life_years: int) -> float:
        """Worth today of one unit each time that equipment of this life is replaced within the years."""
        return float(sum((1 + self.rate) ** -year for year in range(life_years, self.years, life_years)))


def soft_share(book: Rulebook) -> float:
    """Soft costs over what is built."""
    return sum(rate.likely for rate in book.rates if rate.category == "soft")


def edge_prices(book: Rulebook, graph: RoadGraph, prices: EdgePrices, locks: Locks | None = None) -> IntArray:
    """Price every edge as the bill will: works, the smallest cable, handholes, soft costs, permits; cents.

    Existing fiber costs nothing, and neither does what the planner pinned: it is built anyway.
    """
    soft, placement = 1 + soft_share(book), prices.placement.astype(str)
    sag = np.where(placement == "aerial", book.engineering_value("sag_aerial"), book.engineering_value("sag_buried"))
    per_m = book.rate("cable_12").likely * (1 + sag)
    per_m = per_m + np.where(
        placement == "buried", book.rate("handhole").likely / book.engineering_value("handhole_spacing_m"), 0.0
    )
    built = np.rint((prices.civil_cost + 100 * per_m * graph.length_m) * soft).astype(np.int64) + prices.permit_cost
    built[prices.existing != ""] = 0
    if locks is not None:
        built[locks.pinned] = 0
    return np.asarray(built, dtype=np.int64)


def connect_prices(study: Study, book: Rulebook, graph: RoadGraph, prices: EdgePrices, units: IntArray) -> IntArray:
    """Price what fiber costs at each location beside the route: drop, terminal, and shares of hub and office; cents.

    Shares count hubs, terminals and ports as filled; see `docs/methods/technology.md`.
    """
    aerial = _on_poles(graph, prices)
    setback = np.nan_to_num(graph.drop_m)
    rate = {name: book.rate(name).likely for name in ("drop_fixed", "drop_cable", "ont_install", "splice", "closure")}
    place = np.where(aerial, book.rate("drop_aerial_m").likely, book.rate("drop_buried_m").likely)
    cable = setback * (1 + book.engineering_value("sag_buried")) + book.engineering_value("drop_slack_m")
    drop = rate["drop_fixed"] + place * setback + rate["drop_cable"] * cable
    size, terminal = min(
        ((ports, book.rate(f"terminal_{ports}").likely) for ports in study.network.terminal_ports),
        key=lambda pair: (pair[1] / pair[0], pair[0]),
    )
    ratio, is_xgs = study.network.split_ratio, study.network.pon_class[:1] in ("N", "E")
    optics = [f"splitter_{ratio}", "olt_port_xgs" if is_xgs else "olt_port", "odf_port"]
    splitter = sum(book.rate(name).likely for name in optics) + rate["splice"]
    post = terminal + rate["closure"] + np.where(aerial, 0.0, book.rate("handhole").likely)
    shared = post / size + 2 * rate["splice"] + splitter / ratio + _hub_port(book)
    total = 100 * (drop + units * (rate["ont_install"] + shared * (1 + soft_share(book))))
    return np.rint(total).astype(np.int64)


def _hub_port(book: Rulebook) -> float:
    """Cheapest port of a hub."""
    sizes = [(re.fullmatch(r"hub_(\d+)", row.rate_id), row.likely) for row in book.rates]
    return min((likely / int(size[1]) for size, likely in sizes if size is not None), default=0.0)


def _on_poles(graph: RoadGraph, prices: EdgePrices) -> NDArray[np.bool_]:
    """Tell at which locations a road that is built on poles passes."""
    held = np.zeros(graph.node_count + 1, dtype=bool)
    aerial = prices.placement == "aerial"
    held[graph.u[aerial]] = held[graph.v[aerial]] = True
    return np.asarray(held[graph.location_node])


def running_prices(book: Rulebook, name: str, discount: Discount) -> int:
    """Cost of operation and of renewals of one unit over the years, cents, discounted."""
    rule = book.technology(name)
    renewals = discount.renewals(rule.equipment_years) * book.rate(rule.equipment).likely
    return round(100 * (discount.annuity * rule.opex_per_year + renewals))


def cents(values: FloatArray) -> IntArray:
    """Round money to whole cents."""
    return np.rint(np.asarray(values) * 100).astype(np.int64)
