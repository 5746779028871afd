"""Which locks the built network keeps: the site that stands at each, and who is fed from elsewhere all the same."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from expansion.plan.locks import DESIGN_LOCKS, ROUTE_LOCKS
from expansion.plan.plan import Network


def kept_route_locks(table: gpd.GeoDataFrame, built: Network) -> gpd.GeoDataFrame:
    """List the locks of the route with the hub of the built network that stands at each hub lock."""
    sites = built.sites
    hubs = sites[(sites["kind"] == "hub").to_numpy(dtype=bool)].sort_values("site_id")
    at: dict[tuple[int, int], str] = {}
    for node, capacity, name in zip(hubs["node"], hubs["capacity"], hubs["site_id"], strict=True):
        at.setdefault((int(node), int(capacity)), str(name))
    pairs = zip(table["kind"], table["node"], table["capacity"], strict=True)
    names = [at.get((int(node), int(size))) if kind == "hub" else None for kind, node, size in pairs]
    return gpd.GeoDataFrame(ROUTE_LOCKS.check(table.assign(hub_id=pd.array(names, dtype="str")), table.crs))


def kept_design_locks(table: gpd.GeoDataFrame, route_locks: gpd.GeoDataFrame, built: Network) -> gpd.GeoDataFrame:
    """List the locks of the design with the site of the built network that keeps each, and whom it does not feed.

    Parameters
    ----------
    table, route_locks
        After `DESIGN_LOCKS` and `ROUTE_LOCKS`.
    built
        The network of the chosen areas.
    """
    if not len(table):
        return table
    hubs = kept_route_locks(route_locks, built)
    sites_of = {name: [hub] for name, hub in zip(hubs["lock_id"], hubs["hub_id"], strict=True) if isinstance(hub, str)}
    for row in table[table["kind"].isin(["terminal", "hut"])].itertuples():
        sites_of[row.lock_id] = _sites_at(built, str(row.kind), row)
    fed = {word: dict(zip(built.paths["location_id"], built.paths[f"{word}_id"], strict=True))
           for word in ("hub", "terminal")}  # fmt: skip
    kept, unmet = [], []
    for row in table.itertuples():
        here = sites_of.get(str(row.to_lock_id if row.kind == "assignment" else row.lock_id), [])
        site_of = fed[str(row.to_lock_id).split("-")[0]] if row.kind == "assignment" else {}
        missed = [name for name in str(row.location_ids).split(",") if name in site_of and site_of[name] not in here]
        kept.append(here[0] if here else None)
        unmet.append(",".join(missed) or None)
    columns = {"site_id": pd.array(kept, dtype="str"), "unmet": pd.array(unmet, dtype="str")}
    return gpd.GeoDataFrame(DESIGN_LOCKS.check(table.assign(**columns), table.crs))


def _sites_at(built: Network, kind: str, row: object) -> list[str]:
    """Sites of a lock's kind at its node, by id."""
    sites = built.sites
    here = sites["kind"] == kind
    node = row.node  # type: ignore[attr-defined]
    at = here & (sites["node"] == node) if not pd.isna(node) else here & False
    return sorted(sites.loc[at.to_numpy(dtype=bool), "site_id"])
