"""What technologies are chosen on: demand, graph, what fiber costs on it, and what anything costs to run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.network.supply import find_roots
from expansion.network.technology.fiber import Field, make_field, ways_to_root
from expansion.network.technology.prices import Discount, connect_prices, edge_prices, running_prices
from expansion.plan.graph import EdgePrices, IntArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.locks import Locks
from expansion.plan.plan import Areas, Eligibility, Route
from expansion.rulebook import Rulebook
from expansion.study import Study


@dataclass(frozen=True, slots=True)
class Scene:
    """What choices are made on.

    Attributes
    ----------
    rows
        Rows of the study's locations that are eligible, reached by a road and in an area.
    fits
        Of these: how many units a hub can serve.
    field
        Graph and prices of fiber; its locations are ``rows[fits]``.
    whole
        Positions among the field's edges of the route over all.
    away
        Per node the price of the cheapest way to the root.
    running
        Cost of operation and renewals of a unit by technology, cents over the years.
    merged
        Per node of the graph its node in the field: all roots are one.
    """

    study: Study
    inputs: Inputs
    graph: RoadGraph
    areas: Areas
    rows: IntArray
    fits: NDArray[np.bool_]
    units: IntArray
    field: Field
    whole: IntArray
    away: IntArray
    running: dict[str, int]
    merged: IntArray

    @property
    def allowed(self) -> frozenset[str]:
        """Technologies that may be used."""
        return frozenset(self.study.technology.allow)

    @property
    def book(self) -> Rulebook:
        """The rule book in force."""
        return self.inputs.rulebook


def set_scene(
    study: Study, inputs: Inputs, graph: RoadGraph, prices: EdgePrices, areas: Areas, eligibility: Eligibility,
    route: Route, locks: Locks | None,
) -> Scene:  # fmt: skip
    """Put together what the choice is made on; `route` runs over all locations that a road reaches."""
    eligible = eligibility.table["eligible"].to_numpy(dtype=bool)
    rows = np.flatnonzero(eligible & (graph.location_node >= 0) & (areas.of_location >= 0))
    units = inputs.locations["units"].to_numpy().astype(np.int64)
    fits = units[rows] <= study.network.hub_capacity
    price = edge_prices(inputs.rulebook, graph, prices, locks)
    connect = connect_prices(study, inputs.rulebook, graph, prices, units)
    roots = find_roots(inputs, graph, prices).nodes
    mine = rows[fits]
    field = make_field(graph, price, roots, graph.location_node[mine], connect[mine], locks)
    on_route = np.isin(field.kept, route.edges) | (prices.existing[field.kept] != "")
    merged = np.arange(graph.node_count, dtype=np.int64)
    merged[roots] = field.root
    discount = Discount.of(study.technology)
    names: list[str] = [row.technology for row in inputs.rulebook.technologies]
    running = {name: running_prices(inputs.rulebook, name, discount) for name in names}
    return Scene(
        study,
        inputs,
        graph,
        areas,
        rows,
        fits,
        units,
        field,
        np.flatnonzero(on_route),
        ways_to_root(field)[0],
        running,
        merged,
    )


def reaches_somebody(graph: RoadGraph, areas: Areas, eligibility: Eligibility) -> bool:
    """Tell whether a road reaches anyone who is eligible."""
    eligible = eligibility.table["eligible"].to_numpy(dtype=bool)
    return bool((eligible & (graph.location_node >= 0) & (areas.of_location >= 0)).any())
