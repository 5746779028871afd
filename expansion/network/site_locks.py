"""Read the locks of sites onto the graph: where hubs, terminals and huts stand, and who is fed from which of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from expansion.crs import WGS84
from expansion.errors import PlanningError, StudyError
from expansion.network.plant import nearest_nodes
from expansion.plan.findings import Finding, find
from expansion.plan.graph import IntArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.locks import Lock
from expansion.steering import AssignmentLock, HubLock, HutLock, TerminalLock
from expansion.study import Study

_NO_EDGES = np.zeros(0, dtype=np.int64)
FAR = {"hub": "E_HUB_FAR", "terminal": "E_TERMINAL_FAR", "hut": "E_HUT_FAR"}
_Placed = HubLock | HutLock | TerminalLock
_Lock = TypeVar("_Lock", HubLock, HutLock, TerminalLock)


def unmet(lock_id: str, text: str, repair: str, amount: float | None = None, unit: str = "") -> Finding:
    """Say that a lock cannot be kept within the rules, why, and what to do."""
    return find("W_LOCK_UNMET", "warning", text, [lock_id], amount=amount, unit=unit, repair=repair)


@dataclass(frozen=True, slots=True)
class SiteReader:
    """Makes the locks of sites; what is wrong goes to `errors`, what cannot be kept to `findings`.

    Attributes
    ----------
    usable
        Per node: joined to the plant by edges that may be used.
    kept
        Per edge: may be used.
    """

    study: Study
    inputs: Inputs
    graph: RoadGraph
    usable: NDArray[np.bool_]
    kept: NDArray[np.bool_]
    errors: list[PlanningError]
    findings: list[Finding]

    def locks(self) -> Iterable[Lock]:
        """All of `network.locks`."""
        rules, roads = self.study.network.locks, self._road_nodes()
        for hub, node in self._stand("hub", rules.hubs, roads):
            what = f"hub {hub.name} for {hub.capacity} units"
            yield Lock(f"hub-{hub.name}", "hub", what, _NO_EDGES, node, hub.capacity, self._point(node))
        for hut, node in self._stand("hut", [hut for hut in rules.huts if hut.stands], roads):
            yield Lock(f"hut-{hut.name}", "hut", f"hut {hut.name}", _NO_EDGES, node, 0, self._point(node))
        yield from self._barred([hut for hut in rules.huts if not hut.stands])
        meters = self._meters()
        for terminal, node in self._stand("terminal", rules.terminals, np.flatnonzero(self.usable)):
            name = f"terminal-{terminal.name}"
            stands = node if self._serves_somebody(name, node, meters) else -1
            yield Lock(name, "terminal", f"terminal {terminal.name}", _NO_EDGES, stands, 0, self._point(node))
        yield from self._assigned(rules.assignments)

    def _road_nodes(self) -> IntArray:
        """Nodes of roads that may be used."""
        roads = (self.graph.edges["kind"] == "road").to_numpy(dtype=bool)
        on_road = np.zeros(self.graph.node_count, dtype=bool)
        on_road[np.r_[self.graph.u[roads], self.graph.v[roads]]] = True
        return np.flatnonzero(on_road & self.usable)

    def _meters(self) -> csr_matrix:
        """Meters between neighboring nodes along edges that may be used; of parallel edges the shortest."""
        graph, edges = self.graph, np.flatnonzero(self.kept)
        low, high = np.minimum(graph.u[edges], graph.v[edges]), np.maximum(graph.u[edges], graph.v[edges])
        order = np.lexsort((graph.length_m[edges], high, low))
        low, high, meters = low[order], high[order], np.maximum(graph.length_m[edges][order], 1e-6)
        first = np.r_[True, (np.diff(low) != 0) | (np.diff(high) != 0)][: len(low)]
        return csr_matrix((meters[first], (low[first], high[first])), shape=(graph.node_count, graph.node_count))

    def _point(self, node: int) -> shapely.Point:
        return shapely.Point(self.graph.x[node], self.graph.y[node])

    def _stand(self, word: str, locks: Sequence[_Lock], nodes: IntArray) -> Iterable[tuple[_Lock, int]]:
        """Stand every lock at the nearest of `nodes`; two of a kind at one node, or one too far off, are refused."""
        graph, limit = self.graph, self.study.network.snap_max_m
        taken: dict[int, str] = {}
        for lock, spot in zip(locks, self._places(locks), strict=True):
            near = nodes[nearest_nodes(spot[None, :], graph.x[nodes], graph.y[nodes])] if len(nodes) else nodes
            away = float(np.hypot(*(spot - (graph.x[near[0]], graph.y[near[0]])))) if len(near) else np.inf
            if away > limit:
                text = f"no road that may be used lies within {limit:g} m of the locked {word}"
                hint = "correct its longitude and latitude, or raise network.snap_max_m"
                self._fail(FAR[word], text, [lock.name], hint)
                continue
            node = int(near[0])
            if word != "hub" and node in taken:
                hint = f"move one of them, or remove it: one place, one {word}"
                text = f"two locked {word}s stand at one node of the road"
                self._fail("E_LOCK_TWICE", text, [taken[node], lock.name], hint)
                continue
            taken[node] = lock.name
            yield lock, node

    def _barred(self, huts: Sequence[HutLock]) -> Iterable[Lock]:
        """Make the locks of places at which no hut may stand."""
        for hut, spot in zip(huts, self._places(huts), strict=True):
            what = f"no hut within {hut.within_m:g} m of {hut.name}"
            yield Lock(f"hut-{hut.name}", "no_hut", what, _NO_EDGES, -1, 0, shapely.Point(spot), within_m=hut.within_m)

    def _serves_somebody(self, name: str, node: int, meters: csr_matrix) -> bool:
        """Tell whether some location lies within the longest drop of a terminal along roads; say so where none does."""
        graph, limit = self.graph, self.study.network.drop_max_m
        away = dijkstra(meters, directed=False, indices=node, limit=10 * limit)
        rows = np.flatnonzero(graph.location_node >= 0)
        drops = away[graph.location_node[rows]] + graph.drop_m[rows]
        least = float(drops.min(initial=np.inf))
        if least > limit:
            near = f"the nearest needs a drop of {least:.0f} m" if np.isfinite(least) else "no road leads to one nearby"
            text = f"locked terminal {name} can serve nobody: {near}, network.drop_max_m is {limit:g} m"
            over = round(least - limit, 3) if np.isfinite(least) else None
            self.findings.append(unmet(name, text, "move the lock toward a location, or remove it", over, "m"))
        return least <= limit

    def _assigned(self, locks: Sequence[AssignmentLock]) -> Iterable[Lock]:
        """Make the locks of who is fed from where; locations that no road reaches are said."""
        ids = self.inputs.locations["location_id"].to_numpy(dtype=object)
        row_of = {str(name): row for row, name in enumerate(ids)} if locks else {}
        unknown = sorted({name for lock in locks for name in lock.locations} - set(row_of))
        if unknown:
            hint = "take location_id from tables/locations; correct network.locks.assignments"
            self._fail("E_LOCK_LOCATION", "no location of this id to assign", unknown, hint)
            return
        for number, lock in enumerate(locks, 1):
            rows = sorted({row_of[name] for name in lock.locations})
            lost = [row for row in rows if self.graph.location_node[row] < 0]
            if lost:
                names = some_locations(ids[lost].tolist())
                text = f"{names} cannot be fed from {lock.to}: not eligible, or no road reaches them"
                repair = "remove them from network.locks.assignments"
                self.findings.append(unmet(f"assignment-{number}", text, repair))
            what = f"{some_locations(ids[rows].tolist())} fed from {lock.to}"
            shape = shapely.multipoints(self.inputs.locations.geometry.to_numpy()[rows])
            yield Lock(
                f"assignment-{number}", "assignment", what, _NO_EDGES, -1, 0, shape, rows=tuple(rows), target=lock.to
            )

    def _places(self, locks: Sequence[_Placed]) -> NDArray[np.float64]:
        """Coordinates of locked sites in the study CRS, rounded to 1 mm."""
        move = Transformer.from_crs(WGS84, self.inputs.crs, always_xy=True)
        xy = [move.transform(lock.longitude, lock.latitude) for lock in locks]
        return np.round(np.array(xy, dtype=np.float64).reshape(-1, 2), 3)

    def _fail(self, code: str, message: str, where: list[str], hint: str) -> None:
        self.errors.append(StudyError(message, code=code, where=where, hint=hint))


def some_locations(ids: Sequence[str]) -> str:
    """Name up to three locations and count the others."""
    more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
    return f"location{'s' * (len(ids) > 1)} {', '.join(ids[:3])}{more}"
