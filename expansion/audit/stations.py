"""Check towers and cabinets: who hangs from them at which distance, what their sectors carry, and their link."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from expansion.audit.access import meet_rows, node_places
from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Ledger
from expansion.audit.rules import engineering, rows_of, section
from expansion.audit.uplinks import check_uplinks

_METER = 0.11
_COPPER_M = 4.0
_SECTORS = 3


def check_stations(ledger: Ledger, saved: SavedPlan) -> None:
    """Check stations against sites and connections, radio and copper against the rules."""
    stations, table = saved.table("stations"), saved.table("connections")
    names = texts(stations, "site_id")
    _check_sites(ledger, saved, stations, names)
    if not len(stations):
        ledger.that(not any(texts(table, "site_id")), "connections hang from stations that are not there")
        return
    place_of = {name: row for row, name in enumerate(names)}
    hung = np.array([place_of.get(name, -1) for name in texts(table, "site_id")], dtype=np.int64)
    by_air = np.array(texts(table, "technology"), dtype=object) == "satellite"
    ledger.none((hung < 0) != by_air, texts(table, "location_id"), "connections hang from no station, or need none")
    _check_load(ledger, saved, stations, table, hung)
    _check_radio(ledger, saved, stations, table, hung)
    _check_copper(ledger, saved, stations, table, hung)
    check_uplinks(ledger, saved)


def _check_sites(ledger: Ledger, saved: SavedPlan, stations: Any, names: list[str]) -> None:
    """Check that towers and cabinets of the sites are the stations, with what is used of them."""
    sites = saved.table("sites")
    mine = sites[np.isin(texts(sites, "kind"), ("tower", "cabinet"))]
    if not ledger.that(sorted(texts(mine, "site_id")) == sorted(names), "towers and cabinets are not the stations"):
        return
    home = mine.set_index("site_id").loc[names]
    for own, other in (("kind", "kind"), ("area_id", "area_id")):
        ledger.none([a != b for a, b in zip(texts(stations, own), texts(home, other), strict=True)], names, own)
    ledger.none(flags(stations, "is_new") != flags(home, "is_new"), names, "is_new")
    ledger.none(integers(stations, "node") != integers(home, "node"), names, "stations at another node than their site")
    ledger.none(integers(stations, "units") != integers(home, "used"), names, "sites.used is not what hangs there")
    room = integers(stations, "capacity") * np.maximum(integers(stations, "sectors"), 1)
    ledger.none(room != integers(home, "capacity"), names, "capacity of sites is not that of sectors or cabinet")


def _check_load(ledger: Ledger, saved: SavedPlan, stations: Any, table: Any, hung: NDArray[np.int64]) -> None:
    """Add up units per station and sector, and check who pays: an area that is served."""
    load: dict[tuple[int, int], int] = defaultdict(int)
    areas: dict[int, set[str]] = defaultdict(set)
    sector = np.nan_to_num(numbers(table, "sector")).astype(np.int64)
    for place, part, units, area in zip(hung, sector, integers(table, "units"), texts(table, "area_id"), strict=True):
        load[int(place), int(part)] += int(units)
        areas[int(place)].add(area)
    names, capacity = texts(stations, "site_id"), integers(stations, "capacity")
    phase = dict(zip(texts(saved.table("areas"), "area_id"), numbers(saved.table("areas"), "phase"), strict=True))
    for row, name in enumerate(names):
        mine = {part: units for (place, part), units in load.items() if place == row}
        ledger.equal(int(integers(stations, "units")[row]), sum(mine.values()), f"units of {name}")
        ledger.equal(int(integers(stations, "sectors")[row]), len([p for p in mine if p]), f"sectors of {name}")
        ledger.that(max(mine.values(), default=0) <= int(capacity[row]), f"{name} carries more than it can")
        first = min(areas[row], key=lambda area: (phase[area], area), default="")
        ledger.equal(texts(stations, "area_id")[row], first, f"payer of {name}")
    band = _band(saved)
    most = max(math.floor(float(band["sector_mbps"]) / engineering(saved, "busy_hour_mbps")), 1)
    tower = np.array(texts(stations, "kind"), dtype=object) == "tower"
    ledger.none(~tower & (capacity != engineering(saved, "dslam_ports")), names, "cabinets of another size")
    ledger.none(tower & (capacity != most), names, "sectors that carry another load than the band and the busy hour")


def _band(saved: SavedPlan) -> dict[str, Any]:
    """Return the study's radio band."""
    name = section(saved, "technology")["radio_band"]
    return next(row for row in rows_of(saved, "radio_bands") if row["band"] == name)


def _points(saved: SavedPlan, table: Any) -> NDArray[np.float64]:
    """Places of the connected locations, meters."""
    home = saved.table("locations").set_index("location_id").loc[texts(table, "location_id")]
    return np.asarray(shapely.get_coordinates(np.asarray(home.geometry.array, dtype=object)), dtype=np.float64)


