"""Leaflet path options of fills, lines and dots, and the ramp of quantities."""

from __future__ import annotations

from typing import Any

CIVIDIS = ("#00224E", "#35456C", "#666970", "#948E77", "#C8B866", "#FEE838")
CHOSEN = {"color": "#C2185B", "weight": 3.5, "fillOpacity": 0.3}

Style = dict[str, Any]


def fill(color: str, *, opacity: float = 0.5, outline: str = "", weight: float = 1.0, dash: str = "") -> Style:
    """Leaflet path options of a filled shape."""
    return {
        "fill": True, "fillColor": color, "fillOpacity": opacity, "color": outline or color, "weight": weight,
        "dashArray": dash,
    }  # fmt: skip


def stroke(color: str, weight: float, *, dash: str = "", opacity: float = 1.0) -> Style:
    """Leaflet path options of a line."""
    return {"fill": False, "color": color, "weight": weight, "dashArray": dash, "opacity": opacity}


def dot(color: str, radius: float, *, outline: str = "#ffffff", weight: float = 1.0, opacity: float = 0.95) -> Style:
    """Leaflet options of a circle marker; the radius is in pixels."""
    return {
        "fill": True, "fillColor": color, "fillOpacity": opacity, "color": outline, "weight": weight, "radius": radius,
    }  # fmt: skip


def ramp(share: float) -> int:
    """Class of a share between 0 and 1 on the cividis ramp: its row in `CIVIDIS`."""
    return min(max(int(share * len(CIVIDIS)), 0), len(CIVIDIS) - 1)
