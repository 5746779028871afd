"""Check that locked terminals, huts and assignments hold, or that a finding says which do not and rightly so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from expansion.audit.access import components, is_existing, meet_roads
from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Ledger
from expansion.audit.rules import section

Asked = dict[str, dict[str, Any]]
_NEAR = 0.011


@dataclass(frozen=True, slots=True)
class Nodes:
    """Points of all nodes, their numbers, and which of them a terminal, and which a hut, may stand at."""

    places: NDArray[np.object_]
    numbers: NDArray[np.int64]
    for_terminal: NDArray[np.bool_]
    for_hut: NDArray[np.bool_]


def asked_sites(saved: SavedPlan) -> Asked:
    """Locks of sites in study.json by their id in the plan, each with its kind."""
    rules = section(saved, "network").get("locks") or {}
    found: Asked = {f"terminal-{lock['name']}": {**lock, "kind": "terminal"} for lock in rules.get("terminals") or []}
    for lock in rules.get("huts") or []:
        found[f"hut-{lock['name']}"] = {**lock, "kind": "hut" if lock["stands"] else "no_hut"}
    for number, lock in enumerate(rules.get("assignments") or [], 1):
        found[f"assignment-{number}"] = {**lock, "kind": "assignment"}
    return found


def check_site_locks(ledger: Ledger, saved: SavedPlan, nodes: Nodes) -> None:
    """Check rows of the table of design locks against study.json, the network and the findings."""
    asked, table = asked_sites(saved), saved.table("design_locks")
    told = {name for row in saved.document["findings"] if row["code"] == "W_LOCK_UNMET" for name in row["where"]}
    ids, kinds = texts(table, "lock_id"), texts(table, "kind")
    book = _Book(ledger, saved, nodes, asked, told)
    for row, (name, kind) in enumerate(zip(ids, kinds, strict=True)):
        if name not in asked or not ledger.that(asked[name]["kind"] == kind, f"{name} is of another kind"):
            continue
        if kind == "assignment":
            book.check_assignment(name, row)
        else:
            book.check_place(name, row)


class _Book:
    """What a check of one lock needs of the plan, read once."""

    def __init__(self, ledger: Ledger, saved: SavedPlan, nodes: Nodes, asked: Asked, told: set[str]) -> None:
        self.ledger, self.saved, self.nodes, self.asked, self.told = ledger, saved, nodes, asked, told
        table = saved.table("design_locks")
        self.site = texts(table, "site_id")
        self.node = dict(zip(texts(table, "lock_id"), numbers(table, "node"), strict=True))
        self.unmet = [split_ids(text) for text in texts(table, "unmet")]
        self.names = [split_ids(text) for text in texts(table, "location_ids")]
        self.target = texts(table, "to_lock_id")
        self.shape = np.asarray(table.geometry.array, dtype=object)
        self.move = Transformer.from_crs(4326, saved.crs, always_xy=True)
        sites, paths = saved.table("sites"), saved.table("paths")
        self.kinds = dict(zip(texts(sites, "site_id"), texts(sites, "kind"), strict=True))
        self.stands = dict(zip(texts(sites, "site_id"), integers(sites, "node").tolist(), strict=True))
        self.place = dict(zip(texts(sites, "site_id"), sites.geometry, strict=True))
        self.hub = dict(zip(texts(paths, "location_id"), texts(paths, "hub_id"), strict=True))
        self.terminal = dict(zip(texts(paths, "location_id"), texts(paths, "terminal_id"), strict=True))
        self.units = dict(zip(texts(paths, "location_id"), integers(paths, "units").tolist(), strict=True))
        self.drop_max_m = float(section(saved, "network")["drop_max_m"])

    def check_place(self, name: str, row: int) -> None:
        """Check a terminal's, a hut's or a barred place, and the site that stands there."""
        lock, kind = self.asked[name], self.asked[name]["kind"]
        spot = shapely.Point(self.move.transform(lock["longitude"], lock["latitude"]))
        allowed = self.nodes.for_hut if kind == "hut" else self.nodes.for_terminal
        least = (
            0.0 if kind == "no_hut" else float(shapely.distance(self.nodes.places[allowed], spot).min(initial=np.inf))
        )
        self.ledger.that(float(shapely.distance(self.shape[row], spot)) <= least + _NEAR, f"{name} lies elsewhere")
        if kind == "no_hut":
            self._check_barred(name, row, spot)
            return
        node = self.node[name]
        own = self.nodes.places[self.nodes.numbers == node]
        at = np.isfinite(node) and len(own) == 1 and bool(shapely.distance(own[0], self.shape[row]) <= _NEAR)
        self.ledger.that(at or (not np.isfinite(node) and name in self.told), f"{name} names another node")
        here = sorted(site for site, where in self.stands.items() if where == node and self.kinds[site] == kind)
        self.ledger.that(self.site[row] == (here[0] if here else ""), f"{name} names another site")
        self.ledger.that(not (here and name in self.told), f"{name} is called unmet and holds")
        if not here and name not in self.told:
            self.ledger.that(self._may_rest(kind, node), f"{name} stands nowhere, and no finding says why")
        if kind == "hut" and name in self.told:
            self.ledger.that(not self._lights_a_hub(node), f"{name} is called unmet, and a hub lies beyond it")

    def _check_barred(self, name: str, row: int, spot: Any) -> None:
        """Check that no hut stands near a place where none may, or that a finding says so."""
        within = float(self.asked[name]["within_m"])
        huts = [site for site, kind in self.kinds.items() if kind == "hut"]
        inside = [site for site in huts if float(shapely.distance(self.place[site], spot)) <= within - _NEAR]
        self.ledger.that(not inside or name in self.told, f"{name}: {', '.join(inside)} stands there")
        near = any(float(shapely.distance(self.place[site], spot)) <= within + _NEAR for site in huts)
        self.ledger.that(near or name not in self.told, f"{name} is called unmet and holds")
        self.ledger.that(not self.site[row], f"{name} names a site")

    def _may_rest(self, kind: str, node: float) -> bool:
        """Tell whether a lock concerns nothing that is built: no location near a terminal, no route at a hut."""
        if kind == "hut":
            edges = self.saved.table("edges")
            used = flags(edges, "in_network") | is_existing(edges)
            return not bool((used & ((integers(edges, "u") == node) | (integers(edges, "v") == node))).any())
        spot = self.nodes.places[self.nodes.numbers == node]
        met, ids = meet_roads(self.saved), texts(self.saved.table("locations"), "location_id")
        point_of = dict(zip(self.nodes.numbers.tolist(), self.nodes.places, strict=True))
        named = {one for lock in self.asked.values() if str(lock.get("to")).startswith("terminal-")
                 for one in lock["locations"]}  # fmt: skip
        homes = [point_of[at] for row, at in zip(met.location.tolist(), met.node.tolist(), strict=True)
                 if ids[row] in self.hub and ids[row] not in named]  # fmt: skip
        away = shapely.distance(np.array(homes, dtype=object), spot[0]) if homes else np.zeros(0)
        return bool((away > self.drop_max_m - 0.5).all())

    def _lights_a_hub(self, node: float) -> bool:
        """Tell whether some hub hangs beyond a node at which no office stands: without it the network falls apart."""
        edges = self.saved.table("edges")
        u, v = integers(edges, "u"), integers(edges, "v")
        used = (flags(edges, "in_network") | is_existing(edges)) & (u != node) & (v != node)
        roots = np.unique(self.saved.arrays("network")["roots"])
        if node in roots or any(where == node and self.kinds[site] == "co" for site, where in self.stands.items()):
            return False
        label = components(u[used], v[used], int(max(u.max(initial=0), v.max(initial=0))) + 1)
        hubs = [where for site, where in self.stands.items() if self.kinds[site] == "hub" and where != node]
        return any(label[where] not in set(label[roots].tolist()) for where in hubs)

    def check_assignment(self, name: str, row: int) -> None:
        """Check who is fed from elsewhere, and that a finding says so."""
        lock, target = self.asked[name], self.asked[name]["to"]
        self.ledger.that(sorted(self.names[row]) == sorted(lock["locations"]), f"{name} names other locations")
        self.ledger.that(self.target[row] == target, f"{name} names another lock")
        built = [one for one in self.names[row] if one in self.hub]
        missed = [one for one in built if not self._is_fed(one, target)]
        self.ledger.that(sorted(self.unmet[row]) == sorted(missed), f"{name}: others are fed from elsewhere than told")
        self.ledger.that(not missed or name in self.told, f"{name} is not kept, and no finding says why")
        whole = len(built) == len(self.names[row]) and not missed
        self.ledger.that(not (whole and name in self.told), f"{name} is called unmet and holds")
        self._check_excuse(name, target, missed, [one for one in built if one not in missed])

    def _is_fed(self, location: str, target: str) -> bool:
        """Tell whether a location is fed from the place of a lock."""
        if target.startswith("terminal-"):
            return bool(self.stands.get(self.terminal[location]) == self.node.get(target, np.nan))
        table = self.saved.table("route_locks")
        hub_of = dict(zip(texts(table, "lock_id"), texts(table, "hub_id"), strict=True))
        return hub_of.get(target, "") == self.hub[location]

    def _check_excuse(self, name: str, target: str, missed: list[str], kept: list[str]) -> None:
        """Check that a terminal cannot serve who is missed: drop too long, ports taken, or another hub's."""
        node = self.node.get(target, np.nan)
        if not target.startswith("terminal-") or not missed or not kept or not np.isfinite(node):
            return
        ports, used = max(section(self.saved, "network")["terminal_ports"]), sum(self.units[one] for one in kept)
        drops = self._drops_from(int(node), missed)
        wrong = [
            one for one in missed
            if drops[one] <= self.drop_max_m - 0.01 and used + self.units[one] <= ports
            and self.hub[one] == self.hub[kept[0]]
        ]  # fmt: skip
        others = [one for lock, row in self.asked.items() if row.get("to") == target and lock != name
                  for one in row["locations"]]  # fmt: skip
        self.ledger.nothing([] if others else wrong, f"{name} could feed locations that it does not", len(missed))

    def _drops_from(self, node: int, names: list[str]) -> dict[str, float]:
        """Measure the drops from a node along new build to some locations."""
        edges, drops = self.saved.table("edges"), self.saved.table("drops")
        used = flags(edges, "in_network") & ~is_existing(edges)
        u, v, length = integers(edges, "u"), integers(edges, "v"), numbers(edges, "length_m")
        size = int(max(u.max(initial=0), v.max(initial=0))) + 1
        order = np.flatnonzero(used)[np.argsort(-length[used], kind="stable")]
        pairs = {(min(u[e], v[e]), max(u[e], v[e])): max(float(length[e]), 1e-6) for e in order.tolist()}
        ends = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
        away = dijkstra(
            coo_array((list(pairs.values()), (ends[:, 0], ends[:, 1])), shape=(size, size)).tocsr(),
            directed=False, indices=node,
        )  # fmt: skip
        met, ids = meet_roads(self.saved), texts(self.saved.table("locations"), "location_id")
        home = {ids[row]: at for row, at in zip(met.location.tolist(), met.node.tolist(), strict=True)}
        setback = dict(zip(texts(drops, "location_id"), numbers(drops, "setback_m"), strict=True))
        return {one: float(away[home[one]] + setback[one]) for one in names}
