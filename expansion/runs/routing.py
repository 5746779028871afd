"""Ask questions about the route of a study on disk, and write the answers as GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from pyproj import CRS, Transformer

from expansion.errors import OutputError
from expansion.pipeline.exploring import Explored, explore, list_locks
from expansion.pipeline.variants import (
    Alternative,
    Protection,
    design_everything,
    find_alternatives,
    list_feeds,
    protect_hubs,
)
from expansion.runs.held import held_inputs
from expansion.runs.studies import read_study

_PLACES = 7
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RouteQuestion:
    """What to ask of a study's route.

    Attributes
    ----------
    changes
        ``key=value`` laid over the study file.
    pin, avoid
        Files that take the place of network.route.pins and avoid; "" keeps the study's.
    area
        Area to look at; "" for none.
    alternatives, protect
        Ask for routes to the area that differ in kind; for a second way to each hub (of the area, or of all).
    """

    changes: tuple[str, ...] = ()
    pin: str = ""
    avoid: str = ""
    area: str = ""
    alternatives: bool = False
    protect: bool = False


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """The route, what each lock costs, and what was asked beside it; `features` are the variants as GeoJSON."""

    currency: str
    route: Row
    locks: list[Row]
    alternatives: list[Row]
    protection: list[Row]
    features: list[Row]

    def as_json(self) -> Row:
        """All but the shapes."""
        return {
            "currency": self.currency, "route": self.route, "locks": self.locks, "alternatives": self.alternatives,
            "protection": self.protection,
        }  # fmt: skip


def ask_route(path: Path, question: RouteQuestion) -> RouteAnswer:
    """Route the study at `path` and answer a question about it; nothing is planned or written.

    Parameters
    ----------
    path
        A study.toml or its folder.
    question
        What to ask.

    Raises
    ------
    PlanningError
        Whatever is wrong with the study, its inputs, its locks or the question.
    """
    explored = _explored(path, question)
    options = find_alternatives(explored, question.area) if question.alternatives else ()
    ways = _protections(explored, question.area) if question.protect else ()
    features = [_feature(one.shape, _option_row(one)) for one in options]
    features += [_feature(one.shape, _way_row(one)) for one in ways]
    return RouteAnswer(
        currency=explored.study.study.currency,
        route=_route_row(explored),
        locks=_lock_rows(explored),
        alternatives=[_option_row(one) for one in options],
        protection=[_way_row(one) for one in ways],
        features=_in_degrees(features, explored.ground.graph.crs),
    )


def _explored(path: Path, question: RouteQuestion) -> Explored:
    """Read the study with the locks of the question laid over it."""
    folder = read_study(path)[1]
    files = {"pins": question.pin, "avoid": question.avoid}
    laid = [f"network.route.{key}={json.dumps(_inside(folder, file))}" for key, file in files.items() if file]
    study, folder = read_study(path, (*question.changes, *laid))
    return explore(study, held_inputs(study, folder))


def _inside(folder: Path, file: str) -> str:
    """Name a file relative to the study's folder where it lies inside; else as given, which the reader refuses."""
    full = Path(file).resolve()
    return full.relative_to(folder).as_posix() if full.is_relative_to(folder) and full.exists() else file


def _protections(explored: Explored, area: str) -> tuple[Protection, ...]:
    """Protect the hubs of an area, or all."""
    network = design_everything(explored)
    feeds = list_feeds(explored, network.sites, network.paths)
    return protect_hubs(explored, [feed for feed in feeds if area in ("", feed.area_id)])


def _route_row(explored: Explored) -> Row:
    route = explored.route
    return {
        "cost": route.cost, "lower_bound": route.lower_bound, "gap": route.gap, "status": route.status,
        "length_m": route.length_m, "locations": len(explored.rows), "cut_off": len(explored.ground.locks.cut_off),
    }  # fmt: skip


def _lock_rows(explored: Explored) -> list[Row]:
    names = ["lock_id", "what", "edges", "locations_cut_off", "price", "price_low", "price_high"]
    table = list_locks(explored)[names].astype({"edges": object, "locations_cut_off": object})
    return [{key: None if value != value else value for key, value in row.items()} for row in table.to_dict("records")]


def _option_row(one: Alternative) -> Row:
    return {
        "kind": one.kind, "same_as": one.same_as or None, "area_id": one.area_id, "cost": one.cost,
        "lower_bound": one.lower_bound, "gap": one.gap, "length_m": one.length_m, "permits": one.permits,
        "permits_by_rule": one.permits_by_rule, "longest_lead_calendar_days": one.longest_lead_days,
        "aerial_share": one.aerial_share,
    }  # fmt: skip


def _way_row(one: Protection) -> Row:
    feed = one.feed
    return {
        "kind": "protection", "hub_id": feed.hub_id, "area_id": feed.area_id, "office_id": feed.office_id,
        "is_disjoint": one.is_disjoint, "shared_edge_ids": list(one.shared_edge_ids), "cost": one.cost,
        "added_cost": one.added_cost, "length_m": one.length_m,
    }  # fmt: skip


def _feature(shape: shapely.Geometry, row: Row) -> Row:
    return {"type": "Feature", "properties": row, "geometry": shape}


def _in_degrees(features: Iterable[Row], crs: CRS) -> list[Row]:
    """Turn shapes of the study CRS into GeoJSON geometry in EPSG:4326."""
    move = Transformer.from_crs(crs, 4326, always_xy=True)
    made = []
    for feature in features:
        shape = shapely.transform(feature["geometry"], lambda x, y: move.transform(x, y), interleaved=False)
        rounded = shapely.set_precision(shape, 10.0**-_PLACES, mode="pointwise")
        made.append({**feature, "geometry": json.loads(shapely.to_geojson(rounded))})
    return made


def write_variants(features: Iterable[Mapping[str, Any]], path: Path) -> Path:
    """Write variants as one GeoJSON file, EPSG:4326.

    Raises
    ------
    OutputError
        ``E_OUT_EXISTS`` where something stands there already.
    """
    if path.exists():
        raise OutputError("something stands there already", code="E_OUT_EXISTS", where=[path], hint="name a new file")
    document = {"type": "FeatureCollection", "features": list(features)}
    path.write_text(json.dumps(document, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n", "utf-8")
    return path
