"""Read heights from a GeoTIFF: the part of the grid around the study, in the reader's process.

Only GDAL's GeoTIFF driver may open the file; neighbors of the file (world files, overviews, .aux.xml) are not looked
at. rasterio is imported here, when there is a DEM to read, and never in the planner's own process.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError as ProjError

from expansion.errors import SourceError
from expansion.sources.exchange import Reading
from expansion.sources.formats import require_format

MOST_CELLS: Final = 25_000_000
_MOST_READ: Final = 1_000_000_000
_LOWEST_M, _HIGHEST_M = -500.0, 9_000.0
_FEET = {"ft": 0.3048, "foot": 0.3048, "feet": 0.3048, "us-ft": 1200 / 3937, "us survey foot": 1200 / 3937}
_ENV = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO", "GDAL_CACHEMAX": 256, "GDAL_NUM_THREADS": 1,
    "GTIFF_REPORT_COMPD_CS": "NO",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Window:
    """Part of a grid: first column and row, and how many of each."""

    column: int
    row: int
    columns: int
    rows: int


def dem_table(path: Path, name: str, options: dict[str, Any], reading: Reading) -> pa.Table:
    """Read the heights around the study.

    Parameters
    ----------
    path, name
        The file, and its name as the study writes it.
    options
        ``bounds``: west, south, east, north of the study in degrees; ``crs`` where the file names none.
    reading
        Takes findings: heights that lack, in feet, thinned out.

    Returns
    -------
    Table
        Column ``height_m`` row by row from the north-west, NaN where nothing is known; where the grid lies stands in
        the schema's metadata: crs, rows, columns, west, north (middle of the first cell), step_x, step_y.

    Raises
    ------
    SourceError
        ``E_DEM_CORRUPT``, ``E_DEM_VALUES`` (an image, or numbers that are no heights), ``E_DEM_GRID`` (not placed, or
        turned), ``E_DEM_CRS``, ``E_NO_CRS``, ``E_DEM_OUTSIDE``, ``E_TOO_BIG``.
    """
    require_format(path, name, frozenset({"geotiff"}))
    rasterio = importlib.import_module("rasterio")
    with rasterio.Env(**_ENV):
        try:
            with rasterio.open(path, driver="GTiff") as grid:
                return _read(rasterio, grid, name, options, reading)
        except rasterio.errors.RasterioError as error:
            text = f"the elevation cannot be read: {str(error)[:80]}"
            raise SourceError(text, code="E_DEM_CORRUPT", where=[name], hint="copy the file again") from error


def _read(rasterio: Any, grid: Any, name: str, options: dict[str, Any], reading: Reading) -> pa.Table:
    _require_heights(grid, name)
    crs = _crs_of(grid, name, options.get("crs", ""))
    place = _placed(grid, name)
    window = _window(place, (grid.height, grid.width), _bounds_in(crs, options["bounds"], name), name)
    thin = max(int(np.ceil(np.sqrt(window.rows * window.columns / MOST_CELLS))), 1)
    shape = (-(-window.rows // thin), -(-window.columns // thin))
    heights = grid.read(
        1, window=rasterio.windows.Window(window.column, window.row, window.columns, window.rows), out_shape=shape,
        masked=True, resampling=rasterio.enums.Resampling.average if thin > 1 else rasterio.enums.Resampling.nearest,
    )  # fmt: skip
    values = _in_meters(grid, heights, name, reading)
    step_x, step_y = place[1] * window.columns / shape[1], place[3] * window.rows / shape[0]
    if thin > 1:
        text = f"{name}: the grid is finer than the planner takes; heights were averaged over {thin} x {thin} cells"
        reading.tell("W_DEM_THINNED", text, [name], count=thin * thin)
    where = {
        "crs": crs.to_wkt(), "rows": shape[0], "columns": shape[1], "step_x": step_x, "step_y": step_y,
        "west": place[0] + window.column * place[1] + step_x / 2,
        "north": place[2] + window.row * place[3] + step_y / 2,
    }  # fmt: skip
    table = pa.table({"height_m": pa.array(values.ravel())})
    return table.replace_schema_metadata({key: value if key == "crs" else repr(value) for key, value in where.items()})


def _require_heights(grid: Any, name: str) -> None:
    """Refuse what is no grid of heights: images, complex numbers, a file without a band."""
    kinds = [str(kind) for kind in grid.dtypes]
    image = len(kinds) >= 3 and kinds[0] == "uint8"
    if not kinds or image or "complex" in kinds[0]:
        text = "the file is an image, not a grid of heights" if image else "the file holds no heights"
        hint = "give a DEM of one band, heights in meters"
        raise SourceError(text, code="E_DEM_VALUES", where=[name], hint=hint)


def _crs_of(grid: Any, name: str, named: str) -> CRS:
    """CRS of the grid, horizontal part: the file's own, else the one that the study names."""
    if grid.crs is None and not named:
        raise SourceError(
            "the elevation names no CRS", code="E_NO_CRS", where=[name], hint="name it as `crs` of the layer"
        )
    try:
        crs = CRS.from_user_input(named) if grid.crs is None else CRS.from_wkt(grid.crs.to_wkt())
    except ProjError as error:
        raise SourceError("the CRS is not known", code="E_DEM_CRS", where=[name], hint="use an EPSG code") from error
    crs = crs.sub_crs_list[0] if crs.is_compound else crs
    if not (crs.is_projected or crs.is_geographic):
        hint = "warp the DEM to longitude and latitude or to a projected CRS"
        raise SourceError("the elevation's CRS is not one of places", code="E_DEM_CRS", where=[name], hint=hint)
    return crs


