"""The auditor's bound of hubs: computed another way than the planner's, and equal to it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.audit.hub_bound import LeastCost, Prices, Tree, cost_of_hubs
from expansion.network.siting.flows import FlowProgram
from expansion.network.siting.solve import site_part
from tests.network.siting.test_solve import part_of, rules


def prices_of(asked):
    cables = tuple(zip(asked.cables.fibers, asked.cable_m, strict=True))
    return Prices(
        asked.sizes, asked.fill_target, asked.split_ratio, asked.splitter, asked.splice, asked.closure, cables,
        asked.cables.spare_share,
    )  # fmt: skip


def tree_of(part):
    return Tree(part.parent, part.load, part.cable_m, part.feeder_m, part.trunk, part.up_m)


@st.composite
def bushes(draw):
    """Parts with many branches to a node."""
    count = draw(st.integers(1, 10))
    parent = [-1, *(draw(st.integers(max(0, row - 4), row - 1)) for row in range(1, count))]
    load = draw(st.lists(st.integers(0, 12), min_size=count, max_size=count).filter(any))
    meters, trunk = (
        [0, *draw(st.lists(st.integers(0, most), min_size=count - 1, max_size=count - 1))] for most in (3000, 2)
    )
    return part_of(parent, load, meters, trunk, draw(st.integers(0, 500)))


@settings(max_examples=40)
@given(bushes(), st.sampled_from([16, 30, 288]), st.sampled_from([8, 32]))
def test_planner_and_auditor_agree_on_cost_and_bound(part, capacity, ratio):
    asked = rules(capacity, ratio=ratio)
    found, prices = site_part(part, asked), prices_of(asked)
    hub = np.full(len(part.parent), -1)
    for number, region in enumerate(found.regions):
        hub[list(region.rows)] = number
    assert cost_of_hubs(tree_of(part), [region.at for region in found.regions], hub, prices) == found.cost
    assert LeastCost(tree_of(part), prices).bound() == FlowProgram(part, asked).solve().bound
