"""KMZ: the plan as folders Phase, Area and what is built there, for Google Earth and other globes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import shapely

from expansion.export.geojson import plain_rows
from expansion.export.icons import icon_files
from expansion.export.kml_styles import PHASE_STYLES, style_lines
from expansion.export.kml_text import data, folder, placemark, shape_text, text
from expansion.figures.leaves import plan_leaves
from expansion.plan.saved import SavedPlan

_EPOCH = (1980, 1, 1, 0, 0, 0)
FOLDERS = (
    "Feeder", "Distribution", "Drops", "Hubs", "Hub areas", "Towers and cabinets", "Terminals", "Closures", "Locations",
)  # fmt: skip
PERMITS = "Permits: "
_STATIONS = "Towers and cabinets"
_SITE_FOLDERS = {
    "hub": "Hubs", "cabinet": _STATIONS, "tower": _STATIONS, "terminal": "Terminals", "closure": "Closures",
}  # fmt: skip
_TIER_FOLDERS = {"feeder": "Feeder", "distribution": "Distribution", "drop": "Drops"}
_OPENING = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>'


@dataclass(frozen=True, slots=True)
class _Feature:
    """A placemark and where it belongs; `area` "" for the program."""

    area: str
    folder: str
    lines: str


def write_kmz(plan: SavedPlan, path: Path) -> Path:
    """Write one KMZ, EPSG:4326, 7 decimals; equal plans give equal bytes under one version of zlib.

    Folders: offices; existing fiber, where it is a layer; per phase its areas, each with Feeder, Distribution, Drops,
    Hubs, Hub areas, Towers and cabinets (with whom they serve), Terminals, Closures and Locations; then Permits with a
    folder per authority (its name, else its kind); then areas not chosen and (switched off, as hub areas are) locations
    outside every area and the ground of each phase. Every row of these layers stands exactly once.

    References
    ----------
    OGC 07-147r2, KML 2.2.
    """
    content = "\n".join(kml_lines(plan)) + "\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "doc.kml", content.encode("utf-8"))
        for name, picture in sorted(icon_files().items()):
            _add(archive, f"icons/{name}.png", picture)
    return path


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a member with a fixed date."""
    member = zipfile.ZipInfo(name, _EPOCH)
    member.compress_type, member.external_attr, member.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
    archive.writestr(member, content, compresslevel=9)


def kml_lines(plan: SavedPlan) -> Iterator[str]:
    """Write the document line by line: name, styles, the values of plan.json, folders."""
    features = pd.DataFrame(
        [(one.area, one.folder, one.lines) for one in _features(plan)], columns=["area", "folder", "lines"]
    )
    by_place = {key: mine["lines"].tolist() for key, mine in features.groupby(["area", "folder"], sort=True)}
    yield _OPENING
    yield f"<name>{text(plan.document['study']['name'])}</name>\n<open>1</open>"
    yield from style_lines()
    yield data({leaf.key: leaf.value for leaf in plan_leaves(plan.document) if leaf.value is not None})
    yield from folder("Offices and huts", by_place.get(("", "Offices"), []))
    yield from folder("Existing fiber", by_place.get(("", "Existing fiber"), []))
    yield from _phases(plan, by_place)
    yield from folder("Permits", _authorities(by_place))
    yield from folder("Locations outside every area", by_place.get(("", "Locations"), []), shown=False)
    yield from folder("Ground of each phase", by_place.get(("", "Ground"), []), shown=False)
    yield from folder(
        "Program", [line for name in FOLDERS if name != "Locations" for line in by_place.get(("", name), [])]
    )
    yield "</Document>\n</kml>"


def _authorities(by_place: dict[tuple[str, str], list[str]]) -> Iterator[str]:
    """Write a folder per authority with its permits."""
    for area, name in sorted(key for key in by_place if key[1].startswith(PERMITS)):
        yield from folder(name.removeprefix(PERMITS), by_place[area, name])


