"""Register the permits of a network as agencies grant them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.permits.blind import blind_rules
from expansion.permits.columns import listed, per_rule
from expansion.permits.evidence import read_evidence, weigh
from expansion.permits.ground import BoolArray, Ground, lay_ground, long_enough
from expansion.permits.order import permits_before, rules_before
from expansion.permits.rules import PLACED, missing_layers, rules_in_force, words
from expansion.permits.shapes import POINT_RELATIONS, collect_shapes, count_crossings, one_or_many, read_stretches
from expansion.permits.states import judge_states, keep_states, read_states, state_cells
from expansion.permits.stations import find_station_uses
from expansion.plan.graph import FloatArray, RoadGraph, Triggers
from expansion.plan.inputs import Inputs
from expansion.plan.plan import Network, Permits
from expansion.plan.specs_permits import PERMITS
from expansion.rulebook import PermitRule
from expansion.study import Study

DUG = ("buried", "bore")
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class _Uses:
    """What needs a permit: a row per meeting of span and feature, with their count and meters summed."""

    area_id: list[str]
    span_id: list[str]
    trigger_id: list[str]
    authority: list[str | None]
    count: int
    length_m: float


@dataclass(frozen=True, slots=True)
class _Grant:
    """One permit: the rule, what it is granted for, and what of the network needs it.

    `crossings` is what the uses add up to on the ground; `shape` where they lie.
    """

    rule: PermitRule
    key: str
    uses: _Uses
    crossings: int
    shape: shapely.Geometry


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
        Its `spans`: those that are new count, joined to the graph by `edge_ids`; and its `stations`.

    Returns
    -------
    Permits
        One row per rule, authority and grant (and area, where the grant is the area), by permit id; `blocks_task_ids`
        is empty, for the schedule to fill. `findings` names each rule whose layer is missing.
    """
    return register_spans(study, inputs, graph, triggers, network.spans, network.stations)


def register_spans(
    study: Study,
    inputs: Inputs,
    graph: RoadGraph,
    triggers: Triggers,
    spans: gpd.GeoDataFrame,
    stations: pd.DataFrame | None = None,
) -> Permits:
    """Register the permits that spans need which are no network yet; as `register_permits`.

    Parameters
    ----------
    spans
        span_id, area_id, placement, is_existing, length_m, edge_ids and the line.
    stations
        Towers and cabinets after `STATIONS`, where there are any.
    """
    rules = rules_in_force(study, inputs.rulebook)
    by_id = {rule.rule_id: rule for rule in rules}
    ground = lay_ground(graph)
    new = spans[~spans["is_existing"].to_numpy(dtype=bool)].reset_index(drop=True)
    met = _needed(ground, by_id, triggers.meetings, _edges_of(new, graph))
    grants = [*_by_grant(ground, by_id, met, triggers), *_by_area(rules, new)]
    if stations is not None:
        found = find_station_uses(rules, inputs.features, graph, stations)
        grants += [_Grant(rule, key, _all_uses(uses), 1, shape) for rule, key, uses, shape in found]
    evidence = read_evidence(triggers.features)
    records = [_record(grant, evidence) for grant in grants if _in_range(grant)]
    before = rules_before(inputs.rulebook.permit_rules)
    for record, first in zip(records, permits_before(records, before), strict=True):
        record["after_permit_ids"] = first or None
    states = read_states(inputs.permit_states)
    for record in records:
        record |= state_cells(str(record["permit_id"]), states)
    kinds = frozenset(inputs.features["kind"]) | ({"pole"} if (inputs.plant["kind"] == "pole").any() else frozenset())
    blind = blind_rules(rules, inputs.features)
    findings = (*missing_layers(study, rules, kinds), *blind, *judge_states(records, states))
    needed = frozenset(str(record["permit_id"]) for record in records)
    return Permits(_table(records, inputs), findings, keep_states(states, needed))


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
    blocks = per_rule(met["rule_id"], rules, lambda rule: rule.blocks, object)
    aerial = (met["placement"] == "aerial").to_numpy(dtype=bool)
    dug = met["placement"].isin(DUG).to_numpy(dtype=bool)
    uses = (met["relation"] == "uses").to_numpy(dtype=bool)
    concerned = ~(np.isin(blocks, ("buried", "dig")) & ~dug) & ~((blocks == "aerial") & ~aerial) & ~(uses & ~aerial)
    met = met[concerned].reset_index(drop=True)
    least = per_rule(met["rule_id"], rules, lambda rule: rule.least_m)
    stretch = (least > 0) & ~met["relation"].isin(POINT_RELATIONS).to_numpy(dtype=bool)
    keep = ~stretch
    keep[stretch] = _runs_enough(ground, met[stretch], least[stretch])
    order = ["rule_id", "grant_key", "edge", "trigger_id", "span_id"]
    return met[keep].sort_values(order, kind="stable", ignore_index=True)


