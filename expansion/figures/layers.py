"""A map layer: features in EPSG:4326 with tooltips made safe, styles by number, and a legend with counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.figures.looks import CHOSEN, Style
from expansion.figures.sheets import MOST_AT_ONCE, Sheet, cut_into_sheets
from expansion.markup import safe

Shape = Literal["fill", "line", "dot"]
FAR = 24.0
_DIGITS = 6  # of a degree: about a decimeter


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of the legend: a style of the layer, what it stands for, and how many there are."""

    style: int
    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class MapLayer:
    """What a map draws: plain values only.

    Attributes
    ----------
    layer_id, title
        Stable id, and the name in the legend.
    shape
        How a swatch of it looks.
    features
        GeoJSON features in EPSG:4326; ``properties`` holds ``style`` and ``tip``, safe HTML.
    styles
        Leaflet path options, addressed by number.
    legend
        Entries in order.
    min_zoom, max_zoom
        Zooms at which it is drawn: from the first, below the second.
    is_selectable, is_interactive
        Whether a click chooses its features, and whether they show tooltips.
    is_hidden
        Off until the reader turns it on.
    """

    layer_id: str
    title: str
    shape: Shape
    features: tuple[dict[str, Any], ...]
    styles: tuple[Style, ...]
    legend: tuple[LegendEntry, ...]
    min_zoom: float = 0.0
    max_zoom: float = FAR
    is_selectable: bool = False
    is_interactive: bool = True
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class SentLayer:
    """A layer as text, with the hash of that text, ready to be sent many times.

    Attributes
    ----------
    layer_id, version
        The layer, and the hash of all that it holds.
    content
        Title, styles, legend, and the features unless they lie on sheets.
    is_hidden
        Off until the reader turns it on.
    sheets
        Features of a large layer by part of the map; empty for others.
    """

    layer_id: str
    version: str
    content: str
    is_hidden: bool
    sheets: tuple[Sheet, ...] = ()

    def message(self) -> dict[str, Any]:
        """Return what the map component expects."""
        sheets = [{"version": sheet.version, "box": sheet.box, "content": sheet.content} for sheet in self.sheets]
        return {
            "id": self.layer_id, "version": self.version, "content": self.content, "hidden": self.is_hidden,
            "sheets": sheets,
        }  # fmt: skip


def send_layer(layer: MapLayer) -> SentLayer:
    """Write a layer as JSON; equal layers give equal text. A large one is cut into sheets."""
    is_large = len(layer.features) > MOST_AT_ONCE and not layer.is_selectable
    sheets = cut_into_sheets(layer.features) if is_large else ()
    content = json.dumps(
        {
            "title": safe(layer.title),
            "shape": layer.shape,
            "features": [] if sheets else layer.features,
            "styles": layer.styles,
            "legend": [{"style": e.style, "label": safe(e.label), "count": e.count} for e in layer.legend],
            "min_zoom": layer.min_zoom,
            "max_zoom": layer.max_zoom,
            "selectable": layer.is_selectable,
            "interactive": layer.is_interactive,
            "chosen": CHOSEN,
        },
        separators=(",", ":"),
        allow_nan=False,
    )
    digest = hashlib.sha256(content.encode())
    for sheet in sheets:
        digest.update(sheet.version.encode())
    return SentLayer(layer.layer_id, digest.hexdigest()[:16], content, layer.is_hidden, sheets)


def tip(title: object, rows: Mapping[str, object] | None = None, note: object = "") -> str:
    """Write a tooltip; every value passes `safe`. Rows without a value are left out."""
    lines = [f"<b>{safe(title)}</b>"]
    lines += [
        f'<div class="row"><span>{safe(label)}</span><span>{safe(value)}</span></div>'
        for label, value in (rows or {}).items()
        if not _is_missing(value)
    ]
    if not _is_missing(note):
        lines.append(f"<div>{safe(note)}</div>")
    return "".join(lines)


def _is_missing(value: object) -> bool:
    return value is None or value == "" or bool(pd.api.types.is_scalar(value) and pd.isna(value))


def make_features(
    ids: Sequence[str], shapes: gpd.GeoSeries, styles: Sequence[int], tips: Sequence[str] | None = None
) -> tuple[dict[str, Any], ...]:
    """Make GeoJSON features out of shapes in any CRS.

    Parameters
    ----------
    ids, styles, tips
        Per shape: its stable id, its row in the layer's styles, and its tooltip, already safe.
    shapes
        With a CRS; empty and missing ones are left out.

    Raises
    ------
    ValueError
        If the shapes have no CRS.
    """
    if not len(shapes):
        return ()
    geographic = shapes.to_crs("EPSG:4326").to_numpy()
    rounded = shapely.transform(geographic, lambda points: np.round(points, _DIGITS))
    texts = shapely.to_geojson(rounded)
    keep = ~(shapely.is_empty(rounded) | shapely.is_missing(rounded))
    return tuple(
        {
            "type": "Feature",
            "id": str(ids[row]),
            "geometry": json.loads(texts[row]),
            "properties": {"style": int(styles[row])} | ({"tip": tips[row]} if tips is not None else {}),
        }
        for row in np.flatnonzero(keep).tolist()
    )


def bounds_of(shapes: Sequence[gpd.GeoSeries]) -> list[list[float]]:
    """South-west and north-east corner, latitude first, of everything in `shapes`; the whole world where empty."""
    boxes = [series.to_crs("EPSG:4326").total_bounds for series in shapes if len(series)]
    boxes = [corners for corners in boxes if np.isfinite(corners).all()]
    if not boxes:
        return [[-60.0, -170.0], [75.0, 170.0]]
    west, south = np.min(boxes, axis=0)[:2]
    east, north = np.max(boxes, axis=0)[2:]
    return [[float(south), float(west)], [float(north), float(east)]]


def counted(values: Sequence[Any] | pd.Series, classes: Mapping[str, str]) -> tuple[LegendEntry, ...]:
    """Legend entries of classes in order, each with the number of values in it; classes without any are left out."""
    counts = pd.Series(list(values), dtype="str").value_counts()
    return tuple(
        LegendEntry(style, label, int(counts[name]))
        for style, (name, label) in enumerate(classes.items())
        if name in counts
    )