def _node_xy(saved: SavedPlan, nodes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Places of nodes, meters."""
    places, known = node_places(saved.table("edges"))
    return np.asarray(shapely.get_coordinates(places[np.searchsorted(known, nodes)]), dtype=np.float64)


def _check_radio(ledger: Ledger, saved: SavedPlan, stations: Any, table: Any, hung: NDArray[np.int64]) -> None:
    """Measure radio paths again: distance, sector, radius, speed."""
    rows = np.flatnonzero(np.array(texts(table, "technology"), dtype=object) == "fixed_wireless")
    if not len(rows):
        return
    band, ids = _band(saved), np.array(texts(table, "location_id"), dtype=object)[rows]
    away = _points(saved, table)[rows] - _node_xy(saved, integers(stations, "node"))[hung[rows]]
    meters = np.hypot(away[:, 0], away[:, 1])
    ledger.none(~(np.abs(numbers(table, "distance_m")[rows] - meters) <= _METER), ids, "radio paths of another length")
    ledger.none(meters > float(band["radius_m"]) + _METER, ids, "radio paths beyond the radius of the band")
    turn = np.mod(np.degrees(np.arctan2(away[:, 0], away[:, 1])), 360.0)
    told = np.nan_to_num(numbers(table, "sector"))[rows]
    edge = np.abs(np.mod(turn + 60.0, 120.0) - 60.0) < 1e-3
    ledger.none((np.floor(turn / (360.0 / _SECTORS)) + 1 != told) & ~edge, ids, "radio paths in another sector")
    for column in ("down_mbps", "up_mbps"):
        ledger.none(numbers(table, column)[rows] != float(band[column]), ids, f"{column} is not that of the band")


def _check_copper(ledger: Ledger, saved: SavedPlan, stations: Any, table: Any, hung: NDArray[np.int64]) -> None:
    """Measure copper along roads again, and read the curve of a variant that gives the speeds told."""
    rows = np.flatnonzero(np.array(texts(table, "technology"), dtype=object) == "dsl")
    if not len(rows):
        return
    ids, told = np.array(texts(table, "location_id"), dtype=object)[rows], numbers(table, "distance_m")[rows]
    edges = saved.table("edges")
    u, v, length = integers(edges, "u"), integers(edges, "v"), np.maximum(numbers(edges, "length_m"), 1e-9)
    size = int(max(u.max(), v.max())) + 1
    low, high = np.minimum(u, v), np.maximum(u, v)
    order = np.lexsort((length, high, low))
    _, first = np.unique(low[order] * size + high[order], return_index=True)
    kept = order[first]
    matrix = coo_array((length[kept], (low[kept], high[kept])), shape=(size, size)).tocsr()
    nodes = integers(stations, "node")
    far = dijkstra(matrix, directed=False, indices=nodes)
    every = {name: row for row, name in enumerate(texts(saved.table("locations"), "location_id"))}
    wanted = np.array([every[name] for name in ids], dtype=np.int64)
    met, spots = meet_rows(saved, wanted), _points(saved, table)[rows]
    best = np.full(len(rows), np.inf)
    row_of = {int(row): number for number, row in enumerate(wanted)}
    places = _node_xy(saved, met.node)
    for place, (location, node) in enumerate(zip(met.location.tolist(), met.node.tolist(), strict=True)):
        number = row_of[location]
        drop = float(np.hypot(*(spots[number] - places[place])))
        found = (far[hung[rows[number]], node] + drop) * engineering(saved, "copper_factor")
        if abs(found - told[number]) < abs(best[number] - told[number]):
            best[number] = found
    ledger.none(~(np.abs(best - told) <= _COPPER_M + 0.002 * told), ids, "copper of another length than along roads")
    _check_rates(ledger, saved, table, rows, ids)


def _check_rates(ledger: Ledger, saved: SavedPlan, table: Any, rows: NDArray[np.int64], ids: Any) -> None:
    """Find, per line, a variant of its port whose curve gives the speeds told at its length."""
    curves: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows_of(saved, "copper_reach"):
        curves[row["variant"]].append(row)
    told = [numbers(table, name)[rows] for name in ("distance_m", "down_mbps", "up_mbps")]
    wrong = []
    for name, port, meters, down, up in zip(ids, np.array(texts(table, "port"))[rows], *told, strict=True):
        fits = False
        for points in curves.values():
            points.sort(key=lambda row: float(row["distance_m"]))
            at = [float(row["distance_m"]) for row in points]
            if points[0]["port"] != port or meters > at[-1]:
                continue
            found = [np.interp(meters, at, [float(row[key]) for row in points]) for key in ("down_mbps", "up_mbps")]
            fits = fits or (abs(found[0] - down) <= 0.002 and abs(found[1] - up) <= 0.002)
        wrong += [] if fits else [name]
    ledger.nothing(wrong, "lines faster or slower than any variant of their port at their length", len(ids))