def _placed(grid: Any, name: str) -> tuple[float, float, float, float]:
    """West edge, step to the east, north edge, step to the south of the grid, in its CRS; one north up only."""
    move = grid.transform
    turned = move.b != 0 or move.d != 0
    if turned or move.is_identity or not np.isfinite(tuple(move)).all() or move.a <= 0 or move.e >= 0:
        text = "the grid is turned" if turned else "the grid is not placed on the earth, north up"
        raise SourceError(text, code="E_DEM_GRID", where=[name], hint="warp it north up, with a place and a CRS")
    return float(move.c), float(move.a), float(move.f), float(move.e)


def _bounds_in(crs: CRS, bounds: list[float], name: str) -> tuple[float, float, float, float]:
    """Extent of the study in the grid's CRS, a little wider than its roads."""
    west, south, east, north = bounds
    move = Transformer.from_crs(4326, crs, always_xy=True)
    found = move.transform_bounds(west - 0.005, south - 0.005, east + 0.005, north + 0.005, densify_pts=21)
    if not np.isfinite(found).all():
        raise _outside(name)
    return found


def _outside(name: str) -> SourceError:
    return SourceError(
        "the elevation covers nothing of the study", code="E_DEM_OUTSIDE", where=[name],
        hint="give the DEM of this region, or correct its CRS",
    )  # fmt: skip


def _window(
    place: tuple[float, float, float, float],
    shape: tuple[int, int],
    bounds: tuple[float, float, float, float],
    name: str,
) -> _Window:
    """Cells that the study lies in, as far as the grid has them."""
    left, right = (np.floor((x - place[0]) / place[1]) for x in (bounds[0], bounds[2]))
    top, low = (np.floor((y - place[2]) / place[3]) for y in (bounds[3], bounds[1]))
    first = int(np.clip(left - 1, 0, shape[1])), int(np.clip(top - 1, 0, shape[0]))
    last = int(np.clip(right + 2, 0, shape[1])), int(np.clip(low + 2, 0, shape[0]))
    window = _Window(first[0], first[1], last[0] - first[0], last[1] - first[1])
    if right < 0 or low < 0 or left >= shape[1] or top >= shape[0] or min(window.columns, window.rows) < 1:
        raise _outside(name)
    if window.columns * window.rows > _MOST_READ:
        text = f"the elevation has {window.columns * window.rows:,} cells over the study"
        hint = "give it with larger cells; 10 m is fine enough"
        raise SourceError(text, code="E_TOO_BIG", where=[name], hint=hint)
    return window


def _in_meters(grid: Any, heights: Any, name: str, reading: Reading) -> NDArray[np.float32]:
    """Heights in meters, NaN where the file has none or what cannot be one."""
    values = np.ma.filled(heights.astype(np.float64), np.nan) * float(grid.scales[0]) + float(grid.offsets[0])
    factor = _FEET.get(str(grid.units[0] or "").strip().lower(), 1.0)
    if factor != 1.0:
        reading.tell("W_DEM_FEET", f"{name}: heights in feet were turned into meters", [name])
    values = values * factor
    strange = ~np.isnan(values) & ~((values >= _LOWEST_M) & (values <= _HIGHEST_M))
    if strange.any():
        text = f"{name}: cells that no height can have ({_LOWEST_M:g} to {_HIGHEST_M:g} m) count as unknown"
        reading.warn("W_DEM_RANGE", text, [name], count=int(strange.sum()), repair="name the nodata value in the file")
    values[strange] = np.nan
    if np.isnan(values).all():
        hint = "check unit, nodata value and region of the DEM"
        raise SourceError("no cell around the study has a height", code="E_DEM_VALUES", where=[name], hint=hint)
    return values.astype(np.float32)
