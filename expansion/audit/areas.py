"""Check that areas partition the demand and keep their limits."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.audit.folder import SavedPlan, flags, integers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import section

_OVERLAP_M2 = 1.0


def check_areas(saved: SavedPlan) -> Check:
    """Check polygons, counts and capacity of the areas."""
    ledger = Ledger("areas")
    areas = saved.table("areas")
    ids = texts(areas, "area_id")
    ledger.that(len(set(ids)) == len(ids), "area ids are not unique")
    shapes = np.asarray(areas.geometry.array, dtype=object)
    ledger.none(~shapely.is_valid(shapes) | shapely.is_empty(shapes), ids, "area polygons are not valid")
    ledger.nothing(_overlaps(shapes, ids), "area polygons overlap by 1 m2 or more", len(ids))
    _check_members(ledger, saved, areas, ids)
    _check_points(ledger, saved, dict(zip(ids, shapes, strict=True)))
    ledger.equal(saved.document["counts"]["areas"], len(ids), "counts.areas")
    ledger.equal(saved.document["counts"]["areas_chosen"], int(flags(areas, "chosen").sum()), "counts.areas_chosen")
    return ledger.close()


def _overlaps(shapes: NDArray[np.object_], ids: list[str]) -> list[str]:
    """Name the pairs of polygons that share more ground than a rounding."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    large = shapely.area(shapely.intersection(shapes[first], shapes[second])) >= _OVERLAP_M2
    return [f"{ids[a]} and {ids[b]}" for a, b in zip(first[large], second[large], strict=True)]


def _check_members(ledger: Ledger, saved: SavedPlan, areas: Any, ids: list[str]) -> None:
    """Count locations and units per area, and compare them with the largest area allowed."""
    locations = saved.table("locations")
    of, units = texts(locations, "area_id"), integers(locations, "units")
    heads = Counter(of)
    load = np.array([int(units[np.array(of, dtype=object) == area].sum()) for area in ids], dtype=np.int64)
    ledger.none(integers(areas, "locations") != [heads[area] for area in ids], ids, "areas.locations is not the count")
    ledger.none(integers(areas, "units") != load, ids, "areas.units is not the sum")
    unserved = Counter(a for a, status in zip(of, texts(locations, "status"), strict=True) if status == "unserved")
    ledger.none(integers(areas, "unserved") != [unserved[area] for area in ids], ids, "areas.unserved is not the count")
    _check_hubs(ledger, saved, areas, ids)
    most = int(section(saved, "areas")["max_locations"])
    over = (load > most) & (np.array([heads[area] for area in ids]) > 1)
    ledger.none(over, ids, f"areas hold more than {most} units")


def _check_hubs(ledger: Ledger, saved: SavedPlan, areas: Any, ids: list[str]) -> None:
    """Check that an area names the hubs that stand for it."""
    sites = saved.table("sites")
    hubs: dict[str, list[str]] = {}
    for site, kind, area in zip(*(texts(sites, name) for name in ("site_id", "kind", "area_id")), strict=True):
        if kind == "hub":
            hubs.setdefault(area, []).append(site)
    told = [sorted(split_ids(text)) for text in texts(areas, "hub_ids")]
    wrong = [sorted(hubs.get(area, [])) != names for area, names in zip(ids, told, strict=True)]
    ledger.none(wrong, ids, "areas.hub_ids are not the hubs of the area")


def _check_points(ledger: Ledger, saved: SavedPlan, shape_of: dict[str, Any]) -> None:
    """Every location lies on the ground of its area."""
    locations = saved.table("locations")
    ids, of = texts(locations, "location_id"), texts(locations, "area_id")
    points = np.asarray(locations.geometry.array, dtype=object)
    rows = [row for row, area in enumerate(of) if area in shape_of]
    grounds = np.array([shape_of[of[row]] for row in rows], dtype=object)
    apart = shapely.distance(points[rows], grounds) if rows else np.zeros(0)
    ledger.none(apart > 0.01, [ids[row] for row in rows], "locations lie outside their area")
