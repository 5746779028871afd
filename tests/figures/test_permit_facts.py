"""Facts, layer and small map of permits."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point

from expansion.figures.permit_facts import WAITS, application_table, permit_facts, wait_class
from expansion.figures.permit_layer import permit_layer
from expansion.figures.permit_maps import PermitMaps

CRS = "EPSG:32632"
X, Y = 540_000.0, 5_220_000.0


def at(*places):
    return [(X + x, Y + y) for x, y in places]


def permits():
    columns = {
        "permit_id": ["RAIL-1", "ROAD-1", "ROAD-2"], "rule_id": ["RAIL", "ROAD", "ROAD"],
        "permit": ["Railway crossing", "Road occupancy", "Road occupancy"],
        "authority_kind": ["railway company", "road owner", "road owner"], "authority": ["Valley Railway", None, None],
        "granted_for": ["rail:Valley", "road:A|Town", "road:B|Town"], "crossings": [1, 2, 1],
        "length_m": [0.0, 90.0, 50.0], "lots": [1, 1, 1], "lead_time_min": [60, 10, 10],
        "lead_time_calendar_days": [120, 30, 60], "lead_time_max": [200, 60, 90], "fee": [5000.0, 100.0, 100.0],
        "rent_year": [250.0, 0.0, 0.0], "area_ids": ["A1,A2", "A1", "A2"], "documents": ["plan; profile", "plan", ""],
        "blocks": ["build", "build", "build"], "state": ["filed", "to_file", "approved"], "season_from": [None] * 3,
        "season_to": [None] * 3, "span_ids": ["S1", "S1", "S2"], "source": ["s"] * 3, "status": ["GENERAL"] * 3,
    }  # fmt: skip
    shapes = [Point(*at((50, 0))[0]), LineString(at((0, 0), (90, 0))), LineString(at((100, 0), (150, 0)))]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def tables():
    tasks = pd.DataFrame(
        {
            "permit_id": ["RAIL-1", "ROAD-1", "ROAD-2", None], "start": ["2027-03-01"] * 4,
            "finish": ["2027-06-28", "2027-03-30", "2027-03-01", "2027-09-01"],
            "is_critical": [True, False, False, True],
        }
    )  # fmt: skip
    spans = gpd.GeoDataFrame(
        {"span_id": ["S1", "S2"]},
        geometry=[LineString(at((0, 0), (90, 0))), LineString(at((90, 0), (150, 0)))],
        crs=CRS,
    )
    rail = gpd.GeoDataFrame({"layer": ["rail"]}, geometry=[LineString(at((50, -90), (50, 90)))], crs=CRS)
    areas = pd.DataFrame({"area_id": ["A1", "A2"], "phase": [1, 2]})
    return {"permits": permits(), "tasks": tasks, "areas": areas, "spans": spans, "edges": spans, "triggers": rail}


def test_permits_stand_by_authority_named_or_by_kind_the_slowest_first():
    facts = permit_facts(tables())
    assert facts["agency"].to_list() == ["Valley Railway", "road owner", "road owner"]
    assert facts["permit_id"].to_list() == ["RAIL-1", "ROAD-2", "ROAD-1"]
    assert facts["phases"].to_list() == ["1, 2", "2", "1"]
    assert facts["expected_on"].iloc[0] == "2027-06-28"
    assert facts["is_critical"].to_list() == [True, False, False]


@pytest.mark.parametrize(("days", "words"), [(0, "up to 30 days"), (31, "31 to 90 days"), (181, "over 180 days")])
def test_a_lead_time_has_one_class(days, words):
    assert wait_class(days) == words
    assert list(WAITS.values()) == sorted(WAITS.values())


def test_the_application_table_has_room_for_contact_and_a_place_in_degrees():
    table = application_table(tables())
    assert table.columns[-2:].to_list() == ["contact", "reference"]
    assert table["longitude"].between(9, 10).all()
    assert table["state"].to_list() == ["filed", "approved", "to file"]


def test_a_permit_is_a_marker_or_a_stretch_in_the_color_of_its_state():
    layer = permit_layer(permit_facts(tables()))
    styles = {feature["id"]: layer.styles[feature["properties"]["style"]] for feature in layer.features}
    assert "radius" in styles["RAIL-1"]
    assert "radius" not in styles["ROAD-1"]
    assert styles["ROAD-1"]["color"] != styles["ROAD-2"]["color"]
    assert [(entry.label, entry.count) for entry in layer.legend] == [("to file", 1), ("filed", 1), ("approved", 1)]


def test_the_small_map_shows_the_crossed_railway_and_the_place():
    own = tables()
    drawn = PermitMaps.of(own).draw(own["permits"].geometry.iloc[0], "S1", "Where it is")
    assert 'stroke-dasharray="50 26"' in drawn
    assert drawn.count("<path") >= 5
    assert 'aria-label="Where it is"' in drawn
