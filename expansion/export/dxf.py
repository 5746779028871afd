"""DXF: the plan as layers of a drawing in meters of the study CRS, for CAD programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.errors import OutputError
from expansion.export.dxf_text import attribute_texts, dxf_text
from expansion.figures.cable_runs import Run, Stretch, read_plant, stretch_of
from expansion.figures.crossings import Ground
from expansion.figures.palette import EXISTING, NOT_CHOSEN, OUTCOMES, PLACEMENTS, SITES, TIERS
from expansion.figures.paper import CRITICAL
from expansion.plan.saved import SavedPlan

APPLICATION = "EXPANSION"
_METERS, _METRIC = 6, 1
_TEXT_M = 2.5
_SITE_COLUMNS = ("site_id", "kind", "capacity", "used", "area_id", "parent_site_id")
_LINE_COLUMNS = {
    "spans": ("span_id", "placement", "method", "length_m", "tier", "area_id", "pole_count", "reason"),
    "drops": ("location_id", "terminal_id", "drop_m", "cable_m", "placement", "area_id"),
}
_LOCATION_COLUMNS = ("location_id", "units", "status", "outcome", "area_id", "hub_id", "terminal_id", "drop_m")
_AREA_COLUMNS = ("area_id", "phase", "year", "locations", "units", "hub_ids", "chosen")
_POLE_COLUMNS = ("pole_id", "owner", "permit_id", "lot", "place", "height_m", "span_id")


def write_dxf(plan: SavedPlan, path: Path) -> Path:
    """Write a drawing (DXF 2010, UTF-8, unit meter); equal plans give equal bytes.

    Layers: ``AREAS``, ``SPANS-<placement>``, ``CABLES-<tier>``, ``DROPS``, ``CROSSINGS``, ``SITES-<kind>``, ``POLES``,
    ``LOCATIONS``, and the words beside cables in ``LABELS``. Sites, locations, poles and crossings are blocks whose
    attributes are their columns; lines carry theirs as extended data of the application ``EXPANSION``, a text
    ``column=value`` each. The CRS lies beside it in ``plan.prj`` (WKT), as DXF itself has no place for one that
    programs agree on.

    Raises
    ------
    OutputError
        ``E_EXPORT_EXTRA`` where ezdxf is not installed.

    References
    ----------
    Autodesk, DXF Reference (AC1024).
    """
    library = _import()
    with _fixed(library):
        drawing = _Drawing(library)
        _draw(drawing, plan.tables)
        drawing.save(path)
    path.with_suffix(".prj").write_text(plan.tables["locations"].crs.to_wkt("WKT1_ESRI") + "\n", encoding="utf-8")
    return path


def _draw(drawing: _Drawing, tables: Mapping[str, pd.DataFrame]) -> None:
    """Draw what lies on the ground first, the route, then what stands along it."""
    drawing.areas(tables["areas"])
    drawing.spans(tables["spans"])
    drawing.cables(read_plant(tables).runs.values())
    drawing.lines("DROPS", TIERS["drop"], tables["drops"], _LINE_COLUMNS["drops"])
    drawing.crossings(tables)
    drawing.sites(tables["sites"])
    if "poles" in tables:
        drawing.points("POLES", "POLE", TIERS["drop"], tables["poles"], _POLE_COLUMNS)
    drawing.points("LOCATIONS", "LOCATION", OUTCOMES["fiber"], _shown_locations(tables["locations"]), _LOCATION_COLUMNS)


@contextmanager
def _fixed(library: Any) -> Iterator[None]:
    """Write fixed dates and ids, so that equal plans give equal bytes."""
    options = library.options
    before = options.write_fixed_meta_data_for_testing
    options.write_fixed_meta_data_for_testing = True
    try:
        yield
    finally:
        options.write_fixed_meta_data_for_testing = before


def _shown_locations(locations: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Locations that the plan decides about: the others are no part of a construction drawing."""
    return locations[locations["eligible"].to_numpy(dtype=bool)]


