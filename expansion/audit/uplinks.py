"""Check the fibers of towers and cabinets: where they come from, how far, and that splices lead along each."""

from __future__ import annotations

from collections import Counter

from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.laid import lay_out
from expansion.audit.ledger import Ledger
from expansion.audit.parents import hang_built
from expansion.audit.rules import engineering
from expansion.audit.splices import Join, Walker, read_joins

_METER = 0.05


def check_uplinks(ledger: Ledger, saved: SavedPlan) -> None:
    """Check the way and the fibers of every station."""
    stations = saved.table("stations")
    names, fibers = texts(stations, "site_id"), integers(stations, "backhaul_fibers")
    ledger.none(fibers != int(engineering(saved, "station_backhaul_fibers")), names, "stations with other fibers")
    _check_ways(ledger, saved, names)
    _check_fibers(ledger, saved, dict(zip(names, fibers.tolist(), strict=True)))


def _offices(saved: SavedPlan) -> dict[int, set[str]]:
    """Names of the offices and huts per node."""
    sites = saved.table("sites")
    found: dict[int, set[str]] = {}
    for name, kind, node in zip(texts(sites, "site_id"), texts(sites, "kind"), integers(sites, "node"), strict=True):
        if kind in ("co", "hut"):
            found.setdefault(int(node), set()).add(name)
    return found


def _check_ways(ledger: Ledger, saved: SavedPlan, names: list[str]) -> None:
    """Climb from each station along what is built to the first office or hut, and measure the way."""
    above, meters = hang_built(saved)
    offices, stations, wrong = _offices(saved), saved.table("stations"), []
    told = zip(names, integers(stations, "node"), integers(stations, "backhaul_node"), strict=True)
    for (name, start, end), length in zip(told, numbers(stations, "backhaul_m"), strict=True):
        node = int(start)
        while node not in offices and node in above:
            node = above[node]
        found = meters.get(int(start), 0.0) - meters.get(node, 0.0)
        if node != end or not abs(found - length) <= _METER:
            wrong.append(f"{name} ({length:.1f} m to node {end}, expected {found:.1f} m to node {node})")
    ledger.nothing(wrong, "stations whose fibers come from elsewhere than the office or hut above", len(names))


def _check_fibers(ledger: Ledger, saved: SavedPlan, fibers: dict[str, int]) -> None:
    """Walk each fiber of each station to the office, hut or tap that it comes from."""
    joins = read_joins(saved)
    ends = Counter((join.site, str(join.after[1])) for join in joins if join.site in fibers)
    wanted = {(name, f"uplink {number}") for name, count in fibers.items() for number in range(1, count + 1)}
    uplinks = {end: count for end, count in ends.items() if end[1].startswith("uplink ")}
    ledger.nothing(
        sorted(wanted ^ set(uplinks)), "stations without a fiber of theirs, or with one too many", len(wanted)
    )
    walker = Walker(saved, {join.after: join for join in joins if not join.is_joint}, lay_out(saved, Ledger("cables")))
    sources = _sources(saved)
    dark = [f"{port} of {name}" for name, port in sorted(wanted) if not _is_lit(walker.up((name, port)), sources, name)]
    ledger.nothing(dark, "fibers of stations that do not lead to their office, hut or tap", len(wanted))


def _sources(saved: SavedPlan) -> dict[str, set[str]]:
    """Sites from which the fibers of each station may come: at the end of its way, or taps where no office stands."""
    stations, sites, offices = saved.table("stations"), saved.table("sites"), _offices(saved)
    taps = {n for n, kind in zip(texts(sites, "site_id"), texts(sites, "kind"), strict=True) if kind == "fiber_tap"}
    ends = zip(texts(stations, "site_id"), integers(stations, "backhaul_node"), strict=True)
    return {name: offices.get(int(node), taps) for name, node in ends}


def _is_lit(found: tuple[Join, int] | None, sources: dict[str, set[str]], name: str) -> bool:
    """Tell whether a walk ended at a port for the station, at one of its sources."""
    if found is None:
        return False
    join, _ = found
    port = str(join.before[1])
    own = port.split(" uplink ")[0] if join.site == name else join.site
    return port.endswith(f" to {name}") and own in sources[name]
