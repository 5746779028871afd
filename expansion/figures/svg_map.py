"""The map of a plan as SVG: land, roads, areas by phase, route by tier, sites, permits and locations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from expansion.figures.existing import existing_fiber
from expansion.figures.palette import EXISTING, NOT_CHOSEN, OUTCOMES, PERMIT, SITES, STATUSES, TIERS, phase_color
from expansion.figures.paper import INK, LAND, MAJOR_ROAD, RAIL, ROAD, WATER, WOODS
from expansion.figures.stations import station_reach
from expansion.figures.svg_paths import Frame, area_path, dot_path, fit_frame, line_path
from expansion.markup import safe
from expansion.wording import count

_ASIDE = (120, -90)  # permits of towers and cabinets stand beside their sign
_MAJOR = ("motorway", "trunk", "primary", "secondary", "motorway_link", "trunk_link", "primary_link")
_WATER, _WOODS = ("water", "wetland"), ("protected", "federal", "state_land")
_BARS_M = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class DrawnLayer:
    """One layer of the drawing.

    Attributes
    ----------
    key
        Its mark: the group has the class ``layer-<key>``.
    label
        Its words in the legend; "" for the ground under the plan.
    count
        How many things it shows.
    swatch
        A small SVG (24 x 16) that shows how it is drawn.
    body
        SVG elements, in units of the frame.
    """

    key: str
    label: str
    count: int
    swatch: str
    body: str


def draw_map(layers: tuple[DrawnLayer, ...], frame: Frame, *, title: str) -> str:
    """Put layers into one SVG, the first at the bottom, with a scale bar and an arrow to the north.

    Parameters
    ----------
    layers, frame
        As `map_layers` and `plan_frame` give them.
    title
        Read out to those who cannot see the map.
    """
    groups = "".join(f'<g class="layer layer-{layer.key}">{layer.body}</g>' for layer in layers if layer.body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" viewBox="0 0 {frame.width} {frame.height}" role="img" '
        f'aria-label="{safe(title)}"><rect width="{frame.width}" height="{frame.height}" fill="{LAND}"/>'
        f'<g fill="none" stroke-linecap="round" stroke-linejoin="round">{groups}</g>{draw_furniture(frame)}</svg>'
    )


def plan_frame(tables: Mapping[str, pd.DataFrame], *, width_px: int = 1200, tallest_px: int = 1100) -> Frame:
    """Frame the areas, or the locations where there are none; meters of the study CRS."""
    for name in ("areas", "locations", "edges"):
        table = tables[name]
        if len(table):
            west, south, east, north = (float(value) for value in table.total_bounds)
            return fit_frame((west, south, east, north), width_px=width_px, tallest_px=tallest_px)
    return fit_frame((0.0, 0.0, 1000.0, 1000.0), width_px=width_px, tallest_px=tallest_px)


def map_layers(tables: Mapping[str, pd.DataFrame], frame: Frame) -> tuple[DrawnLayer, ...]:
    """Draw every layer of a plan, the ground first.

    Parameters
    ----------
    tables
        Tables of a plan with geometry in one meter CRS: areas, drops, edges, locations, permits, sites, spans,
        triggers.
    frame
        The window.
    """
    return (
        draw_ground(tables["triggers"], frame),
        draw_roads(tables["edges"], frame),
        *_areas(tables["areas"], frame),
        *_reach(station_reach(tables), frame),
        _fiber(existing_fiber(tables), frame),
        *_route(tables["spans"], tables["drops"], frame),
        *_locations(tables["locations"], frame),
        *_sites(tables["sites"], frame),
        _permits(tables["permits"], frame),
    )


def _line(path: str, color: str, width: float, extra: str = "") -> str:
    """Write a stroked path; width in units; nothing for an empty one."""
    return f'<path d="{path}" stroke="{color}" stroke-width="{width:g}"{extra}/>' if path else ""


def _swatch(body: str) -> str:
    """Frame the sign of a legend entry."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="swatch" viewBox="0 0 240 160" width="24" height="16" '
        'aria-hidden="true">'
        f'<g fill="none" stroke-linecap="round">{body}</g></svg>'
    )


def _shapes(table: pd.DataFrame) -> Shapes:
    """Geometry of a table as an array."""
    found: Shapes = np.asarray(table.geometry.to_numpy(), dtype=object)
    return found


