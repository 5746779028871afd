"""Tables of a network drawn by hand: one hub, one closure, three terminals, a railway and a flood zone.

        S1 100 m        S2 60 m         S3 40 m
hub(1) ---------- C1(2) ======== T1(3) -------- T2(4)        K1: hub to T2, 12 fibers, 4 used
O(0)--hub          |  <- S4 30 m                             K2: C1 to T3, 12 fibers, 1 used
 S0 500 m          T3(5)                                     F1: O to hub; rail crosses S2 25 m after C1
"""

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from shapely import LineString, Point, box

UTM = CRS.from_epsg(32632)
_NODES = {0: (-500, 0), 1: (0, 0), 2: (100, 0), 3: (160, 0), 4: (200, 0), 5: (100, -30)}
_SPANS = (
    ("S0", 0, 1, "buried", "feeder"), ("S1", 1, 2, "buried", "distribution"), ("S2", 3, 2, "aerial", "distribution"),
    ("S3", 3, 4, "buried", "distribution"), ("S4", 2, 5, "bore", "distribution"),
)  # fmt: skip
_SITES = (
    ("O", "co", 64, 1, 0, None), ("H", "hub", 144, 5, 1, "O"), ("H-C1", "closure", None, 0, 2, "H"),
    ("H-T1", "terminal", 4, 2, 3, "H"), ("H-T2", "terminal", 4, 2, 4, "H"), ("H-T3", "terminal", 4, 1, 5, "H"),
)  # fmt: skip
_CABLES = (
    ("F1", "feeder", "O", "H", 12, 1, 530.0, "S0"), ("H-K1", "distribution", "H", "H-T2", 12, 4, 220.0, "S1,S2,S3"),
    ("H-K2", "distribution", "H-C1", "H-T3", 12, 1, 50.0, "S4"), ("X-a", "drop", "H-T1", "a", 1, 1, 20.0, ""),
)  # fmt: skip
_PATHS = (("a", "H-T1", 1, 1), ("b", "H-T1", 2, 2), ("c", "H-T2", 1, 3), ("d", "H-T3", 1, 5))
ROADS = {"S0": "Feeder Road", "S1": "Main Street", "S2": "Main Street", "S3": "End Lane", "S4": "Side Street"}


def spans():
    rows = [
        (name, u, v, placement, "plow", False, None, LineString([_NODES[u], _NODES[v]]).length, tier, name)
        for name, u, v, placement, tier in _SPANS
    ]
    names = ["span_id", "u", "v", "placement", "method", "is_existing", "plant_id", "length_m", "tier", "edge_ids"]
    lines = [LineString([_NODES[u], _NODES[v]]) for _, u, v, _, _ in _SPANS]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=names).assign(area_id="A1"), geometry=lines, crs=UTM)


def sites():
    names = ["site_id", "kind", "capacity", "used", "node", "parent_site_id"]
    table = pd.DataFrame(_SITES, columns=names).assign(area_id="A1").astype({"capacity": "Int64"})
    return gpd.GeoDataFrame(table, geometry=[Point(_NODES[node]) for node in table["node"]], crs=UTM)


def cables():
    names = ["cable_id", "tier", "from_site", "to_site", "fibers", "used_fibers", "length_m", "span_ids"]
    return pd.DataFrame(_CABLES, columns=names)


def paths():
    table = pd.DataFrame(_PATHS, columns=["location_id", "terminal_id", "terminal_port", "distribution_fiber"])
    table["units"] = np.where(table["location_id"] == "c", 2, 1)
    ones = dict.fromkeys(("splitter_input", "feeder_fiber", "odf_port", "olt_port"), 1)
    return table.assign(**ones, hub_id="H", office_id="O", loss_db=21.5, cable_ids="F1,H-K1")


def edges():
    names = list(ROADS)
    table = pd.DataFrame({"edge_id": names, "kind": "road", "name": list(ROADS.values()), "ref": "", "highway": "x"})
    table = table.assign(existing="", length_m=1.0, u=0, v=0)
    return gpd.GeoDataFrame(table, geometry=[LineString([(0, 0), (1, 1)])] * len(names), crs=UTM)


def triggers():
    table = pd.DataFrame(
        {
            "trigger_id": ["w1", "f1"], "layer": ["rail", "flood"],
            "attributes": ['{"name": "Valley Railway"}', '{"zone": "AE"}'],
        }
    )  # fmt: skip
    return gpd.GeoDataFrame(table, geometry=[LineString([(125, -9), (125, 9)]), box(10, -5, 30, 5)], crs=UTM)


def permits():
    return pd.DataFrame({"permit_id": ["RAIL-1"], "trigger_ids": ["w0,w1"]})


def tables():
    drops = pd.DataFrame({"location_id": list("abcd"), "drop_m": [10.0, 20.0, 30.0, 40.0]})
    return {
        "spans": spans(), "sites": sites(), "cables": cables(), "paths": paths(), "edges": edges(), "drops": drops,
        "triggers": triggers(), "permits": permits(),
    }  # fmt: skip


def document():
    network = {"hubs": 1, "terminals": 3, "drops": 4, "route_m": 730.0, "cable_m": 820.0, "loss_budget_db": 25.0}
    return {"study": {"name": "drawn"}, "network": network, "fingerprint": "sha256:0123456789abcdef"}
