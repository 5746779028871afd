"""The shell around the pure pipeline: files, processes and clocks live here and nowhere else."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from expansion.runs.checking import check_study
    from expansion.runs.embedded import embedded_studies, find_embedded
    from expansion.runs.loading import load_inputs
    from expansion.runs.planning import PlanOptions, plan_study
    from expansion.runs.saving import load_document, load_plan, save_plan
    from expansion.runs.starting import StudyParts, init_study
    from expansion.runs.studies import read_study

_HOMES = {
    "PlanOptions": "planning",
    "StudyParts": "starting",
    "check_study": "checking",
    "embedded_studies": "embedded",
    "find_embedded": "embedded",
    "init_study": "starting",
    "load_document": "saving",
    "load_inputs": "loading",
    "load_plan": "saving",
    "plan_study": "planning",
    "read_study": "studies",
    "save_plan": "saving",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: showing a plan needs nothing of what planning needs."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


__all__ = [
    "PlanOptions",
    "StudyParts",
    "check_study",
    "embedded_studies",
    "find_embedded",
    "init_study",
    "load_document",
    "load_inputs",
    "load_plan",
    "plan_study",
    "read_study",
    "save_plan",
]
