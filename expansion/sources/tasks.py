"""What the reader's process can do: one function per kind of input, from a checked path to a reading."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from expansion.sources.archive import MOST_BYTES_COVERAGE
from expansion.sources.coverage import bdc_table, coverage_areas, generic_table
from expansion.sources.dem import dem_table
from expansion.sources.exchange import Reading
from expansion.sources.formats import open_sheet, open_table, open_text, osm_format, shown_format
from expansion.sources.layers import layer_tables
from expansion.sources.locations import locations_table
from expansion.sources.marks import marks_table
from expansion.sources.osm_buildings import read_building_locations
from expansion.sources.osm_features import read_features
from expansion.sources.osm_roads import read_roads
from expansion.sources.osm_scan import scan_extract
from expansion.sources.permit_states import permit_states_table
from expansion.sources.plant import plant_table
from expansion.sources.rawtable import Named

Options = dict[str, Any]


def _named(name: str, options: Options) -> Named:
    return Named(name, options.get("layer", ""), options.get("columns", {}), options.get("crs", ""))


def read_osm(path: Path, name: str, options: Options, scratch: Path, reading: Reading) -> None:
    """Read roads, features and, where asked, buildings as locations."""
    scan = scan_extract(path, name, osm_format(path, name), scratch)
    reading.tables["roads"] = read_roads(scan.ways, name, reading)
    reading.tables["features"] = read_features(scan, name, reading)
    if options["buildings"]:
        reading.tables["locations"] = read_building_locations(scan, name, options["min_building_m2"], reading)


def read_locations(path: Path, name: str, options: Options, scratch: Path, reading: Reading) -> None:
    """Read a file of locations."""
    raw = open_table(path, _named(name, options), scratch, reading)
    reading.tables["locations"] = locations_table(raw, reading, options.get("crs", ""))


def read_plant(path: Path, name: str, options: Options, scratch: Path, reading: Reading) -> None:
    """Read a file of plant."""
    raw = open_table(path, _named(name, options), scratch, reading)
    reading.tables["plant"] = plant_table(raw, reading, options.get("crs", ""))


def read_layer(path: Path, name: str, options: Options, scratch: Path, reading: Reading) -> None:
    """Read a land, pole, award or other layer."""
    raw = open_table(path, _named(name, options), scratch, reading)
    reading.tables |= layer_tables(raw, options["kind"], reading, options.get("crs", ""))


def read_marks(path: Path, name: str, options: Options, scratch: Path, reading: Reading) -> None:
    """Read the lines that a route must use, or the polygons that it must not enter."""
    raw = open_table(path, _named(name, options), scratch, reading)
    reading.tables["marks"] = marks_table(raw, options["kind"], reading)


def read_permit_states(path: Path, name: str, options: Options, scratch: Path, reading: Reading) -> None:
    """Read how far permits are."""
    raw = open_sheet(path, _named(name, options), scratch)
    reading.tables["permit_states"] = permit_states_table(raw, reading)


def read_coverage(path: Path, name: str, options: Options, scratch: Path, reading: Reading) -> None:
    """Read one file of coverage: a CSV of offers by key, or areas."""
    named = _named(name, options)
    if options["kind"] == "bdc":
        reading.tables["offers"] = bdc_table(
            open_text(path, named, scratch, MOST_BYTES_COVERAGE), options["join"], reading
        )
        return
    if shown_format(name) == "csv" or name.lower().endswith(".csv.zip"):
        stream = open_text(path, named, scratch, MOST_BYTES_COVERAGE)
        if named.columns.get("location_id", "location_id") in stream.header:
            reading.tables["offers"] = generic_table(stream, named.columns, reading)
            return
    raw = open_table(path, named, scratch, reading)
    reading.tables["areas"] = coverage_areas(raw, reading, options.get("crs", ""))


def read_dem(path: Path, name: str, options: Options, scratch: Path, reading: Reading) -> None:  # noqa: ARG001
    """Read heights around the study."""
    reading.tables["dem"] = dem_table(path, name, options, reading)


TASKS: Final[dict[str, Callable[[Path, str, Options, Path, Reading], None]]] = {
    "osm": read_osm,
    "locations": read_locations,
    "plant": read_plant,
    "layer": read_layer,
    "marks": read_marks,
    "permit_states": read_permit_states,
    "coverage": read_coverage,
    "dem": read_dem,
}
