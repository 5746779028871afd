"""Figures of dates and costs drawn together, and of what each risk does, say their numbers in words."""

import xml.etree.ElementTree as ET

import pandas as pd

from expansion.figures.svg_forecast import draw_finish_curve, draw_joint
from expansion.figures.svg_risks import draw_risks

DRAWS = pd.DataFrame(
    {"draw": [1, 2, 3, 4], "finish": ["2028-01-10", "2028-02-01", "2028-02-01", "2028-04-01"], "cost": [9.0, 12, 8, 11]}
)
TOLD = {
    "planned_finish": "2028-02-01", "cost_base": 8.0, "cost_p80": 10.0,
    "finish_p50": "2028-02-01", "finish_p80": "2028-02-01",
    "finish_p90": "2028-04-01", "finish_confidence": 0.75, "joint_confidence": 0.5, "joint_finish": "2028-04-01",
    "joint_cost": 12.0,
}  # fmt: skip


def words(drawing):
    return " ".join("".join(one.itertext()) for one in ET.fromstring(drawing).iter() if one.tag.endswith("text"))


def test_every_draw_is_a_dot_and_those_that_keep_both_are_green():
    drawing = draw_joint(DRAWS, TOLD, currency="EUR", title="t")
    assert drawing.count("<circle") == 4
    assert drawing.count('r="2" fill="#009E73"') == 2
    assert "P80 of both kept: 50 of 100 draws" in words(drawing)
    assert "80 of 100 together: 2028-04-01, 12" in words(drawing)


def test_the_curve_names_plan_and_percentiles():
    said = words(draw_finish_curve(DRAWS, TOLD, title="t"))
    assert "planned 2028-02-01: 75 of 100 draws" in said
    assert "P80 2028-02-01" in said


def test_one_draw_makes_no_figure():
    assert draw_joint(DRAWS.head(1), TOLD, currency="EUR", title="t") == ""
    assert draw_finish_curve(DRAWS.head(0), {}, title="t") == ""


def test_draws_that_all_agree_are_still_drawn():
    same = DRAWS.assign(finish="2028-02-01", cost=9.0)
    assert draw_joint(same, TOLD | {"joint_finish": "2028-02-01", "joint_cost": 9.0}, currency="EUR", title="t")


def risks(*rows):
    return pd.DataFrame(rows, columns=["rank", "risk_id", "risk", "p80_days", "p80_cost"])


def test_risks_that_move_p80_are_shown_by_rank():
    drawing = draw_risks(
        risks((2, "R2", "late <i>", 0, 50.0), (1, "R1", "frost", 9, 0.0), (3, "R3", "theft", 0, 0.0)),
        currency="EUR",
        title="t",
    )
    said = words(drawing)
    assert said.index("frost") < said.index("late")
    assert "theft" not in said
    assert "<i>" not in drawing


def test_no_risk_no_figure():
    assert draw_risks(risks((1, "R1", "a", 0, 0.0)), currency="EUR", title="t") == ""
