"""Every figure that stands in two places is equal: map, tables, workbook, project file, calendar, open data, report.

A reader of another carrier joins by a row in `FIGURE_READERS`: a function of the export's path that returns
{(table, row, column): value}.
"""

import pytest

from tests.export.figure_readers import FIGURE_READERS, apart

LEAST = {  # figures of each carrier that stand elsewhere too
    "csv": 10_000, "geojson": 3_000, "geoparquet": 10_000, "gpkg": 10_000, "xlsx": 8_000, "kmz": 2_000, "mspdi": 1_000,
    "ics": 50, "ofds": 100, "html": 1_000, "pdf": 500,
}  # fmt: skip


@pytest.fixture(scope="module")
def carriers(exported):
    return {name: read(exported[name]) for name, read in FIGURE_READERS.items()}


def test_every_figure_that_stands_in_two_places_is_equal(carriers):
    differing, counts = apart(carriers)
    assert differing == {}
    assert {name: count for name, count in counts.items() if count < LEAST.get(name, 1)} == {}


@pytest.mark.parametrize("name", sorted(FIGURE_READERS))
def test_a_figure_that_is_changed_in_one_place_is_found(carriers, name):
    place = max((one for one in carriers[name] if sum(one in held for held in carriers.values()) > 1), key=str)
    changed = carriers | {name: carriers[name] | {place: "changed"}}
    assert list(apart(changed)[0]) == [place]
