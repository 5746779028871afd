"""What the planner fixed: edges that a route must use or leave alone, places where hubs stand, who shares an area."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from expansion.plan.findings import Finding
from expansion.plan.graph import IntArray
from expansion.tables import Column, TableSpec

LOCK_KINDS = frozenset({"pin", "avoid", "hub"})

ROUTE_LOCKS = TableSpec(
    name="route_locks",
    key="lock_id",
    geometry="Point|LineString|Polygon|MultiPoint|MultiLineString|MultiPolygon",
    about="What the planner fixed about the route, and what each of it costs: the route is solved again without it.",
    columns=(
        Column("lock_id", "text", "Identifier: kind, what it holds to, and its own id"),
        Column("kind", "text", "pin: must be used; avoid: must not; hub: stands at a place", among=LOCK_KINDS),
        Column("what", "text", "The lock in words"),
        Column("edges", "integer", "Edges that it holds", least=0),
        Column("length_m", "number", "Length of these edges", unit="m", least=0),
        Column("edge_ids", "text", "Edges that it holds, joined by commas", nullable=True),
        Column("node", "integer", "Graph node of a hub", least=0, nullable=True),
        Column("capacity", "integer", "Units that a hub can serve", least=1, nullable=True),
        Column("hub_id", "text", "Hub of the built network that stands there", nullable=True),
        Column(
            "locations_cut_off",
            "integer",
            "Locations that nothing reaches, and that this lock alone keeps off",
            least=0,
        ),
        Column("cost_with", "number", "Route over all eligible locations with all locks", least=0, nullable=True),
        Column("cost_without", "number", "The same locations without this lock", least=0, nullable=True),
        Column("price", "number", "What the lock costs: the difference", least=0, nullable=True),
        Column("price_low", "number", "It costs at least this, by the bounds of both routes", least=0, nullable=True),
        Column("price_high", "number", "It costs at most this, by the bounds of both routes", least=0, nullable=True),
    ),
)

DESIGN_LOCK_KINDS = frozenset({"together", "apart"})

DESIGN_LOCKS = TableSpec(
    name="design_locks",
    key="lock_id",
    geometry="Point|MultiPoint",
    about="What the planner fixed about areas, and what each of it costs: the areas that the lock changes are designed "
    "and priced again without it, the other locks kept.",
    columns=(
        Column("lock_id", "text", "Identifier: kind and running number in study.toml"),
        Column("kind", "text", "together: locations share an area; apart: they do not", among=DESIGN_LOCK_KINDS),
        Column("what", "text", "The lock in words"),
        Column("location_ids", "text", "Locations that it names, joined by commas"),
        Column("area_ids", "text", "Areas that would be others without it, joined by commas", nullable=True),
        Column(
            "cost_with", "number", "Base cost of these areas designed by themselves, all locks kept", least=0,
            nullable=True,
        ),
        Column("cost_without", "number", "The same locations without this lock", least=0, nullable=True),
        Column("price", "number", "What the lock costs: the difference; below zero it saves", nullable=True),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock.

    Attributes
    ----------
    lock_id, kind, what
        As in `ROUTE_LOCKS`.
    edges
        Rows of the edges that it holds, ascending; none for a hub. Edges along existing fiber are never held: pins and
        polygons are about new build.
    node, capacity
        Of a hub; -1 and 0 otherwise.
    shape
        Where it lies, study CRS.
    """

    lock_id: str
    kind: str
    what: str
    edges: IntArray
    node: int
    capacity: int
    shape: object


@dataclass(frozen=True, slots=True)
class Locks:
    """All locks of a study on its graph, by lock id.

    Attributes
    ----------
    items
        The locks, by id.
    edge_count
        Edges of the graph.
    cut_off, cut_node
        Rows of the study's locations that no way reaches without an avoided edge, and the node at which each meets the
        road.
    findings
        Locks that hold nothing, and locations cut off.
    """

    items: tuple[Lock, ...]
    edge_count: int
    cut_off: IntArray
    cut_node: IntArray
    findings: tuple[Finding, ...] = ()

    @property
    def pinned(self) -> IntArray:
        """Rows of the edges that must be used, ascending."""
        return self._edges("pin")

    @property
    def avoided(self) -> NDArray[np.bool_]:
        """Per edge: must not be used."""
        mask = np.zeros(self.edge_count, dtype=bool)
        mask[self._edges("avoid")] = True
        return mask

    @property
    def hubs(self) -> tuple[Lock, ...]:
        """Locks of kind hub, by id."""
        return tuple(lock for lock in self.items if lock.kind == "hub")

    def _edges(self, kind: str) -> IntArray:
        parts = [lock.edges for lock in self.items if lock.kind == kind]
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *parts])).astype(np.int64)

    def without(self, lock_id: str) -> Locks:
        """Return the same locks but one."""
        return replace(self, items=tuple(lock for lock in self.items if lock.lock_id != lock_id))

    def only_avoiding(self, edges: IntArray) -> Locks:
        """Return one lock alone, which avoids these edges."""
        lock = Lock("avoid", "avoid", "avoided edges", edges.astype(np.int64), -1, 0, None)
        return replace(self, items=(lock,))

    def along(self, *more: Lock) -> Locks:
        """Return these locks and more, by id; a lock of a known id takes its place."""
        merged = {lock.lock_id: lock for lock in (*self.items, *more)}
        return replace(self, items=tuple(merged[name] for name in sorted(merged)))


def no_locks(edge_count: int) -> Locks:
    """Return the locks of a study that fixes nothing."""
    none = np.zeros(0, dtype=np.int64)
    return Locks((), edge_count, none, none)


def empty_lock_table(crs: object) -> gpd.GeoDataFrame:
    """Return the table of no locks."""
    columns: dict[str, object] = {column.name: [] for column in ROUTE_LOCKS.columns}
    return gpd.GeoDataFrame(ROUTE_LOCKS.build(columns, geometry=[], crs=crs))  # type: ignore[arg-type]


def empty_design_locks(crs: object) -> gpd.GeoDataFrame:
    """Return the table of no locks about areas."""
    columns: dict[str, object] = {column.name: [] for column in DESIGN_LOCKS.columns}
    return gpd.GeoDataFrame(DESIGN_LOCKS.build(columns, geometry=[], crs=crs))  # type: ignore[arg-type]
