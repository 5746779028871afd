"""A choice that reckoned with wrong costs is made again with what its design taught."""

from dataclasses import replace
from functools import cache

import pytest

from expansion.cost import draw_factors
from expansion.pipeline.candidates import design_candidates
from expansion.pipeline.chosen import design_chosen
from expansion.pipeline.grounding import lay_ground
from expansion.portfolio import choose_areas
from expansion.scale import map_serial
from tests.villages import locations, plant, point, roads, study, village

# office at the west end, forty houses along the road, in four areas
HOUSES = locations(*((f"h{n:02d}", 100 + 25 * n, 20) for n in range(40)))
ROAD = roads([(0, 0), (1200, 0)])
AREAS = {"areas": {"max_locations": 10}}


@cache
def candidates_of():
    inputs = village(roads=ROAD, locations=HOUSES, plant=plant(("co", "co", None, point(0, 0))))
    asked = study(**AREAS)
    inputs, ground = lay_ground(asked, inputs, lambda _: None)
    draws = draw_factors(asked, inputs.rulebook)
    return inputs, ground, draws, *design_candidates(asked, inputs, ground, draws, map_serial, lambda _: None)


def chosen(foreseen, money):
    """First choice and the one kept, where candidates are taken to cost `foreseen` times what they do."""
    inputs, ground, draws, candidates, prospects = candidates_of()
    wrong = candidates.cost.per_area.assign(base=(candidates.cost.per_area["base"] * foreseen).round(2))
    candidates = replace(candidates, cost=replace(candidates.cost, per_area=wrong))
    asked = study(**AREAS, portfolio={"total_budget": money * candidates_of()[3].cost.base})
    rooms = (ground.areas, ground.eligibility, candidates.network, candidates.cost)
    first = choose_areas(asked, inputs.rulebook, *rooms, prospects=prospects)
    return first, design_chosen(asked, inputs, ground, candidates, first, draws, (), map_serial, prospects)


def test_areas_taken_for_too_dear_come_in_once_their_design_is_known():
    first, kept = chosen(foreseen=1.5, money=1.05)
    assert kept.is_reckoned
    assert kept.portfolio.value > first.value
    assert not kept.over


@pytest.mark.parametrize("foreseen", [0.7, 1.0])
def test_what_is_kept_was_reckoned_with_what_its_design_costs(foreseen):
    _, kept = chosen(foreseen, money=0.8)
    assert kept.is_reckoned
    assert not kept.over
    assert "W_COST_RECKONED" not in {finding.code for finding in kept.portfolio.findings}
