"""Where the study brings no plant, an office is assumed in the middle of demand, and that is said."""

import pytest

from expansion.demand import assume_plant, find_eligible
from tests.villages import EAST, NORTH, line, plant, point, served, study, village

TOWN_AND_FARM = """
 hh
+---+---------------------------------------+
 hhh                                       h
"""

TWO_PARTS = """
 h     +---+      +--------+
+-+     h                h
"""


def office(drawing, **tables):
    """The assumed office, meters from the drawing's corner."""
    inputs = village(drawing, **tables)
    found = assume_plant(study(), inputs, find_eligible(study(), inputs)).plant
    return found["plant_id"].tolist(), found.geometry.iloc[0].x - EAST, found.geometry.iloc[0].y - NORTH


def test_the_office_stands_at_the_road_node_nearest_the_largest_settlement():
    assert office(TOWN_AND_FARM) == (["assumed-co"], 0, 25)


def test_a_block_of_flats_outweighs_a_hamlet():
    flats = TOWN_AND_FARM.replace(
        "                                       h", "                                       9"
    )
    assert office(flats)[1] == 44 * 25


def test_the_office_stands_on_the_largest_connected_part_of_the_roads():
    names, x, y = office(TWO_PARTS)
    assert (names, x, y) == (["assumed-co"], 18 * 25, 25)


def test_the_assumption_is_a_finding_and_the_inputs_stay_as_they_were():
    inputs = village(TOWN_AND_FARM)
    after = assume_plant(study(), inputs, find_eligible(study(), inputs))
    assert [finding.code for finding in after.findings] == ["W_ASSUMED_PLANT"]
    assert (len(inputs.plant), after.plant["origin"].tolist()) == (0, ["assumed"])


@pytest.mark.parametrize(
    "item", [("f", "fiber", 12, line((0, 0), (50, 0))), ("c", "co", None, point(0, 0))], ids=["fiber", "co"]
)
def test_an_office_or_a_fiber_of_the_study_is_enough(item):
    inputs = village(TOWN_AND_FARM, plant=plant(item))
    assert assume_plant(study(), inputs, find_eligible(study(), inputs)) is inputs


def test_poles_and_duct_are_not_plant_that_light_comes_from():
    items = plant(("p", "pole", None, point(0, 0)), ("d", "duct", None, line((0, 0), (50, 0))))
    assert office(TOWN_AND_FARM, plant=items)[0] == ["assumed-co"]


def test_an_office_is_assumed_even_where_all_are_served():
    inputs = served(village(TOWN_AND_FARM))
    assert len(assume_plant(study(), inputs, find_eligible(study(), inputs)).plant) == 1
