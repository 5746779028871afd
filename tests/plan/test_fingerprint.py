"""The fingerprint is what its method page says, whatever the order of rows and columns, and sees every change.

`by_the_page` is written from docs/methods/fingerprint.md alone.
"""

import hashlib
import json
from copy import deepcopy

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from expansion.plan.fingerprint import fingerprint, table_text
from tests import plans


def by_the_page(document, study, tables, certificates):
    lines = b""
    for part in ({key: document[key] for key in document if key != "fingerprint"}, study):
        lines += json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8") + b"\n"
    for name in sorted(tables):
        lines += f"{name} {hashlib.sha256(text_of(tables[name]).encode('utf-8')).hexdigest()}\n".encode()
    for name in sorted(certificates):
        for array in sorted(certificates[name]):
            raw = b"".join(int(value).to_bytes(8, "little", signed=True) for value in certificates[name][array])
            lines += f"{name}/{array} {hashlib.sha256(raw).hexdigest()}\n".encode()
    return "sha256:" + hashlib.sha256(lines).hexdigest()


def text_of(table):
    names = sorted(table.columns)
    rows = sorted("\x1f".join(cell(row[name]) for name in names) for _, row in table.astype(object).iterrows())
    return "\n".join(["\x1f".join(names), *rows])


def cell(value):
    if isinstance(value, shapely.Geometry):
        return shapely.to_wkt(value, rounding_precision=3, trim=False)
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, float):
        return f"{value:.6f}" if round(value, 6) else "0.000000"
    return value


def parts():
    return plans.document(), {"study": {"name": "Vaduz–Süd"}}, plans.tables(), plans.certificates()


def test_it_is_what_the_method_page_says():
    assert fingerprint(*parts()) == by_the_page(*parts())


COLUMNS = st.fixed_dictionaries(
    {
        "text": st.lists(st.none() | st.text("ab, é\"'", max_size=4), min_size=3, max_size=3),
        "flag": st.lists(st.booleans(), min_size=3, max_size=3),
        "whole": st.lists(st.integers(-(2**40), 2**40), min_size=3, max_size=3),
        "maybe": st.lists(st.none() | st.integers(-9, 9), min_size=3, max_size=3),
        "number": st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=3, max_size=3),
    }
)


def table_of(columns):
    kinds = {"text": "str", "flag": "bool", "whole": "int64", "maybe": "Int64", "number": "float64"}
    return pd.DataFrame({name: pd.array(values, dtype=kinds[name]) for name, values in columns.items()})


@given(COLUMNS)
def test_the_text_of_any_table_is_what_the_method_page_says(columns):
    assert table_text(table_of(columns)) == text_of(table_of(columns))


@given(COLUMNS, st.permutations(range(3)), st.permutations(["text", "flag", "whole", "maybe", "number"]))
def test_the_order_of_rows_and_columns_does_not_matter(columns, rows, names):
    table = table_of(columns)
    assert table_text(table.iloc[rows][names]) == table_text(table)


def test_the_order_of_rows_in_tables_and_of_keys_does_not_matter():
    document, study, tables, certificates = parts()
    turned = {name: table.iloc[::-1] for name, table in reversed(tables.items())}
    again = fingerprint(dict(reversed(document.items())), study, turned, certificates)
    assert again == fingerprint(document, study, tables, certificates)


def test_a_fingerprint_in_the_document_is_left_out():
    document, *rest = parts()
    assert fingerprint(document | {"fingerprint": "sha256:ff"}, *rest) == fingerprint(document, *rest)


def leaves(value, way=()):
    """Ways to every plain value of a document."""
    if isinstance(value, dict):
        return [found for key in value for found in leaves(value[key], (*way, key))]
    if isinstance(value, list):
        return [found for place, inner in enumerate(value) for found in leaves(inner, (*way, place))]
    return [way]


@pytest.mark.parametrize("way", [way for way in leaves(plans.document()) if way != ("fingerprint",)], ids=str)
def test_any_change_of_a_figure_changes_it(way):
    document, *rest = parts()
    before = fingerprint(document, *rest)
    changed = deepcopy(document)
    place = changed
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = "something else"
    assert fingerprint(changed, *rest) != before


CELLS = [(name, column) for name, table in plans.tables().items() for column in table.columns]
OTHER = {"float64": 77.25, "int64": 77, "bool": False}


@pytest.mark.parametrize(("name", "column"), CELLS)
def test_any_change_of_a_cell_changes_it(name, column):
    document, study, tables, certificates = parts()
    before = fingerprint(document, study, tables, certificates)
    table = tables[name]
    if column == "geometry":
        table = table.set_geometry(shapely.transform(table.geometry.to_numpy(), lambda xy: xy + 0.001), crs=table.crs)
    else:
        table.loc[0, column] = OTHER.get(str(table[column].dtype), "else")
    assert fingerprint(document, study, tables | {name: table}, certificates) != before


@pytest.mark.parametrize("array", plans.certificates()["route"])
def test_any_change_of_a_certificate_changes_it(array):
    document, study, tables, certificates = parts()
    before = fingerprint(document, study, tables, certificates)
    certificates["route"][array][0] += 1
    assert fingerprint(document, study, tables, certificates) != before


def test_what_is_finer_than_a_millimeter_does_not_count():
    document, study, tables, certificates = parts()
    edges = tables["edges"]
    finer = gpd.GeoDataFrame(
        edges.drop(columns="geometry"),
        geometry=shapely.transform(edges.geometry.to_numpy(), lambda xy: xy + 1e-5),
        crs=edges.crs,
    )
    same = fingerprint(document, study, tables | {"edges": finer}, certificates)
    assert same == fingerprint(document, study, tables, certificates)


def test_a_row_more_a_row_less_and_a_table_more_change_it():
    document, study, tables, certificates = parts()
    less = tables | {"bom": tables["bom"].iloc[:0]}
    more = tables | {"bom": pd.concat([tables["bom"]] * 2)}
    further = tables | {"extra": tables["bom"]}
    found = {fingerprint(document, study, one, certificates) for one in (tables, less, more, further)}
    assert len(found) == 4


def test_a_text_that_looks_like_a_number_is_not_the_number():
    as_text, as_number = pd.DataFrame({"a": ["1.5"]}), pd.DataFrame({"a": [1.5]})
    assert table_text(as_text) != table_text(as_number)