def _runs_enough(ground: Ground, rows: pd.DataFrame, least: FloatArray) -> BoolArray:
    """Say which meetings have a stretch in a connected run of built route that is long enough."""
    stretches = read_stretches(rows["edge"], rows["places"])
    row = stretches["row"].to_numpy()
    group = rows.groupby(["rule_id", "grant_key"], sort=True).ngroup().to_numpy()[row]
    enough = long_enough(ground, stretches, group, least[row])
    kept = np.zeros(len(rows), dtype=bool)
    kept[row[enough]] = True
    return kept


def _by_grant(
    ground: Ground, rules: Mapping[str, PermitRule], met: pd.DataFrame, triggers: Triggers
) -> Iterator[_Grant]:
    """Group meetings by rule and grant, and by area where the grant is the area."""
    if met.empty:
        return
    by_area = (met["grant_key"] == "area").to_numpy(dtype=bool)
    met["key"] = met["grant_key"].where(~by_area, "area:" + met["area_id"].astype(str))
    met = met.sort_values(["rule_id", "key"], kind="stable", ignore_index=True)
    number = met.groupby(["rule_id", "key"], sort=True).ngroup().to_numpy()
    shapes = collect_shapes(ground, met, number, triggers.features)
    merge = per_rule(met["rule_id"], rules, lambda rule: rule.merge_m)
    crossings = count_crossings(ground, met, number, merge)
    starts = np.nonzero(np.r_[True, number[1:] != number[:-1]])[0].tolist()
    names, keys = listed(met["rule_id"]), listed(met["key"])
    uses = _divide_uses(met, [*starts, len(met)])
    for low, each, count, shape in zip(starts, uses, crossings.tolist(), shapes, strict=True):
        yield _Grant(rules[names[low]], keys[low], each, count, shape)


def _divide_uses(met: pd.DataFrame, cuts: list[int]) -> Iterator[_Uses]:
    """Take meetings apart at the rows `cuts`, the first and the last among them."""
    area, span, trigger, authority = (listed(met[name]) for name in ("area_id", "span_id", "trigger_id", "authority"))
    count, meters = met["count"].to_numpy(), met["length_m"].to_numpy(dtype=np.float64)
    for low, high in pairwise(cuts):
        yield _Uses(
            area[low:high], span[low:high], trigger[low:high], authority[low:high],
            int(count[low:high].sum()), float(meters[low:high].sum()),
        )  # fmt: skip


def _all_uses(rows: pd.DataFrame) -> _Uses:
    """Take all rows as the uses of one permit."""
    return next(_divide_uses(rows, [0, len(rows)]))


def _by_area(rules: tuple[PermitRule, ...], spans: gpd.GeoDataFrame) -> list[_Grant]:
    """Permits for any digging (layer excavation), use of duct (duct) or building (build), per area."""
    found = []
    for rule in rules:
        if rule.test != "any":
            continue
        placements = {word for layer in words(rule.layer) for word in PLACED.get(layer, ())}
        concerned = spans[spans["placement"].isin(placements).to_numpy(dtype=bool)]
        for area, rows in concerned.groupby("area_id", sort=True):
            if rows["length_m"].sum() >= max(rule.least_m, 0.001):
                lines = list(rows.sort_values("span_id").geometry.to_numpy())
                found.append(_Grant(rule, f"area:{area}", _all_uses(_span_uses(rows)), 1, one_or_many(lines)))
    return found


