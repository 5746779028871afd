"""Heights come from a GeoTIFF, around the study only; whatever is no grid of heights is refused with a code.

The small study lies at 9.500 to 9.504 east, 47.098 to 47.102 north. Drawn DEMs rise 1 m a cell to the east.
"""

import subprocess
import sys

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine

from expansion.errors import SourceError
from expansion.sources.dem import dem_table
from expansion.sources.exchange import Reading
from tests.sources.small import codes, hashes, read_houses

BOUNDS = [9.500, 47.098, 9.504, 47.102]
CELL = 0.0005
PLACE = Affine(CELL, 0, 9.49, 0, -CELL, 47.11)
DEM = {"kind": "dem", "file": "dem.tif"}


def slope(rows=40, columns=40):
    return np.broadcast_to(np.arange(columns, dtype="float32") + 500, (rows, columns))


def draw(folder, heights=None, crs="EPSG:4326", transform=PLACE, name="dem.tif", **more):
    """Write heights as a GeoTIFF and return its path."""
    bands = np.atleast_3d(slope() if heights is None else heights)
    bands = bands.transpose(2, 0, 1)
    kind = {"driver": "GTiff", "count": len(bands), "height": bands.shape[1], "width": bands.shape[2]}
    units, scales = more.pop("units", None), more.pop("scales", None)
    profile = kind | {"dtype": str(bands.dtype), "crs": crs, "transform": transform} | more
    with rasterio.open(folder / name, "w", **profile) as grid:
        grid.write(bands)
        grid.units = units or grid.units
        grid.scales = scales or grid.scales
    return folder / name


def read_dem(path, **options):
    reading = Reading()
    table = dem_table(path, path.name, {"bounds": BOUNDS} | options, reading)
    return table, {finding.code for finding in reading.findings}


def refused(path, **options):
    with pytest.raises(SourceError) as caught:
        read_dem(path, **options)
    return caught.value.code


def test_only_the_cells_around_the_study_are_read(tmp_path):
    table, found = read_dem(draw(tmp_path))
    told = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    assert (int(told["rows"]), int(told["columns"])) == (31, 32)
    assert float(told["west"]) == pytest.approx(9.49 + 8.5 * CELL)
    assert table["height_m"][0].as_py() == 508
    assert found == set()


@pytest.mark.parametrize("kind", ["float32", "int16", "float64"])
def test_any_kind_of_number_is_a_height(tmp_path, kind):
    table, _ = read_dem(draw(tmp_path, slope().astype(kind)))
    assert table["height_m"][0].as_py() == 508


def test_cells_without_data_are_unknown(tmp_path):
    heights = slope().copy()
    heights[20, 20] = -9999
    table, found = read_dem(draw(tmp_path, heights, nodata=-9999))
    assert (np.isnan(table["height_m"].to_numpy()).sum(), found) == (1, set())


def test_a_height_that_cannot_be_is_unknown_and_said(tmp_path):
    heights = slope().copy()
    heights[20, 20] = 32767
    table, found = read_dem(draw(tmp_path, heights))
    assert (np.isnan(table["height_m"].to_numpy()).sum(), found) == (1, {"W_DEM_RANGE"})


def test_heights_in_feet_become_meters(tmp_path):
    table, found = read_dem(draw(tmp_path, units=("ft",)))
    assert table["height_m"][0].as_py() == pytest.approx(508 * 0.3048)
    assert found == {"W_DEM_FEET"}


def test_a_scale_is_applied(tmp_path):
    table, _ = read_dem(draw(tmp_path, (slope() * 10).astype("int16"), scales=(0.1,)))
    assert table["height_m"][0].as_py() == pytest.approx(508)


def test_a_grid_too_fine_is_averaged(tmp_path, monkeypatch):
    monkeypatch.setattr("expansion.sources.dem.MOST_CELLS", 300)
    table, found = read_dem(draw(tmp_path))
    assert (table.num_rows, found) == (256, {"W_DEM_THINNED"})