def _phases(plan: SavedPlan, by_place: dict[tuple[str, str], list[str]]) -> Iterator[str]:
    """Write a folder per phase, then one of the areas that are not chosen."""
    areas = plan.tables["areas"]
    chosen = areas[areas["chosen"].to_numpy(dtype=bool)]
    for (phase, year), mine in chosen.groupby(["phase", "year"], sort=True):
        lines = [line for area in mine["area_id"] for line in _area(str(area), by_place)]
        yield from folder(f"Phase {int(phase)} ({int(year)})", lines, opened=True)
    rest = areas.loc[~areas["chosen"].to_numpy(dtype=bool), "area_id"]
    yield from folder("Not chosen", [line for area in rest for line in _area(str(area), by_place)])


def _area(area: str, by_place: dict[tuple[str, str], list[str]]) -> Iterator[str]:
    """Write one area: its outline, then its folders in their fixed order."""
    lines = list(by_place.get((area, "Outline"), []))
    for name in FOLDERS:
        lines += folder(name, by_place.get((area, name), []), shown=name != "Hub areas")
    yield from folder(area, lines)


def _features(plan: SavedPlan) -> Iterator[_Feature]:
    """Yield every placemark of the plan."""
    known = set(plan.tables["areas"]["area_id"])
    for table, key, chooser in [layer for layer in _LAYERS if layer[0] in plan.tables]:
        rows = plan.tables[table]
        shapes = shapely.force_2d(rows.to_crs(4326).geometry.to_numpy())
        plain = plain_rows(pd.DataFrame(rows.drop(columns=rows.geometry.name)))
        for row, shape in zip(plain, shapes, strict=True):
            area, name, style = chooser(row)
            shown = {column: value for column, value in row.items() if value is not None}
            yield _Feature(area if area in known else "", name, placemark(row[key], style, shown, shape_text(shape)))


Row = dict[str, object]


def _of_area(row: Row) -> tuple[str, str, str]:
    """Place an area's outline."""
    return str(row["area_id"]), "Outline", _phase_style(row)


def _of_hub_area(row: Row) -> tuple[str, str, str]:
    """Place the ground of a hub in its area."""
    return str(row["area_id"]), "Hub areas", _phase_style(row)


def _of_phase_area(row: Row) -> tuple[str, str, str]:
    """Place the ground of a phase after all areas."""
    return "", "Ground", _phase_style(row)


def _phase_style(row: Row) -> str:
    """Style of a polygon by its phase."""
    return f"area-{(int(str(row['phase'])) - 1) % PHASE_STYLES + 1}" if row["phase"] else "area-0"


def _of_span(row: Row) -> tuple[str, str, str]:
    """Place a span in the folder of its tier."""
    tier = str(row["tier"])
    return str(row["area_id"]), _TIER_FOLDERS[tier], "existing" if row["is_existing"] else tier


def _of_fiber(_: Row) -> tuple[str, str, str]:
    """Place fiber that stands already before all areas."""
    return "", "Existing fiber", "existing"


def _of_drop(row: Row) -> tuple[str, str, str]:
    """Place a drop."""
    return str(row["area_id"]), "Drops", "drop"


def _of_site(row: Row) -> tuple[str, str, str]:
    """Place a hub, terminal or closure in its area, an office or a hut before all areas."""
    kind = str(row["kind"])
    name = _SITE_FOLDERS.get(kind)
    return (str(row["area_id"]), name, kind) if name else ("", "Offices", kind)


def _of_reach(row: Row) -> tuple[str, str, str]:
    """Place the ground that a tower or cabinet serves beside it."""
    return str(row["area_id"]), _STATIONS, "reach-radio" if row["sector"] else "reach-copper"


def _of_location(row: Row) -> tuple[str, str, str]:
    """Place a location."""
    return str(row["area_id"] or ""), "Locations", f"location-{row['outcome'] or row['status']}"


def _of_permit(row: Row) -> tuple[str, str, str]:
    """Place a permit in the folder of its authority."""
    return "", f"{PERMITS}{row['authority'] or row['authority_kind']}", "permit"


_LAYERS = (
    ("areas", "area_id", _of_area),
    ("hub_areas", "hub_id", _of_hub_area),
    ("phase_areas", "phase", _of_phase_area),
    ("spans", "span_id", _of_span),
    ("existing_fiber", "plant_id", _of_fiber),
    ("drops", "location_id", _of_drop),
    ("sites", "site_id", _of_site),
    ("station_reach", "reach_id", _of_reach),
    ("locations", "location_id", _of_location),
    ("permits", "permit_id", _of_permit),
)
