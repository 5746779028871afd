"""SteinLib: the graph of the route with its terminals, so that other solvers can be set to the same task."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from expansion.plan.saved import SavedPlan

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Instance:
    """Edges between saved nodes in cents, by row of the edges table (-1 for a join of two roots)."""

    u: IntArray
    v: IntArray
    cents: IntArray
    row: IntArray
    terminals: IntArray


def write_stp(plan: SavedPlan, path: Path) -> Path:
    """Write ``route.stp`` with ``nodes.csv`` and ``edges.csv`` into a folder.

    Costs are whole cents of the study's currency; existing fiber costs 0. Loops are left out and of parallel edges
    the cheapest stays. Where the network may hang from several roots, edges of cost 0 join them, so that a tree of the
    file costs what the route costs. Edges that the planner avoids are left out; pinned ones cost 0 and their ends are
    terminals, so that with pins a tree of the file costs what the route costs less its pinned edges.

    Parameters
    ----------
    plan
        The saved plan.
    path
        Folder to write; ``nodes.csv`` says which node of the plan each number stands for, and where it lies;
        ``edges.csv`` which edge each ``E`` line stands for.

    References
    ----------
    Koch, Martin, Voß (2001), SteinLib: An Updated Library on Steiner Tree Problems in Graphs.
    """
    from expansion.network.steiner.stp import write_stp as write_instance  # the router, which no other format needs

    path.mkdir(parents=True, exist_ok=True)
    instance = _instance(plan)
    nodes, ends = np.unique(np.r_[instance.u, instance.v, instance.terminals], return_inverse=True)
    u, v = ends[: len(instance.u)], ends[len(instance.u) : 2 * len(instance.u)]
    terminals = ends[2 * len(instance.u) :]
    name = f"{plan.document['study']['name']} route, cents"
    write_instance(path / "route.stp", len(nodes), u, v, instance.cents, terminals, name=name)
    _node_table(plan, nodes, terminals).to_csv(path / "nodes.csv", index=False, lineterminator="\n")
    ids = np.r_[plan.tables["edges"]["edge_id"].to_numpy(dtype=object), ["root"]]
    edges = pd.DataFrame({"u": u + 1, "v": v + 1, "cost_cents": instance.cents, "edge_id": ids[instance.row]})
    edges.to_csv(path / "edges.csv", index=False, lineterminator="\n")
    return path


def _instance(plan: SavedPlan) -> _Instance:
    """Collect the edges that matter and what has to be joined."""
    edges, proof = plan.tables["edges"], plan.certificates.get("route", {})
    u, v = edges["u"].to_numpy(dtype=np.int64), edges["v"].to_numpy(dtype=np.int64)
    cents = np.round(edges["build_cost"].to_numpy(dtype=float) * 100).astype(np.int64)
    lock = edges["lock"].to_numpy(dtype=object) if "lock" in edges else np.full(len(edges), "", dtype=object)
    cents[lock == "pin"] = 0
    open_rows = np.flatnonzero(lock != "avoid")
    kept = open_rows[_cheapest(u[open_rows], v[open_rows], cents[open_rows])]
    roots, wanted = (np.unique(proof.get(name, np.zeros(0))).astype(np.int64) for name in ("roots", "wanted"))
    joins = roots[1:]
    first = np.full(len(joins), roots[0] if len(roots) else -1, dtype=np.int64)
    none = np.zeros(len(joins), dtype=np.int64)
    terminals = np.union1d(wanted, roots[:1])
    return _Instance(
        np.r_[u[kept], first], np.r_[v[kept], joins], np.r_[cents[kept], none], np.r_[kept, none - 1], terminals
    )


def _cheapest(u: IntArray, v: IntArray, cents: IntArray) -> IntArray:
    """Rows of the cheapest edge between each pair of different nodes, in the order of the rows."""
    low, high = np.minimum(u, v), np.maximum(u, v)
    order = np.lexsort((np.arange(len(u)), cents, high, low))
    order = order[low[order] != high[order]]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
    return np.sort(order[first]).astype(np.int64)


def _node_table(plan: SavedPlan, nodes: IntArray, terminals: IntArray) -> pd.DataFrame:
    """Say for every number of the file which node it is and where it lies, in degrees."""
    edges = plan.tables["edges"]
    lines = edges.geometry.to_numpy()
    ends = np.r_[shapely.get_point(lines, 0), shapely.get_point(lines, -1)]
    ids, first = np.unique(
        np.r_[edges["u"].to_numpy(dtype=np.int64), edges["v"].to_numpy(dtype=np.int64)], return_index=True
    )
    xy = shapely.get_coordinates(ends[first])[np.searchsorted(ids, nodes).clip(max=max(len(ids) - 1, 0))]
    lon, lat = Transformer.from_crs(edges.crs, 4326, always_xy=True).transform(xy[:, 0], xy[:, 1])
    return pd.DataFrame(
        {
            "number": np.arange(1, len(nodes) + 1),
            "node": nodes,
            "longitude": np.round(lon, 7),
            "latitude": np.round(lat, 7),
            "is_terminal": np.isin(np.arange(len(nodes)), terminals),
        }
    )
