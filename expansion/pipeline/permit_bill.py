"""What a set of edges costs in all: works, fees of permits once per permit, and each area's longest wait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from expansion.permits import price_edge_permits
from expansion.plan.graph import FloatArray, IntArray
from expansion.plan.inputs import Inputs
from expansion.plan.parts import Ground
from expansion.plan.plan import Cost, Network, Permits
from expansion.study import Study

# Categories of the bill, beside soft costs themselves, that no soft costs are laid on.
_WITHOUT_SOFT = ("permits", "customer", "drop")


@dataclass(frozen=True, slots=True)
class Bill:
    """Adds up edges as the register and the bill of a design do, without designing again.

    Attributes
    ----------
    built
        Cents per edge for works and cable, what is added to them included; 0 where fiber lies.
    start, key, lead, fixed, here
        Permits of the edges: those of edge ``e`` stand in rows ``start[e]`` to ``start[e + 1]``, each with the number
        of its permit (and area, where it is granted per area), days, cents once and cents for this edge.
    area
        Row of the area per edge; that of the nearest edge built where none builds it.
    floor
        Days per area that no choice of edges changes.
    day_cents
        Price of a day.
    """

    built: FloatArray
    start: IntArray
    key: IntArray
    lead: IntArray
    fixed: FloatArray
    here: FloatArray
    area: IntArray
    floor: IntArray
    day_cents: float

    def rows(self, edges: IntArray) -> tuple[IntArray, IntArray]:
        """Rows of the permits of some edges, and the edge of each."""
        count = self.start[edges + 1] - self.start[edges]
        which = np.repeat(edges, count)
        step = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        return self.start[which] + step, which

    def waits(self, edges: IntArray) -> IntArray:
        """Longest wait per area, calendar days."""
        row, edge = self.rows(edges)
        days: IntArray = self.floor.copy()
        np.maximum.at(days, self.area[edge], self.lead[row])
        return days

    def total(self, edges: IntArray) -> float:
        """Cents for all of it."""
        row, _ = self.rows(edges)
        _, first = np.unique(self.key[row], return_index=True)
        fees = self.fixed[row][first].sum() + self.here[row].sum()
        return float(self.built[edges].sum() + fees + self.day_cents * self.waits(edges).sum())

    def prices_beside(self, edges: IntArray, *, allowed: IntArray, day_cents: IntArray | float) -> IntArray:
        """Price every edge beside a route.

        Permits that the route needs already cost nothing more; others the whole of their fee on each edge. An edge
        that waits longer than `allowed` in its area costs `day_cents` per day more, or that sum where one is given per
        area.
        """
        has = np.zeros(int(self.key.max(initial=-1)) + 1, dtype=bool)
        has[self.key[self.rows(edges)[0]]] = True
        every = np.arange(len(self.built), dtype=np.int64)
        row, edge = self.rows(every)
        cents = self.built.copy()
        np.add.at(cents, edge, self.here[row] + np.where(has[self.key[row]], 0.0, self.fixed[row]))
        lead = np.zeros(len(cents), dtype=np.int64)
        np.maximum.at(lead, edge, self.lead[row])
        over = np.maximum(lead - allowed[self.area], 0)
        if isinstance(day_cents, np.ndarray):
            cents += np.where(over > 0, day_cents[self.area], 0)
        else:
            cents += over * day_cents
        result: IntArray = np.round(cents).astype(np.int64)
        return result


def make_bill(study: Study, inputs: Inputs, ground: Ground, network: Network, permits: Permits, cost: Cost) -> Bill:
    """Make the bill of a design's areas: soft costs and cable are laid on works and meters as the design has them."""
    graph, prices = ground.graph, ground.prices
    table = price_edge_permits(study, inputs, ground.triggers, prices.placement)
    table = table[(prices.existing == "")[table["edge"].to_numpy()]]
    uplift = _soft_factor(cost)
    per_meter = cost.by_category.get("cable", 0.0) / network.route.length_m if network.route.length_m else 0.0
    lit = prices.existing != ""
    built = np.where(lit, 0.0, uplift * (prices.civil_cost + 100 * per_meter * graph.length_m))
    area = _areas(ground, network)
    edge = table["edge"].to_numpy(dtype=np.int64)
    code = pd.factorize(table["permit_id"], sort=True)[0].astype(np.int64)
    spread = len(ground.areas.table) + 1
    key = code * spread + np.where(table["by_area"].to_numpy(dtype=bool), area[edge] + 1, 0)
    return Bill(
        built=built, start=np.searchsorted(edge, np.arange(len(built) + 1)).astype(np.int64),
        key=np.unique(key, return_inverse=True)[1].astype(np.int64), lead=table["lead_days"].to_numpy(dtype=np.int64),
        fixed=table["fixed_cents"].to_numpy(dtype=np.float64), here=table["cents"].to_numpy(dtype=np.float64),
        area=area, floor=_floor(ground, permits), day_cents=100 * study.permits.delay_cost_per_day,
    )  # fmt: skip


def _soft_factor(cost: Cost) -> float:
    """Say what a unit of money of works costs with the soft costs that are laid on it."""
    soft = cost.by_category.get("soft", 0.0)
    works = cost.base - soft - sum(cost.by_category.get(name, 0.0) for name in _WITHOUT_SOFT)
    return 1 + soft / works if works > 0 else 1.0


def _areas(ground: Ground, network: Network) -> IntArray:
    """Row of the area that pays for each edge, else of that of the nearest edge that somebody pays for."""
    spans = network.spans[~network.spans["is_existing"].to_numpy(dtype=bool)]
    row_of = {name: row for row, name in enumerate(ground.areas.table["area_id"])}
    edge_ids = spans["edge_ids"].str.split(",")
    owner = np.repeat([row_of[name] for name in spans["area_id"]], edge_ids.str.len())
    edges = pd.Index(ground.graph.edges["edge_id"]).get_indexer(pd.Index(edge_ids.explode()))
    middle = shapely.line_interpolate_point(ground.graph.edges.geometry.to_numpy(), 0.5, normalized=True)
    order = np.argsort(edges, kind="stable")
    edges, owner = edges[order], np.asarray(owner, dtype=np.int64)[order]
    nearest = shapely.STRtree(middle[edges]).nearest(middle)
    area: IntArray = owner[nearest].astype(np.int64)
    area[edges] = owner
    return area


def _floor(ground: Ground, permits: Permits) -> IntArray:
    """Longest wait per area for permits that meet nothing: by the area, or for a station."""
    days = np.zeros(len(ground.areas.table), dtype=np.int64)
    row_of = {name: row for row, name in enumerate(ground.areas.table["area_id"])}
    table = permits.table
    mine = table[((table["trigger_ids"].fillna("") == "") & (table["blocks"] != "none")).to_numpy(dtype=bool)]
    mine = mine[(mine["state"] != "approved").to_numpy(dtype=bool)]
    for areas, lead in zip(mine["area_ids"], mine["lead_time_calendar_days"], strict=True):
        for name in str(areas).split(","):
            days[row_of[name]] = max(days[row_of[name]], int(lead))
    return days
