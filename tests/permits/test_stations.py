"""Permits of towers and cabinets."""

import itertools

import pytest

from expansion.permits import find_triggers, register_permits
from expansion.rulebook import load_rulebook
from tests.permits import oracle
from tests.permits.maps import Feature, Road, box, make_graph, make_inputs, make_network, rule, study

#        West           |          East
#  n0 ------------------+---------------- n1      boundary at x = 0, both towns of level 8
ROADS = [Road("w1", [(-50, 0), (50, 0)])]
TOWNS = [
    Feature("b0", "boundary", box(-600, -600, 0, 600), "level 8", "West"),
    Feature("b1", "boundary", box(0, -600, 600, 600), "level 8", "East"),
]
SITE = rule("SITE", "station", "any", subtypes="new_tower", authority_levels="8", fee_fixed=700, blocks="tower")
BOX = rule("BOX", "station", "any", subtypes="cabinet|exchange", blocks="cabinet")
ANY = rule("ANY", "station", "any")
KINDS = ("new_tower", "tower", "cabinet", "exchange")


def register(rules, *stations, features=TOWNS, **permits):
    graph, inputs = make_graph(ROADS), make_inputs(ROADS, features, rules)
    met = find_triggers(study(**permits), inputs, graph)
    return register_permits(study(**permits), inputs, graph, met, make_network(graph, stations=stations)).table


def test_a_new_tower_needs_its_siting_permit_from_the_town_it_stands_in():
    (permit,) = register([SITE], ("T", "new_tower", 1)).to_dict("records")
    assert (permit["granted_for"], permit["authority"], permit["fee"]) == ("station:T", "East", 700.0)
    assert (permit["area_ids"], permit["span_ids"], permit["blocks"]) == ("A1", "", "tower")
    assert permit["geometry"].coords[0] == tuple(ROADS[0].line[1][n] + (500_000.0, 5_200_000.0)[n] for n in (0, 1))


def test_each_tower_is_a_permit_of_its_own():
    found = register([SITE], ("T", "new_tower", 0), ("U", "new_tower", 1))
    assert sorted(found["authority"]) == ["East", "West"]


def test_no_boundary_leaves_the_authority_open():
    assert register([SITE], ("T", "new_tower", 1), features=[])["authority"].isna().all()


def test_a_rule_that_is_disabled_asks_for_nothing():
    assert len(register([SITE], ("T", "new_tower", 1), disable=("SITE",))) == 0


def test_stations_do_not_wait_for_each_other_for_having_no_span():
    first = rule("FIRST", "station", "any", subtypes="cabinet")
    last = rule("LAST", "station", "any", subtypes="new_tower", after="FIRST")
    found = register([first, last], ("T", "new_tower", 0), ("C", "cabinet", 1))
    assert found["after_permit_ids"].isna().all()


def test_a_station_waits_for_what_is_granted_for_it_first():
    found = register([ANY, rule("LAST", "station", "any", after="ANY")], ("T", "new_tower", 0))
    before, last = found.sort_values("rule_id").to_dict("records")
    assert last["after_permit_ids"] == before["permit_id"]


@pytest.mark.parametrize("kinds", list(itertools.product(KINDS, KINDS)))
def test_stations_get_the_permits_that_brute_force_finds(kinds):
    stations = [(f"S{n}", kind, n) for n, kind in enumerate(kinds)]
    rules = [SITE, BOX, ANY]
    told = register(rules, *stations)
    found = sorted(zip(told["rule_id"], told["granted_for"], told["authority"].fillna(""), strict=True))
    graph = make_graph(ROADS)
    plain = [(site, kind, (graph.x[node], graph.y[node])) for site, kind, node in stations]
    towns = [{"id": town.id, "name": town.name, "shape": town.shape()} for town in TOWNS]
    asked = [{"id": one.rule_id, "subtypes": one.subtypes, "named": one.authority_levels == "8"} for one in rules]
    assert found == oracle.station_permits(plain, asked, towns)


@pytest.mark.parametrize(("profile", "tower", "cabinet"), [("generic", 1, 1), ("us-bead", 2, 1)])
def test_each_profile_asks_for_permits_of_new_towers_and_cabinets_only(profile, tower, cabinet):
    book = load_rulebook(profile)
    found = register(book.permit_rules, *((kind, kind, 0) for kind in KINDS))
    mine = found[found["granted_for"].str.startswith("station:")]
    assert mine["granted_for"].value_counts().to_dict() == {"station:new_tower": tower, "station:cabinet": cabinet}
    assert set(mine["status"]) == {"GENERAL"}
