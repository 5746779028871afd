"""A first look at a study: who lacks service and which areas there are, before anything is planned."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from expansion.pipeline import survey_study
from expansion.plan.parts import Survey
from expansion.runs.loading import load_inputs
from expansion.runs.studies import read_study
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
