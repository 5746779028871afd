"""Colors of a printed page and map: ink, land, water, roads; classes take theirs from `expansion.figures.palette`."""

from __future__ import annotations

from typing import Final

INK: Final = "#1b2733"
LAND: Final = "#f7f5ef"
WATER: Final = "#b5d4e6"
WOODS: Final = "#dfe9d6"
ROAD: Final = "#ddd6c6"
MAJOR_ROAD: Final = "#c9bfa9"
RAIL: Final = "#8a8f98"
CRITICAL: Final = "#b3261e"


def channels(color: str) -> tuple[int, int, int]:
    """Red, green and blue of ``#rrggbb``, 0 to 255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
