"""Open Fibre Data Standard: the built network as nodes and spans, to be published or handed to a regulator."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.plan.saved import SavedPlan

SCHEMA = "https://standard.ofds.info/en/0__4__0/network-schema.json"
PACKAGE, NODES, SPANS = "network-package.json", "nodes.geojson", "spans.geojson"
OPERATOR = "operator"
_CRS = {"name": "urn:ogc:def:crs:OGC::CRS84", "uri": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
_NODE_TYPES = {
    "co": "exchange", "hut": "pop", "hub": "aggregationPoint", "cabinet": "cabinet", "tower": "tower",
    "closure": "aggregationPoint", "terminal": "aggregationPoint", "fiber_tap": "aggregationPoint",
}  # fmt: skip
_SUPPORTS = {"aerial": "pole", "duct": "duct", "buried": "none", "bore": "duct"}
Record = dict[str, Any]


def write_ofds(plan: SavedPlan, path: Path) -> Path:
    """Write a folder: a network package (JSON) and its nodes and spans as GeoJSON; equal plans give equal bytes.

    Nodes stand where spans meet; several sites at one place are one node with all their types. Coordinates are in
    longitude and latitude (CRS84), 7 decimals. Drops are left out: they end at homes. A network of nothing has neither
    nodes nor spans.

    References
    ----------
    Open Fibre Data Standard 0.4, https://standard.ofds.info.
    """
    path.mkdir(parents=True, exist_ok=True)
    network = network_of(plan)
    _dump({"networks": [network]}, path / PACKAGE)
    for name, features in zip((NODES, SPANS), as_features(network), strict=True):
        _dump({"type": "FeatureCollection", "features": features}, path / name)
    return path


def _dump(content: Record, path: Path) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


@dataclass(frozen=True, slots=True)
class _Built:
    """What spans and nodes say of the area that pays for them."""

    phase: Mapping[str, Record]
    ready: Mapping[str, str]


def network_of(plan: SavedPlan) -> Record:
    """Make the network of a plan in the words of the standard; empty lists are left out, as its schema asks."""
    study = plan.document["study"]
    built = _Built(_phase_of_area(plan.tables["areas"]), _ready(plan.tables))
    wayleaves = _wayleaves(plan.tables)
    parts = {
        "nodes": _nodes(plan.tables, built),
        "spans": _spans(plan.tables, built, wayleaves),
        "phases": _phases(plan.document["portfolio"]["phases"]),
        "organisations": _organisations(plan, wayleaves),
        "wayleaves": list(wayleaves.values()),
    }
    made: Record = {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"expansion:{study['name']}")), "name": study["name"]}
    made |= {name: rows for name, rows in parts.items() if rows}
    made |= {"publisher": {"name": _operator(study["name"])["name"]}, "crs": _CRS}
    made |= _accuracy(plan.study_document["rules"]["engineering"])
    return made | {"language": "en", "links": [{"href": SCHEMA, "rel": "describedby"}]}


def _accuracy(engineering: Any) -> Record:
    """Accuracy of positions, as the rule book has it."""
    rows = engineering.values() if isinstance(engineering, Mapping) else engineering
    for row in rows:
        if row["parameter"] == "position_accuracy_m":
            return {
                "accuracy": float(row["value"]),
                "accuracyDetails": f"{row['about']}. {row['source']} ({row['status']})",
            }
    return {}


def _operator(name: str) -> Record:
    roles = ["physicalInfrastructureProvider", "networkProvider"]
    return {"id": OPERATOR, "name": f"Operator of {name}", "roles": roles}


def _reference(record: Mapping[str, Any]) -> Record:
    """Refer to an organisation or phase as the standard does: by id and name."""
    return {"id": record["id"], "name": record["name"]}


def _organisations(plan: SavedPlan, wayleaves: Mapping[str, Record]) -> list[Record]:
    """List the operator, the owners of poles in use, and whoever has granted a permit."""
    found = [_operator(plan.document["study"]["name"])]
    owners = sorted({name for text in plan.tables["spans"]["pole_owners"].dropna() for name in _owners(str(text))})
    found += [{"id": _owner_id(name), "name": name, "roles": ["physicalInfrastructureProvider"]} for name in owners]
    grantors = {row["grantor"]["id"]: row["grantor"]["name"] for row in wayleaves.values()}
    return found + [{"id": key, "name": grantors[key], "roles": ["wayleaveGrantor"]} for key in sorted(grantors)]


def _owners(text: str) -> list[str]:
    """Names in a span's list of pole owners, such as ``Power Co 9; unknown 2``."""
    names = [part.strip().rpartition(" ")[0] for part in text.split(";")]
    return [name for name in names if name and name != "unknown"]


