"""A network small enough to price by hand, and ways to make others like it.

    co ──f1 (1000 m buried, 20 m bored)── hub H1 ──d1 (300 m aerial, 7 poles)── T1 ── L1 (40 m aerial), L2 (30 m buried)
     └──x (500 m existing fiber)
                                            └──d2 (100 m duct)── T2 ── L3 (60 m buried)

Area A holds L1 and L2 and pays for the feeder; area B holds L3.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from shapely import LineString, Point

from expansion.plan.plan import Network, Permits, Route
from expansion.plan.specs_network import CABLES, PATHS, REELS, SITES, SPANS, SPLICES
from expansion.plan.specs_permits import PERMITS
from expansion.study import parse_study
from tests.permit_terms import with_terms
from tests.spans import with_works

UTM = CRS.from_epsg(32632)
LIGHT = ("loss_up_db", "loss_down_db", "loss_min_db", "attenuator_db", "margin_db", "headroom_m")


def study(**sections):
    return parse_study({"study": {"name": "hand"}, "inputs": {"osm": {"file": "x.osm"}}} | sections)


def rows(spec, names, *records, **extra):
    """Build a table of `spec` from tuples; geometry, where needed, does not matter here."""
    columns = {name: [record[i] for record in records] for i, name in enumerate(names.split())} | extra
    columns = with_works(columns) if spec is SPANS else columns
    columns = with_terms(columns) if spec is PERMITS else columns
    if spec is PATHS:
        columns |= {name: [0.0] * len(records) for name in LIGHT} | {"binds": ["loss up"] * len(records)}
    if not spec.geometry:
        return spec.build(columns)
    shape = Point(0, 0) if spec.geometry.startswith("Point") else LineString([(0, 0), (1, 1)])
    return spec.build(columns, geometry=[shape] * len(records), crs=UTM)


SPAN = "span_id u v placement method is_existing length_m bore_m pole_count build_cost tier area_id edge_ids"
SITE = "site_id kind capacity used area_id node is_new"
CABLE = "cable_id tier from_site to_site fibers used_fibers length_m span_ids area_id"
PATH = (
    "location_id terminal_id terminal_port distribution_fiber hub_id splitter_output splitter_input feeder_fiber "
    "odf_port olt_port office_id loss_db reach_m splices units cable_ids"
)


def splice_rows(*records):
    """Build splices from (site, kind, area)."""
    return rows(SPLICES, "site_id kind area_id", *records, splice_id=[f"s{n}" for n in range(len(records))])


def piece_rows(*records):
    """Build pieces of cable from (cable, closures, area)."""
    count = len(records)
    same = {"tier": "feeder", "sheath": 1, "piece": 1, "fibers": 12, "length_m": 1.0, "from_site": "a", "to_site": "b",
            "reel_id": "R1", "reel_from_m": 0.0}  # fmt: skip
    wide = {name: [value] * count for name, value in same.items()}
    return rows(REELS, "cable_id closures area_id", *records, piece_id=[f"p{n}" for n in range(count)], **wide)


def network(spans=(), sites=(), cables=(), paths=(), drops=(), splices=(), pieces=(), **changes):
    route = Route(np.array([], dtype=int), 0, 0, 0, 0, 0, "empty", -1, np.array([], dtype=int), {})
    drop_table = gpd.GeoDataFrame(
        pd.DataFrame(drops, columns=["location_id", "terminal_id", "drop_m", "placement", "area_id"]).assign(
            setback_m=lambda table: table["drop_m"], units=1
        ),
        geometry=[LineString([(0, 0), (1, 1)])] * len(drops),
        crs=UTM,
    )
    values = {
        "route": route,
        "sites": rows(SITES, SITE, *sites),
        "spans": rows(SPANS, SPAN, *spans),
        "cables": rows(CABLES, CABLE, *cables),
        "paths": rows(PATHS, PATH, *paths),
        "drops": drop_table,
        "location_outcome": np.array([], dtype=object),
        "segments": (),
        "area_parent": np.array([], dtype=int),
        "worst_loss_db": 0.0,
        "loss_budget_db": 28.0,
        "civil_cost": 0.0,
        "findings": (),
        "splices": splice_rows(*splices),
        "reels": piece_rows(*pieces),
    }
    return Network(**(values | changes))


HAND_SPANS = (
    ("f1", 0, 1, "buried", "plow", False, 1000.0, 20.0, 0, 1.0, "feeder", "A", "e1"),
    ("d1", 1, 2, "aerial", "aerial", False, 300.0, 0.0, 7, 1.0, "distribution", "A", "e2"),
    ("d2", 1, 3, "duct", "duct_pull", False, 100.0, 0.0, 0, 1.0, "distribution", "B", "e3"),
    ("x", 0, 9, "buried", "plow", True, 500.0, 0.0, 0, 0.0, "feeder", "A", "e9"),
)
HAND_SITES = (
    ("CO", "co", 16, 1, None, 0, False),
    ("H1", "hub", 288, 3, "A", 1, True),
    ("T1", "terminal", 4, 2, "A", 2, True),
    ("T2", "terminal", 4, 1, "B", 3, True),
)
HAND_CABLES = (
    ("c1", "feeder", "CO", "H1", 12, 1, 1030.0, "f1", "A"),
    ("c2", "distribution", "H1", "T1", 12, 2, 326.0, "d1", "A"),
    ("c3", "distribution", "H1", "T2", 12, 1, 121.0, "d2", "B"),
    ("p1", "drop", "T1", "L1", 1, 1, 46.0, "", "A"),
    ("p2", "drop", "T1", "L2", 1, 1, 35.0, "", "A"),
    ("p3", "drop", "T2", "L3", 1, 1, 66.0, "", "B"),
)
HAND_PATHS = tuple(
    (name, terminal, 1, fiber, "H1", fiber, 1, 1, 1, 1, "CO", 20.0, 1500.0, 4, 1, "")
    for fiber, (name, terminal) in enumerate((("L1", "T1"), ("L2", "T1"), ("L3", "T2")), start=1)
)
HAND_DROPS = (
    ("L1", "T1", 40.0, "aerial", "A"),
    ("L2", "T1", 30.0, "buried", "A"),
    ("L3", "T2", 60.0, "buried", "B"),
)


HAND_SPLICES = (
    ("CO", "connector", "A"),
    ("CO", "splice", "A"),  # c1
    ("H1", "splitter in", "A"),
    *[("H1", "splitter out", area) for area in "AAB"],  # c2 and c3
    *[("T1", "splice", "A")] * 2,
    ("T2", "splice", "B"),
)


def hand_network(**changes):
    parts = {"spans": HAND_SPANS, "sites": HAND_SITES, "cables": HAND_CABLES, "paths": HAND_PATHS, "drops": HAND_DROPS,
             "splices": HAND_SPLICES}  # fmt: skip
    return network(**(parts | changes))


PERMIT = (
    "permit_id rule_id permit authority_kind granted_for crossings length_m lots lead_time_min "
    "lead_time_calendar_days lead_time_max fee area_ids span_ids trigger_ids source status"
)


def permits(*fees):
    """Permits from (id, fee, area ids)."""
    made = [
        (name, "R", "permit", "county", "road", 1, 0.0, 1, 1, 2, 3, fee, areas, "f1", "t", "general", "GENERAL")
        for name, fee, areas in fees
    ]
    return Permits(rows(PERMITS, PERMIT, *made), ())