def draw_ground(triggers: gpd.GeoDataFrame, frame: Frame) -> DrawnLayer:
    """Draw water, land under protection, and rail."""
    kinds, shapes = triggers["layer"].to_numpy(dtype=object), _shapes(triggers)
    areal = np.isin(shapely.get_type_id(shapes), (3, 6)) if len(shapes) else np.zeros(0, dtype=bool)
    woods = area_path(shapes[np.isin(kinds, _WOODS) & areal], frame)
    lakes = area_path(shapes[np.isin(kinds, _WATER) & areal], frame)
    streams = line_path(shapes[np.isin(kinds, _WATER) & ~areal], frame)
    rails = line_path(shapes[(kinds == "rail") & ~areal], frame)
    body = (
        (f'<path d="{woods}" fill="{WOODS}" fill-rule="evenodd"/>' if woods else "")
        + (f'<path d="{lakes}" fill="{WATER}" fill-rule="evenodd"/>' if lakes else "")
        + _line(streams, WATER, 22)
        + _line(rails, RAIL, 16)
        + _line(rails, "#ffffff", 8, ' stroke-dasharray="40 40" stroke-linecap="butt"')
    )
    return DrawnLayer("ground", "", 0, "", body)


def draw_roads(edges: gpd.GeoDataFrame, frame: Frame) -> DrawnLayer:
    """Draw roads, the large ones wider."""
    major = edges["highway"].isin(_MAJOR).to_numpy(dtype=bool)
    shapes = _shapes(edges)
    body = _line(line_path(shapes[~major], frame), ROAD, 12) + _line(line_path(shapes[major], frame), MAJOR_ROAD, 26)
    return DrawnLayer("roads", "", len(edges), "", body)


def _areas(areas: gpd.GeoDataFrame, frame: Frame) -> list[DrawnLayer]:
    """Draw areas by phase, each with its words."""
    phases = areas["phase"].fillna(0).to_numpy(dtype=np.int64)
    layers = []
    for phase in sorted(set(phases.tolist()), key=lambda number: (number == 0, number)):
        mine = areas[phases == phase]
        color = phase_color(phase) if phase else NOT_CHOSEN
        look = f'fill="{color}" fill-opacity="{0.24 if phase else 0.10}" stroke="{color}" stroke-width="14"'
        body = "".join(_area(row, look, frame) for row in mine.itertuples())
        year = int(mine["year"].iloc[0]) if phase else 0
        label = f"Phase {phase} · {year}" if phase else "Not chosen"
        sign = _swatch(f'<rect x="10" y="10" width="220" height="140" rx="20" {look}/>')
        layers.append(DrawnLayer(f"phase-{phase}", label, len(mine), sign, body))
    return layers[::-1]


def _area(row: object, look: str, frame: Frame) -> str:
    """Draw one area with a tooltip."""
    slit = 2 * frame.meters_per_unit  # parts of one area may leave slits too thin to see
    closed = shapely.buffer(shapely.buffer(row.geometry, slit), -slit)  # type: ignore[attr-defined]
    path = area_path(np.array([closed], dtype=object), frame)
    words = f"{row.area_id}: {count(row.locations, 'location')}, {row.reason}"  # type: ignore[attr-defined]
    return f'<path d="{path}" {look} fill-rule="evenodd"><title>{safe(words)}</title></path>' if path else ""


def _reach(reach: gpd.GeoDataFrame, frame: Frame) -> list[DrawnLayer]:
    """Draw the ground of sectors in use, and lines from cabinets to the homes on their copper."""
    radio = reach["sector"].notna().to_numpy(dtype=bool)
    color, shapes = OUTCOMES["fixed_wireless"], _shapes(reach)
    look = f'fill="{color}" fill-opacity="0.16" stroke="{color}" stroke-width="12" stroke-dasharray="70 40"'
    body = "".join(
        f'<path d="{area_path(np.array([shape], dtype=object), frame)}" {look}>'
        f"<title>{safe(row.reach_id)}: {count(row.locations, 'location')}</title></path>"
        for shape, row in zip(shapes[radio], reach[radio].itertuples(), strict=True)
    )
    sign = _swatch(f'<rect x="10" y="10" width="220" height="140" rx="20" {look}/>')
    sectors = DrawnLayer("reach-sector", "Sectors in use", int(radio.sum()), sign, body)
    lines = _stroked(
        "reach-copper", "Lines of cabinets", shapes[~radio], OUTCOMES["dsl"], 10, "", frame, int((~radio).sum())
    )
    return [layer for layer in (sectors, lines) if layer.body]


