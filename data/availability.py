"""Synthetic availability in the FCC's BDC schema: who offers what where, by distance and density, not by coin."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import h3
import numpy as np
import shapely
from numpy.typing import NDArray
from synthesis import interpolate

BDC_HEADER = (
    "frn", "provider_id", "brand_name", "location_id", "technology", "max_advertised_download_speed",
    "max_advertised_upload_speed", "low_latency", "business_residential_code", "state_usps", "block_geoid",
    "h3_res8_id",
)  # fmt: skip
H3_RESOLUTION = 8
BLOCK_M = 805
TIERS = (0.2, 1, 3, 5, 10, 12, 15, 18, 20, 25, 30, 40, 50, 60, 75, 80, 100)
ADSL = ((300, 25, 1), (900, 23, 1), (1500, 21, 1), (2100, 16, 1), (3000, 8, 0.7), (4500, 3, 0.7), (5200, 1.5, 0.7))
VDSL = ((200, 80, 20), (600, 51, 10), (1200, 24.5, 3), (1800, 18, 3), (2400, 13.3, 3), (3000, 8.7, 3), (3600, 4.1, 3))


@dataclass(frozen=True, slots=True)
class Provider:
    """A fictional provider: registration number, id and brand."""

    frn: str
    provider_id: str
    brand: str


TELEPHONE = Provider("0009900017", "990001", "Prairie Ronde Telephone (synthetic)")
CABLE = Provider("0009900025", "990002", "Confluence Cable (synthetic)")
FIBER = Provider("0009900033", "990003", "Prairie Ronde Fiber (synthetic)")
RADIO = Provider("0009900041", "990004", "Section Line Wireless (synthetic)")
GEO = Provider("0009900058", "990005", "High Orbit (synthetic)")
LEO = Provider("0009900066", "990006", "Low Orbit (synthetic)")


@dataclass(frozen=True, slots=True)
class Served:
    """What availability depends on, one entry a location, distances in meters."""

    location_ids: Sequence[str]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    xy: NDArray[np.float64]
    density: NDArray[np.int64]
    is_business: Sequence[bool]
    exchange_m: NDArray[np.float64]
    cabinet_m: NDArray[np.float64]
    fiber_m: NDArray[np.float64]
    cable_m: NDArray[np.float64]
    towers: Mapping[int, NDArray[np.float64]]


def number_location(ref: str, taken: set[str]) -> str:
    """Give a ten-digit id in the style of the FCC's, from the OSM reference alone; the next free one if taken."""
    number = int(hashlib.sha256(ref.encode()).hexdigest()[:12], 16) % 900_000_000
    while (name := f"1{number + 100_000_000:09d}"[:10]) in taken:
        number = (number + 1) % 900_000_000
    taken.add(name)
    return name


def block_of(xy: Sequence[float], line_x: float) -> str:
    """Fifteen-digit census block in the county on either side of the line, by a half-mile raster (synthetic)."""
    county = "26149" if xy[0] >= line_x else "26027"
    column, row = int(xy[0] // BLOCK_M), int(xy[1] // BLOCK_M)
    tract = f"{9500 + column // 8 % 40:04d}{row // 8 % 90 + 10:02d}"
    return f"{county}{tract}{1 + column % 8 // 4}{(column * 8 + row) % 1000:03d}"


Row = tuple[str, ...]


def list_rows(served: Served, line_x: float) -> list[Row]:
    """List every offer, sorted by provider, technology and location."""
    rows = [
        (provider.frn, provider.provider_id, provider.brand, served.location_ids[index], *offer, "MI",
         block_of(served.xy[index], line_x),
         h3.latlng_to_cell(served.latitude[index], served.longitude[index], H3_RESOLUTION))
        for provider, make in OFFERS
        for index in range(len(served.location_ids))
        for offer in make(served, index)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row[1], int(row[4]), row[3], row[8]))


Offer = tuple[str, str, str, str, str]


def _tier(speed: float) -> str:
    """Largest advertised tier that a line of this speed carries."""
    return f"{max(tier for tier in TIERS if tier <= max(speed, TIERS[0])):g}"


def _telephone(served: Served, index: int) -> list[Offer]:
    """Copper: the better of VDSL from the cabinet and ADSL from the exchange; speeds are left empty past the curve."""
    lines = [interpolate(VDSL, served.cabinet_m[index]), interpolate(ADSL, served.exchange_m[index])]
    known = [line for line in lines if line is not None]
    if known:
        down, up = max(known)
        return [("10", _tier(down), _tier(up), "1", "X")]
    return [("10", "", "", "1", "R")] if served.exchange_m[index] <= 7000 else []


def _cable(served: Served, index: int) -> list[Offer]:
    """Cable: in town, and where houses stand densely within reach of its amplifiers."""
    reached = served.cable_m[index] <= 700 or (served.cable_m[index] <= 2600 and served.density[index] >= 12)
    return [("40", "600", "30", "1", "X")] if reached else []


def _fiber(served: Served, index: int) -> list[Offer]:
    """Fiber: along the trunk; farther out for businesses only, which does not count."""
    if served.fiber_m[index] <= 130:
        return [("50", "1000", "1000", "1", "X")]
    return [("50", "1000", "1000", "1", "B")] if served.fiber_m[index] <= 900 and served.is_business[index] else []


def _radio(served: Served, index: int) -> list[Offer]:
    """Radio: licensed by rule close to its tower, licensed farther, unlicensed farther still."""
    reach = {72: (2300, "100", "20"), 71: (3600, "50", "5"), 70: (5200, "25", "3")}
    return [
        (str(code), down, up, "1", "X")
        for code, (meters, down, up) in sorted(reach.items())
        if served.towers[code][index] <= meters
    ]


def _geo(_served: Served, _index: int) -> list[Offer]:
    """Geostationary satellite: everywhere, too slow to answer."""
    return [("60", "100", "3", "0", "X")]


def _leo(served: Served, index: int) -> list[Offer]:
    """Low-orbit satellite: everywhere but under the trees of the lakes' dense shores."""
    return [("61", "220", "20", "1", "R")] if served.density[index] < 40 else []


OFFERS: tuple[tuple[Provider, Callable[[Served, int], list[Offer]]], ...] = (
    (TELEPHONE, _telephone),
    (CABLE, _cable),
    (FIBER, _fiber),
    (RADIO, _radio),
    (GEO, _geo),
    (LEO, _leo),
)


def distance_to(points: NDArray[np.float64], geometry: shapely.Geometry) -> NDArray[np.float64]:
    """Straight distance of points to a geometry, meters."""
    return shapely.distance(shapely.points(points), geometry)
