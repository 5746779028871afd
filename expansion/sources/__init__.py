"""Read, check and project what a study names; every file is opened in a separate, limited process."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from expansion.plan.inputs import Inputs
    from expansion.rulebook import Rulebook
    from expansion.study import Study

__all__ = ["download_place", "read_inputs"]


def read_inputs(study: Study, folder: Path, *, rulebook: Rulebook) -> Inputs:
    """Read every file that the study names, check it, and project it once.

    Parameters
    ----------
    study
        The study; `study.inputs` names the files, `study.study.crs` the projection.
    folder
        Folder of study.toml; every file lies inside it.
    rulebook
        Rules in force; handed on unchanged.

    Returns
    -------
    Inputs
        Checked tables in the study CRS, each sorted by its key, coordinates rounded to 1 mm. The order of rows, of
        columns and of OSM elements in the files changes nothing.

    Raises
    ------
    SourceError
        With every breach found in every file, each with its own code; several come as `PlanningErrors`.
    CRSError
        If the study's CRS is not projected in meters.
    """
    # Imported late: the reader's own process imports this package too and does without pandas and GeoPandas.
    from expansion.sources.reading import read_study_inputs

    return read_study_inputs(study, folder, rulebook=rulebook)


def download_place(place: str, out: Path) -> Path:
    """Download the roads and buildings of a named place into an .osm file; see `expansion.sources.place`."""
    from expansion.sources.place import download_place as download

    return download(place, out)
