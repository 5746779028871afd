"""Write a plan to its folder, and read it back."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from expansion.errors import SourceError
from expansion.plan.plan import Plan
from expansion.plan.saved import SavedPlan
from expansion.runs.atomic import PLAN_MARK, replaced_folder

_EPOCH = (1980, 1, 1, 0, 0, 0)
_STORED = {"compression": "zstd", "index": False}


def save_plan(
    plan: Plan, out: Path, *, manifest: Mapping[str, Any], timings: Callable[[], Mapping[str, Any]] = dict
) -> Path:
    """Write a plan so that equal plans give equal bytes, manifest and timings apart.

    Parameters
    ----------
    plan
        The plan to write.
    out
        Its folder; made if missing, replaced in one step if it holds a plan.
    manifest
        Version, command, raw file hashes and times; the SHA-256 of every file written is added as `files`.
    timings
        Gives seconds per stage and `peak_rss_mb`; asked once everything else is written.

    Raises
    ------
    OutputError
        ``E_OUT_NOT_EMPTY`` where `out` holds other files, ``E_DISK`` where the disk is full; `out` stays as it was.
    """
    with replaced_folder(out) as folder:
        _write_json(folder / PLAN_MARK, plan.document)
        _write_json(folder / "study.json", plan.study_document)
        (folder / "tables").mkdir()
        for name in sorted(plan.tables):
            write_table(plan.tables[name], folder / "tables" / f"{name}.parquet")
        (folder / "certificate").mkdir()
        for name in sorted(plan.certificates):
            write_arrays(plan.certificates[name], folder / "certificate" / f"{name}.npz")
        _write_json(folder / "timings.json", timings())
        _write_json(folder / "manifest.json", {**manifest, "files": _hashes(folder)})
    return out


def document_text(document: Mapping[str, Any]) -> str:
    """Write a document as JSON with sorted keys, one value a line; NaN and infinity are refused."""
    return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(document_text(document), encoding="utf-8", newline="\n")


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write Parquet, or GeoParquet where there is geometry; the bytes depend on the table alone."""
    table.to_parquet(path, **_STORED)


def write_arrays(arrays: Mapping[str, NDArray[Any]], path: Path) -> None:
    """Write arrays as NPZ in the order of their names, every member dated 1980, none pickled."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(arrays):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, member.getvalue())


def _hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below `folder` that is part of the plan, by its path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "timings.json")
    return {path.relative_to(folder).as_posix(): hash_file(path) for path in paths}


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, as ``sha256:…``."""
    with path.open("rb") as stream:
        return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()


def load_plan(out: Path) -> SavedPlan:
    """Read a saved plan back.

    Raises
    ------
    SourceError
        ``E_NO_PLAN`` where the folder holds none, ``E_PLAN_CORRUPT`` where a file of it cannot be read.
    """
    document = load_document(out)
    try:
        return SavedPlan(
            document=document,
            study_document=json.loads((out / "study.json").read_text("utf-8")),
            tables={path.stem: read_table(path) for path in sorted((out / "tables").glob("*.parquet"))},
            certificates={path.stem: read_arrays(path) for path in sorted((out / "certificate").glob("*.npz"))},
        )
    except (OSError, ValueError, zipfile.BadZipFile, KeyError) as error:
        raise SourceError(
            "the saved plan cannot be read", code="E_PLAN_CORRUPT", where=[out], hint="plan again"
        ) from error


def load_document(out: Path) -> dict[str, Any]:
    """Read only plan.json of a saved plan."""
    path = require_plan(out)
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError("plan.json cannot be read", code="E_PLAN_CORRUPT", where=[path], hint="plan again") from error
    if not isinstance(document, dict) or document.get("plan_schema") != 1:
        raise SourceError("not a plan of schema 1", code="E_PLAN_CORRUPT", where=[path], hint="plan again")
    return document


def require_plan(out: Path) -> Path:
    """Return the plan.json of a folder, or raise ``E_NO_PLAN`` where it has none."""
    path = out / PLAN_MARK
    if not path.is_file():
        raise SourceError("no plan there", code="E_NO_PLAN", where=[out], hint="name a folder that plan wrote")
    return path


def read_table(path: Path) -> pd.DataFrame:
    """Read a saved table, as GeoDataFrame where the file says that it has geometry."""
    if b"geo" in (pq.read_schema(path).metadata or {}):
        return gpd.read_parquet(path)
    return pd.read_parquet(path)


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read arrays; a pickled member is refused."""
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in sorted(archive.files)}
