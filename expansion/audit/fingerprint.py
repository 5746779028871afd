"""Compute the fingerprint again from the files, as docs/methods/fingerprint.md defines it, and check the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from expansion.audit.folder import SavedPlan, read_object
from expansion.audit.ledger import Check, Ledger

TABLES = (
    "areas", "bom", "cables", "drops", "edges", "gates", "locations", "paths", "permits", "procurement", "quality",
    "resources", "risks", "sections", "sites", "spans", "stakeholders", "surveys", "task_links", "tasks", "triggers",
    "waves",
)  # fmt: skip
_UNHASHED = ("manifest.json", "timings.json")


def check_files(saved: SavedPlan) -> Check:
    """Check that every file is there as the manifest lists it, and that together they give the fingerprint."""
    ledger = Ledger("files")
    ledger.nothing(sorted(set(TABLES) - set(saved.table_names())), "tables are missing", len(TABLES))
    found = recompute_fingerprint(saved)
    ledger.equal(saved.document.get("fingerprint"), found, "fingerprint")
    _check_manifest(ledger, saved.folder)
    return ledger.close()


def _check_manifest(ledger: Ledger, folder: Path) -> None:
    """Compare every file with its hash in the manifest; neither may hold more than the other."""
    listed: dict[str, str] = read_object(folder / "manifest.json").get("files") or {}
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    names = set(there) - set(_UNHASHED)
    ledger.nothing(sorted(set(listed) - names), "files of the manifest are missing", len(listed))
    ledger.nothing(sorted(names - set(listed)), "files that the manifest does not list", len(names))
    changed = [name for name in sorted(names & set(listed)) if listed[name] != hash_of(there[name])]
    ledger.nothing(changed, "files differ from the manifest", len(names))


def hash_of(path: Path) -> str:
    """SHA-256 of a file as ``sha256:…``."""
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def recompute_fingerprint(saved: SavedPlan) -> str:
    """Hash plan.json without its fingerprint, study.json, all tables and all certificates."""
    content = {key: value for key, value in saved.document.items() if key != "fingerprint"}
    lines = [_compact(content), _compact(saved.study)]
    texts = {name: canonical_text(saved.table(name)) for name in saved.table_names()}
    lines += [f"{name} {hashlib.sha256(text.encode()).hexdigest()}" for name, text in texts.items()]
    for path in sorted((saved.folder / "certificate").glob("*.npz")):
        for array, values in sorted(saved.arrays(path.stem).items()):
            digest = hashlib.sha256(np.ascontiguousarray(values, dtype="<i8").tobytes()).hexdigest()
            lines.append(f"{path.stem}/{array} {digest}")
    return "sha256:" + hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _compact(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def canonical_text(table: Any) -> str:
    """Column names ascending, then rows ascending; cells joined by the unit separator.

    Empty cells are empty; flags ``true`` and ``false``; whole numbers decimal digits; other numbers six decimals;
    geometry WKT with three decimals.
    """
    names = sorted(table.columns)
    columns = [_cells(table[name]) for name in names]
    rows = sorted("\x1f".join(cells) for cells in zip(*columns, strict=True))
    return "\n".join(["\x1f".join(names), *rows])


def _cells(column: Any) -> list[str]:
    """Canonical text of each cell of a column."""
    if str(column.dtype) == "geometry":
        shapes = np.asarray(column.array, dtype=object)
        return [text or "" for text in shapely.to_wkt(shapes, rounding_precision=3, trim=False)]
    write = _writer(column.dtype)
    return [
        "" if missing else write(value) for value, missing in zip(column.tolist(), column.isna().tolist(), strict=True)
    ]


def _writer(kind: Any) -> Callable[[Any], str]:
    """Choose how cells of a dtype that are not empty are written."""
    if pd.api.types.is_bool_dtype(kind):
        return lambda value: "true" if value else "false"
    if pd.api.types.is_integer_dtype(kind):
        return lambda value: str(int(value))
    return _number if pd.api.types.is_float_dtype(kind) else str


def _number(value: float) -> str:
    """Write six decimals, and zero without a sign."""
    text = f"{value:.6f}"
    return "0.000000" if text == "-0.000000" else text
