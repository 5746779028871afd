"""Check the permits of towers and cabinets: one per rule and station that it names, where the station stands."""

from __future__ import annotations

import numpy as np
import shapely

from expansion.audit.folder import SavedPlan, flags, numbers, split_ids, texts
from expansion.audit.ledger import Ledger
from expansion.audit.permit_rules import read_rules

_NEAR_M = 0.01


def check_station_permits(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that stations hold the permits that rules ask for and no others, with the area that pays and no meters."""
    stations, permits = saved.table("stations"), saved.table("permits")
    rules = [rule for rule in read_rules(saved) if "station" in rule.layers and rule.test == "any"]
    sites, areas, structures = (texts(stations, name) for name in ("site_id", "area_id", "structure"))
    payer = {f"station:{site}": area for site, area in zip(sites, areas, strict=True)}
    wanted = {
        (rule.rule_id, f"station:{site}")
        for rule in rules
        for site, structure in zip(sites, structures, strict=True)
        if rule.names("station", {"subtype": structure})
    }
    columns = [texts(permits, name) for name in ("permit_id", "rule_id", "granted_for", "area_ids", "span_ids")]
    rows = list(zip(*columns, numbers(permits, "length_m"), strict=True))
    mine = [row for row in rows if row[2].startswith("station:")]
    told = {(rule, grant) for _, rule, grant, *_ in mine}
    ledger.nothing(sorted(map(" ".join, wanted - told)), "stations without their permit", len(wanted))
    ledger.nothing(sorted(map(" ".join, told - wanted)), "permits of stations that no rule asks for", len(told))
    wrong = [
        name
        for name, _, grant, area, spans, meters in mine
        if split_ids(area) != [payer.get(grant)] or spans or meters > 0
    ]
    ledger.nothing(wrong, "permits of stations with other areas, or with spans", len(mine))
    _check_places(ledger, saved)
    _check_structures(ledger, saved)


def _check_places(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that the permit of a station lies where its site does."""
    sites, permits = saved.table("sites"), saved.table("permits")
    place = dict(zip(texts(sites, "site_id"), np.asarray(sites.geometry.array, dtype=object), strict=True))
    pairs = zip(texts(permits, "granted_for"), np.asarray(permits.geometry.array, dtype=object), strict=True)
    astray, seen = [], 0
    for grant, shape in pairs:
        site = place.get(grant.removeprefix("station:")) if grant.startswith("station:") else None
        seen += site is not None
        if site is not None and not (shapely.get_type_id(shape) == 0 and shapely.distance(shape, site) <= _NEAR_M):
            astray.append(grant)
    ledger.nothing(astray, "permits of stations that do not lie at their station", seen)


def _check_structures(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that what a station stands in fits its kind, and whether it is new."""
    stations = saved.table("stations")
    columns = (texts(stations, "kind"), texts(stations, "structure"), flags(stations, "is_new"))
    fits = {("tower", "new_tower", True), ("tower", "tower", False)}
    fits |= {("cabinet", "cabinet", False), ("cabinet", "exchange", False)}
    wrong = [(kind, structure, bool(new)) not in fits for kind, structure, new in zip(*columns, strict=True)]
    ledger.none(wrong, texts(stations, "site_id"), "stations whose structure does not fit their kind")
