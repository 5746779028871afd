"""Every utility pole that the plan attaches to: owner, place, what hangs there, make-ready, application lot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from expansion.figures.cable_runs import natural, read_plant, road_names
from expansion.figures.crossings import read_attributes
from expansion.tables import Column, TableSpec

POLES = TableSpec(
    name="poles",
    key="pole_id",
    geometry="Point",
    about="Utility poles that aerial spans attach to, in the order of the walk, with the application lot of each.",
    columns=(
        Column("pole_id", "text", "Identifier of the pole in its source"),
        Column("owner", "text", "Who owns it; unknown where no source says"),
        Column("permit_id", "text", "Attachment permit that covers it; empty where no rule asks", nullable=True),
        Column("lot", "integer", "Application lot within the permit, from 1", least=1, nullable=True),
        Column("place", "integer", "Place in the walk along the cables, from 1", least=1),
        Column("span_id", "text", "Aerial span that it carries"),
        Column("area_id", "text", "Area that pays for it"),
        Column("road", "text", "Road beside it"),
        Column("longitude", "number", "Longitude, WGS 84", unit="degree"),
        Column("latitude", "number", "Latitude, WGS 84", unit="degree"),
        Column("height_m", "number", "Height, where a source gives it", unit="m", least=0, nullable=True),
        Column("attachment", "text", "What is hung: strand, and each cable with its fibers, or drops alone"),
        Column("make_ready_low", "number", "Make-ready, least", least=0, nullable=True),
        Column("make_ready_likely", "number", "Make-ready, most likely", least=0, nullable=True),
        Column("make_ready_high", "number", "Make-ready, most", least=0, nullable=True),
        Column("application_cost", "number", "Application and its engineering, most likely", least=0, nullable=True),
    ),
)
POLE_REACH_M = 15.0
"""How close poles stand to the road that they follow, where no permit rule says otherwise."""
_FEET = 0.3048


def plan_poles(tables: Mapping[str, pd.DataFrame], rules: Mapping[str, Any]) -> gpd.GeoDataFrame:
    """List the poles that aerial spans of a plan use, by walk.

    Parameters
    ----------
    tables
        Tables of a plan: `spans`, `edges`, `triggers`, `permits`, `cables`, `sites`.
    rules
        The rules in force, `rules` of study.json: `permit_rules` (reach and lot size), `rates`.

    Returns
    -------
    GeoDataFrame
        After `POLES`. A pole belongs to the nearest road edge within reach, of equals to the smallest id: the rule by
        which the plan counted them, so that the rows of a span are its `pole_count`.
    """
    features = tables["triggers"]
    features = features[(features["layer"] == "pole").to_numpy(dtype=bool)].sort_values("trigger_id")
    which, span = _poles_of_spans(features, tables, _reach(rules))
    spans = tables["spans"].set_index("span_id")
    rows = [read_attributes(text) for text in features["attributes"].to_numpy()[which]]
    walk = _walk(tables, span, features.geometry.to_numpy()[which])
    columns = {
        "pole_id": features["trigger_id"].astype(str).to_numpy()[which],
        "owner": np.array([_owner(row) for row in rows], dtype=object),
        "span_id": span,
        "area_id": spans["area_id"].reindex(span).fillna("").astype(str).to_numpy(),
        "road": _roads(tables, spans["edge_ids"].reindex(span)),
        "height_m": np.array([_height(row) for row in rows], dtype=np.float64),
        "attachment": _attachments(tables["cables"], span),
        **_prices(rules, len(span)),
    }
    order = np.lexsort((columns["pole_id"], walk["at_m"].to_numpy(), walk["turn"].to_numpy()))
    columns = {name: np.asarray(values)[order] for name, values in columns.items()}
    shapes = features.geometry.to_numpy()[which][order]
    return _with_lots(columns, shapes, tables, rules)


def _reach(rules: Mapping[str, Any]) -> float:
    """Distance within which a pole belongs to a road."""
    reaches = [float(rule["within_m"]) for rule in rules.get("permit_rules", ()) if rule["test"] == "uses"]
    return max(reaches, default=0.0) or POLE_REACH_M


def _poles_of_spans(
    features: gpd.GeoDataFrame, tables: Mapping[str, pd.DataFrame], reach_m: float
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Pairs of pole (its row) and the aerial span that it carries."""
    edges, spans = tables["edges"], tables["spans"]
    nothing = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=object)
    aerial = spans[((spans["placement"] == "aerial") & ~spans["is_existing"]).to_numpy(dtype=bool)]
    if not len(features) or not len(aerial):
        return nothing
    road = edges[((edges["kind"] == "road") & ~edges["is_tunnel"]).to_numpy(dtype=bool)].sort_values("edge_id")
    lines, points = shapely.force_2d(road.geometry.to_numpy()), shapely.force_2d(features.geometry.to_numpy())
    which, edge = shapely.STRtree(lines).query(points, predicate="dwithin", distance=reach_m)
    away = np.round(shapely.distance(points[which], lines[edge]), 3)
    order = np.lexsort((edge, away, which))
    which, edge = which[order], edge[order]
    first = np.r_[True, which[1:] != which[:-1]] if len(which) else np.zeros(0, dtype=bool)
    span_of = {
        name: span
        for span, names in zip(aerial["span_id"], aerial["edge_ids"], strict=True)
        for name in str(names).split(",")
    }
    spans_met = np.array([span_of.get(name, "") for name in road["edge_id"].to_numpy()[edge[first]]], dtype=object)
    used = spans_met != ""
    return which[first][used].astype(np.int64), spans_met[used]


