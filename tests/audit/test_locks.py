"""The verifier finds a lock that is not kept, not listed, or not priced as the route says."""

import json
import shutil

import geopandas as gpd
import pytest
from shapely import Point

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
[[network.locks.terminals]]
name = "gate"
longitude = {place(800, 150)[0]}
latitude = {place(800, 150)[1]}
[[network.locks.terminals]]
name = "end"
longitude = {place(3000, 250)[0]}
latitude = {place(3000, 250)[1]}
[[network.locks.huts]]
name = "rail"
longitude = {place(3000, 0)[0]}
latitude = {place(3000, 0)[1]}
[[network.locks.huts]]
name = "school"
longitude = {place(800, 0)[0]}
latitude = {place(800, 0)[1]}
stands = false
[[network.locks.assignments]]
locations = ["w5", "w8", "w14"]
to = "terminal-gate"
[[network.locks.assignments]]
locations = ["w24"]
to = "hub-yard"
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


def test_site_locks_are_kept_and_priced_and_what_cannot_be_is_said(locked_plan):
    table = Folder(locked_plan).table("design_locks").set_index("lock_id")
    assert table["price"].notna().all()
    assert table.loc["hut-rail", "price"] > 0
    assert table.loc["assignment-1", "unmet"] == "w14"
    assert [row["where"] for row in unmet(Folder(locked_plan))] == [["assignment-1"]]


def unmet(plan):
    return [row for row in plan.document["findings"] if row["code"] == "W_LOCK_UNMET"]


FORGED = [
    [
        ("terminal-gate", "node", 1, "terminal-gate names another node"),
        ("hut-rail", "site_id", None, "hut-rail names another site"),
        ("hut-school", "site_id", "hut-1", "hut-school names a site"),
        ("assignment-1", "unmet", None, "assignment-1: others are fed from elsewhere than told"),
        ("assignment-2", "to_lock_id", "hub-farm", "assignment-2 names another lock"),
        ("together-1", "site_id", "CO1", "together-1 is about areas and names sites"),
        ("terminal-end", "price", 1.0, "the design costs more"),
    ],
    [
        ("terminal-gate", "site_id", "A001-H1-T9", "terminal-gate names another site"),
        ("hut-rail", "kind", "no_hut", "hut-rail is of another kind"),
        ("assignment-1", "location_ids", "w5,w8", "assignment-1 names other locations"),
        ("terminal-end", "geometry", Point(0, 0), "terminal-end lies elsewhere"),
        ("hut-school", "lock_id", "hut-church", "of the study and of the plan differ"),
    ],
]


@pytest.mark.parametrize("forged", FORGED)
def test_forged_site_locks_are_found(copy, forged):
    table = copy.table("design_locks")
    row_of = {name: row for row, name in table["lock_id"].items()}
    for lock, column, value, _ in forged:
        table.loc[row_of[lock], column] = value
    copy.write("design_locks", table)
    found = failures(copy)
    assert [words for *_, words in forged if not any(words in text for text in found)] == []


def test_locked_sites_that_stand_elsewhere_are_found(copy):
    sites, locks = copy.table("sites"), copy.table("design_locks").set_index("lock_id")
    sites.loc[(sites["kind"] == "terminal") & (sites["node"] == locks.loc["terminal-end", "node"]), "node"] = 12
    sites.loc[sites["kind"] == "hut", "node"] = 12
    sites.loc[sites["kind"] == "hut", "geometry"] = locks.geometry["hut-school"]
    copy.write("sites", sites)
    found = failures(copy)
    for words in ("terminal-end names another site", "hut-rail names another site", "hut-school: hut-1 stands there"):
        assert any(words in text for text in found)


@pytest.mark.parametrize(
    ("lock", "words"),
    [("", "no finding says why"), ("hut-rail", "is called unmet"), ("terminal-end", "unmet and holds")],
)
def test_a_finding_that_is_silenced_or_made_up_is_found(copy, lock, words):
    unmet(copy)[0]["where"] = [lock] if lock else []
    (copy.folder / "plan.json").write_text(json.dumps(copy.document), "utf-8")
    assert any(words in text for text in failures(copy))


def test_a_location_that_its_terminal_could_serve_is_found(copy):
    for name in ("paths", "drops"):
        table = copy.table(name)
        table.loc[table["location_id"] == "w5", "terminal_id"] = "A001-H1-T3"
        copy.write(name, table)
    table = copy.table("design_locks")
    table.loc[table["lock_id"] == "assignment-1", "unmet"] = "w5,w14"
    copy.write("design_locks", table)
    assert any("could feed locations" in text for text in failures(copy))