def test_a_grid_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("expansion.sources.dem._MOST_READ", 300)
    assert refused(draw(tmp_path)) == "E_TOO_BIG"


@pytest.mark.parametrize("content", [b"", b"II*\0" + bytes(200), b"II*\0\x08\0\0\0\xff\xff"])
def test_a_damaged_file_is_refused(tmp_path, content):
    (tmp_path / "dem.tif").write_bytes(content)
    assert refused(tmp_path / "dem.tif") == "E_DEM_CORRUPT"


def test_a_file_cut_short_is_refused(tmp_path):
    whole = draw(tmp_path, np.random.default_rng(1).random((400, 400)).astype("float32")).read_bytes()
    (tmp_path / "dem.tif").write_bytes(whole[: len(whole) // 3])
    assert refused(tmp_path / "dem.tif", bounds=[9.5, 46.95, 9.6, 47.1]) == "E_DEM_CORRUPT"


@pytest.mark.parametrize(
    ("content", "code"), [(b"\x89PNG\r\n\x1a\n", "E_FORMAT_MISMATCH"), (b"x,y,z\n1,2,3\n", "E_FORMAT_MISMATCH")]
)
def test_what_is_no_geotiff_is_refused(tmp_path, content, code):
    (tmp_path / "dem.tif").write_bytes(content)
    assert refused(tmp_path / "dem.tif") == code


def test_a_grid_elsewhere_is_refused(tmp_path):
    assert refused(draw(tmp_path, transform=Affine(CELL, 0, 20.0, 0, -CELL, 47.11))) == "E_DEM_OUTSIDE"


def test_a_grid_with_the_wrong_crs_is_refused(tmp_path):
    assert refused(draw(tmp_path, crs="EPSG:32632")) == "E_DEM_OUTSIDE"


def test_a_grid_without_crs_needs_one_named(tmp_path):
    path = draw(tmp_path, crs=None)
    assert refused(path) == "E_NO_CRS"
    assert refused(path, crs="EPSG:99999") == "E_DEM_CRS"
    assert read_dem(path, crs="EPSG:4326")[0].num_rows == 31 * 32


def test_a_crs_that_names_no_places_is_refused(tmp_path):
    assert refused(draw(tmp_path, crs="EPSG:4978")) == "E_DEM_CRS"


def test_a_turned_grid_is_refused(tmp_path):
    assert refused(draw(tmp_path, transform=Affine(CELL, CELL / 9, 9.49, CELL / 9, -CELL, 47.11))) == "E_DEM_GRID"


def test_an_image_is_refused(tmp_path):
    picture = np.zeros((40, 40, 3), dtype="uint8")
    assert refused(draw(tmp_path, picture)) == "E_DEM_VALUES"


def test_a_grid_of_nothing_is_refused(tmp_path):
    assert refused(draw(tmp_path, np.full((40, 40), -9999, dtype="float32"), nodata=-9999)) == "E_DEM_VALUES"


def test_a_study_with_a_dem_knows_its_heights(tmp_path):
    draw(tmp_path)
    inputs = read_houses(tmp_path, layers=[DEM])
    assert inputs.elevation.height_m.shape == (31, 32)
    assert codes(inputs) == {"W_NO_COVERAGE"}
    assert "layer dem dem.tif" in hashes(inputs)


def test_roads_where_heights_lack_are_named(tmp_path):
    heights = slope().copy()
    heights[:, 26:] = np.nan
    draw(tmp_path, heights)
    inputs = read_houses(tmp_path, layers=[DEM])
    gap = next(finding for finding in inputs.findings if finding.code == "W_DEM_GAPS")
    assert gap.where == ("w10-1",)


def test_two_dems_are_one_too_many(tmp_path):
    draw(tmp_path)
    with pytest.raises(SourceError, match="more than one elevation"):
        read_houses(tmp_path, layers=[DEM, DEM])


def test_the_planner_never_imports_rasterio():
    code = "import sys, expansion.runs, expansion.pipeline, expansion.sources.worker; print('rasterio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
