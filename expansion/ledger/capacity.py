"""Rules on what sites hold: ports of terminals, units of hubs and areas, ports of offices."""

from __future__ import annotations

import numpy as np
import pandas as pd

from expansion.ledger.evidence import Evidence
from expansion.ledger.verdicts import Rule, Verdict, at_most, hold


def check_capacity(evidence: Evidence) -> list[Verdict]:
    """Check every terminal, hub, area and office."""
    return [
        _terminal_ports(evidence), _terminal_size(evidence), _hub_capacity(evidence), _hub_units(evidence),
        _hub_fill(evidence),
        _area_units(evidence), _office_ports(evidence),
    ]  # fmt: skip


def _used(evidence: Evidence, column: str, sites: pd.DataFrame) -> pd.Series:
    """Units behind each site, counted on the light paths."""
    return evidence.paths.groupby(column)["units"].sum().reindex(sites["site_id"]).fillna(0)


def _hub_fibers(evidence: Evidence, sites: pd.DataFrame) -> pd.Series:
    """Fibers of each hub in use: one per unit, or per splitter at a terminal."""
    return evidence.units.groupby("hub_id")["fiber"].nunique().reindex(sites["site_id"]).fillna(0)


def _terminal_ports(evidence: Evidence) -> Verdict:
    sites = evidence.sites("terminal")
    rule = Rule(
        "terminal_ports", "W_TERMINAL_FULL", "error", "A terminal feeds at most as many units as it has ports",
        "terminal feeds", "terminals feed", "more units than they have ports", "network.terminal_ports", "ports",
    )  # fmt: skip
    found = at_most(rule, sites["site_id"].tolist(), _used(evidence, "terminal_id", sites), _capacities(sites))
    return found.repaired("set the next larger size", _step(evidence, "terminal", sites, found))


def _terminal_size(evidence: Evidence) -> Verdict:
    """Find terminals of a size that the study does not offer; a stack of the largest is one."""
    sites, sizes = evidence.sites("terminal"), evidence.study.network.terminal_ports
    words = ", ".join(str(size) for size in sorted(sizes))
    rule = Rule(
        "terminal_size", "W_TERMINAL_SIZE", "error", f"A terminal has {words} ports, or is a stack of the largest",
        "terminal is", "terminals are", "of a size that is not offered", "network.terminal_ports",
    )  # fmt: skip
    capacity = _capacities(sites)
    fits = np.isin(capacity, sizes) | ((capacity > 0) & (capacity % max(sizes) == 0))
    return hold(rule, sites["site_id"].tolist(), fits).repaired("set a size that is offered", None)


def _hub_capacity(evidence: Evidence) -> Verdict:
    sites = evidence.sites("hub")
    rule = Rule(
        "hub_capacity", "W_HUB_FULL", "error", "A hub feeds at most as many fibers as it has ports", "hub feeds",
        "hubs feed", "more fibers than they have ports", "sites.capacity", "ports",
    )  # fmt: skip
    found = at_most(rule, sites["site_id"].tolist(), _hub_fibers(evidence, sites), _capacities(sites))
    return found.repaired("set the next larger cabinet", _step(evidence, "hub", sites, found))


def _hub_units(evidence: Evidence) -> Verdict:
    """Find hubs that feed more units than the study allows, locked ones apart."""
    network, sites = evidence.study.network, evidence.sites("hub")
    locked = [lock.capacity for lock in network.locks.hubs]
    rule = Rule(
        "hub_units", "W_HUB_UNITS", "error",
        f"A hub feeds at most {network.hub_capacity} units, a locked one what its lock says", "hub feeds", "hubs feed",
        f"more than {network.hub_capacity} units", "network.hub_capacity, network.locks.hubs", "units",
    )  # fmt: skip
    capacity = _capacities(sites)
    limit = np.where(np.isin(capacity, locked), np.maximum(capacity, network.hub_capacity), network.hub_capacity)
    found = at_most(rule, sites["site_id"].tolist(), _used(evidence, "hub_id", sites), limit)
    return found.repaired("share the units with a further hub", _least(evidence, "hub") * len(found.places))


