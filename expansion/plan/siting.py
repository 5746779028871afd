"""What siting hubs costs and cannot cost less than, and the tables that say so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.tables import Column, TableSpec

BINDS = frozenset({"cost", "capacity", "span", "lock", "units"})

FILLS = TableSpec(
    name="fills",
    key="hub_id",
    geometry="",
    about="How full every hub is, and what decides which locations are on it.",
    columns=(
        Column("hub_id", "text", "Hub"),
        Column("area_id", "text", "Area that it belongs to"),
        Column("node", "integer", "Graph node", least=0),
        Column("capacity", "integer", "Ports of the cabinet", least=1),
        Column("used", "integer", "Ports in use, one per fiber toward a terminal", least=1),
        Column("fill", "number", "Share of its ports in use", least=0, most=1),
        Column("fill_target", "number", "Share that may be in use at design", least=0, most=1),
        Column("splitters", "integer", "Splitters in it", least=1),
        Column("outputs_free", "integer", "Outputs of these splitters that feed nobody yet", least=0),
        Column("feeder_fibers_used", "integer", "Fibers that come from the office, one per splitter", least=1),
        Column("feeder_fibers_spare", "integer", "Fibers of the same cable that no hub uses", least=0),
        Column("nearest_m", "number", "Way along the route and drop to its nearest location", unit="m", least=0),
        Column("farthest_m", "number", "Way along the route and drop to its farthest location", unit="m", least=0),
        Column(
            "binds", "text",
            "What binds: cost (nothing does, another choice costs more), capacity under the fill target, the longest "
            "span, a lock, or units (what stands at one place fills it alone)",
            among=BINDS,
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Siting:
    """Cost of the hubs that were sited freely, in the study's currency, and its bound.

    Attributes
    ----------
    cost
        Cabinets, splitters with their ports, feeder and distribution cable within the parts, splices where cables part.
    lower_bound
        No other choice of hubs costs less under the same rules on the same route.
    seed_cost
        The same for a plain split of the tree.
    parts
        The parts in which hubs were sited, as `docs/methods/siting.md` describes: what the bound is recomputed from.
    """

    cost: float
    lower_bound: float
    seed_cost: float
    parts: dict[str, NDArray[np.int64]]

    @property
    def gap(self) -> float:
        """``(cost - lower_bound) / cost``, 0 when cost is 0."""
        return (self.cost - self.lower_bound) / self.cost if self.cost else 0.0

    @property
    def status(self) -> str:
        """optimal, feasible or empty."""
        if not self.cost:
            return "empty"
        return "optimal" if self.cost - self.lower_bound <= 1e-6 * self.cost else "feasible"


PART_ARRAYS = (
    "area", "up_mm", "cost", "lower_bound", "seed_cost", "offsets", "node", "parent", "load", "cable_mm", "feeder_mm",
    "trunk", "hub", "stands", "stand_offsets",
)  # fmt: skip


def empty_siting() -> Siting:
    """Site nothing."""
    none = {name: np.zeros(0, dtype=np.int64) for name in PART_ARRAYS}
    return Siting(0.0, 0.0, 0.0, none | dict.fromkeys(("offsets", "stand_offsets"), np.zeros(1, dtype=np.int64)))
