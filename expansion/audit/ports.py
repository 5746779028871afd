"""Check that every connected location has ports of its own, and that no site is over its capacity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.laid import hub_fibers
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import engineering, excused, section, split_stages

IntArray = NDArray[np.int64]


def check_ports(saved: SavedPlan) -> Check:
    """Check that no port, fiber or splitter output is used twice, and that no site is over capacity."""
    ledger = Ledger("ports")
    paths, sites = saved.table("paths"), saved.table("sites")
    ids = texts(paths, "location_id")
    ledger.that(len(set(ids)) == len(ids), "a location has two light paths")
    _check_chain(ledger, saved, paths, ids)
    units = _units(ledger, saved, ids)
    taken = _occupied(texts(paths, "terminal_id"), integers(paths, "terminal_port"), units)
    ledger.nothing(_twice(taken), "terminal_port is used twice", len(taken))
    ledger.nothing(_gaps(taken), "terminal_port does not run from 1 without a gap", len(taken))
    _check_fibers(ledger, saved, paths, ids)
    _check_splitters(ledger, saved, paths, ids)
    _check_capacity(ledger, saved, paths, sites, units)
    _check_sites(ledger, saved, sites)
    return ledger.close()


def _check_chain(ledger: Ledger, saved: SavedPlan, paths: Any, ids: list[str]) -> None:
    """Check that the path names existing sites of the right kind that feed one another."""
    sites = saved.table("sites")
    kind = dict(zip(texts(sites, "site_id"), texts(sites, "kind"), strict=True))
    above = dict(zip(texts(sites, "site_id"), texts(sites, "parent_site_id"), strict=True))
    for column, kinds in (("terminal_id", ("terminal",)), ("hub_id", ("hub",)), ("office_id", ("co", "hut"))):
        wrong = [kind.get(site) not in kinds for site in texts(paths, column)]
        ledger.none(wrong, ids, f"light paths whose {column} is not a {kinds[0]}")
    apart = [above.get(t) != h for t, h in zip(texts(paths, "terminal_id"), texts(paths, "hub_id"), strict=True)]
    ledger.none(apart, ids, "light paths whose terminal hangs from another hub")
    for column in ("terminal_port", "distribution_fiber", "splitter_output", "splitter_input", "feeder_fiber",
                   "odf_port", "olt_port"):  # fmt: skip
        ledger.none(integers(paths, column) < 1, ids, f"{column} is not numbered from 1")


def _units(ledger: Ledger, saved: SavedPlan, ids: list[str]) -> IntArray:
    """Units of each connected location, which the path has to repeat."""
    locations = saved.table("locations")
    of = dict(zip(texts(locations, "location_id"), integers(locations, "units"), strict=True))
    units = np.array([int(of.get(name, 0)) for name in ids], dtype=np.int64)
    ledger.none(units != integers(saved.table("paths"), "units"), ids, "paths and locations differ in units")
    return units


def _occupied(sites: list[str], first: IntArray, units: IntArray) -> list[tuple[str, int]]:
    """Every single port in use: a location of several units takes as many in a row."""
    return [
        (site, int(port) + step)
        for site, port, count in zip(sites, first, units, strict=True)
        for step in range(int(count))
    ]


def _check_fibers(ledger: Ledger, saved: SavedPlan, paths: Any, ids: list[str]) -> None:
    """Check that each fiber of a hub feeds one thing at one terminal: a port, or a splitter there."""
    stages = split_stages(saved)
    per = stages[1] if len(stages) > 1 else 1
    fed: set[tuple[tuple[str, int], tuple[str, int]]] = set()
    columns = [texts(paths, name) for name in ("hub_id", "terminal_id")]
    for hub, terminal, port, fibers in zip(*columns, integers(paths, "terminal_port"), hub_fibers(saved), strict=True):
        first = (int(port) - 1) // per
        fed |= {((hub, fiber), (terminal, first + step)) for step, fiber in enumerate(fibers)}
    taken = sorted({fiber for fiber, _ in fed})
    ledger.nothing(_twice(fiber for fiber, _ in fed), "distribution_fiber is used twice", len(taken))
    ledger.nothing(_twice(end for _, end in fed), "a port or splitter at a terminal has two fibers", len(taken))
    ledger.nothing(_gaps(taken), "distribution_fiber does not run from 1 without a gap", len(taken))
    fiber, output = integers(paths, "distribution_fiber"), integers(paths, "splitter_output")
    ledger.none(fiber != output, ids, "a splitter output has another number than its fiber")
    second = [(p - 1) // per + 1 if per > 1 else -1 for p in integers(paths, "terminal_port")]
    branch = [(p - 1) % per + 1 if per > 1 else -1 for p in integers(paths, "terminal_port")]
    for column, expected in (("splitter2_input", second), ("splitter2_output", branch)):
        told = np.nan_to_num(numbers(paths, column), nan=-1)
        ledger.none(told != np.array(expected), ids, f"{column} is not that of the terminal port")


def _twice(taken: Iterable[tuple[str, int]]) -> list[str]:
    return [f"{site} {number}" for (site, number), count in Counter(taken).items() if count > 1]


def _check_sites(ledger: Ledger, saved: SavedPlan, sites: Any) -> None:
    """Check that sites belong to areas that exist, and hang from sites that exist."""
    names, kinds = texts(sites, "site_id"), np.array(texts(sites, "kind"), dtype=object)
    areas = {"", *texts(saved.table("areas"), "area_id")}
    ledger.none([area not in areas for area in texts(sites, "area_id")], names, "sites of areas that do not exist")
    above = texts(sites, "parent_site_id")
    fed = np.isin(kinds, ("hub", "terminal", "closure"))
    loose = np.array([site not in names for site in above], dtype=bool)
    ledger.none(fed & loose, names, "sites that hang from no site")


def _gaps(taken: Iterable[tuple[str, int]]) -> list[str]:
    """Name the sites whose ports in use are not 1, 2, 3 and so on."""
    ports: dict[str, set[int]] = defaultdict(set)
    for site, number in taken:
        ports[site].add(number)
    return [site for site, numbers_in_use in ports.items() if max(numbers_in_use) != len(numbers_in_use)]


def _check_splitters(ledger: Ledger, saved: SavedPlan, paths: Any, ids: list[str]) -> None:
    """Check that outputs belong to their splitter, and that each splitter has one fiber and one port of its own."""
    ratio = split_stages(saved)[0]
    output, splitter = integers(paths, "splitter_output"), integers(paths, "splitter_input")
    ledger.none((output - 1) // ratio + 1 != splitter, ids, f"outputs lie on another splitter of 1:{ratio}")
    hub, office = texts(paths, "hub_id"), texts(paths, "office_id")
    own = [(name, int(number)) for name, number in zip(hub, splitter, strict=True)]
    for place, column in ((hub, "feeder_fiber"), (office, "odf_port"), (office, "olt_port")):
        port = [(name, int(number)) for name, number in zip(place, integers(paths, column), strict=True)]
        pairs = set(zip(own, port, strict=True))
        ledger.nothing(_shared(b for _, b in pairs), f"{column} serves two splitters", len(pairs))
        ledger.nothing(_shared(a for a, _ in pairs), f"a splitter has two of {column}", len(pairs))


def _shared(values: Iterable[tuple[str, int]]) -> list[str]:
    return [f"{site} {number}" for (site, number), count in Counter(values).items() if count > 1]


def _check_capacity(ledger: Ledger, saved: SavedPlan, paths: Any, sites: Any, units: IntArray) -> None:
    """Recompute what is used of every terminal, hub and office, and compare it with what there is."""
    ratio = split_stages(saved)[0]
    used: dict[str, int] = defaultdict(int)
    splitters: dict[str, set[tuple[str, int]]] = defaultdict(set)
    columns = [texts(paths, name) for name in ("terminal_id", "hub_id", "office_id")]
    fibers: dict[str, set[int]] = defaultdict(set)
    fed: dict[str, int] = defaultdict(int)
    for terminal, hub, office, taken, count in zip(*columns, hub_fibers(saved), units, strict=True):
        used[terminal] += int(count)
        fed[hub] += int(count)
        fibers[hub].update(taken)
        splitters[office] |= {(hub, (fiber - 1) // ratio) for fiber in taken}
    used.update({hub: len(found) for hub, found in fibers.items()})
    used.update({office: len(found) for office, found in splitters.items()})
    names, kind = texts(sites, "site_id"), np.array(texts(sites, "kind"), dtype=object)
    ledger.that(len(set(names)) == len(names), "site ids are not unique")
    counted = np.isin(kind, ("terminal", "hub", "co", "hut"))
    told, capacity = integers(sites, "used"), numbers(sites, "capacity")
    ledger.none(counted & (told != [used[name] for name in names]), names, "sites.used is not what paths use")
    over = counted & (np.array([used[name] for name in names]) > np.where(np.isnan(capacity), np.inf, capacity))
    module = engineering(saved, "hut_capacity")
    asked = module * np.maximum(np.ceil(told / module), 1)
    ledger.none((kind == "hut") & (capacity != asked), names, "huts with more or fewer modules than their ports need")
    allowed = excused(saved, "W_OFFICE_FULL")
    office = np.isin(kind, ("co", "hut"))
    ledger.none(over & (~office | (int((over & office).sum()) > allowed)), names, "sites over their capacity")
    most = int(section(saved, "network")["hub_capacity"])
    locked = np.isin(np.array(names, dtype=object), [name for name in _locked_hubs(saved) if name])
    units_fed = np.array([fed[name] for name in names])
    ledger.none((kind == "hub") & ~locked & (units_fed > most), names, f"hubs feed more than {most} units")


def _locked_hubs(saved: SavedPlan) -> list[str]:
    """Hubs whose capacity a lock sets."""
    return texts(saved.table("route_locks"), "hub_id") if "route_locks" in saved.table_names() else []
