"""Costs at risk: areas add to the program, a risk adds its impact, and what a price range holds is not added again."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from expansion.cost import draw_costs
from expansion.plan.plan import Draws
from expansion.plan.uncertainty import Events
from tests.schedule.programs import cost_of, rules

LINES = (("civil", "plow", 100.0, "m", 10.0), ("soft", "engineering", 0.1, "share", 0.1))
FACTORS = ("soil", "labor", "material", "make_ready", "permits", "quantity")


def bill(count=2):
    """Plowing for 500 to 2,000, likely 1,000, moved by soil and by quantity, with 10 % of engineering."""
    cost = cost_of(count, LINES)
    civil = (cost.bom["category"] == "civil").to_numpy()
    bom = cost.bom.assign(
        factor=np.where(civil, "soil", "labor"),
        rate_low=np.where(civil, 5.0, 0.1),
        rate_high=np.where(civil, 20.0, 0.1),
    )
    return replace(cost, bom=bom)


def drawn(*risks, soil=0.0, fired=True):
    """Risks of rule, area and impact, over three draws in which soil alone is not at its median."""
    columns = {"rule_id": [r[0] for r in risks], "area_id": [r[1] for r in risks], "impact_cost": [r[2] for r in risks]}
    table = pd.DataFrame(columns).astype({"rule_id": "str", "area_id": "str", "impact_cost": "float"})
    scores = {name: np.zeros(3) for name in FACTORS} | {"soil": np.full(3, soil)}
    events = Events(np.arange(3), (), np.full((len(risks), 3), fired))
    return draw_costs(rules(), bill(), Draws(scores), table, events)


def test_a_risk_of_an_area_costs_that_area():
    found, calm = drawn(("R14", "A002", 70.0)), drawn()
    assert (found.areas - calm.areas)[:, 0] == pytest.approx([0, 70])
    assert found.program - calm.program == pytest.approx([70] * 3)


def test_a_risk_of_the_program_is_shared_by_base_cost():
    assert (drawn(("R21", None, 70.0)).areas - drawn().areas)[:, 0] == pytest.approx([35, 35])


def test_a_risk_that_does_not_happen_costs_nothing():
    assert drawn(("R14", "A002", 70.0), fired=False).program == pytest.approx(drawn().program)


def test_ground_that_is_dear_in_a_draw_holds_part_of_the_rock_already():
    """At soil's 84th percentile a meter costs 15.12; 100 m that grow by 1.05 % cost 517.52 above likely, of 600."""
    dear, likely = drawn(("R06", "A001", 600.0), soil=1.0), drawn(("R06", "A001", 600.0), soil=-3.0)
    assert likely.risks[0] == pytest.approx([600] * 3)
    assert dear.risks[0] == pytest.approx([82.48] * 3, abs=0.01)


def test_a_risk_within_the_range_adds_nothing():
    assert drawn(("R06", "A001", 300.0), soil=2.0).risks[0] == pytest.approx([0] * 3)


def test_the_rise_of_prices_is_drawn_elsewhere():
    assert drawn(("R07", None, 500.0)).risks[0] == pytest.approx([0] * 3)
