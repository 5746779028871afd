"""Inputs that a standing planner has read already, so that a plan asked of it begins at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from expansion.plan.inputs import Inputs
from expansion.runs.loading import load_inputs, planning_rules
from expansion.runs.stamps import stamp_study
from expansion.runs.studies import read_study
from expansion.study import Study

_held: dict[Path, tuple[str, Study, Inputs]] = {}


def hold_study(path: Path) -> None:
    """Read a study and keep its inputs in this process.

    Parameters
    ----------
    path
        A study.toml or its folder.

    Raises
    ------
    PlanningError
        Whatever is wrong with the study or its inputs.
    """
    stamp = stamp_study(path)  # before the files are read: a change in between must not go unseen
    study, folder = read_study(path)
    _held[folder] = stamp, study, load_inputs(study, folder)


def held_inputs(study: Study, folder: Path) -> Inputs:
    """Return the inputs of a study: those held, if the files and what is read of them are the same, else read now.

    Parameters
    ----------
    study
        The study as it is to be planned.
    folder
        Its folder.

    Raises
    ------
    PlanningError
        As `expansion.runs.loading.load_inputs`.
    """
    held = _held.get(folder)
    if held is not None and _reads(held[1]) == _reads(study) and held[0] == stamp_study(folder):
        return replace(held[2], rulebook=planning_rules(study, folder))
    return load_inputs(study, folder)


def _reads(study: Study) -> tuple[object, ...]:
    """All of a study on which its tables depend; rules are read anew."""
    route, permits = study.network.route, study.permits
    rules = permits.status, permits.rules, permits.exchange
    return study.inputs, study.study.crs, study.demand, route.pins, route.avoid, rules