def _span_uses(rows: gpd.GeoDataFrame) -> pd.DataFrame:
    """Spans as uses of a permit that any of them asks for."""
    return pd.DataFrame(
        {
            "area_id": rows["area_id"], "span_id": rows["span_id"], "relation": "any", "count": 1,
            "length_m": rows["length_m"].astype("float64"), "trigger_id": "", "authority": None,
        }
    )  # fmt: skip


def _in_range(grant: _Grant) -> bool:
    """Say whether the number of crossings or poles is one that the rule covers."""
    count = grant.uses.count
    return count >= grant.rule.least_count and (grant.rule.most_count == 0 or count <= grant.rule.most_count)


def permit_id(rule_id: str, authority: str | None, key: str) -> str:
    """Make the id of a permit from rule, authority and what it is granted for."""
    digest = hashlib.sha256(f"{rule_id}|{authority or ''}|{key}".encode()).hexdigest()
    return f"{rule_id}-{digest[:_DIGITS]}"


def _record(grant: _Grant, evidence: Mapping[str, tuple[str, str]]) -> dict[str, object]:
    """Sum one permit up."""
    rule, uses, crossings = grant.rule, grant.uses, grant.crossings
    authority = min((name for name in uses.authority if isinstance(name, str)), default=None)
    length = float(np.round(uses.length_m, 3))
    lots = -(-crossings // rule.lot_size) if rule.lot_size else 1
    fee = rule.fee_fixed * lots + rule.fee_crossing * crossings + rule.fee_meter * length
    source, confidence = weigh(uses.trigger_id, grant.key, evidence)
    return {
        "permit_id": permit_id(rule.rule_id, authority, grant.key),
        "rule_id": rule.rule_id, "permit": rule.permit, "authority_kind": rule.authority_kind, "authority": authority,
        "granted_for": grant.key, "crossings": crossings, "length_m": length, "lots": lots,
        "lot": ",".join(map(str, split_lots(crossings, rule.lot_size))) or None,
        "lead_time_min": rule.lead_min, "lead_time_calendar_days": rule.lead_typical, "lead_time_max": rule.lead_max,
        "fee": round(fee, 2), "rent_year": round(rule.rent_year + rule.rent_meter_year * length, 2),
        "area_ids": _joined(uses.area_id), "blocks_task_ids": None,
        "span_ids": _joined(uses.span_id), "trigger_ids": _joined(uses.trigger_id),
        "source": rule.source, "status": rule.status, "documents": rule.documents, "blocks": rule.blocks,
        "season_from": rule.season_from or None, "season_to": rule.season_to or None,
        "evidence": source, "confidence": confidence,
        "geometry": grant.shape,
    }  # fmt: skip


def split_lots(crossings: int, size: int) -> list[int]:
    """Divide crossings or poles into applications of at most `size`; none where there is no limit.

    Examples
    --------
    >>> split_lots(441, 200)
    [200, 200, 41]
    """
    if not size:
        return []
    full, rest = divmod(crossings, size)
    return [size] * full + [rest] * bool(rest)


def _joined(values: list[str]) -> str:
    """Distinct texts, sorted, joined by commas."""
    return ",".join(sorted(set(values) - {""}))


def _table(records: list[dict[str, object]], inputs: Inputs) -> gpd.GeoDataFrame:
    """Lay the permits in a checked table, by permit id."""
    names = [column.name for column in PERMITS.columns]
    ordered = sorted(records, key=lambda record: str(record["permit_id"]))
    columns: dict[str, object] = {name: [record[name] for record in ordered] for name in names}
    shapes = np.array([record["geometry"] for record in ordered], dtype=object)
    return gpd.GeoDataFrame(PERMITS.build(columns, geometry=shapes, crs=inputs.crs))
