"""Check that the ground of hubs and phases is parted: nothing twice, nothing left out, every location on its own."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.audit.folder import SavedPlan, flags, integers, texts
from expansion.audit.ledger import Check, Ledger

_OVERLAP_M2 = 1e-6
_DIFFERENT_M2 = 1e-4
_NEAR_M = 0.01


def check_grounds(saved: SavedPlan) -> Check:
    """Check the polygons of hubs against areas and locations, those of phases against areas."""
    ledger = Ledger("grounds")
    hubs, phases = saved.table("hub_areas"), saved.table("phase_areas")
    areas = saved.table("areas")
    built = areas[flags(areas, "chosen")]
    for name, table, key in (("hub_areas", hubs, "hub_id"), ("phase_areas", phases, "phase")):
        _check_shapes(ledger, name, _shapes(table), [str(one) for one in table[key]])
    _check_hubs(ledger, saved, hubs, built)
    _check_locations(ledger, saved, hubs)
    _check_parted(ledger, hubs, built)
    _check_phases(ledger, saved, phases, built)
    return ledger.close()


def _shapes(table: Any) -> NDArray[np.object_]:
    return np.asarray(table.geometry.array, dtype=object)


def _check_shapes(ledger: Ledger, name: str, shapes: NDArray[np.object_], ids: list[str]) -> None:
    """Polygons are valid, and no two share more than 1 mm2."""
    ledger.none(~shapely.is_valid(shapes) | shapely.is_empty(shapes), ids, f"{name}: polygons are not valid")
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first, second = first[first < second], second[first < second]
    shared = shapely.area(shapely.intersection(shapes[first], shapes[second])) > _OVERLAP_M2
    pairs = [f"{ids[a]} and {ids[b]}" for a, b in zip(first[shared], second[shared], strict=True)]
    ledger.nothing(pairs, f"{name}: polygons overlap by more than 1 mm2", len(first))


def _check_hubs(ledger: Ledger, saved: SavedPlan, hubs: Any, built: Any) -> None:
    """Rows are the hubs of the plan, in their areas and phases, with as many locations as hang from them."""
    ids = texts(hubs, "hub_id")
    locations = saved.table("locations")
    served = Counter(name for name in texts(locations, "hub_id") if name)
    ledger.nothing(sorted(set(ids) - set(served)), "hub_areas of hubs that serve nobody", len(ids))
    ledger.none(integers(hubs, "locations") != [served[name] for name in ids], ids, "hub_areas.locations differ")
    ledger.nothing(sorted(set(served) - set(ids)), "hubs without ground", len(served))
    sites = saved.table("sites")
    area_of = dict(zip(texts(sites, "site_id"), texts(sites, "area_id"), strict=True))
    phase_of = dict(zip(texts(built, "area_id"), integers(built, "phase").tolist(), strict=True))
    mine, phases = texts(hubs, "area_id"), integers(hubs, "phase").tolist()
    ledger.none([area_of.get(name) != area for name, area in zip(ids, mine, strict=True)], ids, "area differs")
    wrong = [phase_of.get(area) != phase for area, phase in zip(mine, phases, strict=True)]
    ledger.none(wrong, ids, "phase is not that of the area")


def _check_locations(ledger: Ledger, saved: SavedPlan, hubs: Any) -> None:
    """Every location lies on its hub's polygon, or less than 1 cm outside (places that near count as one)."""
    locations = saved.table("locations")
    ground = dict(zip(texts(hubs, "hub_id"), _shapes(hubs), strict=True))
    ids, of = (texts(locations, name) for name in ("location_id", "hub_id"))
    rows = [row for row, name in enumerate(of) if name in ground]
    points = _shapes(locations)[rows]
    own = np.array([ground[of[row]] for row in rows], dtype=object)
    apart = shapely.distance(points, own) > _NEAR_M
    ledger.none(apart, [ids[row] for row in rows], "locations lie outside the polygon of their hub")


def _check_parted(ledger: Ledger, hubs: Any, built: Any) -> None:
    """Check that the hubs of an area cover it and nothing else."""
    of, shapes = np.array(texts(hubs, "area_id"), dtype=object), _shapes(hubs)
    whole = dict(zip(texts(built, "area_id"), _shapes(built), strict=True))
    names = sorted(set(of) & set(whole))
    differ = [not _same_ground(shapely.union_all(shapes[of == name]), whole[name]) for name in names]
    ledger.none(differ, names, "the polygons of its hubs are not the area")


def _same_ground(first: Any, second: Any) -> bool:
    """Whether two polygons differ by no more than 1 cm2."""
    return bool(shapely.area(shapely.symmetric_difference(first, second)) <= _DIFFERENT_M2)


def _check_phases(ledger: Ledger, saved: SavedPlan, phases: Any, built: Any) -> None:
    """Rows are the phases of the chosen areas, with their ground, year and counts."""
    told = integers(phases, "phase").tolist()
    of = integers(built, "phase")
    ledger.equal(sorted(told), sorted(set(of.tolist())), "phases with ground")
    hubs = saved.table("sites")
    hub_areas = Counter(
        area for area, kind in zip(texts(hubs, "area_id"), texts(hubs, "kind"), strict=True) if kind == "hub"
    )
    locations = saved.table("locations")
    served = Counter(
        area for area, hub in zip(texts(locations, "area_id"), texts(locations, "hub_id"), strict=True) if hub
    )
    ids, grounds = np.array(texts(built, "area_id"), dtype=object), _shapes(built)
    for row, phase in enumerate(told):
        mine = ids[of == phase].tolist()
        found = (len(mine), sum(hub_areas[area] for area in mine), sum(served[area] for area in mine))
        counts = tuple(int(phases[name].iloc[row]) for name in ("areas", "hubs", "locations"))
        ledger.equal(counts, found, f"areas, hubs and locations of phase {phase}")
        years = sorted(set(integers(built, "year")[of == phase].tolist()))
        ledger.equal([int(phases["year"].iloc[row])], years, f"year of phase {phase}")
        same = _same_ground(_shapes(phases)[row], shapely.union_all(grounds[of == phase]))
        ledger.that(same, f"the polygon of phase {phase} is not that of its areas")
