"""Read KML: placemarks with their names and data, after the guard has passed the whole text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import shapely
from pyproj import CRS

from expansion.errors import SourceError
from expansion.sources.exchange import Reading
from expansion.sources.rawtable import Named, RawTable
from expansion.sources.xml_guard import guard_xml


def read_kml(path: Path, named: Named, reading: Reading) -> RawTable:
    """Read every placemark of every folder as one table; descriptions stay text, styles and links are not followed."""
    with path.open("rb") as file:
        root = guard_xml(file, named.name, whole=True)
    if root != "kml":
        raise SourceError(f"expected KML, found <{root[:40]}>", code="E_FORMAT_MISMATCH", where=[named.name])
    shapes, cells, wrong = [], [], []
    for number, placemark in enumerate(_placemarks(path), start=1):
        try:
            shapes.append(_geometry(placemark))
        except (ValueError, IndexError, shapely.errors.GEOSException):
            shapes.append(None)
            wrong.append(f"{named.name}:{number}")
        cells.append(_cells(placemark))
    if wrong:
        reading.fail("E_GEOM_BAD", "the coordinates make no geometry", wrong, hint="correct these placemarks")
    if not shapes:
        raise SourceError("the file holds no placemarks", code="E_NO_FEATURES", where=[named.name])
    names = sorted({key for row in cells for key in row})
    return RawTable(
        name=named.name,
        columns={key: [row.get(key) for row in cells] for key in names},
        renamed=named.columns,
        rows=np.arange(len(shapes), dtype=np.int64) + 1,
        geometry=np.array([*shapes, None], dtype=object)[:-1],
        crs=CRS.from_epsg(4326),
    )


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _placemarks(path: Path) -> Iterator[ElementTree.Element]:
    """Yield placemarks one by one, so that a large file never stands in memory as a tree."""
    for _, element in ElementTree.iterparse(path, events=("end",)):
        if _local(element) == "Placemark":
            yield element
            element.clear()


def _cells(placemark: ElementTree.Element) -> dict[str, str]:
    """Return name, description, id and extended data, as text."""
    cells = {
        _local(child): (child.text or "").strip() for child in placemark if _local(child) in {"name", "description"}
    }
    if placemark.get("id"):
        cells["id"] = str(placemark.get("id"))
    for element in placemark.iter():
        if _local(element) == "Data" and element.get("name"):
            value = next((child.text for child in element if _local(child) == "value"), None)
            cells[str(element.get("name"))] = (value or "").strip()
        elif _local(element) == "SimpleData" and element.get("name"):
            cells[str(element.get("name"))] = (element.text or "").strip()
    return cells


def _geometry(element: ElementTree.Element) -> Any:
    """Build the geometry directly under an element; None where there is none."""
    for child in element:
        kind = _local(child)
        if kind == "Point":
            return shapely.Point(_positions(child)[0])
        if kind in {"LineString", "LinearRing"}:
            return shapely.LineString(_positions(child))
        if kind == "Polygon":
            return _polygon(child)
        if kind == "MultiGeometry":
            return _multi(child)
    return None


def _polygon(element: ElementTree.Element) -> Any:
    outer, holes = None, []
    for child in element:
        if _local(child) == "outerBoundaryIs":
            outer = _positions(child)
        elif _local(child) == "innerBoundaryIs":
            holes.append(_positions(child))
    return shapely.Polygon(outer, holes)


def _multi(element: ElementTree.Element) -> Any:
    """Put parts of one type together; parts of several types make no geometry."""
    parts = [part for part in (_geometry_of(child) for child in element) if part is not None]
    kinds = {part.geom_type for part in parts}
    makers = {"Point": shapely.multipoints, "LineString": shapely.multilinestrings, "Polygon": shapely.multipolygons}
    if len(kinds) != 1 or not kinds <= set(makers):
        raise ValueError("mixed parts")
    return makers[kinds.pop()](parts)


def _geometry_of(child: ElementTree.Element) -> Any:
    holder = ElementTree.Element("holder")
    holder.append(child)
    return _geometry(holder)


def _positions(element: ElementTree.Element) -> Any:
    """Return positions of the first ``coordinates`` below an element: longitude, latitude and, where given, height."""
    text = next((one.text for one in element.iter() if _local(one) == "coordinates"), "") or ""
    return [tuple(float(number) for number in position.split(",")[:3]) for position in text.split()]