def _hub_fill(evidence: Evidence) -> Verdict:
    """Find hubs that are fuller at design than they may be; one location may be too large for any other."""
    sites, target = evidence.sites("hub"), evidence.study.network.fill_target
    rule = Rule(
        "hub_fill", "W_HUB_FILL", "warning", f"At design at most {100 * target:g} % of a hub's ports are in use",
        "hub has", "hubs have", f"more than {100 * target:g} % of the ports in use", "network.fill_target", "ports",
    )  # fmt: skip
    used, limit = _hub_fibers(evidence, sites), np.floor(target * _capacities(sites) + 1e-9)
    found = at_most(rule, sites["site_id"].tolist(), used, limit)
    return found.repaired("set the next larger cabinet", _step(evidence, "hub", sites, found))


def _area_units(evidence: Evidence) -> Verdict:
    """Find areas with too many units; a single location may have more by itself."""
    table, limit = evidence.ground.areas.table, evidence.study.areas.max_locations
    mine = table[table["area_id"].isin(evidence.sites("hub")["area_id"]).to_numpy(dtype=bool)]
    rule = Rule(
        "area_units", "W_AREA_LARGE", "warning",
        f"An area holds at most {limit} units, or one location that has more by itself", "area holds", "areas hold",
        f"more than {limit} units", "areas.max_locations", "units",
    )  # fmt: skip
    several = mine[(mine["locations"] > 1).to_numpy(dtype=bool)]
    return at_most(rule, several["area_id"].tolist(), several["units"], limit).repaired("cut the area in two", None)


def _office_ports(evidence: Evidence) -> Verdict:
    sites, ports = evidence.sites("co", "hut"), evidence.ports
    used = ports[["office_id", "port"]].drop_duplicates().groupby("office_id").size()
    limited = sites[sites["capacity"].notna().to_numpy(dtype=bool)]
    rule = Rule(
        "office_ports", "W_OFFICE_FULL", "error", "An office or hut lights at most as many OLT ports as it holds",
        "office needs", "offices need", "more OLT ports than they have", "plant.capacity, engineering.csv hut_capacity",
        "ports",
    )  # fmt: skip
    needed = used.reindex(limited["site_id"]).fillna(0).to_numpy(dtype=float)
    capacity = _capacities(limited)
    found = at_most(rule, limited["site_id"].tolist(), needed, capacity)
    price = evidence.book.rate("olt_port_xgs" if evidence.pon_class.system == "XGS-PON" else "olt_port").likely
    lacking = float(np.maximum(needed - capacity, 0).sum())
    return found.repaired("add OLT cards or open another office", price * lacking)


def _capacities(sites: pd.DataFrame) -> np.ndarray:
    """Ports per site as numbers."""
    return np.asarray(sites["capacity"].astype("Float64").fillna(np.inf), dtype=float)


def _sizes(evidence: Evidence, family: str) -> list[int]:
    """Sizes of a family that the rate book prices, ascending."""
    ids = (
        row.rate_id.removeprefix(f"{family}_") for row in evidence.book.rates if row.rate_id.startswith(f"{family}_")
    )
    return sorted(int(text) for text in ids if text.isdigit())


def _least(evidence: Evidence, family: str) -> float:
    """Price of the smallest of a family."""
    return evidence.book.rate(f"{family}_{_sizes(evidence, family)[0]}").likely


def _step(evidence: Evidence, family: str, sites: pd.DataFrame, found: Verdict) -> float:
    """Price of going from each broken site's size to the next one; beyond the largest, of one more of the smallest."""
    sizes, capacity = _sizes(evidence, family), dict(zip(sites["site_id"], _capacities(sites), strict=True))
    cost = 0.0
    for place in found.places:
        larger = [size for size in sizes if size > capacity[place]]
        now = [size for size in sizes if size <= capacity[place]]
        price = evidence.book.rate(f"{family}_{larger[0]}").likely if larger else _least(evidence, family)
        cost += price - (evidence.book.rate(f"{family}_{now[-1]}").likely if larger and now else 0.0)
    return cost