def _fiber(fiber: gpd.GeoDataFrame, frame: Frame) -> DrawnLayer:
    """Draw the operator's fiber that stands already."""
    return _stroked("fiber", "Existing fiber", _shapes(fiber), EXISTING, 14.0, "", frame, len(fiber))


def _route(spans: gpd.GeoDataFrame, drops: gpd.GeoDataFrame, frame: Frame) -> list[DrawnLayer]:
    """Draw drops, then the route by tier, then fiber that lies there already."""
    shapes, old = _shapes(spans), spans["is_existing"].to_numpy(dtype=bool)
    tiers = spans["tier"].to_numpy(dtype=object)
    looks = (
        ("distribution", shapes[(tiers == "distribution") & ~old], TIERS["distribution"], 26.0, ""),
        ("feeder", shapes[(tiers == "feeder") & ~old], TIERS["feeder"], 36.0, ""),
        ("existing", shapes[old], EXISTING, 24.0, ' stroke-dasharray="60 50"'),
    )
    words = {"distribution": "Distribution", "feeder": "Feeder", "existing": "Existing fiber used"}
    in_spans = shapes[(tiers == "drop") & ~old]
    found = [_stroked("drop", "Drops", np.r_[in_spans, _shapes(drops)], TIERS["drop"], 12, "", frame, len(drops))]
    for key, mine, color, width, extra in looks:
        found.append(_stroked(key, words[key], mine, color, width, extra, frame, len(mine)))
    return found


def _stroked(
    key: str, label: str, shapes: Shapes, color: str, width: float, extra: str, frame: Frame, count: int
) -> DrawnLayer:
    """Draw lines as one path with a pale rim, so that they stand out from what lies below."""
    path = line_path(shapes, frame)
    rim = _line(path, "#ffffff", width + 12, ' stroke-opacity="0.75"') if width > 20 else ""
    sign = _swatch(_line("M20 80h200", color, width, extra))
    return DrawnLayer(key, label, count, sign, rim + _line(path, color, width, extra))


def _locations(locations: gpd.GeoDataFrame, frame: Frame) -> list[DrawnLayer]:
    """Draw locations: served ones pale, eligible ones by outcome."""
    eligible = locations["eligible"].to_numpy(dtype=bool)
    classes = np.where(eligible, locations["outcome"].fillna("none").to_numpy(dtype=object), "served")
    shapes, served = _shapes(locations), locations["status"].to_numpy(dtype=object) == "served"
    looks = [("served", "Served today", STATUSES["served"], ~eligible & served, 24)]
    looks += [("excluded", "Unserved, not eligible", STATUSES["unserved"], ~eligible & ~served, 28)]
    looks += [
        (f"outcome-{name.replace('_', '-')}", _OUTCOMES[name], color, eligible & (classes == name), 36)
        for name, color in OUTCOMES.items()
    ]
    return [
        _dots(key, label, color, shapes[mine], size, frame) for key, label, color, mine, size in looks if mine.any()
    ]


_OUTCOMES = {
    "fiber": "Gets fiber", "fixed_wireless": "Gets fixed wireless", "dsl": "Gets DSL", "satellite": "Gets satellite",
    "not_chosen": "Eligible, not chosen", "unreachable": "No road reaches it", "none": "Nothing fits",
}  # fmt: skip


def _dots(key: str, label: str, color: str, shapes: Shapes, size: int, frame: Frame) -> DrawnLayer:
    """Draw points as dots with a white rim."""
    path = dot_path(shapes, frame)
    body = _line(path, "#ffffff", size + 14) + _line(path, color, size)
    return DrawnLayer(key, label, len(shapes), _swatch(_line("M120 80h0", color, 90)), body)


