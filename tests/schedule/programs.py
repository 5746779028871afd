"""Small programs for the tests of schedule and delivery: a few areas with spans, cables, sites, permits and a BOM."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import LineString, Point, Polygon

from expansion.plan.plan import Areas, Cost, Draws, Network, Permits, Portfolio, Route
from expansion.plan.specs_cost import BOM
from expansion.plan.specs_network import CABLES, PATHS, SITES, SPANS
from expansion.plan.specs_permits import PERMITS
from expansion.rulebook import PermitRule, load_rulebook
from expansion.study import parse_study
from tests.permit_terms import with_terms
from tests.spans import with_works

CRS = "EPSG:32632"
BLOCKS = {"RAIL": "buried", "POLE": "aerial", "ROAD": "build", "NOTICE": "none"}


def study_of(**changes):
    document = {"study": {"name": "tiny", "start": "2027-03-01"}, "inputs": {"osm": {"file": "x.osm"}}}
    for key, value in changes.items():
        document[key] = document.get(key, {}) | value
    return parse_study(document)


def permit_rule(rule_id, blocks, layer="road"):
    return PermitRule(
        rule_id=rule_id,
        layer=layer,
        test="any",
        permit=f"{rule_id} permit",
        authority_kind="authority",
        grant="feature",
        lead_min=10,
        lead_typical=30,
        lead_max=90,
        blocks=blocks,
        source="test",
        status="USER",
    )


def rules(**changes):
    layers = {"RAIL": "rail", "POLE": "pole", "ROAD": "road", "NOTICE": "boundary"}
    made = tuple(permit_rule(name, blocks, layers[name]) for name, blocks in BLOCKS.items())
    return replace(load_rulebook("generic"), permit_rules=made, **changes)


def area_ids(count):
    return [f"A{number:03d}" for number in range(1, count + 1)]


def areas_of(count):
    columns = {"area_id": area_ids(count), "locations": [60] * count, "units": [60] * count}
    squares = [Polygon([(i, 0), (i, 1), (i + 1, 1), (i + 1, 0)]) for i in range(count)]
    return Areas(gpd.GeoDataFrame(columns, geometry=squares, crs=CRS), np.zeros(0, dtype=np.int64), ())


def portfolio_of(years):
    year = np.array(years, dtype=np.int64)
    first = min([value for value in years if value >= 0], default=0)
    phase = np.where(year >= 0, year - first + 1, -1)
    return Portfolio(year, phase, np.ones(len(years)), ("",) * len(years), None, 0.0, 0.0, 0.0, "optimal", ())


def spans_of(ids, aerial_m=3000.0, plow_m=8000.0, trench_m=1000.0, bore_m=120.0):
    rows = []
    for area in ids:
        for method, placement, length, bored in (
            ("aerial", "aerial", aerial_m, 0.0),
            ("plow", "buried", plow_m, bore_m),
            ("trench", "buried", trench_m, 0.0),
        ):
            if length > 0:
                rows.append((f"{area}-{method}", method, placement, length, min(bored, length), area))
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    count = len(rows)
    return SPANS.build(
        with_works(
            {
                "span_id": columns[0],
                "u": np.zeros(count, dtype=int),
                "v": np.ones(count, dtype=int),
                "placement": columns[2],
                "method": columns[1],
                "is_existing": np.zeros(count, dtype=bool),
                "plant_id": [None] * count,
                "length_m": np.array(columns[3], dtype=float),
                "bore_m": np.array(columns[4], dtype=float),
                "pole_count": [
                    round(length / 50) if kind == "aerial" else 0
                    for kind, length in zip(columns[2], columns[3], strict=True)
                ],
                "build_cost": np.array(columns[3], dtype=float),
                "tier": ["distribution"] * count,
                "area_id": columns[5],
                "edge_ids": columns[0],
            }
        ),
        geometry=[LineString([(0, 0), (1, 1)])] * count,
        crs=CRS,
    )


def cables_of(ids, length_m=12_000.0):
    return CABLES.build(
        {
            "cable_id": [f"c-{area}" for area in ids],
            "tier": ["distribution"] * len(ids),
            "from_site": ["co"] * len(ids),
            "to_site": [f"h-{area}" for area in ids],
            "fibers": np.full(len(ids), 96),
            "used_fibers": np.full(len(ids), 60),
            "length_m": np.full(len(ids), length_m),
            "span_ids": ["s"] * len(ids),
            "area_id": ids,
        }
    )


def sites_of(ids):
    rows = [("co", "co", None, None, False)]
    rows += [(f"h-{area}", "hub", 288, area, True) for area in ids]
    rows += [(f"t-{area}-{n}", "terminal", 8, area, True) for area in ids for n in range(8)]
    columns = list(zip(*rows, strict=True))
    return SITES.build(
        {
            "site_id": columns[0],
            "kind": columns[1],
            "capacity": columns[2],
            "used": np.ones(len(rows), dtype=int),
            "area_id": columns[3],
            "node": np.zeros(len(rows), dtype=int),
            "parent_site_id": ["co"] * len(rows),
            "is_new": np.array(columns[4]),
        },
        geometry=[Point(0, 0)] * len(rows),
        crs=CRS,
    )


def drops_of(ids, each=60):
    locations = [f"{area}-{n}" for area in ids for n in range(each)]
    columns = {
        "location_id": locations,
        "terminal_id": [f"t-{area}-{n % 8}" for area in ids for n in range(each)],
        "drop_m": np.full(len(locations), 40.0),
        "along_m": np.zeros(len(locations)),
        "setback_m": np.full(len(locations), 40.0),
        "units": np.ones(len(locations), dtype=np.int64),
        "placement": ["aerial"] * len(locations),
        "area_id": [area for area in ids for _ in range(each)],
    }
    return gpd.GeoDataFrame(columns, geometry=[LineString([(0, 0), (0, 40)])] * len(locations), crs=CRS)


def paths_of(ids, each=60, loss_db=20.0):
    names = [f"{area}-{n}" for area in ids for n in range(each)]
    count = len(names)
    whole = np.ones(count, dtype=int)
    return PATHS.build(
        {
            "location_id": names,
            "terminal_id": [f"t-{area}-{n % 8}" for area in ids for n in range(each)],
            "terminal_port": whole,
            "distribution_fiber": whole,
            "hub_id": [f"h-{area}" for area in ids for _ in range(each)],
            "splitter_output": whole,
            "splitter_input": [n // 32 + 1 for _ in ids for n in range(each)],
            "feeder_fiber": whole,
            "odf_port": whole,
            "olt_port": whole,
            "office_id": ["co"] * count,
            "loss_db": np.full(count, loss_db),
            **{name: np.full(count, loss_db) for name in ("loss_up_db", "loss_down_db", "loss_min_db")},
            **{name: np.zeros(count) for name in ("attenuator_db", "margin_db", "headroom_m")},
            "binds": ["loss up"] * count,
            "reach_m": np.full(count, 5000.0),
            "splices": whole,
            "units": whole,
            "cable_ids": [""] * count,
        }
    )


def network_of(count, parents=(), loss_db=20.0, **lengths):
    ids = area_ids(count)
    nothing = np.zeros(0, dtype=np.int64)
    route = Route(nothing, 0.0, 0.0, 0.0, 0.0, 0.0, "empty", 0, nothing, {})
    return Network(
        route=route,
        sites=sites_of(ids),
        spans=spans_of(ids, **lengths),
        cables=cables_of(ids),
        paths=paths_of(ids, loss_db=loss_db),
        drops=drops_of(ids),
        location_outcome=np.array([], dtype=object),
        segments=(),
        area_parent=np.array(parents or [-1] * count, dtype=np.int64),
        worst_loss_db=loss_db,
        loss_budget_db=27.0,
        civil_cost=0.0,
        findings=(),
    )


LINES = (
    ("civil", "plow", 7880.0, "m", 30.0),
    ("civil", "bore", 120.0, "m", 80.0),
    ("civil", "trench", 1000.0, "m", 70.0),
    ("civil", "aerial", 3000.0, "m", 21.0),
    ("cable", "cable_96", 12_000.0, "m", 2.25),
    ("passive", "splice", 120.0, "splice", 30.0),
    ("passive", "hub_288", 1.0, "each", 7500.0),
    ("passive", "handhole", 53.0, "each", 410.1),
    ("passive", "closure", 4.0, "each", 300.0),
    ("passive", "splitter_32", 2.0, "each", 120.0),
    ("passive", "terminal_8", 8.0, "each", 450.0),
    ("electronics", "olt_port", 2.0, "each", 600.0),
    ("drop", "drop_aerial_m", 2400.0, "m", 4.0),
    ("customer", "ont_install", 60.0, "each", 550.0),
    ("permits", "ROAD", 1.0, "each", 333.33),
    ("soft", "engineering", 0.1, "share", 100_000.0),
    ("soft", "project_management", 0.05, "share", 77_777.7),
)


def cost_of(count, lines=LINES):
    rows = [(area, *line) for area in area_ids(count) for line in lines]
    columns = list(zip(*rows, strict=True))
    rate = np.array(columns[5])
    bom = BOM.build(
        {
            "area_id": columns[0],
            "category": columns[1],
            "item": columns[2],
            "component": ["labor"] * len(rows),
            "quantity": np.array(columns[3]),
            "unit": columns[4],
            "rate_low": rate,
            "rate_likely": rate,
            "rate_high": rate,
            "cost": np.round(np.array(columns[3]) * rate, 2),
            "cost_escalated": np.round(np.array(columns[3]) * rate, 2),
            "source": ["test"] * len(rows),
            "status": ["USER"] * len(rows),
        }
    )
    base = bom.groupby("area_id")["cost"].sum().round(2)
    total = round(float(base.sum()), 2)
    per_area = pd.DataFrame({"area_id": base.index.astype("str"), "base": base.to_numpy()})
    for name in ("p10", "p50", "p80", "p90"):
        per_area[name] = per_area["base"]
    empty = pd.DataFrame({"factor": pd.array([], dtype="str"), "p80_change": pd.array([], dtype="float64")})
    return Cost(bom, total, total, total, total, total, {}, total, 0.0, per_area, empty, ())


def permits_of(*rows):
    """Rows of (permit id, rule, areas joined by commas, lead time) make permits."""
    count = len(rows)
    columns = list(zip(*rows, strict=True)) if rows else [()] * 4
    lead = np.array(columns[3], dtype=int)
    table = PERMITS.build(
        with_terms(
            {
                "permit_id": columns[0],
                "rule_id": columns[1],
                "permit": [f"{rule} permit" for rule in columns[1]],
                "authority_kind": ["road owner"] * count,
                "authority": [f"Office of {rule}" for rule in columns[1]],
                "granted_for": [f"place {name}" for name in columns[0]],
                "crossings": np.ones(count, dtype=int),
                "length_m": np.zeros(count),
                "lots": np.ones(count, dtype=int),
                "lead_time_min": lead // 2,
                "lead_time_calendar_days": lead,
                "lead_time_max": lead * 3,
                "fee": np.full(count, 100.0),
                "area_ids": columns[2],
                "blocks_task_ids": [None] * count,
                "span_ids": ["s"] * count,
                "trigger_ids": ["t"] * count,
                "source": ["test"] * count,
                "status": ["USER"] * count,
            }
        ),
        geometry=[Point(0, 0)] * count,
        crs=CRS,
    )
    return Permits(table, ())


def draws_of(count=200, seed=3):
    random = np.random.default_rng(seed)
    return Draws({name: random.standard_normal(count) for name in ("permits", "labor", "material")})


def risks_of(*rows):
    """Rows of (rule, area or None, days) make the columns of a register that the draws read."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * 3
    ids = [f"{rule}-{area or 'program'}" for rule, area in zip(columns[0], columns[1], strict=True)]
    text = {"risk_id": ids, "rule_id": columns[0], "area_id": columns[1]}
    made = {name: pd.array(list(values), dtype="str") for name, values in text.items()}
    return pd.DataFrame(made | {"impact_days": np.array(columns[2], dtype=float)})


PERMIT_ROWS = (
    ("p1", "RAIL", "A001,A002", 90),
    ("p2", "ROAD", "A001", 40),
    ("p3", "POLE", "A002", 120),
    ("p4", "NOTICE", "A002", 14),
)


def program(years=(2027, 2028), permit_rows=PERMIT_ROWS, parents=(), study=None, **lengths):
    """Arguments of `schedule_build` for areas with these years (-1 is not chosen)."""
    count = len(years)
    return {
        "study": study or study_of(),
        "rulebook": rules(),
        "areas": areas_of(count),
        "portfolio": portfolio_of(list(years)),
        "network": network_of(count, parents, **lengths),
        "permits": permits_of(*permit_rows),
        "cost": cost_of(count),
    }
