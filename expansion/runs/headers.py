"""Look at the first line of a CSV, plain or zipped, to tell what it holds; nothing else of the file is read."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

_FIRST = 65_536
_BDC = {"frn", "provider_id", "brand_name", "location_id", "technology", "h3_res8_id"}


def is_bdc(path: Path) -> bool:
    """Say whether a coverage file has the columns of the FCC's Broadband Data Collection."""
    return set(columns_of(path)) >= _BDC


def has_column(path: Path, column: str) -> bool:
    """Say whether a CSV has a column; a file of another kind is taken to have it."""
    found = columns_of(path)
    return not found or column in found


def columns_of(path: Path) -> list[str]:
    """Column names of a CSV or of the first CSV in a zip, in lower case; empty for anything else."""
    try:
        raw = _zipped_start(path) if path.suffix.lower() == ".zip" else _start(path)
        line = raw.decode("utf-8-sig").splitlines()[0] if raw else ""
    except (OSError, ValueError, RuntimeError, IndexError, NotImplementedError, zipfile.BadZipFile):
        return []
    return [name.strip().lower() for name in next(csv.reader([line]), [])]


def _start(path: Path) -> bytes:
    if path.suffix.lower() not in (".csv", ".txt"):
        return b""
    with path.open("rb") as stream:
        return stream.readline(_FIRST)


def _zipped_start(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.lower().endswith(".csv"))
        if not names:
            return b""
        with archive.open(names[0]) as stream:
            return stream.readline(_FIRST)
