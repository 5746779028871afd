"""Read the planner's locks onto the graph: which edges each of them holds, and whom they cut off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expansion.errors import InfeasibleError, PlanningError, StudyError, raise_all
from expansion.network.marks import edges_along, edges_inside
from expansion.network.site_locks import SiteReader
from expansion.network.supply import find_roots
from expansion.plan.findings import Finding, find
from expansion.plan.graph import EdgePrices, IntArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.locks import Lock, Locks, no_locks
from expansion.rulebook import Rulebook
from expansion.study import Study
from expansion.wording import count


def find_locks(study: Study, inputs: Inputs, graph: RoadGraph, prices: EdgePrices, permits: pd.DataFrame) -> Locks:
    """Find which edges each lock of the study holds, and which locations the avoided ones cut off.

    Parameters
    ----------
    study
        `network.route` and `network.locks`.
    inputs
        `marks` in the study CRS, and the rule book.
    graph, prices
        Edges; those along existing fiber are held by no lock.
    permits
        Which permits each edge would need: edge, rule_id, permit_id.

    Returns
    -------
    Locks
        By id. An avoided edge is gone: a location that nothing else reaches is cut off (`cut_off_locations`).

    Raises
    ------
    PlanningErrors
        Every breach at once. As `StudyError`: ``E_LOCK_EDGE`` unknown edge, ``E_LOCK_RULE`` rule that is unknown or
        asks for permits everywhere, ``E_LOCK_PERMIT`` unknown permit, ``E_PIN_FAR`` pin along no road, ``E_HUB_FAR``,
        ``E_TERMINAL_FAR`` and ``E_HUT_FAR`` site away from every road that may be used, ``E_LOCK_TWICE`` two terminals
        or huts at one node, ``E_LOCK_LOCATION`` unknown location. As `InfeasibleError`: ``E_PIN_AVOIDED`` edge both
        pinned and avoided, ``E_PIN_UNREACHABLE`` pinned edge that no way joins to the plant, ``E_HUT_BARRED`` hut
        locked where none may stand.
    """
    errors: list[PlanningError] = []
    findings: list[Finding] = []
    reader = _Reader(study, inputs, graph, prices, permits, errors, findings)
    edge_locks = tuple(sorted(reader.edge_locks(), key=lambda lock: lock.lock_id))
    found = replace(no_locks(len(graph.u)), items=edge_locks)
    roots = find_roots(inputs, graph, prices).nodes
    reached = joined_nodes(graph, found, roots)
    errors += _conflicts(graph, found, reached)
    sites = SiteReader(study, inputs, graph, reached, ~found.avoided, errors, findings)
    found = found.along(*sites.locks())
    errors += _barred_huts(found)
    raise_all(errors)
    before = joined_nodes(graph, no_locks(len(graph.u)), roots)
    homes = graph.location_node
    cut = np.flatnonzero((homes >= 0) & before[homes] & ~reached[homes]).astype(np.int64)
    findings += _cut_finding(inputs, found, cut)
    return replace(found, cut_off=cut, cut_node=homes[cut], findings=tuple(findings))


def cut_off_locations(graph: RoadGraph, locks: Locks) -> RoadGraph:
    """Return the graph with no node for the locations that the locks cut off."""
    if not len(locks.cut_off):
        return graph
    node, drop = graph.location_node.copy(), graph.drop_m.copy()
    node[locks.cut_off], drop[locks.cut_off] = -1, np.nan
    return replace(graph, location_node=node, drop_m=drop)


class _Reader:
    """Makes the locks that hold edges; what is wrong goes to `errors`, what holds nothing to `findings`."""

    def __init__(
        self, study: Study, inputs: Inputs, graph: RoadGraph, prices: EdgePrices, permits: pd.DataFrame,
        errors: list[PlanningError], findings: list[Finding],
    ) -> None:  # fmt: skip
        self._route, self._marks = study.network.route, inputs.marks
        self._book: Rulebook = inputs.rulebook
        self._graph, self._permits = graph, permits
        self._new = prices.existing == ""
        self._lines = graph.edges.geometry.to_numpy()
        self._ids = graph.edges["edge_id"].to_numpy(dtype=object)
        self._errors, self._findings = errors, findings

    def edge_locks(self) -> Iterable[Lock]:
        """All locks but hubs."""
        route = self._route
        yield from self._drawn()
        yield from self._named("pin", route.pin_edges)
        yield from self._named("avoid", route.avoid_edges)
        yield from self._classes(route.avoid_roads)
        yield from self._permits_met("rule", "rule_id", route.avoid_rules)
        yield from self._permits_met("permit", "permit_id", route.avoid_permits)

    def _lock(self, kind: str, name: str, what: str, edges: IntArray, shape: object = None) -> Iterable[Lock]:
        """Make one lock over new build; one from the study file that holds nothing is only said."""
        kept = edges[self._new[edges]]
        if not len(kept):
            text = f"{what} holds no edge: " + ("fiber lies there already" if len(edges) else "nothing changes")
            self._findings.append(find("W_LOCK_IDLE", "warning", text, [f"{kind}-{name}"], repair="remove the lock"))
            if shape is None:
                return
        lines = shapely.multilinestrings(list(self._lines[kept])) if shape is None else shape
        yield Lock(f"{kind}-{name}", kind, what, kept.astype(np.int64), -1, 0, lines)

    def _drawn(self) -> Iterable[Lock]:
        """Pins and polygons from files."""
        if self._marks is None:
            return
        within = self._book.engineering_value("plant_match_m")
        is_road = (self._graph.edges["kind"] == "road").to_numpy(dtype=bool)
        columns = (self._marks["mark_id"], self._marks["kind"], self._marks["name"], self._marks.geometry)
        for mark, kind, name, shape in zip(*columns, strict=True):
            what = f"{'line' if kind == 'pin' else 'polygon'} {name if isinstance(name, str) else mark}"
            if kind == "avoid":
                yield from self._lock(kind, mark, what, edges_inside(self._lines, shape), shape)
                continue
            edges, far_m = edges_along(self._lines, is_road, shape, within)
            if not len(edges):
                self._fail("E_PIN_FAR", f"{what} lies along no road within {within:g} m", [mark],
                           "draw the pin along a road of the extract")  # fmt: skip
                continue
            if far_m > 2 * within:
                text = f"{far_m:.0f} m of {what} lie along no road within {within:g} m"
                self._findings.append(find("W_PIN_PARTLY", "warning", text, [mark], amount=round(far_m, 1), unit="m"))
            yield from self._lock(kind, mark, what, edges, shape)

    def _named(self, kind: str, ids: tuple[str, ...]) -> Iterable[Lock]:
        """Edges by their id."""
        row_of = {name: row for row, name in enumerate(self._ids)} if ids else {}
        for name in sorted(set(ids)):
            if name not in row_of:
                self._fail("E_LOCK_EDGE", f"no edge of this id to {kind}", [name], "take edge_id from tables/edges")
                continue
            yield from self._lock(kind, f"edge-{name}", f"edge {name}", np.array([row_of[name]], dtype=np.int64))

    def _classes(self, names: tuple[str, ...]) -> Iterable[Lock]:
        """Edges of OSM road classes."""
        highway = self._graph.edges["highway"].to_numpy(dtype=object)
        for name in sorted(set(names)):
            yield from self._lock("avoid", f"road-{name}", f"road class {name}", np.flatnonzero(highway == name))

    def _permits_met(self, word: str, column: str, names: tuple[str, ...]) -> Iterable[Lock]:
        """Edges that would need permits of a rule, or one permit."""
        for name in sorted(set(names)):
            edges = np.unique(self._permits.loc[(self._permits[column] == name).to_numpy(dtype=bool), "edge"])
            if word == "rule":
                self._check_rule(name)
            elif not len(edges):
                self._fail("E_LOCK_PERMIT", "no edge would need a permit of this id", [name],
                           "take permit_id from tables/permits of a plan of this study")  # fmt: skip
                continue
            yield from self._lock("avoid", f"{word}-{name}", f"permit {'rule ' * (word == 'rule')}{name}", edges)

    def _check_rule(self, name: str) -> None:
        """Refuse a rule that does not exist or that no route avoids."""
        rule = next((rule for rule in self._book.permit_rules if rule.rule_id == name), None)
        if rule is None:
            self._fail("E_LOCK_RULE", "no such permit rule", [name], "correct network.route.avoid_rules")
        elif rule.test == "any" or rule.grant == "area":
            self._fail("E_LOCK_RULE", "this rule asks for a permit wherever work is done", [name],
                       "no route avoids it; remove it from network.route.avoid_rules")  # fmt: skip

    def _fail(self, code: str, message: str, where: list[str], hint: str) -> None:
        self._errors.append(StudyError(message, code=code, where=where, hint=hint))


def joined_nodes(graph: RoadGraph, locks: Locks, roots: IntArray) -> NDArray[np.bool_]:
    """Per node: joined to the operator's network by edges that are not avoided."""
    kept = ~locks.avoided
    size = graph.node_count
    matrix = coo_matrix((np.ones(int(kept.sum())), (graph.u[kept], graph.v[kept])), shape=(size, size))
    _, label = connected_components(matrix, directed=False)
    return np.isin(label, label[roots])


