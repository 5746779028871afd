"""What the planner fixed: edges to use or leave alone, places of sites, who shares an area, who is fed from where."""

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

DESIGN_LOCK_KINDS = frozenset({"together", "apart", "terminal", "hut", "no_hut", "assignment"})

DESIGN_LOCKS = TableSpec(
    name="design_locks",
    key="lock_id",
    geometry="Point|MultiPoint",
    about="What the planner fixed about areas, huts, terminals and who is fed from where, whether the built network "
    "keeps it, and what each of it costs: the areas concerned are designed again without it, the other locks kept.",
    columns=(
        Column("lock_id", "text", "Identifier: kind, and name or running number in study.toml"),
        Column(
            "kind", "text", "together: locations share an area; apart: they do not; terminal, hut: stands at a place; "
            "no_hut: none stands near a place; assignment: locations are fed from a locked hub or terminal",
            among=DESIGN_LOCK_KINDS,
        ),
        Column("what", "text", "The lock in words"),
        Column("location_ids", "text", "Locations that it names, joined by commas", nullable=True),
        Column("to_lock_id", "text", "Lock of the hub or terminal that an assignment names", nullable=True),
        Column("node", "integer", "Graph node at which a terminal or hut is to stand", least=0, nullable=True),
        Column(
            "site_id", "text", "Site of the built network that stands there, or feeds those assigned", nullable=True
        ),
        Column(
            "unmet", "text", "Locations, of those assigned and built, that are fed from elsewhere, joined by commas",
            nullable=True,
        ),
        Column("area_ids", "text", "Areas that it is priced over, joined by commas", nullable=True),
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
        Node of a hub, terminal or hut, and units of a hub; -1 and 0 otherwise, or where it cannot stand.
    shape
        Where it lies, study CRS.
    rows, target
        Of an assignment: rows of the study's locations, ascending, and the id of the lock that feeds them.
    within_m
        Of `no_hut`: meters around its shape.
    """

    lock_id: str
    kind: str
    what: str
    edges: IntArray
    node: int
    capacity: int
    shape: object
    rows: tuple[int, ...] = ()
    target: str = ""
    within_m: float = 0.0


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
        return self.of("hub")

    @property
    def sites(self) -> tuple[Lock, ...]:
        """Locks of hubs, terminals and huts that stand at a node, by id: the route reaches them."""
        return tuple(lock for lock in self.items if lock.node >= 0)

    def of(self, *kinds: str) -> tuple[Lock, ...]:
        """Locks of some kinds, by id."""
        return tuple(lock for lock in self.items if lock.kind in kinds)

    def _edges(self, kind: str) -> IntArray:
        parts = [lock.edges for lock in self.items if lock.kind == kind]
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *parts])).astype(np.int64)

    def without(self, lock_id: str) -> Locks:
        """Return the same locks but one, and what is assigned to it."""
        return replace(self, items=tuple(lock for lock in self.items if lock_id not in (lock.lock_id, lock.target)))

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
    """Return the table of no locks about the design."""
    columns: dict[str, object] = {column.name: [] for column in DESIGN_LOCKS.columns}
    return gpd.GeoDataFrame(DESIGN_LOCKS.build(columns, geometry=[], crs=crs))  # type: ignore[arg-type]
