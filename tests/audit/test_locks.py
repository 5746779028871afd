"""The verifier finds a lock that is not kept, not listed, or not priced as the route says."""

import json
import shutil

import geopandas as gpd
import pytest

from expansion.audit import verify_plan
from expansion.audit.folder import SavedPlan
from expansion.audit.verify import CHECKS, run_check
from expansion.runs.planning import plan_study
from tests.audit.alterations import Folder
from tests.audit.small_study import place, write_small_study

#  office ── A ──#── B ──~── C: a pin up a lane between A and B, the end of C Street avoided, a hub locked in B
LOCKS = f"""
[network.route]
pins = "pins.geojson"
avoid = "avoid.geojson"
avoid_rules = ["POLE"]
[[network.locks.hubs]]
name = "yard"
longitude = {place(3000, 200)[0]}
latitude = {place(3000, 200)[1]}
capacity = 8
"""
#  the house above A goes with A, as does its neighbor; the two ends of B Street are parted
AREA_LOCKS = """[areas]
together = [["w3", "w41"], ["w3", "w4"]]
apart = [["w16", "w25"]]
"""


def shape(kind, *spots):
    corners = [list(place(*spot)) for spot in spots]
    geometry = {"type": kind, "coordinates": [corners] if kind == "Polygon" else corners}
    features = [{"type": "Feature", "properties": {"id": "d1"}, "geometry": geometry}]
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.fixture(scope="module")
def locked_plan(tmp_path_factory):
    folder = write_small_study(tmp_path_factory.mktemp("locked") / "study")
    (folder / "pins.geojson").write_text(shape("LineString", (3000, 300), (3000, 400)), "utf-8")
    box = [(5400, 340), (5600, 340), (5600, 360), (5400, 360), (5400, 340)]
    (folder / "avoid.geojson").write_text(shape("Polygon", *box), "utf-8")
    text = (folder / "study.toml").read_text("utf-8").replace("[cost]", LOCKS + "[cost]")
    text = text.replace("[areas]", AREA_LOCKS)
    (folder / "study.toml").write_text(text, "utf-8")
    plan_study(folder, folder.parent / "plan")
    return folder.parent / "plan"


@pytest.fixture
def copy(locked_plan, tmp_path):
    return Folder(shutil.copytree(locked_plan, tmp_path / "plan"))


def failures(plan, name="locks"):
    plan.seal()
    return run_check(name, dict(CHECKS)[name], SavedPlan(plan.folder)).failures


def locks(plan):
    return gpd.read_parquet(plan.folder / "tables" / "route_locks.parquet")


def test_a_plan_with_locks_passes_every_check(locked_plan):
    assert {check.name: check.failures for check in verify_plan(locked_plan) if not check.ok} == {}
    kinds = locks(Folder(locked_plan)).groupby("kind").size().to_dict()
    assert kinds == {"avoid": 2, "hub": 1, "pin": 1}


def test_a_location_behind_what_is_avoided_is_unreachable_and_that_is_right(locked_plan):
    found = [row for row in Folder(locked_plan).document["findings"] if row["code"] == "W_AVOID_CUTS"]
    assert len(found) == 1
    assert Folder(locked_plan).document["outcomes"]["unreachable"] == found[0]["count"] + 1


@pytest.mark.parametrize("column", ["in_route", "in_network"])
def test_a_pin_that_is_not_built_is_found(copy, column):
    edges = copy.table("edges")
    edges.loc[edges["lock"] == "pin", column] = False
    copy.write("edges", edges)
    assert any("pinned edges are not" in text for text in failures(copy))


def test_an_avoided_edge_that_is_built_is_found(copy):
    edges = copy.table("edges")
    edges.loc[edges["lock"] == "avoid", "in_network"] = True
    copy.write("edges", edges)
    assert any("avoided edges are in_network" in text for text in failures(copy))


def test_a_pin_that_is_forgotten_everywhere_is_missed(copy):
    edges = copy.table("edges")
    edges.loc[edges["lock"] == "pin", "lock"] = ""
    copy.write("edges", edges)
    table = locks(copy)
    copy.write("route_locks", table[table["kind"] != "pin"])
    assert any("0 of 1 features of network.route.pins" in text for text in failures(copy))


def test_a_cheaper_lock_than_the_route_says_is_found(copy):
    table = locks(copy)
    table.loc[table["kind"] == "pin", "price"] = 0.0
    copy.write("route_locks", table)
    assert any("price is not what" in text for text in failures(copy))


def test_a_hub_that_stands_elsewhere_is_found(copy):
    table = locks(copy)
    row = table["kind"] == "hub"
    table.loc[row, "geometry"] = table.geometry[row].translate(40.0, 0.0)
    copy.write("route_locks", table)
    assert any("nearest road node" in text for text in failures(copy))


def test_a_bound_that_charges_a_pin_twice_is_refused(copy):
    cost = copy.document["route"]["cost"]
    copy.document["route"]["certified_lower_bound"] = round(cost + 1, 2)
    (copy.folder / "plan.json").write_text(json.dumps(copy.document), "utf-8")
    assert failures(copy, "certificate")


def test_a_reachable_location_that_is_called_cut_off_is_found(copy):
    locations = copy.table("locations")
    row = locations.index[locations["outcome"] == "fiber"][0]
    locations.loc[row, "outcome"] = "unreachable"
    copy.write("locations", locations)
    assert any("locations near a road" in text for text in failures(copy, "outcomes"))


def test_area_locks_are_kept_and_priced(locked_plan):
    table = Folder(locked_plan).table("design_locks").set_index("lock_id")
    assert table["price"].notna().all()
    assert table.loc["together-2", "price"] == 0
    assert table.loc["together-1", "price"] != 0
    assert (table["cost_with"] - table["cost_without"] - table["price"]).abs().max() < 0.01


@pytest.mark.parametrize(("one", "other"), [("w16", "w25"), ("w27", "w41")])
def test_an_area_lock_that_is_not_kept_is_found(copy, one, other):
    locations = copy.table("locations").set_index("location_id", drop=False)
    locations.loc[other, "area_id"] = locations.loc[one, "area_id"]
    copy.write("locations", locations.reset_index(drop=True))
    assert any("is not kept" in text for text in failures(copy))


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("price", -1.0, "the design costs more"), ("location_ids", "w3,w5", "other locations"),
        ("lock_id", "together-9", "of the study and of the plan differ"), ("kind", "apart", "another kind"),
        ("area_ids", "A099", "not in the plan"),
    ],
)  # fmt: skip
def test_a_forged_area_lock_is_found(copy, column, value, words):
    table = copy.table("design_locks")
    table.loc[table["lock_id"] == "together-1", column] = value
    copy.write("design_locks", table)
    assert any(words in text for text in failures(copy))