def _owner_id(name: str) -> str:
    return f"pole-owner:{name}"


def _phases(rows: Iterable[Mapping[str, Any]]) -> list[Record]:
    """List the phases of the portfolio."""
    return [
        {
            "id": str(row["phase"]),
            "name": f"Phase {row['phase']} ({row['year']})",
            "description": f"{row['areas']} areas, {row['locations']} locations, base cost {row['cost']:.2f}",
        }
        for row in rows
    ]


def _phase_of_area(areas: pd.DataFrame) -> dict[str, Record]:
    """Refer each chosen area to its phase."""
    built = areas.dropna(subset=["phase", "year"])
    rows = zip(built["area_id"], built["phase"], built["year"], strict=True)
    return {str(area): {"id": str(int(p)), "name": f"Phase {int(p)} ({int(year)})"} for area, p, year in rows}


def _ready(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Day of acceptance per area, from which customers can order."""
    accepted = tables.get("business_areas")
    if accepted is None:
        return {}
    return dict(zip(accepted["area_id"].map(str), accepted["accepted"].map(str), strict=True))


def _wayleaves(tables: Mapping[str, pd.DataFrame]) -> dict[str, Record]:
    """List the permits that are granted already, by id; those to come are no wayleaves yet."""
    permits = tables.get("permits")
    if permits is None or "state" not in permits:
        return {}
    found: dict[str, Record] = {}
    for row in permits[permits["state"] == "approved"].to_dict("records"):
        authority = (
            row["authority"] if isinstance(row["authority"], str) and row["authority"] else row["authority_kind"]
        )
        key = str(row["permit_id"])
        row_made: Record = {"id": key, "grantor": {"id": f"authority:{authority}", "name": str(authority)}}
        if isinstance(row["decided"], str) and row["decided"]:
            row_made["yearSigned"] = int(row["decided"][:4])
        found[key] = row_made
    return found


def _nodes(tables: Mapping[str, pd.DataFrame], built: _Built) -> list[Record]:
    """Make a node of each end of a span, by id: where sites stand their ids, elsewhere the place in the study CRS."""
    spans = gpd.GeoDataFrame(tables["spans"])
    if not len(spans):
        return []
    by_node = {int(node): rows for node, rows in tables["sites"].groupby("node", sort=True)}
    ids, places = node_ids(tables), _places(spans)
    shown = gpd.GeoSeries([places[node] for node in ids], crs=spans.crs).to_crs(4326)
    nodes = [_node(ids[node], point, by_node.get(node), built) for node, point in zip(ids, shown, strict=True)]
    return sorted(nodes, key=lambda one: str(one["id"]))


def _node(key: str, place: Any, sites: pd.DataFrame | None, built: _Built) -> Record:
    """Make one node; one without a site is a junction and has no type."""
    node: Record = {"id": key}
    if sites is not None:
        rows = sites.sort_values("site_id").to_dict("records")
        kinds = sorted({_NODE_TYPES[str(row["kind"])] for row in rows})
        new = all(bool(row["is_new"]) for row in rows)
        area = next((str(row["area_id"]) for row in rows if isinstance(row["area_id"], str)), "")
        node["name"] = ", ".join(f"{row['kind']} {row['site_id']}" for row in rows)
        node |= {"phase": built.phase[area]} if new and area in built.phase else {}
        node |= {"status": "planned" if new else "operational", "location": _geometry(place), "type": kinds}
        active = {"co", "hut", "cabinet", "tower"} & {str(row["kind"]) for row in rows}
        return node | {"power": bool(active), "networkProviders": [{"id": OPERATOR}]}
    return node | {"location": _geometry(place)}


def node_ids(tables: Mapping[str, pd.DataFrame]) -> dict[int, str]:
    """Name each end of a span: sites by their ids, joined by plus signs; a junction by its place, in centimeters."""
    spans, sites = gpd.GeoDataFrame(tables["spans"]), tables["sites"]
    named = {int(node): "+".join(sorted(map(str, rows["site_id"]))) for node, rows in sites.groupby("node", sort=True)}
    return {
        node: named.get(node) or f"J-{round(point.x * 100)}-{round(point.y * 100)}"
        for node, point in sorted(_places(spans).items())
    }


def _places(spans: gpd.GeoDataFrame) -> dict[int, Any]:
    """Place of each graph node at which a span ends, study CRS."""
    lines = spans.geometry.to_numpy()
    firsts, lasts = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
    ends = zip(np.r_[spans["u"], spans["v"]].tolist(), np.r_[firsts, lasts], strict=True)
    return {int(node): point for node, point in ends}


def _spans(tables: Mapping[str, pd.DataFrame], built: _Built, wayleaves: Mapping[str, Record]) -> list[Record]:
    """Make a span of each stretch of route, with the fibers and cables that lie in it."""
    spans = gpd.GeoDataFrame(tables["spans"])
    if not len(spans):
        return []
    ids, content = node_ids(tables), _cables_in(tables["cables"])
    granted = _granted(tables, wayleaves)
    shown = spans.to_crs(4326).geometry.to_numpy()
    rows = pd.DataFrame(spans.drop(columns=spans.geometry.name)).to_dict("records")
    return [
        _span({str(name): value for name, value in row.items()}, line, ids, content, built)
        | ({"wayleaves": granted[str(row["span_id"])]} if str(row["span_id"]) in granted else {})
        for row, line in zip(rows, shown, strict=True)
    ]


def _span(
    row: Record, line: Any, ids: Mapping[int, str], content: Mapping[str, tuple[int, int]], built: _Built
) -> Record:
    """Make one span."""
    cables, fibers = content.get(str(row["span_id"]), (0, 0))
    area, is_new = str(row["area_id"]), not row["is_existing"]
    made: Record = {"id": str(row["span_id"]), "name": str(row["reason"])}
    made |= {"phase": built.phase[area]} if is_new and area in built.phase else {}
    made |= {"status": "planned" if is_new else "operational"}
    made |= {"readyForServiceDate": built.ready[area]} if is_new and area in built.ready else {}
    made |= {
        "start": ids[int(row["u"])],
        "end": ids[int(row["v"])],
        "directed": False,
        "route": _geometry(line),
        "networkProviders": [{"id": OPERATOR}],
        "transmissionMedium": ["fibre"],
        "deployment": ["aboveGround" if row["placement"] == "aerial" else "belowGround"],
        "supportingInfrastructure": _support(row),
    }
    if is_new:
        made["fibreType"] = "G.652"
    if fibers:
        made |= {"fibreCount": fibers, "fibreLength": round(float(row["length_m"]) * cables / 1000, 6)}
    return made


def _support(row: Mapping[str, Any]) -> Record:
    """Say what carries a span; the owner where one alone owns its poles."""
    made: Record = {"type": _SUPPORTS[str(row["placement"])], "description": str(row["method"])}
    owners = _owners(row["pole_owners"]) if isinstance(row["pole_owners"], str) else []
    return made | ({"owner": {"id": _owner_id(owners[0]), "name": owners[0]}} if len(owners) == 1 else {})


def _cables_in(cables: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Cables and fibers per span."""
    found: dict[str, tuple[int, int]] = {}
    for spans, fibers in zip(cables["span_ids"], cables["fibers"], strict=True):
        for span in filter(None, str(spans).split(",")):
            count, held = found.get(span, (0, 0))
            found[span] = (count + 1, held + int(fibers))
    return found


def _granted(tables: Mapping[str, pd.DataFrame], wayleaves: Mapping[str, Record]) -> dict[str, list[str]]:
    """Ids of wayleaves per span."""
    found: dict[str, list[str]] = {}
    if not wayleaves:
        return found
    permits = tables["permits"]
    for permit, spans in zip(permits["permit_id"].map(str), permits["span_ids"].map(str), strict=True):
        for span in spans.split(",") if permit in wayleaves else ():
            found.setdefault(span, []).append(permit)
    return found


def _geometry(shape: Any) -> Record:
    """Write a point or line as GeoJSON, 7 decimals."""
    places = (np.round(shapely.get_coordinates(shape), 7) + 0.0).tolist()
    return {"type": shape.geom_type, "coordinates": places[0] if shape.geom_type == "Point" else places}


def as_features(network: Record) -> tuple[list[Record], list[Record]]:
    """Turn a network into features of nodes and of spans, each with what it refers to written out."""
    whole = {name: {row["id"]: row for row in network.get(name, ())} for name in ("organisations", "phases", "nodes")}
    apart = ("nodes", "spans", "phases", "organisations")
    shared = {name: value for name, value in network.items() if name not in apart}
    nodes = [_feature(one, "location", "node", whole, shared) for one in network.get("nodes", ())]
    return nodes, [_feature(one, "route", "span", whole, shared) for one in network.get("spans", ())]


def _feature(record: Record, shape: str, kind: str, whole: Mapping[str, Record], shared: Record) -> Record:
    """Write one feature."""
    own = {name: value for name, value in record.items() if name != shape}
    if "networkProviders" in own:
        own["networkProviders"] = [whole["organisations"][one["id"]] for one in own["networkProviders"]]
    if "phase" in own:
        own["phase"] = whole["phases"][own["phase"]["id"]]
    for end in {"start", "end"} & set(own):
        own[end] = whole["nodes"][own[end]]
    return {"type": "Feature", "geometry": record[shape], "properties": own | {"network": shared, "featureType": kind}}
