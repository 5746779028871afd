"""A first look at a study: who lacks service and which areas there are, before anything is planned."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from expansion.pipeline import survey_study
from expansion.plan.assembly import Survey
from expansion.runs.loading import load_inputs
from expansion.runs.planning import named_files
from expansion.runs.studies import STUDY_FILE, read_study
from expansion.study import Study


@dataclass(frozen=True, slots=True)
class SurveyedStudy:
    """A study, its folder, and what is known of it before a plan."""

    study: Study
    folder: Path
    survey: Survey


def survey(path: Path) -> SurveyedStudy:
    """Read the study at `path` and delineate its areas.

    Parameters
    ----------
    path
        A study.toml or its folder.

    Raises
    ------
    PlanningError
        Whatever is wrong with the study or its inputs.
    """
    study, folder = read_study(path)
    return SurveyedStudy(study, folder, survey_study(study, load_inputs(study, folder)))


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
