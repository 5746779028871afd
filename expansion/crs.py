"""Choose and require the study's projected meter CRS; measure lengths on the ellipsoid."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from expansion.errors import CRSError

WGS84 = CRS.from_epsg(4326)
_GEOD = Geod(ellps="WGS84")
_UPS_NORTH, _UPS_SOUTH = 5041, 5042


def choose_crs(bounds: tuple[float, float, float, float], wish: str = "auto") -> CRS:
    """Choose the projected meter CRS of a study.

    Parameters
    ----------
    bounds
        West, south, east, north of the region in EPSG:4326 degrees; longitudes over 180 continue east of 180.
    wish
        ``"auto"`` for the WGS 84 UTM zone of the region's center (beyond 84° north and 80° south, where UTM ends, for
        the polar stereographic grid UPS), or an authority code such as ``"EPSG:32632"``.

    Raises
    ------
    CRSError
        If the wish is not a projected CRS in meters.
    """
    if wish != "auto":
        return _require_meters(wish)
    west, south, east, north = bounds
    x, y = ((west + east) / 2 + 180) % 360 - 180, (south + north) / 2
    zones = query_utm_crs_info(datum_name="WGS 84", area_of_interest=AreaOfInterest(x, y, x, y))
    if not zones:
        return CRS.from_epsg(_UPS_NORTH if y > 0 else _UPS_SOUTH)
    return CRS.from_authority(zones[0].auth_name, zones[0].code)


def _require_meters(wish: str) -> CRS:
    """Read a CRS that the user names and refuse what is not in meters."""
    try:
        crs = CRS.from_user_input(wish)
    except Exception as error:  # pyproj raises several unrelated classes
        raise CRSError(f"unknown CRS {wish!r}", where=["study.crs"], hint="use a code such as EPSG:32632") from error
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
        raise CRSError(f"{wish} is not a projected CRS in meters", where=["study.crs"])
    return crs


def require_crs(table: gpd.GeoDataFrame, crs: CRS, name: str) -> gpd.GeoDataFrame:
    """Return `table` unchanged if it is in `crs`; nothing is ever reprojected here."""
    if table.crs != crs:
        raise CRSError(f"{name}: expected {crs.to_string()}, found {table.crs}")
    return table


def geodesic_lengths(geometries: NDArray[np.object_], crs: CRS) -> NDArray[np.float64]:
    """Lengths of lines on the WGS 84 ellipsoid, in meters.

    Parameters
    ----------
    geometries
        LineStrings in `crs`, shape ``(n,)``.
    crs
        CRS of the coordinates, projected or geographic.

    Returns
    -------
    NDArray
        Meters, shape ``(n,)``; 0 for empty lines.
    """
    coords, owner = shapely.get_coordinates(geometries, return_index=True)
    lengths = np.zeros(len(geometries))
    if len(coords) < 2:
        return lengths
    if crs == WGS84:
        lon, lat = coords[:, 0], coords[:, 1]
    else:
        lon, lat = Transformer.from_crs(crs, WGS84, always_xy=True).transform(coords[:, 0], coords[:, 1])
    same = owner[1:] == owner[:-1]
    _, _, steps = _GEOD.inv(lon[:-1][same], lat[:-1][same], lon[1:][same], lat[1:][same])
    np.add.at(lengths, owner[1:][same], steps)
    return lengths


def geodesic_distances(from_xy: NDArray[np.float64], to_xy: NDArray[np.float64], crs: CRS) -> NDArray[np.float64]:
    """Distances on the WGS 84 ellipsoid between points in `crs`, row by row, in meters; both shape ``(n, 2)``."""
    if len(from_xy) == 0:
        return np.zeros(0)
    transformer = Transformer.from_crs(crs, WGS84, always_xy=True)
    lon1, lat1 = transformer.transform(from_xy[:, 0], from_xy[:, 1])
    lon2, lat2 = transformer.transform(to_xy[:, 0], to_xy[:, 1])
    _, _, distances = _GEOD.inv(lon1, lat1, lon2, lat2)
    return np.asarray(distances, dtype=np.float64)
