"""The budget curve: how many locations a network can reach at which cost, from nothing to all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from expansion.plan.graph import IntArray
from expansion.tables import Column, TableSpec

CURVE = TableSpec(
    name="curve",
    key="point_id",
    geometry="",
    about="The budget curve: networks that reach ever more of the eligible locations, each with what is proven about "
    "all others. The last one is the route over all of them. Civil works and permits, as in `edges.build_cost`.",
    columns=(
        Column("point_id", "text", "Identifier, in order of cost"),
        Column("locations", "integer", "Eligible locations reached", least=0),
        Column("locations_share", "number", "The same as a share of all", least=0),
        Column("units", "integer", "Units behind them", least=0),
        Column("length_m", "number", "New build", unit="m", least=0),
        Column("cost", "number", "Price of the new build", least=0),
        Column("lower_bound", "number", "Reaching as many costs no network less: what the solver proved", least=0),
        Column("certified_lower_bound", "number", "The same, as expansion verify proves it again", least=0),
        Column("gap", "number", "(cost - lower_bound) / cost, 0 where the cost is 0", least=0),
        Column("marginal_cost", "number", "Cost per location more than in the row before", least=0, nullable=True),
        Column(
            "value_per_location", "number",
            "Where each location is worth this much, this network is the best; empty in the first and the last row",
            least=0, nullable=True,
        ),
        Column("locations_most", "integer", "No network of this cost reaches more, by the certified bound", least=0),
        Column("bound_before", "number", "With each location fewer, the certified bound falls by this much", least=0),
        Column("bound_after", "number", "With each location more, the certified bound rises by this much", least=0),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Curve:
    """The table, after `CURVE`, and the arrays that prove it, as `docs/methods/curve.md` describes them."""

    table: pd.DataFrame
    arrays: dict[str, IntArray]


TAIL_FACTOR = 2.0
"""The expensive tail begins where a location more costs this many times the average of all."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The expensive end of a curve: the locations after the last point that is not dear, and what they cost.

    Attributes
    ----------
    point
        Row of the table at which the tail begins.
    locations, cost
        Of the tail.
    locations_share, cost_share
        The same as shares of the last point.
    """

    point: int
    locations: int
    cost: float
    locations_share: float
    cost_share: float


def find_tail(table: pd.DataFrame) -> Tail | None:
    """Find where the expensive tail of a curve begins; None where no location is dear, or nothing costs anything.

    Parameters
    ----------
    table
        After `CURVE`. Marginal costs rise, so the tail is one piece.
    """
    if not len(table) or not float(table["cost"].iloc[-1]):
        return None
    locations, cost = table["locations"].to_numpy(), table["cost"].to_numpy()
    marginal = table["marginal_cost"].fillna(0.0).to_numpy()
    dear = np.flatnonzero(marginal > TAIL_FACTOR * cost[-1] / locations[-1])
    if not len(dear):
        return None
    point = int(dear[0]) - 1
    many, money = int(locations[-1] - locations[point]), round(float(cost[-1] - cost[point]), 2)
    return Tail(point, many, money, round(many / int(locations[-1]), 6), round(money / float(cost[-1]), 6))


def empty_curve() -> Curve:
    """Return the curve of a plan that has none."""
    names = (
        "root", "roots", "rows", "nodes_of_rows", "point_offsets", "point_edges", "proof_offsets", "terminals",
        "counts", "nodes", "potentials",
    )  # fmt: skip
    none = np.zeros(0, dtype=np.int64)
    return Curve(CURVE.build({column.name: [] for column in CURVE.columns}), dict.fromkeys(names, none))
