"""Pieces of KML as text; every value enters through `expansion.markup.safe`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import shapely

from expansion.markup import safe

_ANGLES = str.maketrans("<>", "‹›")


def text(value: object) -> str:
    """Write a value as KML text.

    A globe shows names and values as HTML after XML is undone, so that escaping once does not hold: angle brackets
    become ``‹›``, and nothing in the value can open a tag.
    """
    return safe(str(value).translate(_ANGLES))


def data(values: Mapping[str, object]) -> str:
    """Write values as ExtendedData."""
    rows = "".join(f'<Data name="{text(name)}"><value>{_plain(value)}</value></Data>' for name, value in values.items())
    return f"<ExtendedData>{rows}</ExtendedData>"


def _plain(value: object) -> str:
    """Write flags as true and false, anything else as it is."""
    return str(value).lower() if isinstance(value, bool) else text(value)


def folder(name: str, lines: Iterable[str], *, shown: bool = True, opened: bool = False) -> Iterator[str]:
    """Write a folder around lines; nothing where there are none."""
    held = list(lines)
    if not held:
        return
    yield f"<Folder><name>{text(name)}</name><visibility>{int(shown)}</visibility><open>{int(opened)}</open>"
    yield from (
        held if shown else (line.replace("<styleUrl>", "<visibility>0</visibility><styleUrl>") for line in held)
    )
    yield "</Folder>"


def placemark(name: object, style: str, values: Mapping[str, object], shape: str) -> str:
    """Write one feature; schema order: name, style, data, geometry."""
    return f"<Placemark><name>{text(name)}</name><styleUrl>#{safe(style)}</styleUrl>{data(values)}{shape}</Placemark>"


def shape_text(shape: Any) -> str:
    """Write a geometry in degrees; nothing for an empty one."""
    if shape is None or shape.is_empty:
        return ""
    kind = shape.geom_type
    if kind == "Point":
        return f"<Point>{_places(shape)}</Point>"
    if kind == "LineString":
        return f"<LineString><tessellate>1</tessellate>{_places(shape)}</LineString>"
    if kind == "Polygon":
        inner = "".join(f"<innerBoundaryIs>{_ring(ring)}</innerBoundaryIs>" for ring in shape.interiors)
        outer = f"<outerBoundaryIs>{_ring(shape.exterior)}</outerBoundaryIs>"
        return f"<Polygon><tessellate>1</tessellate>{outer}{inner}</Polygon>"
    return f"<MultiGeometry>{''.join(shape_text(part) for part in shape.geoms)}</MultiGeometry>"


def _ring(ring: Any) -> str:
    """Write one ring of a polygon."""
    return f"<LinearRing>{_places(ring)}</LinearRing>"


def _places(shape: Any) -> str:
    """Write coordinates, longitude first, 7 decimals."""
    places = np.round(shapely.get_coordinates(shape), 7) + 0.0
    return f"<coordinates>{' '.join(f'{x:.7f},{y:.7f}' for x, y in places.tolist())}</coordinates>"
