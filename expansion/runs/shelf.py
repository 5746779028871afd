"""What lies under the data folder that the app did not make: studies, and plans that were made elsewhere."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from expansion.errors import PlanningError
from expansion.runs.atomic import PLAN_MARK
from expansion.runs.saving import hash_file, load_document
from expansion.runs.stamps import named_files, stamp_study
from expansion.runs.studies import STUDY_FILE, read_study

_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class FoundPlan:
    """A plan under the data folder.

    Attributes
    ----------
    plan_id
        Stable as long as the plan stays where it is.
    name
        Its path below the data folder.
    folder
        Where it lies.
    study_name
        Name of the study in plan.json; "" where that cannot be read.
    made
        UTC, ISO text; "" where unknown.
    raw_inputs
        SHA-256 of every file that it was made of.
    changes
        ``key=value`` that was laid over the study file.
    """

    plan_id: str
    name: str
    folder: Path
    study_name: str
    made: str
    raw_inputs: Mapping[str, str]
    changes: tuple[str, ...] = ()


def find_studies(folder: Path) -> tuple[Path, ...]:
    """Folders that hold a study: the folder itself or up to three levels below it, ascending."""
    return tuple(path.parent for path in _marks(folder, STUDY_FILE))


def find_plans(folder: Path) -> tuple[FoundPlan, ...]:
    """Plans in a folder or up to three levels below it, ascending by path; hidden folders are passed over."""
    return tuple(_found(folder, mark.parent, mark.stat().st_mtime_ns) for mark in _marks(folder, PLAN_MARK))


def study_of(plan: FoundPlan, studies: Mapping[Path, str]) -> Path | None:
    """Return the folder of the study of whose files, as they are now, a plan was made; None where there is none.

    Parameters
    ----------
    plan
        The plan.
    studies
        Folder and stamp of every study on offer, as `stamps` gives them.
    """
    raw = tuple(sorted(plan.raw_inputs.items()))
    return next((path for path, stamp in studies.items() if _matches(path, stamp, plan.study_name, raw)), None)


def stamps(studies: Iterable[Path]) -> dict[Path, str]:
    """State of the files of each study; one that cannot be read is left out: no plan is of it."""
    found = {}
    for path in studies:
        with contextlib.suppress(PlanningError):
            found[path] = stamp_study(path)
    return found


def _marks(folder: Path, name: str) -> Iterator[Path]:
    """Files of a name, in folders that are not hidden; what lies in a study or plan is part of it."""
    if (folder / name).is_file():
        yield folder / name
        return
    yield from _below(folder, name, _DEEPEST)


def _below(folder: Path, name: str, levels: int) -> Iterator[Path]:
    if not levels or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_dir():
            continue
        if (path / name).is_file():
            yield path / name
        else:
            yield from _below(path, name, levels - 1)


@lru_cache(maxsize=500)
def _found(top: Path, folder: Path, _changed: int) -> FoundPlan:
    name = folder.relative_to(top).as_posix()
    plan_id = "found-" + hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    try:
        study_name = str(load_document(folder)["study"]["name"])
    except (PlanningError, KeyError, TypeError):
        study_name = ""
    manifest = _manifest(folder)
    raw, laid = manifest.get("raw_inputs"), manifest.get("changes")
    return FoundPlan(
        plan_id, top.name if name == "." else name, folder, study_name, str(manifest.get("started", "")),
        {str(key): str(value) for key, value in raw.items()} if isinstance(raw, dict) else {},
        tuple(map(str, laid)) if isinstance(laid, list) else (),
    )  # fmt: skip


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


@lru_cache(maxsize=500)
def _matches(study_folder: Path, _stamp: str, name: str, raw: tuple[tuple[str, str], ...]) -> bool:
    study, folder = read_study(study_folder)
    if study.study.name != name or {key for key, _ in raw} != set(named_files(study)):
        return False
    return all((folder / key).is_file() and hash_file(folder / key) == value for key, value in raw)
