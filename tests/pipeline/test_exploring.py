"""Questions about a route: changes are priced, alternatives differ in kind, second ways are found; small study."""

import json

import pytest

from expansion.errors import PlanningError
from expansion.network import ALTERNATIVES
from expansion.pipeline.exploring import explore, list_locks, reroute
from expansion.pipeline.variants import design_everything, find_alternatives, list_feeds, protect_hubs
from expansion.runs import load_inputs, read_study
from expansion.runs.routing import RouteQuestion, ask_route, write_variants
from expansion.study import parse_study
from tests.audit.small_study import write_small_study


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_small_study(tmp_path_factory.mktemp("explored"))


@pytest.fixture(scope="module")
def explored(folder):
    study, place = read_study(folder)
    return explore(study, load_inputs(study, place))


def asked(explored, **route):
    plain = explored.study.model_dump(by_alias=True)
    network = plain["network"] | {"route": plain["network"]["route"] | route}
    return parse_study(plain | {"network": network})


def edge_on_route(explored, place):
    return explored.ground.graph.edges["edge_id"].iloc[explored.route.edges[place]]


def test_the_same_locks_change_nothing(explored):
    found = reroute(explored, explored.study)
    assert (len(found.added), len(found.dropped), found.cut_off) == (0, 0, ())
    assert found.price == 0


def test_a_pin_costs_what_the_route_costs_more(explored):
    unused = [row for row in range(len(explored.ground.graph.u)) if row not in explored.route.edges]
    name = next(
        explored.ground.graph.edges["edge_id"].iloc[row]
        for row in unused
        if explored.ground.graph.u[row] in explored.ground.graph.location_node
        and not explored.ground.prices.existing[row]
    )
    found = reroute(explored, asked(explored, pin_edges=[name]))
    assert found.price > 0
    assert found.price_low <= found.price <= found.price_high
    assert found.price == pytest.approx(found.explored.route.cost - explored.route.cost)
    assert list_locks(found.explored)["price"].iloc[0] == pytest.approx(found.price)


def test_whom_an_avoid_cuts_off_is_named_and_comes_back(explored):
    found = reroute(explored, asked(explored, avoid_edges=[edge_on_route(explored, 0)]))
    assert found.cut_off
    assert found.price is None
    back = reroute(found.explored, explored.study)
    assert back.explored.route.cost == pytest.approx(explored.route.cost)
    assert len(back.explored.rows) == len(explored.rows)


def test_alternatives_cost_no_less_than_the_bound_of_the_cheapest(explored):
    found = find_alternatives(explored, "A001")
    assert [one.kind for one in found] == list(ALTERNATIVES)
    assert all(one.lower_bound <= one.cost for one in found)
    assert found[0].cost == min(one.cost for one in found if one.kind != "mostly_buried")
    assert all(one.gap == pytest.approx((one.cost - one.lower_bound) / one.cost, abs=1e-6) for one in found)


@pytest.mark.parametrize("area", ["A001", "A002", "A003"])
def test_each_alternative_is_best_in_its_own_kind(explored, area):
    found = {one.kind: one for one in find_alternatives(explored, area)}
    assert found["fewest_permits"].permits <= found["cheapest"].permits
    assert found["soonest_permits"].longest_lead_days <= found["cheapest"].longest_lead_days
    assert found["mostly_aerial"].aerial_share >= found["cheapest"].aerial_share
    assert found["mostly_buried"].aerial_share == 0


def test_the_cheapest_alternative_is_the_route_itself(explored):
    one = find_alternatives(explored, "A002", ["cheapest"])[0]
    assert set(one.edges.tolist()) <= set(explored.route.edges.tolist())


def test_unknown_areas_and_kinds_are_refused(explored):
    for words, code in ((("A999", ["cheapest"]), "E_AREA_UNKNOWN"), (("A001", ["prettiest"]), "E_ALTERNATIVE")):
        with pytest.raises(PlanningError) as caught:
            find_alternatives(explored, *words)
        assert caught.value.code == code


def test_streets_that_hang_from_one_road_cannot_be_protected_and_the_road_is_named(explored):
    network = design_everything(explored)
    ways = protect_hubs(explored, list_feeds(explored, network.sites, network.paths))
    assert [way.feed.hub_id for way in ways] == sorted(network.sites["site_id"][network.sites["kind"] == "hub"])
    far = next(way for way in ways if len(way.working))
    assert not far.is_disjoint
    assert set(far.shared_edge_ids) <= set(explored.ground.graph.edges["edge_id"])
    assert far.cost == 0


def test_answers_are_written_as_geojson_in_degrees_and_never_over_a_file(folder, tmp_path):
    answer = ask_route(folder, RouteQuestion(area="A001", alternatives=True, protect=True))
    path = write_variants(answer.features, tmp_path / "variants.geojson")
    rows = json.loads(path.read_text("utf-8"))["features"]
    kinds = [row["properties"]["kind"] for row in rows]
    assert kinds[: len(ALTERNATIVES)] == list(ALTERNATIVES)
    longitude, latitude = rows[0]["geometry"]["coordinates"][0][0]
    assert (round(longitude), round(latitude)) == (10, 47) or (9 <= longitude < 10 and 47 <= latitude < 48)
    with pytest.raises(PlanningError) as caught:
        write_variants(answer.features, path)
    assert caught.value.code == "E_OUT_EXISTS"
