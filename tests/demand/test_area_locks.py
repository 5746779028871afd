"""Area locks: areas are joined and parted as the planner says, and what cannot be is refused by name."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.demand import delineate_areas
from expansion.errors import PlanningError, StudyError
from expansion.network import build_graph
from expansion.study import AreaRules
from tests.villages import all_eligible, locations, plant, point, roads, study, village

#  co ── a b ──── c d ──── e f ───    one road; pairs 20 m apart, 1 km between pairs         g h on an island
PAIRS = [("a", 1000, 5), ("b", 1020, 5), ("c", 2000, 5), ("d", 2020, 5), ("e", 3000, 5), ("f", 3020, 5)]
ISLAND = [("g", 1000, 5000), ("h", 1020, 5000)]
ROADS = roads([(0, 0), (4000, 0)], [(900, 5005), (1100, 5005)])
CO = plant(("co", "co", None, point(0, 0)), ("co2", "co", None, point(900, 5005)))


def areas_of(houses=PAIRS, **rules):
    asked = study(areas={"settlement_distance_m": 100} | rules)
    inputs = village(roads=ROADS, locations=locations(*houses), plant=CO)
    eligible = all_eligible(inputs)
    return delineate_areas(asked, inputs, eligible, build_graph(asked, inputs, eligible))


def sets(areas):
    """Names of the locations per area, sorted."""
    names = np.array(list("abcdefgh"), dtype=object)[: len(areas.of_location)]
    return sorted("".join(names[areas.of_location == area]) for area in range(len(areas.table)))


def refused(code, where, houses=PAIRS, **rules):
    with pytest.raises(PlanningError) as caught:
        areas_of(houses, **rules)
    assert (caught.value.code, caught.value.where) == (code, where)
    return str(caught.value)


def test_without_locks_each_pair_is_an_area():
    assert sets(areas_of()) == ["ab", "cd", "ef"]


def test_joined_locations_bring_their_whole_areas():
    areas = areas_of(together=[["a", "d"]])
    assert sets(areas) == ["abcd", "ef"]
    assert areas.table["locations"].tolist() == [4, 2]


def test_two_locks_that_share_a_location_join_three_areas():
    assert sets(areas_of(together=[["a", "d"], ["d", "f"]])) == ["abcdef"]


def test_parted_locations_share_no_area_and_the_others_follow_the_nearest():
    assert sets(areas_of(settlement_distance_m=1000, apart=[["b", "d"]])) == ["ab", "cdef"]


def test_three_locations_apart_lie_in_three_areas():
    assert sets(areas_of(settlement_distance_m=1000, apart=[["a", "c", "f"]])) == ["ab", "cd", "ef"]


#  c stays with a although d, which is to be apart from a, lies nearer
def test_who_is_kept_with_one_side_goes_with_it():
    rules = {"together": [["a", "c"]], "apart": [["a", "d"]], "settlement_distance_m": 1000}
    assert "abc" in sets(areas_of(**rules))


def test_a_chain_of_joined_areas_is_parted_again_where_two_are_to_be_apart():
    found = sets(areas_of(together=[["a", "c"], ["d", "e"]], apart=[["b", "f"]]))
    (left,) = [area for area in found if "b" in area]
    assert "f" not in left
    assert all(sum(one in area for area in found if two in area) == 1 for one, two in (("a", "c"), ("d", "e")))


def test_a_joined_area_above_the_largest_size_is_refused_with_the_size():
    text = refused("E_AREA_FULL", ("a", "c"), together=[["a", "c"]], max_locations=3)
    assert "hold 4 units; areas.max_locations is 3" in text


def test_locations_that_no_road_joins_are_not_joined():
    refused("E_AREA_ROADS", ("a", "g"), PAIRS + ISLAND, together=[["g", "a"]])


def test_together_and_apart_at_once_is_refused_over_a_third_location_too():
    refused("E_AREA_TOGETHER_APART", ("a", "e"), together=[["a", "c"], ["c", "e"]], apart=[["e", "a"]])


def test_an_unknown_location_is_refused():
    refused("E_LOCK_LOCATION", ("zz",), together=[["a", "zz"]])


def test_a_locked_location_that_lies_in_no_area_is_a_finding():
    (found,) = [f for f in areas_of([*PAIRS, ("g", 1000, 2500)], together=[["a", "g"]]).findings if "LOCK" in f.code]
    assert (found.code, found.where) == ("W_AREA_LOCK_IDLE", ("g",))


@pytest.mark.parametrize("lock", [["a"], ["a", "a"]])
def test_a_lock_names_two_locations(lock):
    with pytest.raises((StudyError, ValueError), match="two locations"):
        AreaRules(together=[lock])


PAIR = st.lists(st.sampled_from("abcdef"), min_size=2, max_size=3, unique=True)


@settings(max_examples=12)
@given(st.lists(PAIR, max_size=3), st.lists(PAIR, max_size=3), st.sampled_from([100, 1000]))
def test_locks_that_are_not_refused_hold_and_no_location_is_lost(together, apart, distance):
    try:
        found = sets(areas_of(together=together, apart=apart, settlement_distance_m=distance))
    except PlanningError as error:
        assert error.code == "E_AREA_TOGETHER_APART"  # noqa: PT017 - the only reason here
        return
    assert sorted("".join(found)) == list("abcdef")
    area_of = {name: area for area in found for name in area}
    assert all(len({area_of[name] for name in lock}) == 1 for lock in together)
    assert all(len({area_of[name] for name in lock}) == len(lock) for lock in apart)