_KINDS = {
    "terminal": "Terminals", "closure": "Splice closures", "cabinet": "Cabinets", "tower": "Towers",
    "fiber_tap": "Taps of existing fiber", "hub": "Hubs", "hut": "Huts", "co": "Central offices",
}  # fmt: skip
_SIZES = {
    "co": 150,
    "hut": 120,
    "hub": 110,
    "tower": 150,
    "cabinet": 90,
    "fiber_tap": 60,
    "closure": 34,
    "terminal": 40,
}


def _sites(sites: gpd.GeoDataFrame, frame: Frame) -> list[DrawnLayer]:
    """Draw sites by kind, the small ones below."""
    layers = []
    for kind, label in _KINDS.items():
        mine = sites[sites["kind"] == kind]
        if len(mine) and kind in ("terminal", "closure"):
            layers.append(_dots(kind, label, SITES[kind], _shapes(mine), _SIZES[kind], frame))
        elif len(mine):
            places = frame.place(shapely.get_coordinates(_shapes(mine))).tolist()
            rows = zip(places, mine.itertuples(), strict=True)
            body = "".join(_sign(kind, x, y, f"{row.site_id}: {row.used} used") for (x, y), row in rows)
            layers.append(DrawnLayer(kind, label, len(mine), _swatch(_sign(kind, 120, 80)), body))
    return layers


def _sign(kind: str, x: int, y: int, words: str = "") -> str:
    """Draw a site: a diamond for a hub, a square for an office, a circle else."""
    half = _SIZES[kind] // 2
    title = f"<title>{safe(words)}</title>" if words else ""
    look = f'fill="{SITES[kind]}" stroke="#ffffff" stroke-width="14"'
    if kind in ("hub", "cabinet"):
        return f'<path d="M{x} {y - half}l{half} {half}l{-half} {half}l{-half} {-half}z" {look}>{title}</path>'
    if kind in ("co", "hut"):
        return f'<rect x="{x - half}" y="{y - half}" width="{2 * half}" height="{2 * half}" {look}>{title}</rect>'
    return f'<circle cx="{x}" cy="{y}" r="{half}" {look}>{title}</circle>'


def _permits(permits: gpd.GeoDataFrame, frame: Frame) -> DrawnLayer:
    """Draw a triangle where each permit for a crossing or a place is needed."""
    shapes = _shapes(permits)
    at_place = shapely.get_type_id(shapes) == 0 if len(shapes) else np.zeros(0, dtype=bool)
    mine = permits[at_place]
    places = frame.place(shapely.get_coordinates(shapes[at_place]))
    places += np.where(mine["granted_for"].str.startswith("station:").to_numpy(dtype=bool)[:, None], _ASIDE, 0)
    body = "".join(
        _triangle(x, y, f"{row.permit_id}: {row.permit}, {count(row.lead_time_calendar_days, 'day')}")
        for (x, y), row in zip(places.tolist(), mine.itertuples(), strict=True)
    )
    return DrawnLayer("permit", "Permits at one place", len(mine), _swatch(_triangle(120, 88)), body)


def _triangle(x: int, y: int, words: str = "") -> str:
    """Draw the sign of a permit."""
    title = f"<title>{safe(words)}</title>" if words else ""
    return f'<path d="M{x} {y - 62}l58 100h-116z" fill="{PERMIT}" stroke="{INK}" stroke-width="10">{title}</path>'


def draw_furniture(frame: Frame) -> str:
    """Draw the scale bar and the arrow to the north."""
    width_m = frame.width * frame.meters_per_unit
    bar = max((one for one in _BARS_M if one <= width_m / 5), default=_BARS_M[0])
    length = bar / frame.meters_per_unit
    x, y = 260, frame.height - 220
    words = f"{bar // 1000} km" if bar >= 1000 else f"{bar} m"
    text = f'font-family="system-ui,sans-serif" font-size="130" fill="{INK}"'
    return (
        f'<g class="furniture"><path d="M{x} {y - 60}v60h{length:.0f}v-60" fill="none" stroke="{INK}" '
        'stroke-width="16"/>'
        f'<text x="{x}" y="{y - 90}" {text}>{words}</text>'
        f'<path d="M{frame.width - 280} {y}l80 -260l80 260l-80 -60z" fill="{INK}"/>'
        f'<text x="{frame.width - 200}" y="{y - 290}" text-anchor="middle" {text}>N</text></g>'
    )