def _owner(attributes: Mapping[str, Any]) -> str:
    """Who owns a pole, by the words that sources use."""
    return str(next((attributes[key] for key in ("authority", "owner", "operator") if attributes.get(key)), "unknown"))


def _height(attributes: Mapping[str, Any]) -> float:
    """Height in meters; NaN where none is given."""
    for key, factor in (("height_m", 1.0), ("height", 1.0), ("height_ft", _FEET)):
        try:
            return round(float(attributes[key]) * factor, 2)
        except (KeyError, TypeError, ValueError):
            continue
    return np.nan


def _roads(tables: Mapping[str, pd.DataFrame], edge_ids: pd.Series) -> NDArray[np.object_]:
    """Name the road along each of some spans."""
    names = road_names(tables)
    return np.array([names.get(str(ids).split(",", maxsplit=1)[0], "") for ids in edge_ids], dtype=object)


def _walk(tables: Mapping[str, pd.DataFrame], spans: NDArray[np.object_], shapes: Sequence[Any]) -> pd.DataFrame:
    """Say at which turn of the walk each pole comes, and at how many meters; spans of drops alone come last."""
    plant = read_plant(tables)
    first: dict[str, tuple[int, Any]] = {}
    for turn, name in enumerate(sorted(plant.runs, key=natural)):
        for stretch in plant.runs[name].stretches:
            first.setdefault(stretch.span_id, (turn, stretch))
    rows = []
    for span, shape in zip(spans, shapes, strict=True):
        turn, stretch = first.get(span, (len(plant.runs), None))
        at = 0.0 if stretch is None else stretch.start_m + float(shapely.line_locate_point(stretch.shape, shape))
        rows.append((turn, round(at, 3)))
    return pd.DataFrame(rows, columns=["turn", "at_m"])


def _attachments(cables: pd.DataFrame, spans: NDArray[np.object_]) -> NDArray[np.object_]:
    """Say what hangs on a pole of each span."""
    wanted, found = set(spans), dict[str, list[str]]()
    laid = cables[(cables["tier"] != "drop").to_numpy(dtype=bool)].sort_values("cable_id")
    for name, fibers, ids in zip(laid["cable_id"], laid["fibers"], laid["span_ids"].fillna(""), strict=True):
        for span in wanted.intersection(str(ids).split(",")):
            found.setdefault(span, []).append(f"{name} ({fibers} fibers)")
    return np.array(["; ".join(["strand", *found.get(span, ("drops",))]) for span in spans], dtype=object)


def _prices(rules: Mapping[str, Any], count: int) -> dict[str, NDArray[np.float64]]:
    """Make-ready and application per pole, from the rates in force."""
    rates = {row["rate_id"]: row for row in rules.get("rates", ())}
    ready, asked = rates.get("make_ready_pole", {}), rates.get("pole_application", {})
    values = {f"make_ready_{level}": ready.get(level) for level in ("low", "likely", "high")}
    values["application_cost"] = asked.get("likely")
    return {name: np.full(count, np.nan if value is None else float(value)) for name, value in values.items()}


def _with_lots(
    columns: dict[str, Any], shapes: NDArray[np.object_], tables: Mapping[str, pd.DataFrame], rules: Mapping[str, Any]
) -> gpd.GeoDataFrame:
    """Add permit, lot and position."""
    permit = _permits(tables["permits"], rules)
    sizes = {row["rule_id"]: int(row.get("lot_size") or 0) for row in rules.get("permit_rules", ())}
    before: dict[str, int] = {}
    lots: list[int | None] = []
    ids: list[str | None] = []
    for pole in columns["pole_id"]:
        permit_id, rule_id = permit.get(str(pole), (None, ""))
        ids.append(permit_id)
        if permit_id is None:
            lots.append(None)
            continue
        size = sizes.get(rule_id, 0)
        lots.append(before.get(permit_id, 0) // size + 1 if size else 1)
        before[permit_id] = before.get(permit_id, 0) + 1
    crs = tables["spans"].crs
    degrees = gpd.GeoSeries(shapes, crs=crs).to_crs(4326) if len(shapes) else gpd.GeoSeries([], crs=4326)
    more = {
        "permit_id": ids, "lot": lots, "place": list(range(1, len(lots) + 1)),
        "longitude": shapely.get_x(degrees.to_numpy()).round(7), "latitude": shapely.get_y(degrees.to_numpy()).round(7),
    }  # fmt: skip
    return gpd.GeoDataFrame(POLES.build(columns | more, geometry=shapes, crs=crs))


def _permits(permits: pd.DataFrame, rules: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Permit and rule by pole, of the rules for the use of poles; of two the first by id."""
    uses = {row["rule_id"] for row in rules.get("permit_rules", ()) if row["test"] == "uses"}
    mine = permits[permits["rule_id"].isin(list(uses)).to_numpy(dtype=bool)].sort_values("permit_id")
    found: dict[str, tuple[str, str]] = {}
    for permit_id, rule_id, poles in zip(mine["permit_id"], mine["rule_id"], mine["trigger_ids"], strict=True):
        for pole in str(poles).split(","):
            found.setdefault(pole, (str(permit_id), str(rule_id)))
    return found
