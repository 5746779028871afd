"""Register the permits of a network as agencies grant them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import shapely.ops

from expansion.permits.features_met import read_places
from expansion.permits.ground import Ground, connect_stretches, lay_ground, long_enough
from expansion.permits.rules import missing_layers, rules_in_force, words
from expansion.plan.graph import RoadGraph, Triggers
from expansion.plan.inputs import Inputs
from expansion.plan.plan import Network, Permits
from expansion.plan.specs_delivery import PERMITS
from expansion.rulebook import PermitRule
from expansion.study import Study

POINT_RELATIONS = frozenset({"crosses", "uses"})
DUG = ("buried", "bore")
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class _Grant:
    """One permit: the rule, what it is granted for, and the rows of the network that need it.

    `uses` holds area_id, span_id, edge, relation, count, length_m, trigger_id, places, authority.
    """

    rule: PermitRule
    key: str
    area: str
    uses: pd.DataFrame


def register_permits(study: Study, inputs: Inputs, graph: RoadGraph, triggers: Triggers, network: Network) -> Permits:
    """Register the permits that the new spans of a network need.

    Parameters
    ----------
    study
        ``permits.disable``, and the layers that were given.
    inputs
        Rule book and features.
    graph
        The graph that the network was routed on.
    triggers
        From `find_triggers` on the same graph.
    network
        Its `spans`: those that are new count, joined to the graph by `edge_ids`.

    Returns
    -------
    Permits
        One row per rule, authority and grant (and area, where the grant is the area), by permit id; `blocks_task_ids`
        is empty, for the schedule to fill. `findings` names each rule whose layer is missing.
    """
    rules = rules_in_force(study, inputs.rulebook)
    by_id = {rule.rule_id: rule for rule in rules}
    ground = lay_ground(graph)
    new = network.spans[~network.spans["is_existing"].to_numpy(dtype=bool)].reset_index(drop=True)
    met = _needed(ground, by_id, triggers.meetings, _edges_of(new, graph))
    grants = [*_by_grant(by_id, met), *_by_area(rules, new)]
    records = [_record(ground, triggers, new, grant) for grant in grants if _in_range(grant)]
    kinds = frozenset(inputs.features["kind"]) | ({"pole"} if (inputs.plant["kind"] == "pole").any() else frozenset())
    return Permits(_table(records, inputs), tuple(missing_layers(study, rules, kinds)))


def _edges_of(spans: gpd.GeoDataFrame, graph: RoadGraph) -> pd.DataFrame:
    """Edges of the spans: span_id, area_id, placement, edge."""
    parts = spans[["span_id", "area_id", "placement", "edge_ids"]].copy()
    parts["edge_id"] = parts["edge_ids"].str.split(",")
    parts = parts.explode("edge_id", ignore_index=True)
    row = pd.Series(np.arange(len(graph.edges)), index=graph.edges["edge_id"].to_numpy())
    parts["edge"] = row.reindex(parts["edge_id"]).to_numpy()
    return parts.dropna(subset=["edge"]).astype({"edge": "int64"})[["span_id", "area_id", "placement", "edge"]]


def _needed(
    ground: Ground, rules: Mapping[str, PermitRule], meetings: pd.DataFrame, parts: pd.DataFrame
) -> pd.DataFrame:
    """Meetings of the edges that are built, as far as the rule concerns the placement, in runs that are long enough."""
    met = meetings.merge(parts, on="edge", how="inner")
    if met.empty:
        return met
    blocks = np.array([rules[rule].blocks for rule in met["rule_id"]], dtype=object)
    aerial = (met["placement"] == "aerial").to_numpy(dtype=bool)
    dug = met["placement"].isin(DUG).to_numpy(dtype=bool)
    uses = (met["relation"] == "uses").to_numpy(dtype=bool)
    concerned = ~((blocks == "buried") & ~dug) & ~((blocks == "aerial") & ~aerial) & ~(uses & ~aerial)
    met = met[concerned].reset_index(drop=True)
    keep = np.ones(len(met), dtype=bool)
    for (name, _), rows in met.groupby(["rule_id", "grant_key"], sort=True):
        if rules[name].least_m > 0 and rows["relation"].iloc[0] not in POINT_RELATIONS:
            keep[rows.index] = _runs_enough(ground, rows, rules[name].least_m)
    order = ["rule_id", "grant_key", "edge", "trigger_id", "span_id"]
    return met[keep].sort_values(order, kind="stable", ignore_index=True)


def _runs_enough(ground: Ground, rows: pd.DataFrame, least_m: float) -> np.ndarray:
    """Say which meetings have a stretch in a connected run of built route that is long enough."""
    stretches = _stretches(rows)
    enough = long_enough(ground, stretches, np.zeros(len(stretches), dtype=np.int64), least_m)
    kept = np.zeros(len(rows), dtype=bool)
    kept[stretches["row"].to_numpy()[enough]] = True
    return kept


def _stretches(rows: pd.DataFrame) -> pd.DataFrame:
    """Take meetings apart into stretches: row, edge, start, end."""
    found = [
        (row, edge, start, end)
        for row, (edge, places) in enumerate(zip(rows["edge"], rows["places"], strict=True))
        for start, end in read_places(places).tolist()
    ]
    return pd.DataFrame(found, columns=["row", "edge", "start", "end"]).astype({"row": "int64", "edge": "int64"})


def _by_grant(rules: Mapping[str, PermitRule], met: pd.DataFrame) -> list[_Grant]:
    """Group meetings by rule and grant, and by area where the grant is the area."""
    if met.empty:
        return []
    area = [row_area if key == "area" else "" for row_area, key in zip(met["area_id"], met["grant_key"], strict=True)]
    groups = met.groupby([met["rule_id"], met["grant_key"], pd.Series(area, index=met.index)], sort=True)
    return [
        _Grant(rules[name], f"area:{where}" if where else key, where, rows.reset_index(drop=True))
        for (name, key, where), rows in groups
    ]


def _by_area(rules: tuple[PermitRule, ...], spans: gpd.GeoDataFrame) -> list[_Grant]:
    """Permits for any digging (layer excavation) or building (layer build), per area."""
    found = []
    for rule in rules:
        if rule.test != "any":
            continue
        dug = spans["placement"].isin(DUG)
        concerned = spans if "build" in words(rule.layer) else spans[dug]
        if not {"build", "excavation"} & set(words(rule.layer)):
            continue
        for area, rows in concerned.groupby("area_id", sort=True):
            if rows["length_m"].sum() >= max(rule.least_m, 0.001):
                found.append(_Grant(rule, f"area:{area}", str(area), _span_uses(rows)))
    return found


def _span_uses(rows: gpd.GeoDataFrame) -> pd.DataFrame:
    """Spans as uses of a permit that any of them asks for."""
    return pd.DataFrame(
        {
            "area_id": rows["area_id"], "span_id": rows["span_id"], "edge": -1, "relation": "any", "count": 1,
            "length_m": rows["length_m"].astype("float64"), "trigger_id": "", "places": "", "authority": None,
        }
    )  # fmt: skip


def _in_range(grant: _Grant) -> bool:
    """Say whether the number of crossings or poles is one that the rule covers."""
    count = int(grant.uses["count"].sum())
    return count >= grant.rule.least_count and (grant.rule.most_count == 0 or count <= grant.rule.most_count)


def permit_id(rule_id: str, authority: str | None, key: str) -> str:
    """Make the id of a permit from rule, authority and what it is granted for."""
    digest = hashlib.sha256(f"{rule_id}|{authority or ''}|{key}".encode()).hexdigest()
    return f"{rule_id}-{digest[:_DIGITS]}"


def _record(ground: Ground, triggers: Triggers, spans: gpd.GeoDataFrame, grant: _Grant) -> dict[str, object]:
    """Sum one permit up."""
    rule, uses = grant.rule, grant.uses
    authority = _authority(uses)
    crossings = _crossings(ground, rule, uses)
    length = float(np.round(uses["length_m"].sum(), 3))
    lots = -(-crossings // rule.lot_size) if rule.lot_size else 1
    fee = rule.fee_fixed * lots + rule.fee_crossing * crossings + rule.fee_meter * length
    return {
        "permit_id": permit_id(rule.rule_id, authority, grant.key),
        "rule_id": rule.rule_id, "permit": rule.permit, "authority_kind": rule.authority_kind, "authority": authority,
        "granted_for": grant.key, "crossings": crossings, "length_m": length, "lots": lots,
        "lead_time_min": rule.lead_min, "lead_time_calendar_days": rule.lead_typical, "lead_time_max": rule.lead_max,
        "fee": round(fee, 2), "area_ids": _joined(uses["area_id"]), "blocks_task_ids": None,
        "span_ids": _joined(uses["span_id"]), "trigger_ids": _joined(uses["trigger_id"]),
        "source": rule.source, "status": rule.status, "documents": rule.documents, "blocks": rule.blocks,
        "geometry": _geometry(ground, triggers, spans, uses),
    }  # fmt: skip


def _authority(uses: pd.DataFrame) -> str | None:
    """Name of the authority, which all meetings of a grant share."""
    names = sorted(set(uses["authority"].dropna()))
    return names[0] if names else None


def _joined(values: pd.Series) -> str:
    """Distinct texts, sorted, joined by commas."""
    return ",".join(sorted(set(values.astype(str)) - {""}))


def _crossings(ground: Ground, rule: PermitRule, uses: pd.DataFrame) -> int:
    """Count crossings and poles; for stretches, the connected ones."""
    relation = uses["relation"].iloc[0]
    if relation == "any":
        return 1
    if relation in POINT_RELATIONS:
        return _apart(ground, uses, rule.merge_m) if rule.merge_m else int(uses["count"].sum())
    stretches = _stretches(uses)
    runs = connect_stretches(ground, stretches, np.zeros(len(stretches), dtype=np.int64))
    return len(np.unique(runs))


def _apart(ground: Ground, uses: pd.DataFrame, merge_m: float) -> int:
    """Count crossings, taking those on edges that share a node and within `merge_m` of it as one."""
    stretches = _stretches(uses)
    edge = stretches["edge"].to_numpy()
    near = stretches.assign(
        start=np.where(stretches["start"] <= merge_m / 2, 0.0, stretches["start"]),
        end=np.where(stretches["end"] >= ground.length[edge] - merge_m / 2, ground.length[edge], stretches["end"]),
    )
    return len(np.unique(connect_stretches(ground, near, np.zeros(len(near), dtype=np.int64))))


def _geometry(ground: Ground, triggers: Triggers, spans: gpd.GeoDataFrame, uses: pd.DataFrame) -> shapely.Geometry:
    """Collect crossings as points, stretches as lines, poles where they stand."""
    relation = uses["relation"].iloc[0]
    if relation == "any":
        lines = spans[spans["span_id"].isin(set(uses["span_id"]))].sort_values("span_id").geometry.to_numpy()
        return _one_or_many(list(lines))
    if relation == "uses":
        poles = triggers.features[triggers.features["trigger_id"].isin(set(uses["trigger_id"]))]
        return _one_or_many(list(poles.geometry.to_numpy()))
    shapes = []
    for edge, start, end in _stretches(uses)[["edge", "start", "end"]].drop_duplicates().itertuples(index=False):
        line = ground.lines[int(edge)]
        whole = start <= 0 and end >= ground.length[int(edge)] - 0.001
        if relation in POINT_RELATIONS:
            shapes.append(shapely.line_interpolate_point(line, start))
        else:
            shapes.append(line if whole else shapely.ops.substring(line, start, end))
    return _one_or_many(shapes)


def _one_or_many(shapes: list[shapely.Geometry]) -> shapely.Geometry:
    """Return the one shape, or all points or lines as a multi geometry."""
    if len(shapes) == 1:
        return shapes[0]
    if all(shape.geom_type == "Point" for shape in shapes):
        return shapely.multipoints(shapes)
    return shapely.multilinestrings(shapes)


def _table(records: list[dict[str, object]], inputs: Inputs) -> gpd.GeoDataFrame:
    """Lay the permits in a checked table, by permit id."""
    names = [column.name for column in PERMITS.columns] + ["documents", "blocks"]
    ordered = sorted(records, key=lambda record: str(record["permit_id"]))
    columns: dict[str, object] = {name: [record[name] for record in ordered] for name in names}
    for name in ("documents", "blocks"):
        columns[name] = pd.array(np.array(columns[name], dtype=object), dtype="str")
    shapes = np.array([record["geometry"] for record in ordered], dtype=object)
    return gpd.GeoDataFrame(PERMITS.build(columns, geometry=shapes, crs=inputs.crs))
