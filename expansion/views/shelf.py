"""What is on offer: studies and plans, those that came with the program, lie in the data folder, or are the owner's."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from expansion.errors import SourceError
from expansion.runs.embedded import embedded_studies, find_embedded
from expansion.runs.jobs import Job, State, list_jobs, look_at_job
from expansion.runs.shelf import FoundPlan, find_plans, find_studies, stamps, study_of

DATA_VARIABLE = "EXPANSION_DATA"
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class StudyEntry:
    """A study on offer: `origin` is embedded, data, uploaded, or plan where only a plan of it is here."""

    study_id: str
    title: str
    folder: Path
    origin: str


def owner() -> str:
    """Name of the one who is logged in, as a folder name; ``local`` where nobody has to log in."""
    user: Any = st.user
    email = user.get("email") if user.get("is_logged_in") else None
    return hashlib.sha256(str(email).encode()).hexdigest()[:16] if email else "local"


def data_folder() -> Path:
    """Folder of the studies on offer beside the embedded ones; runs and uploads are kept in it."""
    return Path(os.environ.get(DATA_VARIABLE) or "out/app").resolve()


def own_folder() -> Path:
    """Folder of what the owner made: ``runs`` and ``studies``."""
    return data_folder() / ".expansion" / owner()


def runs_folder() -> Path:
    """Folder of the owner's runs."""
    return own_folder() / "runs"


def library() -> dict[str, StudyEntry]:
    """Studies on offer by id: embedded, under the data folder, uploaded, and those of which only a plan is here."""
    found = [
        StudyEntry(name, name.replace("-", " ").title(), find_embedded(name), "embedded") for name in embedded_studies()
    ]
    found += _entries(data_folder(), "data") + _entries(own_folder() / "studies", "uploaded")
    found += [
        StudyEntry(plan.plan_id, plan.study_name or plan.name, plan.folder, "plan")
        for plan, home in _plans(found)
        if home is None
    ]
    return {entry.study_id: entry for entry in found}


def _plans(entries: list[StudyEntry]) -> list[tuple[FoundPlan, StudyEntry | None]]:
    """Plans under the data folder, each with the study of whose files it was made."""
    plans = find_plans(data_folder())
    homes = {entry.folder: entry for entry in entries if entry.origin != "plan"}
    marks = stamps(homes) if plans else {}
    return [(plan, homes[home] if (home := study_of(plan, marks)) else None) for plan in plans]


def _entries(folder: Path, origin: str) -> list[StudyEntry]:
    """Studies below a folder, by path."""
    entries = []
    for path in find_studies(folder):
        name = path.name if path == folder else path.relative_to(folder).as_posix()
        slug = _SLUG.sub("-", name.lower()).strip("-")[:48]
        if slug != name:
            slug += "-" + hashlib.sha256(name.encode()).hexdigest()[:6]
        title = name.replace("-", " ").title() if origin == "uploaded" else name
        entries.append(StudyEntry(f"{origin}-{slug}", title, path, origin))
    return entries


def find_job(job_id: str) -> Job | None:
    """Return the owner's run of that id, or the plan under the data folder; None where there is neither."""
    if not job_id:
        return None
    try:
        return look_at_job(runs_folder(), job_id)
    except SourceError:
        return next((job for job in found_jobs() if job.job_id == job_id), None)


def found_jobs() -> list[Job]:
    """List plans under the data folder as finished runs, each of the study whose files it was made of."""
    return [_as_job(plan, home) for plan, home in _plans(list(library().values()))]


def _as_job(plan: FoundPlan, home: StudyEntry | None) -> Job:
    study = home.study_id if home else plan.plan_id
    words = () if plan.study_name else (f"{plan.name} holds a plan.json that cannot be read",)
    state: State = "failed" if words else "done"
    return Job(plan.plan_id, study, (), state, "done", 1.0, words, plan.folder, plan.made, plan.name, plan.changes)


def all_jobs() -> list[Job]:
    """Every run of the owner and every plan under the data folder, the newest first."""
    return sorted([*list_jobs(runs_folder()), *found_jobs()], key=lambda job: (job.started, job.job_id), reverse=True)


def finished_jobs(study_id: str = "") -> list[Job]:
    """List finished runs and found plans, newest first; of one study where one is named."""
    return [job for job in all_jobs() if job.state == "done" and study_id in ("", job.study)]