def _conflicts(graph: RoadGraph, locks: Locks, reached: NDArray[np.bool_]) -> list[PlanningError]:
    """Say which pins cannot be kept."""
    ids = graph.edges["edge_id"].to_numpy(dtype=object)
    errors: list[PlanningError] = []
    both = locks.pinned[locks.avoided[locks.pinned]]
    if len(both):
        held = set(both.tolist())
        names = ", ".join(lock.lock_id for lock in locks.items if held & set(lock.edges.tolist()))
        hint = f"change one of {names}"
        errors.append(InfeasibleError("edges are pinned and avoided", code="E_PIN_AVOIDED", where=ids[both], hint=hint))
    apart = locks.pinned[~reached[graph.u[locks.pinned]] & ~locks.avoided[locks.pinned]]
    if len(apart):
        text, hint = "no way joins pinned edges to the plant", "remove the pin, or what cuts it off"
        errors.append(InfeasibleError(text, code="E_PIN_UNREACHABLE", where=ids[apart], hint=hint))
    return errors


def _barred_huts(locks: Locks) -> list[PlanningError]:
    """Say which huts are to stand where none may."""
    errors: list[PlanningError] = []
    for bar in locks.of("no_hut"):
        inside = [hut.lock_id for hut in locks.of("hut") if shapely.distance(hut.shape, bar.shape) <= bar.within_m]
        if inside:
            hint = "remove one of them, or make within_m smaller"
            text = "huts are locked at a place where none may stand"
            errors.append(InfeasibleError(text, code="E_HUT_BARRED", where=[*inside, bar.lock_id], hint=hint))
    return errors


def _cut_finding(inputs: Inputs, locks: Locks, cut: IntArray) -> list[Finding]:
    """Say whom the avoided edges cut off."""
    if not len(cut):
        return []
    names = ", ".join(lock.lock_id for lock in locks.items if lock.kind == "avoid")
    many = count(len(cut), "eligible location has", "eligible locations have")
    text = f"{many} no way to the plant without an avoided edge ({names[:200]})"
    ids = inputs.locations["location_id"].to_numpy()[cut]
    repair = "avoid less, pin a way through, or serve them by radio or satellite"
    return [find("W_AVOID_CUTS", "warning", text, ids, amount=float(len(cut)), unit="locations", repair=repair)]
