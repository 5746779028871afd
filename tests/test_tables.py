"""A declared table is checked whole: every breach is named, nothing is repaired in silence."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import CRS
from shapely import LineString, Point

from expansion.errors import CRSError, TableError
from expansion.tables import Column, TableSpec

UTM = CRS.from_epsg(32632)
SPEC = TableSpec(
    name="poles",
    key="pole_id",
    geometry="Point",
    columns=(
        Column("pole_id", "text", "Identifier"),
        Column("height_m", "number", "Height", unit="m", least=5, most=30),
        Column("circuits", "integer", "Circuits", least=0, nullable=True),
        Column("owner", "text", "Owner", among=frozenset({"us", "them"}), nullable=True),
        Column("is_sound", "flag", "Sound"),
        Column("set_on", "date", "Day it was set", nullable=True),
    ),
)


def columns(**changes):
    rows = {"pole_id": ["a", "b"], "height_m": [9.5, 12], "circuits": [1, None], "is_sound": [True, False]}
    return rows | changes


POINTS = (Point(0, 0), Point(1, 1))


def poles(crs=UTM, points=POINTS, **changes):
    return SPEC.build(columns(**changes), geometry=list(points), crs=crs)


def test_a_sound_table_comes_back_unchanged():
    table = poles()
    assert SPEC.check(table, UTM) is table


def test_columns_come_in_the_declared_order_and_types_and_extra_ones_follow():
    table = poles(zone=["x", "y"])
    assert [*table] == ["pole_id", "height_m", "circuits", "owner", "is_sound", "set_on", "zone", "geometry"]
    assert table.dtypes.iloc[:6].astype(str).tolist() == ["str", "float64", "Int64", "str", "bool", "str"]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"pole_id": ["a", "a"]}, "pole_id: not unique"),
        ({"pole_id": ["a", None]}, "pole_id: 1 empty"),
        ({"height_m": [4.0, 9.0]}, r"height_m: outside \[5, 30\] m"),
        ({"height_m": [np.nan, 9.0]}, "height_m: 1 empty"),
        ({"height_m": [np.inf, 9.0]}, "height_m: outside"),
        ({"circuits": [-1, 0]}, "circuits: outside"),
        ({"owner": ["us", "nobody"]}, r"owner: unknown value \['nobody'\]"),
    ],
)
def test_each_breach_is_named(changes, complaint):
    with pytest.raises(TableError, match=complaint):
        poles(**changes)


def test_all_breaches_come_at_once():
    with pytest.raises(TableError) as caught:
        poles(pole_id=["a", "a"], height_m=[1.0, 99.0], owner=["nobody", "us"])
    assert all(name in str(caught.value) for name in ("pole_id", "height_m", "owner"))


def test_a_missing_column_is_named_by_build_and_by_check():
    with pytest.raises(TableError, match="height_m: missing"):
        SPEC.build({"pole_id": ["a"], "is_sound": [True]}, geometry=[Point(0, 0)], crs=UTM)
    with pytest.raises(TableError, match="height_m: missing"):
        SPEC.check(poles().drop(columns="height_m"), UTM)


def test_a_column_of_another_kind_is_named():
    with pytest.raises(TableError, match="height_m: expected number, found str"):
        SPEC.check(poles().assign(height_m=["12 ft", "80"]), UTM)


def test_another_crs_is_refused_and_none_is_guessed():
    for crs in (CRS.from_epsg(32633), None):
        with pytest.raises(CRSError, match="expected EPSG:32632"):
            SPEC.check(poles(crs), UTM)


@pytest.mark.parametrize("stray", [LineString([(0, 0), (1, 1)]), None])
def test_geometry_of_another_type_or_none_is_named(stray):
    with pytest.raises(TableError, match="geometry: expected Point"):
        poles(points=(Point(0, 0), stray))


def test_a_plain_table_lacks_geometry():
    with pytest.raises(TableError, match="geometry: missing"):
        SPEC.check(pd.DataFrame(columns(owner=["us", "us"], set_on=["2027-01-01"] * 2)))


def test_an_empty_table_is_sound():
    table = SPEC.build({name: [] for name in columns()}, geometry=[], crs=UTM)
    assert (len(table), type(table)) == (0, gpd.GeoDataFrame)
