"""A tiny plan made by hand, for tests that save, show and export plans.

office(0) ----E0 100 m---- (1) ----E1 50 m---- (2)      E2: loop at 1, E3: dearer twin of E0
"""

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from shapely import LineString, Point, Polygon

from expansion.plan.plan import Plan
from expansion.plan.saved import SavedPlan

UTM = CRS.from_epsg(32632)
X, Y = 540_000.0, 5_220_000.0


def at(*offsets):
    return LineString([(X + x, Y + y) for x, y in offsets])


def edges_table():
    columns = {
        "edge_id": ["E0", "E1", "E2", "E3"],
        "u": [0, 1, 1, 1],
        "v": [1, 2, 1, 0],
        "length_m": [100.0, 50.0, 30.0, 120.0],
        "build_cost": [1000.25, 500.5, 1.0, 2000.0],
        "in_route": [True, True, False, False],
    }
    lines = [at((0, 0), (100, 0)), at((100, 0), (150, 0)), at((100, 0), (110, 10), (100, 0)), at((100, 0), (0, 0))]
    return gpd.GeoDataFrame(columns, geometry=lines, crs=UTM)


def locations_table():
    columns = {
        "location_id": ["a", "b"],
        "units": [1, 2],
        "status": ["unserved", "served"],
        "reason": ["=cmd|' /C calc'!A0", "-5 dB"],
        "eligible": [True, False],
        "outcome": ["fiber", None],
        "drop_m": [12.5, np.nan],
    }
    table = gpd.GeoDataFrame(columns, geometry=[Point(X + 150, Y + 5), Point(X, Y + 40)], crs=UTM)
    return table.astype({"location_id": "str", "status": "str", "reason": "str", "outcome": "str"})


def areas_table():
    square = Polygon([(X, Y), (X, Y + 9), (X + 9, Y + 9), (X + 9, Y)])
    return gpd.GeoDataFrame({"area_id": ["A1"], "locations": [1]}, geometry=[square], crs=UTM)


def tables():
    bom = pd.DataFrame({"area_id": ["A1"], "item": ["plow"], "quantity": [150.0], "cost": [1500.75]})
    return {"edges": edges_table(), "locations": locations_table(), "areas": areas_table(), "bom": bom}


def certificates():
    def whole(*values):
        return np.array(values, dtype=np.int64)

    return {
        "route": {
            "root": whole(0),
            "roots": whole(0),
            "terminals": whole(2),
            "offsets": whole(0, 1),
            "nodes": whole(2),
            "potentials": whole(150_075),
            "wanted": whole(2),
            "edges": whole(0, 1),
        }
    }


def document(**changes):
    figures = {
        "plan_schema": 1,
        "fingerprint": "sha256:00",
        "study": {
            "name": "tiny", "profile": "generic", "crs": "EPSG:32632", "currency": "USD", "price_year": 2026, "seed": 1,
        },
        "inputs": [],
        "counts": {
            "locations": 2, "served": 1, "underserved": 0, "unserved": 1, "eligible": 1, "unreachable": 0, "areas": 1,
            "areas_chosen": 1, "locations_chosen": 1, "permits": 0, "tasks": 0, "findings": 1,
        },
        "outcomes": {"fiber": 1, "none": 0, "not_chosen": 0},
        "route": {
            "length_m": 150.0, "cost": 1500.75, "lower_bound": 1500.75, "certified_lower_bound": 1500.75, "gap": 0.0,
            "status": "optimal",
        },
        "candidates": {"areas": 1, "locations": 1, "cost_p50": 1600.0},
        "network": {
            "route_m": 150.0, "cable_m": 160.0, "fiber_m": 1920.0, "hubs": 1, "terminals": 1, "drops": 1,
            "worst_loss_db": 21.5, "loss_budget_db": 28.0, "civil_cost": 1500.75, "civil_lower_bound": 1500.75,
            "civil_gap": 0.0,
        },
        "technology": {"fiber": 1},
        "cost": {
            "currency": "USD", "base": 1500.75, "p10": 1400.0, "p50": 1600.0, "p80": 1800.0, "p90": 1900.0,
            "by_category": {"civil": 1500.75}, "by_component": {"labor": 1500.75},
            "cost_to_pass": 1400.0, "cost_to_connect": 100.75,
            "per_location_p50": 1600.0,
        },
        "permits": {"count": 0, "by_rule": {}, "longest_lead_calendar_days": None},
        "portfolio": {
            "budget": None, "spent": 1500.75, "benefit": 1.0, "upper_bound": 1.0, "gap": 0.0, "status": "optimal",
            "phases": [{"phase": 1, "year": 2027, "areas": ["A1"], "locations": 1, "cost": 1500.75}],
        },
        "schedule": {
            "start": "2027-03-01", "finish": "2027-09-01", "finish_p50": "2027-09-10", "finish_p80": "2027-10-01",
            "makespan_days": 132, "lower_bound_days": 130, "gap": 0.015152, "status": "feasible",
            "critical_tasks": ["t1"],
        },
        "findings": [
            {"code": "W_FAR", "severity": "warning", "where": ["a"], "count": 1, "message": "far away", "amount": 9.0,
             "unit": "km", "repair": "leave it out"}
        ],
    }  # fmt: skip
    return figures | changes


def tiny_plan(**changes):
    """A whole plan; only what saving needs is filled in."""
    return Plan(
        study=None,
        rulebook=None,
        crs=UTM,
        inputs=(),
        tables=tables(),
        certificates=certificates(),
        document=document(**changes),
        study_document={"study": {"name": "tiny"}},
        findings=(),
    )


def saved_plan():
    plan = tiny_plan()
    return SavedPlan(plan.document, plan.study_document, plan.tables, plan.certificates)
