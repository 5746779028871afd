"""On generated maps the room finds what brute force over all pairs finds."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.permits import find_triggers, register_permits
from tests.permits import oracle
from tests.permits.maps import Feature, Road, box, make_graph, make_inputs, make_network, rule, study

RULES = (
    {"id": "RAIL", "kind": "rail", "test": "crosses", "within": 0, "least": 0},
    {"id": "WATER", "kind": "water", "test": "crosses", "within": 0, "least": 0},
    {"id": "WIRES", "kind": "powerline", "test": "crosses", "within": 0, "least": 0},
    {"id": "PARK", "kind": "protected", "test": "inside", "within": 0, "least": 0},
    {"id": "MARSH", "kind": "wetland", "test": "inside", "within": 0, "least": 30},
    {"id": "BESIDE", "kind": "rail", "test": "along", "within": 20, "least": 90},
    {"id": "OLD", "kind": "historic", "test": "along", "within": 25, "least": 0},
)
BOUNDARIES = [
    Feature(f"b{row}", "boundary", box(x, -600, x + 400, 600), "level 8", f"Town {row}")
    for row, x in enumerate((-600, -200, 200))
]


def make_map(seed):
    """A ragged 3 x 3 grid of roads under random lines, areas and points; no three things meet in one place."""
    rng = np.random.default_rng(seed)
    spot = {
        (i, j): (np.array([i, j]) * 170 - 170 + rng.uniform(-50, 50, 2)).round(3) for i in range(3) for j in range(3)
    }
    pairs = [(a, b) for a in spot for b in spot if a < b and abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1]
    roads = []
    for row, (a, b) in enumerate(pairs):
        middle = ((spot[a] + spot[b]) / 2 + rng.uniform(-20, 20, 2)).round(3)
        roads.append(Road(f"w{row:02}", [tuple(spot[a]), tuple(middle), tuple(spot[b])], bridge=rng.random() < 0.2))
    features = []
    for row in range(14):
        kind = str(rng.choice(["rail", "water", "powerline", "protected", "wetland", "historic"]))
        name = str(rng.choice(["", "North", "South"])) or None
        features.append(Feature(f"f{row:02}", kind, _shape(kind, rng), name=name))
    return roads, features


def _shape(kind, rng):
    center = rng.uniform(-200, 200, 2)
    if kind == "historic":
        return [tuple(center.round(3))]
    if kind in ("protected", "wetland"):
        angles = np.sort(rng.uniform(0, 2 * np.pi, 7))
        ring = center + np.column_stack([np.cos(angles), np.sin(angles)]) * rng.uniform(30, 120, (7, 1))
        return [tuple(p) for p in np.vstack([ring, ring[:1]]).round(3)]
    walk = center + np.cumsum(rng.normal(0, 90, (6, 2)), axis=0)
    return [tuple(p) for p in walk.round(3)]


def as_rules():
    return [
        rule(one["id"], one["kind"], one["test"], within_m=one["within"], least_m=one["least"]) for one in RULES
    ] + [rule("STREET", "road", "inside", "boundary", boundary_levels="8")]


def as_plain(roads, features, graph):
    edges = [
        {"id": edge, "line": line, "ends": (u, v), "bridge": road.bridge}
        for edge, line, u, v, road in zip(
            graph.edges["edge_id"], graph.edges.geometry, graph.u, graph.v, roads, strict=True
        )
    ]
    plain = [{"id": one.id, "kind": one.kind, "name": one.name, "shape": one.shape()} for one in features]
    return edges, [one for one in plain if shapely.is_valid(one["shape"])]


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_meetings_equal_brute_force(seed):
    roads, features = make_map(seed)
    graph = make_graph(roads)
    edges, plain = as_plain(roads, features, graph)
    kept = [one for one in features if one.id in {row["id"] for row in plain}]
    found = find_triggers(study(), make_inputs(roads, [*kept, *BOUNDARIES], as_rules()), graph).meetings
    own = found[found["rule_id"] != "STREET"]
    ids = graph.edges["edge_id"].to_numpy()
    sums = own.groupby(["edge", "rule_id", "grant_key"])[["count", "length_m"]].sum()
    got = {
        (ids[edge], name, key): tuple(row) for (edge, name, key), row in zip(sums.index, sums.to_numpy(), strict=True)
    }
    want = oracle.expected(edges, plain, RULES)
    assert sorted(got) == sorted(want)
    for key, (count, meters) in want.items():
        assert got[key][1] == pytest.approx(meters, abs=0.01)
        assert meters > 0 or got[key][0] == count


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_every_edge_has_the_boundary_that_holds_most_of_it(seed):
    roads, _ = make_map(seed)
    graph = make_graph(roads)
    found = find_triggers(study(), make_inputs(roads, BOUNDARIES, as_rules()), graph).meetings
    longest = found.sort_values("length_m", ascending=False, kind="stable").drop_duplicates("edge").set_index("edge")
    plain = [{"id": one.id, "name": one.name, "shape": one.shape()} for one in BOUNDARIES]
    for edge, line in enumerate(graph.edges.geometry):
        held = sorted(line.intersection(one["shape"]).length for one in plain)
        if held[-1] - held[-2] > 3:
            assert longest.at[edge, "grant_key"] == f"boundary:{oracle.jurisdiction(line, plain)}"


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_each_meeting_of_the_route_is_in_exactly_one_permit_that_touches_it(seed):
    roads, features = make_map(seed)
    graph = make_graph(roads)
    _, plain = as_plain(roads, features, graph)
    kept = [one for one in features if one.id in {row["id"] for row in plain}]
    inputs = make_inputs(roads, [*kept, *BOUNDARIES], as_rules())
    triggers = find_triggers(study(), inputs, graph)
    built = dict.fromkeys(graph.edges["edge_id"].tolist()[::2], "buried")
    table = register_permits(study(), inputs, graph, triggers, make_network(graph, built)).table
    route = shapely.union_all(graph.edges.geometry.to_numpy()[::2])
    assert (shapely.distance(table.geometry.to_numpy(), route) < 0.01).all()
    met = triggers.meetings[triggers.meetings["edge"] % 2 == 0]
    met = met[~met["rule_id"].isin(["MARSH", "BESIDE"])]
    assert {*zip(met["rule_id"], met["grant_key"], strict=True)} == {
        pair for pair in zip(table["rule_id"], table["granted_for"], strict=True) if pair[0] not in ("MARSH", "BESIDE")
    }
    assert not table.duplicated(["rule_id", "granted_for"]).any()


def records(roads, features, placements=None):
    """The register of all roads, or of those placed: {(rule, granted for): what the row says}."""
    graph, inputs = make_graph(roads), make_inputs(roads, features, as_rules())
    found = register_permits(
        study(), inputs, graph, find_triggers(study(), inputs, graph), make_network(graph, placements)
    )
    rows = found.table.drop(columns="geometry").to_dict("records")
    return {(row["rule_id"], row["granted_for"]): row for row in rows}


@settings(max_examples=5, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(0, 100))
def test_without_the_last_feature_a_permit_is_gone_and_every_permit_of_other_features_stays(seed, pick):
    roads, features = make_map(seed)
    kept = [*(one for one in features if shapely.is_valid(one.shape())), *BOUNDARIES]
    before = records(roads, kept)
    asked = sorted(key for key, row in before.items() if row["rule_id"] != "STREET")
    if not asked:
        return
    key = asked[pick % len(asked)]
    gone = {one.id for one in kept if f"{one.kind}:{one.name or one.id}" == key[1]}
    after = records(roads, [one for one in kept if one.id not in gone])
    assert set(before) - set(after) == {one for one in before if one[1] == key[1]}
    assert {one: before[one] for one in after} == after


@settings(max_examples=6, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 40), min_size=2, max_size=6, unique=True), st.data())
def test_moving_one_road_50_m_over_a_boundary_changes_exactly_its_rows(places, data):
    """
      Town 0  ┆  Town 1        x = -200 is the boundary; parks lie east of it
    ──w0──    ┆
    ──w1──    ┆ → ──w1──
    """
    mover = data.draw(st.sampled_from(places))
    parks = [Feature(f"p{one}", "protected", box(-195, one * 10 - 4, -150, one * 10 + 4)) for one in places]

    def at(west):
        return [
            Road(f"w{one:02}", [(x, one * 10), (x + 30, one * 10)])
            for one in places
            for x in [west if one == mover else -235]
        ]

    before, after = (records(at(west), [*parks, *BOUNDARIES]) for west in (-235, -185))
    own = {("PARK", f"protected:p{mover}"), ("STREET", "boundary:Town 1")}
    assert set(after) - set(before) == own
    changed = {one for one in set(before) & set(after) if before[one] != after[one]}
    assert set(before) == {("STREET", "boundary:Town 0")}
    assert changed == {("STREET", "boundary:Town 0")}