def _import() -> Any:
    try:
        import ezdxf
    except ImportError as error:
        raise OutputError(
            "dxf needs the package ezdxf", code="E_EXPORT_EXTRA", hint="pip install 'expansion[reports]'"
        ) from error
    return ezdxf


class _Drawing:
    """A drawing on its way: layers and blocks come into being as they are used."""

    def __init__(self, library: Any) -> None:
        self._document = library.new("R2010", setup=False, units=_METERS)
        self._document.header["$MEASUREMENT"] = _METRIC
        self._document.appids.add(APPLICATION)
        self._document.styles.add("PLAN", font="arial.ttf")
        self._space = self._document.modelspace()

    def save(self, path: Path) -> None:
        """Write the file."""
        self._document.saveas(str(path), encoding="utf-8")

    def areas(self, areas: gpd.GeoDataFrame) -> None:
        """Draw the outlines of service areas, holes included."""
        for row, shape in _rows(areas, _AREA_COLUMNS):
            for part in shapely.get_parts(shape):
                for ring in (part.exterior, *part.interiors):
                    self._line("AREAS", NOT_CHOSEN, shapely.get_coordinates(ring)[:-1], row, closed=True)

    def spans(self, spans: gpd.GeoDataFrame) -> None:
        """Draw the route, a layer per placement; fiber that stands already has its own."""
        kinds = np.where(spans["is_existing"], "existing", spans["placement"].astype(str))
        for kind in sorted(set(kinds)):
            color = PLACEMENTS.get(kind, EXISTING)
            self.lines(f"SPANS-{kind.upper()}", color, spans[kinds == kind], _LINE_COLUMNS["spans"])

    def lines(self, layer: str, color: str, table: gpd.GeoDataFrame, columns: tuple[str, ...]) -> None:
        """Draw lines of one layer with their columns."""
        for row, shape in _rows(table, columns):
            for part in shapely.get_parts(shape):
                self._line(layer, color, shapely.get_coordinates(part), row)

    def cables(self, runs: Iterable[Run]) -> None:
        """Draw each cable along its spans, with its name and size beside its middle."""
        for run in runs:
            coords = np.vstack([np.zeros((0, 2)), *(shapely.get_coordinates(one.shape) for one in run.stretches)])
            kept = coords[np.r_[True, (np.diff(coords, axis=0) != 0).any(axis=1)]] if len(coords) else coords
            if len(kept) < 2:
                continue
            layer = f"CABLES-{run.tier.upper()}"
            row = {
                "cable_id": run.cable_id, "from_site": run.from_site, "to_site": run.to_site, "fibers": run.fibers,
                "used_fibers": run.used_fibers, "length_m": run.cable_m,
            }  # fmt: skip
            self._line(layer, TIERS[run.tier], kept, row)
            self._label(shapely.LineString(kept), f"{run.cable_id} {run.fibers}F")

    def crossings(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Mark where spans cross rail, water and lines, and what ground they pass through."""
        ground = Ground(tables["triggers"], tables["permits"])
        for span in tables["spans"].sort_values("span_id").itertuples(index=False):
            stretch = stretch_of(span)
            for met in ground.met_by([stretch]):
                row = {
                    "layer": met.layer, "name": met.name, "permit_ids": ",".join(met.permit_ids),
                    "span_id": stretch.span_id,
                }  # fmt: skip
                if met.end_m > met.start_m:
                    part = _part(stretch, met.start_m, met.end_m)
                    self._line("CROSSINGS", CRITICAL, shapely.get_coordinates(part), row)
                else:
                    self._insert("CROSSINGS", "CROSSING", CRITICAL, _part(stretch, met.start_m, met.start_m), row)

    def sites(self, sites: gpd.GeoDataFrame) -> None:
        """Insert sites, a layer and a block per kind."""
        for kind, mine in sites.groupby("kind", sort=True):
            name = str(kind).upper()
            self.points(f"SITES-{name}", name, SITES.get(str(kind), EXISTING), mine, _SITE_COLUMNS)

    def points(self, layer: str, block: str, color: str, table: gpd.GeoDataFrame, columns: tuple[str, ...]) -> None:
        """Insert a block per row."""
        for row, shape in _rows(table, columns):
            self._insert(layer, block, color, shape, row)

    def _line(self, layer: str, color: str, coords: Any, row: Mapping[str, object], *, closed: bool = False) -> None:
        """Add a polyline with its columns as extended data."""
        self._layer(layer, color)
        line = self._space.add_lwpolyline(coords[:, :2].tolist(), close=closed, dxfattribs={"layer": layer})
        line.set_xdata(APPLICATION, [(1000, text) for text in attribute_texts(row)])

    def _insert(self, layer: str, block: str, color: str, point: Any, row: Mapping[str, object]) -> None:
        """Insert a block at a point; its first attribute is seen, the others are there to be read."""
        self._layer(layer, color)
        self._block(block, tuple(row))
        place = (point.x, point.y)
        insert = self._space.add_blockref(block, place, dxfattribs={"layer": layer})
        for number, (name, value) in enumerate(row.items()):
            look = {"layer": layer, "height": _TEXT_M, "style": "PLAN"}
            attribute = insert.add_attrib(name.upper(), dxf_text(value), (place[0] + 2, place[1] + 1), look)
            attribute.is_invisible = number > 0

    def _block(self, name: str, columns: tuple[str, ...]) -> None:
        """Define a block once: a circle with a cross, and an attribute per column."""
        if name in self._document.blocks:
            return
        size = {"CO": 6.0, "HUT": 5.0, "HUB": 4.0, "LOCATION": 1.0, "TERMINAL": 1.5}.get(name, 2.0)
        block = self._document.blocks.new(name)
        block.add_circle((0, 0), size)
        block.add_line((-size, 0), (size, 0))
        block.add_line((0, -size), (0, size))
        for number, column in enumerate(columns):
            look = {"height": _TEXT_M, "style": "PLAN", "flags": 0 if number == 0 else 1}
            block.add_attdef(column.upper(), (2, 1), dxfattribs=look)

    def _label(self, line: Any, words: str) -> None:
        """Write words along the middle of a line, readable from below."""
        self._layer("LABELS", EXISTING)
        middle = line.interpolate(0.5, normalized=True)
        ahead, behind = (line.interpolate(line.length / 2 + step) for step in (1.0, -1.0))
        turn = float(np.degrees(np.arctan2(ahead.y - behind.y, ahead.x - behind.x)))
        turn = turn - 180 if turn > 90 else turn + 180 if turn <= -90 else turn
        look = {"layer": "LABELS", "height": _TEXT_M, "rotation": round(turn, 3), "style": "PLAN"}
        self._space.add_text(dxf_text(words), dxfattribs=look).set_placement((middle.x, middle.y))

    def _layer(self, name: str, color: str) -> None:
        """Make a layer of a color, once."""
        if name not in self._document.layers:
            layer = self._document.layers.add(name)
            layer.rgb = tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))


def _rows(table: gpd.GeoDataFrame, columns: tuple[str, ...]) -> Iterable[tuple[dict[str, object], Any]]:
    """Pairs of the wanted columns of a row, and its geometry; rows without one are left out."""
    present = [name for name in columns if name in table]
    values = pd.DataFrame(table)[present].astype(object).to_numpy().tolist()
    shapes = shapely.force_2d(table.geometry.to_numpy())
    for row, shape in zip(values, shapes, strict=True):
        if shape is not None and not shape.is_empty:
            yield dict(zip(present, row, strict=True)), shape


def _part(stretch: Stretch, start_m: float, end_m: float) -> Any:
    """Part of a stretch between two chainages; a point where they are equal."""
    length = stretch.end_m - stretch.start_m or 1.0
    shares = [(at - stretch.start_m) / length for at in (start_m, end_m)]
    if start_m == end_m:
        return stretch.shape.interpolate(shares[0], normalized=True)
    return shapely.ops.substring(stretch.shape, *shares, normalized=True)
