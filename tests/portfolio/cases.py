"""Small portfolios: areas on a shared feeder, without a map.

`case` takes per area (benefit units, own cost) and per segment (parent, cost, areas); money in whole currency.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from shapely import Point

from expansion.plan.plan import Areas, Cost, Eligibility, Network, Route, Segment
from expansion.portfolio import choose_areas
from expansion.rulebook import load_rulebook
from expansion.study import parse_study

UTM = CRS.from_epsg(32632)
EMPTY = pd.DataFrame()
BOOK = load_rulebook("generic")


def study(**portfolio):
    rules = {"budgets": [{"year": 2027, "amount": 1e9}]} | portfolio
    document = {"study": {"name": "case"}, "inputs": {"osm": {"file": "x.osm"}}, "portfolio": rules}
    return parse_study(document)


def case(worth, own, segments=(), parent=(), status=None):
    """Areas A0, A1, … with one location each, of `worth` units."""
    count = len(worth)
    names = [f"A{k}" for k in range(count)]
    parts = [
        Segment(parent=above, cost=float(price), areas=tuple(members), owner=min(members))
        for above, price, members in segments
    ]
    base = [own[k] + sum(part.cost for part in parts if part.owner == k) for k in range(count)]
    kinds = {"location_id": names, "units": list(worth), "status": status or ["unserved"] * count}
    table = gpd.GeoDataFrame(kinds | {"eligible": [True] * count}, geometry=[Point(0, 0)] * count, crs=UTM)
    areas = Areas(gpd.GeoDataFrame({"area_id": names}, geometry=[Point(0, 0)] * count, crs=UTM), np.arange(count), ())
    return areas, Eligibility(table, ()), _network(count, parts, parent), _cost(names, base)


def _network(count, parts, parent):
    above = np.array(list(parent) or [-1] * count, dtype=np.int64)
    none = np.array([], dtype=np.int64)
    route = Route(none, 0, 0, 0, 0, 0, "empty", -1, none, {})
    outcome = np.array(["fiber"] * count, dtype=object)
    return Network(route, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY, outcome, tuple(parts), above, 0, 0, 0, ())


def _cost(names, base):
    per_area = pd.DataFrame({"area_id": names, "base": [float(value) for value in base]})
    return Cost(EMPTY, sum(base), 0, 0, 0, 0, {}, 0, 0, per_area, EMPTY, ())


def choose(made, only=(), **portfolio):
    return choose_areas(study(**portfolio), BOOK, *made, only=only)


def budgets(*amounts):
    return [{"year": 2027 + k, "amount": amount} for k, amount in enumerate(amounts)]
