"""Background tiles, if whoever runs the app names a source: the map's policy then lets images of that place in."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

TILES_VARIABLE, CREDIT_VARIABLE = "EXPANSION_TILES", "EXPANSION_TILES_CREDIT"
_SOURCE = re.compile(r"(https?://[A-Za-z0-9.-]+(?::\d{1,5})?)/[^\s\"'<>;,]*")
_POLICY = "img-src 'self' data:"
_FILES = Path(__file__).resolve().parent / "static" / "map"


def tile_origin(source: str) -> str:
    """Return scheme, host and port of a tile source; "" where it is none.

    Parameters
    ----------
    source
        Such as ``https://tiles.example.org/{z}/{x}/{y}.png``.
    """
    found = _SOURCE.fullmatch(source)
    named = all(part in source for part in ("{z}", "{x}", "{y}"))
    return found[1] if found and named else ""


def tile_source() -> dict[str, str] | None:
    """Return address and credit of the tiles in use; None where the map draws its own background only."""
    source = os.environ.get(TILES_VARIABLE, "")
    return {"url": source, "credit": os.environ.get(CREDIT_VARIABLE, "")} if tile_origin(source) else None


def map_files() -> Path:
    """Folder of the map component; with tiles, a copy whose policy names their place."""
    source = tile_source()
    return _FILES if source is None else _with_origin(tile_origin(source["url"]))


@cache
def _with_origin(origin: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="expansion-map-")) / "map"
    shutil.copytree(_FILES, folder)
    page = folder / "index.html"
    page.write_text(page.read_text("utf-8").replace(_POLICY, f"{_POLICY} {origin}"), encoding="utf-8")
    return folder
