"""How the reader's process hands tables, findings and errors to the planner: Arrow files and JSON, never pickles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from expansion.errors import CRSError, PlanningError, PlanningErrors, SourceError
from expansion.plan.findings import Finding, find

GeometryArray = NDArray[np.object_]
MANIFEST = "result.json"


@dataclass(slots=True)
class Reading:
    """What one reading task found: tables by name (geometry as WKB in EPSG:4326), findings and errors."""

    tables: dict[str, pa.Table] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    errors: list[PlanningError] = field(default_factory=list)

    def warn(self, code: str, message: str, where: list[str], *, repair: str = "", count: int | None = None) -> None:
        """Note something that a person should look at."""
        self.findings.append(find(code, "warning", message, where, count=count, repair=repair))

    def tell(self, code: str, message: str, where: list[str], *, count: int | None = None) -> None:
        """Note something that was decided and is worth knowing."""
        self.findings.append(find(code, "info", message, where, count=count))

    def fail(self, code: str, message: str, where: list[str], *, hint: str = "") -> None:
        """Note an error; reading goes on so that all of them are seen at once."""
        self.errors.append(SourceError(message, code=code, where=where, hint=hint))

    def add_error(self, error: PlanningError) -> None:
        """Note an error that was raised, one by one where it holds several."""
        self.errors.extend(error.errors if isinstance(error, PlanningErrors) else [error])


def make_table(columns: Mapping[str, Any], geometry: GeometryArray | None = None) -> pa.Table:
    """Make an Arrow table; geometries become a WKB column named ``geometry``."""
    made = {
        name: values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
        for name, values in columns.items()
    }
    if geometry is not None:
        made["geometry"] = pa.array(shapely.to_wkb(geometry).tolist(), type=pa.binary())
    return pa.table(made)


def geometries(table: pa.Table) -> GeometryArray:
    """Return the geometries of a table made by `make_table`."""
    return np.asarray(shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object)), dtype=object)


def write_reading(reading: Reading, folder: Path) -> None:
    """Write tables as Arrow files and the rest as JSON; the JSON comes last, so its presence means all is there."""
    for name, table in reading.tables.items():
        with pa.OSFile(str(folder / f"{name}.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    document = {
        "tables": sorted(reading.tables),
        "findings": [_finding_document(finding) for finding in reading.findings],
        "errors": [_error_document(error) for error in reading.errors],
    }
    (folder / MANIFEST).write_text(json.dumps(document), "utf-8")


def read_reading(folder: Path) -> Reading:
    """Read back what `write_reading` wrote. Tables are mapped into memory, not copied."""
    document = json.loads((folder / MANIFEST).read_text("utf-8"))
    reading = Reading()
    for name in document["tables"]:
        with pa.memory_map(str(folder / f"{name}.arrow")) as source:
            reading.tables[name] = pa.ipc.open_file(source).read_all()
    for entry in document["findings"]:
        where = tuple(entry.pop("where"))
        reading.findings.append(Finding(where=where, **entry))
    for entry in document["errors"]:
        kind = CRSError if entry.pop("kind") == "CRSError" else SourceError
        reading.errors.append(kind(entry["message"], code=entry["code"], where=entry["where"], hint=entry["hint"]))
    return reading


def _finding_document(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in Finding.__dataclass_fields__}


def _error_document(error: PlanningError) -> dict[str, Any]:
    kind = "CRSError" if isinstance(error, CRSError) else "SourceError"
    return {"kind": kind, "message": error.message, "code": error.code, "where": error.where, "hint": error.hint}
