"""Find what every edge of the road graph would cross, enter, follow or use, under which permit rule."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.permits.columns import listed
from expansion.permits.features_met import meet_feature_layer
from expansion.permits.grants import agree_on_authority
from expansion.permits.prices import crossing_meters, expected_cents
from expansion.permits.roadside import meet_bridges, meet_laterals, meet_poles, meet_roads, pole_counts
from expansion.permits.rules import rules_in_force
from expansion.permits.states import approved_ids
from expansion.permits.survey import Survey, layers_of, make_survey
from expansion.plan.graph import MEETINGS, TRIGGERS, RoadGraph, Triggers
from expansion.plan.inputs import Inputs
from expansion.rulebook import PermitRule
from expansion.study import Study

_NUMBERS = {"edge": "int64", "count": "int64", "length_m": "float64"}
COLUMNS = (
    "edge", "trigger_id", "rule_id", "relation", "count", "length_m", "grant_key", "authority", "places",
)  # fmt: skip


def find_triggers(study: Study, inputs: Inputs, graph: RoadGraph) -> Triggers:
    """Find which edges meet which feature under which permit rule in force.

    Parameters
    ----------
    study
        ``permits.disable`` turns rules off; ``permits.delay_cost_per_day`` prices their lead time.
    inputs
        Roads, features, plant and the rule book; tables in the study CRS.
    graph
        Edges to test, built or not.

    Returns
    -------
    Triggers
        Meetings by edge, rule, grant and feature. Beside the declared columns `places` says where on the edge, in
        plane meters from node `u`: ``12.5;80`` for crossings, ``0-55.1`` for stretches. Rules on any digging meet no
        edge here: `register_permits` grants them per area.

    Raises
    ------
    StudyError
        ``E_RULE_UNKNOWN`` where the study disables a rule that does not exist.

    Notes
    -----
    `docs/methods/permits.md` says what counts as a meeting, to the tolerance.
    """
    rules = rules_in_force(study, inputs.rulebook)
    survey = make_survey(inputs, graph)
    spacing_m = inputs.rulebook.engineering_value("pole_spacing_m")
    frames = [frame for rule in rules for frame in _meet(rule, survey, spacing_m) if len(frame)]
    meetings = _meetings(frames)
    pole_count, pole_owner = pole_counts(survey, rules)
    by_id = {rule.rule_id: rule for rule in rules}
    return Triggers(
        features=_trigger_features(survey, meetings),
        meetings=meetings,
        crossing_m=crossing_meters(meetings, by_id, len(graph.u)),
        pole_count=pole_count,
        pole_owner=pole_owner,
        permit_cost_cents=expected_cents(
            meetings, by_id, study.permits.delay_cost_per_day, len(graph.u), approved_ids(inputs)
        ),
    )


def _meet(rule: PermitRule, survey: Survey, spacing_m: float) -> list[pd.DataFrame]:
    """Meetings of one rule, per layer that it names."""
    found = []
    for layer in layers_of(rule):
        if rule.test == "any":
            continue
        if rule.test == "uses":
            found.append(meet_poles(rule, survey, spacing_m))
        elif layer == "bridge":
            found.append(meet_bridges(rule, survey))
        elif layer == "lateral":
            found.append(meet_laterals(rule, survey))
        elif layer == "road" and rule.test != "crosses":
            found.append(meet_roads(rule, survey))
        else:
            found.append(meet_feature_layer(rule, survey, layer))
    return [frame.assign(rule_id=rule.rule_id) for frame in found]


def _meetings(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Lay all meetings in one checked table."""
    if frames:
        table = pd.concat(frames, ignore_index=True).astype(_NUMBERS)
        table = agree_on_authority(table)
        order = ["edge", "rule_id", "grant_key", "trigger_id", "places"]
        table = table.sort_values(order, kind="stable", ignore_index=True)
    else:
        table = pd.DataFrame({name: [] for name in COLUMNS}).astype(_NUMBERS)
    columns = {name: table[name].to_numpy() for name in COLUMNS}
    columns["authority"] = np.where(table["authority"].isna(), None, table["authority"].to_numpy(dtype=object))
    columns["places"] = pd.array(table["places"].to_numpy(dtype=object), dtype="str")
    return MEETINGS.build(columns)


