"""The shell around the pure pipeline: files, processes and clocks live here and nowhere else."""

from expansion.runs.checking import check_study
from expansion.runs.embedded import embedded_studies, find_embedded
from expansion.runs.loading import load_inputs
from expansion.runs.planning import PlanOptions, plan_study
from expansion.runs.saving import load_document, load_plan, save_plan
from expansion.runs.starting import StudyParts, init_study
from expansion.runs.studies import read_study

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
