"""Tell whether the files of a study have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from expansion.runs.studies import STUDY_FILE, read_study
from expansion.study import Study


def named_files(study: Study) -> Sequence[str]:
    """Every file that the study names, in ascending order."""
    inputs = study.inputs
    single = [inputs.osm, inputs.locations, inputs.plant, inputs.rates, *inputs.layers]
    names = {source.file for source in single if source is not None}
    names |= set(inputs.coverage.files if inputs.coverage else ())
    names |= {study.network.route.pins, study.network.route.avoid, study.permits.rules, study.permits.status} - {""}
    return sorted(names)


def stamp_study(path: Path) -> str:
    """Tell whether a study may have changed: a hash over study.toml and the size and time of every file it names.

    Raises
    ------
    PlanningError
        If study.toml cannot be used.
    """
    study, folder = read_study(path)
    digest = hashlib.sha256((folder / STUDY_FILE).read_bytes())
    for name in named_files(study):
        file = folder / name
        found = file.stat() if file.is_file() else None
        digest.update(f"{name}|{found and (found.st_size, found.st_mtime_ns)}\n".encode())
    return digest.hexdigest()