def _trigger_features(survey: Survey, meetings: pd.DataFrame) -> gpd.GeoDataFrame:
    """Features that some edge meets, by id."""
    wanted = set(listed(meetings["trigger_id"]))
    table = survey.features[survey.features["feature_id"].isin(wanted)]
    parts = [
        _rows(
            table["feature_id"], table["kind"], table["source"], table["kind"],
            _attributes(table), table.geometry.to_numpy(),
        ),
        *(_own_rows(survey, wanted, layer) for layer in ("road", "bridge")),
        _lateral_rows(survey, wanted),
    ]  # fmt: skip
    stacked = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    stacked = stacked.sort_values("trigger_id", kind="stable", ignore_index=True)
    names = ("trigger_id", "kind", "source", "layer", "attributes")
    columns = {name: stacked[name].to_numpy(dtype=object) for name in names}
    made = TRIGGERS.build(columns, geometry=stacked["shape"].to_numpy(dtype=object), crs=survey.graph.crs)
    return gpd.GeoDataFrame(made)


def _rows(ids: object, kind: object, source: object, layer: object, attributes: object, shape: object) -> pd.DataFrame:
    """Rows of the trigger table."""
    return pd.DataFrame(
        {"trigger_id": ids, "kind": kind, "source": source, "layer": layer, "attributes": attributes, "shape": shape}
    )


_SAID = ("subtype", "name", "authority", "confidence")


def _attributes(table: pd.DataFrame) -> list[str]:
    """Tags of features and what their columns say, as JSON with sorted keys; equal rows are written once."""
    rows = list(zip(*(listed(table[name]) for name in ("attributes", *_SAID)), strict=True))
    made = {row: _with_tags(*row) for row in dict.fromkeys(rows)}
    return [made[row] for row in rows]


def _with_tags(text: object, *said: object) -> str:
    """Tags of one feature with the texts of its columns over them."""
    try:
        tags = json.loads(str(text))
    except json.JSONDecodeError:
        tags = {}
    tags = dict(tags) if isinstance(tags, dict) else {}
    tags |= {name: value for name, value in zip(_SAID, said, strict=True) if isinstance(value, str) and value}
    return json.dumps(tags, sort_keys=True, ensure_ascii=False)


def _own_rows(survey: Survey, wanted: set[str], layer: str) -> pd.DataFrame:
    """Rows for roads, or bridges, that are their own trigger."""
    roads = survey.roads
    ids = (f"{layer}:" + roads["road_id"].astype(str)).to_numpy(dtype=object)
    rows = np.nonzero([name in wanted for name in ids])[0]
    tags = roads.iloc[rows][["way_id", "highway", "surface", "name", "ref", "operator"]]
    names, columns = list(tags), [listed(tags[name]) for name in tags]
    texts = [_known(dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]
    return _rows(ids[rows], layer, "osm", layer, texts, roads.geometry.to_numpy()[rows])


def _lateral_rows(survey: Survey, wanted: set[str]) -> pd.DataFrame:
    """Rows for laterals, which cross private ground."""
    rows = np.nonzero(survey.ground.lateral)[0]
    ids = np.array([f"lateral:{name}" for name in survey.graph.edges["edge_id"].to_numpy()[rows]], dtype=object)
    keep = np.array([name in wanted for name in ids], dtype=bool)
    shapes = np.array(shapely.force_2d(survey.ground.lines[rows[keep]]), dtype=object)
    return _rows(ids[keep], "parcel", "derived", "lateral", ["{}"] * int(keep.sum()), shapes)


def _known(row: dict[str, object]) -> str:
    """Texts that are known, as JSON with sorted keys."""
    known = {key: value for key, value in row.items() if isinstance(value, str) and value}
    return json.dumps(known, sort_keys=True, ensure_ascii=False)
