"""Pole sheets against the plan's own counts and the permits of the owners.

Eleven poles of two owners beside one aerial span of 110 m, pole k at 10 k meters of it; owner B has every third.
"""

import csv

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point

from expansion.export.pole_sheets import pole_lots, write_poles
from expansion.figures.poles import plan_poles
from tests.figures import plant_tables

RULES = {
    "permit_rules": [
        {"rule_id": "POLE", "test": "uses", "within_m": 5.0, "lot_size": 3},
        {"rule_id": "ROW", "test": "along", "within_m": 99.0, "lot_size": 1},
    ],
    "rates": [
        {"rate_id": "make_ready_pole", "low": 100.0, "likely": 200.0, "high": 400.0},
        {"rate_id": "pole_application", "low": 1.0, "likely": 60.5, "high": 99.0},
    ],
}


def tables(**changes):
    own = plant_tables.tables()
    names = [f"P{number:02d}" for number in range(11)]
    owners = ["B" if number % 3 == 0 else "A" for number in range(11)]
    poles = pd.DataFrame(
        {"trigger_id": names, "layer": "pole", "attributes": [f'{{"owner": "{owner}"}}' for owner in owners]}
    )
    own["triggers"] = gpd.GeoDataFrame(
        poles, geometry=[Point(60 - 10 * k, 54) for k in range(11)], crs=plant_tables.UTM
    )
    spans = own["spans"]
    spans.loc[spans["span_id"] == "S2", "geometry"] = LineString([(60, 50), (-50, 50)])
    spans.loc[spans["span_id"] == "S1", "geometry"] = LineString([(0, 900), (1, 900)])
    own["edges"] = own["edges"].set_geometry(spans.geometry.to_numpy()).assign(is_tunnel=False)
    by_owner = {who: ",".join(n for n, o in zip(names, owners, strict=True) if o == who) for who in "AB"}
    own["permits"] = pd.DataFrame(
        {"permit_id": ["POLE-A", "POLE-B"], "rule_id": "POLE", "trigger_ids": [by_owner["A"], by_owner["B"]]}
    )
    return own | changes


def test_poles_stand_in_the_order_of_the_walk_whichever_way_the_span_points():
    found = plan_poles(tables(), RULES)
    assert found["pole_id"].tolist() == [f"P{number:02d}" for number in range(10, -1, -1)]
    assert found["place"].tolist() == list(range(1, 12))
    assert set(found["attachment"]) == {"strand; H-K1 (12 fibers)"}
    assert set(found["road"]) == {"Main Street"}


def test_a_lot_holds_what_the_rule_lets_one_application_hold():
    found = plan_poles(tables(), RULES)
    sizes = found.groupby(["permit_id", "lot"]).size()
    assert sizes.to_dict() == {("POLE-A", 1): 3, ("POLE-A", 2): 3, ("POLE-A", 3): 1, ("POLE-B", 1): 3, ("POLE-B", 2): 1}


def test_lots_carry_the_sums_of_their_poles():
    lots = pole_lots(pd.DataFrame(plan_poles(tables(), RULES)))
    last = lots.iloc[-1]
    assert (last["owner"], last["lot"], last["poles"]) == ("B", 2, 1)
    assert (lots["make_ready_likely"].sum(), lots["application_cost"].sum()) == (2200.0, 665.5)


@pytest.mark.parametrize("size", [0, 11, 400])
def test_a_rule_without_a_limit_takes_all_poles_in_one_application(size):
    rules = RULES | {"permit_rules": [RULES["permit_rules"][0] | {"lot_size": size}]}
    assert plan_poles(tables(), rules)["lot"].max() == 1


def test_poles_beyond_reach_or_beside_buried_spans_are_not_used():
    far = tables()
    far["triggers"] = far["triggers"].set_geometry(far["triggers"].translate(0, 3))
    assert len(plan_poles(far, RULES)) == 0
    buried = tables()
    buried["spans"]["placement"] = "buried"
    assert len(plan_poles(buried, RULES)) == 0


def test_a_pole_that_no_rule_covers_is_listed_without_a_lot(tmp_path):
    own = tables(permits=plant_tables.permits().assign(rule_id="ROW"))
    found = plan_poles(own, RULES)
    assert found["permit_id"].isna().all()
    assert pole_lots(pd.DataFrame(found))["poles"].tolist() == [7, 4]


@pytest.mark.parametrize(
    ("words", "height"), [('"height": "9.5"', 9.5), ('"height_ft": 40', 12.19), ('"height": "tall"', None)]
)
def test_heights_are_read_where_a_source_gives_them(words, height):
    own = tables()
    own["triggers"]["attributes"] = f"{{{words}}}"
    found = plan_poles(own, RULES)
    assert found["height_m"].iloc[0] == pytest.approx(height) if height else found["height_m"].isna().all()
    assert set(found["owner"]) == {"unknown"}


def test_sheets_of_a_plan_hold_every_pole_that_its_spans_count(planned, tmp_path):
    folder = write_poles(planned, tmp_path / "poles")
    with (folder / "Valley-Power.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    spans = planned.tables["spans"].set_index("span_id")["pole_count"]
    counted = pd.Series([row["span_id"] for row in rows]).value_counts()
    assert counted.to_dict() == spans[spans > 0].to_dict()
    permits = planned.tables["permits"].set_index("permit_id")
    lots = pd.read_csv(folder / "lots.csv")
    assert lots.groupby("permit_id").size().to_dict() == permits.loc[lots["permit_id"].unique(), "lots"].to_dict()


def test_make_ready_of_the_sheets_is_that_of_the_bill(planned, tmp_path):
    folder = write_poles(planned, tmp_path / "poles")
    bom = planned.tables["bom"]
    billed = bom.loc[bom["item"] == "make_ready_pole", "cost"].sum()
    assert pd.read_csv(folder / "lots.csv")["make_ready_likely"].sum() == pytest.approx(billed, abs=0.01)
