import pytest

from expansion.figures.cable_runs import natural, read_plant
from expansion.figures.cable_tree import tree_rows
from expansion.figures.crossings import Ground
from tests.figures import plant_tables


@pytest.fixture(scope="module")
def plant():
    return read_plant(plant_tables.tables())


def test_chainage_counts_from_the_hub_whichever_way_spans_point(plant):
    run = plant.runs["H-K1"]
    assert [(one.span_id, one.start_m, one.end_m) for one in run.stretches] == [
        ("S1", 0, 100), ("S2", 100, 160), ("S3", 160, 200),
    ]  # fmt: skip
    assert list(run.stretches[1].shape.coords) == [(100, 0), (160, 0)]


def test_a_branch_begins_at_the_chainage_of_its_closure(plant):
    run = plant.runs["H-K2"]
    assert (run.source, run.start_m, run.end_m) == ("H", 100, 130)


def test_sites_stand_along_their_cable(plant):
    stops = plant.runs["H-K1"].stops
    assert [(one.site_id, one.at_m) for one in stops] == [("H-C1", 100), ("H-T1", 160), ("H-T2", 200)]


def test_the_tree_lists_a_closure_with_its_branch_where_light_meets_it(plant):
    rows = [(row.depth, row.site_id or row.run.cable_id) for row in tree_rows(plant, "H")]
    assert rows == [(0, "H-K1"), (1, "H-C1"), (2, "H-K2"), (3, "H-T3"), (1, "H-T1"), (1, "H-T2")]


def test_every_site_is_drawn_once(plant):
    names = [row.site_id for row in (*tree_rows(plant, "O"), *tree_rows(plant, "H")) if row.site_id]
    assert sorted(names) == sorted(set(plant.sites) - {"O"})


def test_the_feeder_of_a_hub_is_followed_to_its_office(plant):
    assert [run.cable_id for run in plant.feeder_of("H")] == ["F1"]
    assert plant.feeder_of("O") == []


def test_a_terminal_at_the_hub_itself_stands_beside_it():
    tables = plant_tables.tables()
    tables["sites"].loc[tables["sites"]["site_id"] == "H-T3", "node"] = 1
    tables["cables"] = tables["cables"][tables["cables"]["cable_id"] != "H-K2"]
    assert read_plant(tables).beside("H") == ["H-T3"]


def test_references_that_lead_nowhere_leave_a_run_short():
    tables = plant_tables.tables()
    tables["cables"]["span_ids"] = "S1,S9"
    tables["cables"]["from_site"] = "nobody"
    run = read_plant(tables).runs["H-K1"]
    assert (run.source, run.end_m) == ("nobody", 100)


def test_a_railway_is_met_where_it_is_and_a_zone_from_end_to_end(plant):
    ground = Ground(plant_tables.triggers(), plant_tables.permits())
    found = [
        (one.layer, one.name, one.start_m, one.end_m, one.permit_ids)
        for one in ground.met_by(plant.runs["H-K1"].stretches)
    ]
    assert found == [("flood", "AE", 10, 30, ()), ("rail", "Valley Railway", 125, 125, ("RAIL-1",))]


def test_no_ground_meets_nothing(plant):
    ground = Ground(plant_tables.triggers().iloc[:0], plant_tables.permits())
    assert ground.met_by(plant.runs["H-K1"].stretches) == []


def test_ids_sort_as_people_count():
    assert sorted(["K10", "K2", "K1-T3"], key=natural) == ["K1-T3", "K2", "K10"]
