"""Small maps of a plan: all build phases in their colors, and one per phase with what stands by then in gray."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.figures.palette import NOT_CHOSEN, SITES, phase_color
from expansion.figures.paper import LAND
from expansion.figures.svg_map import Shapes, draw_furniture, draw_ground, draw_roads, plan_frame
from expansion.figures.svg_paths import Frame, area_path, dot_path, line_path
from expansion.markup import safe

_WIDTH_PX, _TALLEST_PX = 400, 470


@dataclass(frozen=True, slots=True)
class PhaseMap:
    """The map of one build phase: its number, year, color and drawing."""

    phase: int
    year: int
    color: str
    drawing: str


def draw_phases(tables: Mapping[str, pd.DataFrame]) -> list[PhaseMap]:
    """Draw a map per build phase, in their order; each refers to the ground that `draw_overview` defines.

    Parameters
    ----------
    tables
        `areas`, `spans` and `sites` of a plan, in one meter CRS.
    """
    phases = _phases(tables)
    if not len(phases):
        return []
    frame = _frame(tables)
    spans, sites = _with_phase(tables["spans"], phases), _with_phase(tables["sites"], phases)
    found: list[PhaseMap] = []
    for (phase, year), _ in phases.groupby(["phase", "year"], sort=True):
        body = _grown(phases, spans, phase, frame) + _added(phases, spans, sites, phase, frame)
        title = f"Map of phase {phase}, {year}"
        found.append(PhaseMap(int(phase), int(year), phase_color(phase), _frame_up("", body, frame, title)))
    return found


def draw_overview(tables: Mapping[str, pd.DataFrame], *, title: str) -> str:
    """Draw one small map of all build phases in their colors, over the ground; "" where nothing is built.

    Parameters
    ----------
    tables
        `areas`, `spans`, `sites`, `edges` and `triggers` of a plan, in one meter CRS.
    title
        Read out to those who cannot see the map.
    """
    phases = _phases(tables)
    if not len(phases):
        return ""
    frame = _frame(tables)
    ground = draw_ground(tables["triggers"], frame).body + draw_roads(tables["edges"], frame).body
    spans, sites = _with_phase(tables["spans"], phases), _with_phase(tables["sites"], phases)
    left = area_path(_smooth(tables["areas"][tables["areas"]["phase"].isna()], frame), frame)
    pale = f'<path d="{left}" fill="{NOT_CHOSEN}" fill-opacity="0.25" fill-rule="evenodd"/>' if left else ""
    body = "".join(_added(phases, spans, sites, phase, frame) for phase in sorted(set(phases["phase"].tolist())))
    return _frame_up(f'<defs><g id="phase-ground">{ground}</g></defs>', pale + body, frame, title)


def _phases(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Areas that are built, with whole numbers for phase and year."""
    return tables["areas"].dropna(subset="phase").astype({"phase": "int64", "year": "int64"})


def _frame(tables: Mapping[str, pd.DataFrame]) -> Frame:
    """Window that all small maps share."""
    return plan_frame(tables, width_px=_WIDTH_PX, tallest_px=_TALLEST_PX)


def _with_phase(table: pd.DataFrame, areas: pd.DataFrame) -> gpd.GeoDataFrame:
    """Give rows the build phase of their area, 0 for those of none."""
    phase = areas.set_index("area_id")["phase"].to_dict()
    return gpd.GeoDataFrame(table).assign(phase=[int(phase.get(area, 0)) for area in table["area_id"]])


def _shapes(table: pd.DataFrame) -> Shapes:
    """Geometry of a table as an array."""
    found: Shapes = np.asarray(table.geometry.to_numpy(), dtype=object)
    return found


def _frame_up(base: str, body: str, frame: Frame, title: str) -> str:
    """Put ground and body into one SVG."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="phase-map" viewBox="0 0 {frame.width} {frame.height}" '
        f'role="img" aria-label="{safe(title)}">{base}<rect width="{frame.width}" height="{frame.height}" '
        f'fill="{LAND}"/><g fill="none" stroke-linecap="round" stroke-linejoin="round"><use href="#phase-ground"/>'
        f"{body}</g>{draw_furniture(frame)}</svg>"
    )


def _grown(areas: pd.DataFrame, spans: pd.DataFrame, phase: int, frame: Frame) -> str:
    """Draw what other phases build: later ones as outlines, earlier ones filled, their route in gray."""
    parts = []
    for mine, opacity in ((areas[areas["phase"] > phase], 0.0), (areas[areas["phase"] < phase], 0.45)):
        path = area_path(_smooth(mine, frame), frame)
        if path:
            look = f'fill="{NOT_CHOSEN}" fill-opacity="{opacity}" stroke="{NOT_CHOSEN}" stroke-width="9"'
            parts.append(f'<path d="{path}" {look} fill-rule="evenodd"/>')
    before = line_path(_shapes(spans[spans["phase"] < phase]), frame)
    if before:
        parts.append(f'<path d="{before}" stroke="#6b7785" stroke-width="12"/>')
    return "".join(parts)


def _added(areas: pd.DataFrame, spans: pd.DataFrame, sites: pd.DataFrame, phase: int, frame: Frame) -> str:
    """Draw what a phase builds: its areas, its route and its hubs."""
    color, mine = phase_color(phase), areas[areas["phase"] == phase]
    path = area_path(_smooth(mine, frame), frame)
    route = line_path(_shapes(spans[(spans["phase"] == phase) & (spans["tier"] != "drop")]), frame)
    hubs = dot_path(_shapes(sites[(sites["phase"] == phase) & (sites["kind"] == "hub")]), frame)
    return "".join(
        text
        for found, text in (
            (path, f'<path d="{path}" fill="{color}" fill-opacity="0.38" stroke="{color}" stroke-width="12"/>'),
            (route, f'<path d="{route}" stroke="#ffffff" stroke-width="30" stroke-opacity="0.8"/>'),
            (route, f'<path d="{route}" stroke="{color}" stroke-width="20"/>'),
            (hubs, f'<path d="{hubs}" stroke="#ffffff" stroke-width="80"/>'),
            (hubs, f'<path d="{hubs}" stroke="{SITES["co"]}" stroke-width="54"/>'),
        )
        if found
    )


def _smooth(areas: pd.DataFrame, frame: Frame) -> Shapes:
    """Close slits that are too thin to see, and leave corners out that are too near."""
    slit = 2 * frame.meters_per_unit
    closed = shapely.buffer(shapely.buffer(_shapes(areas), slit), -slit)
    return np.asarray(shapely.simplify(closed, slit), dtype=object)
