"""Plan one study from its files to its folder."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import expansion
from expansion.pipeline import make_plan
from expansion.plan.plan import Plan
from expansion.runs.atomic import require_replaceable
from expansion.runs.clock import Report, Stopwatch, now_text
from expansion.runs.held import held_inputs
from expansion.runs.saving import hash_file, save_plan
from expansion.runs.stamps import named_files
from expansion.runs.studies import read_study
from expansion.scale import open_mapper
from expansion.study import Study


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What a command may ask for beside the study.

    Attributes
    ----------
    changes
        ``key=value`` laid over the study file.
    only
        Areas to plan; empty plans those that the budget allows.
    executor
        ``serial``, ``processes`` or ``tcp://host:port``.
    explain_permits
        Whether to plan also the route that ignores permits.
    command
        The command as it was typed, for the manifest.
    """

    changes: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    executor: str = "serial"
    explain_permits: bool = False
    command: tuple[str, ...] = field(default=())


def plan_study(path: Path, out: Path, options: PlanOptions | None = None, *, report: Report | None = None) -> Plan:
    """Plan the study at `path` and save the plan in `out`.

    Parameters
    ----------
    path
        A study.toml or its folder.
    out
        Folder of the plan; made if missing, replaced in one step if it holds a plan.
    options
        What to plan and where to compute it.
    report
        Called when a stage begins.

    Raises
    ------
    PlanningError
        Whatever is wrong with the study, its inputs, its limits or the output folder; `out` is then unchanged.
    """
    chosen = options or PlanOptions()
    require_replaceable(out)
    watch = Stopwatch(report)
    watch.stage("read_inputs")
    study, folder = read_study(path, chosen.changes)
    inputs = held_inputs(study, folder)
    with open_mapper(chosen.executor) as mapper:
        plan = make_plan(
            study, inputs, only=chosen.only, explain_permits=chosen.explain_permits, mapper=mapper,
            progress=watch.follow,
        )  # fmt: skip
    watch.stage("save_plan")
    manifest = _manifest(study, folder, chosen, watch)
    save_plan(plan, out, manifest=manifest, timings=watch.finish)
    return plan


def _manifest(study: Study, folder: Path, options: PlanOptions, watch: Stopwatch) -> dict[str, Any]:
    """Say what ran, on which files and when."""
    return {
        "version": expansion.__version__,
        "python": platform.python_version(),
        "command": list(options.command),
        "executor": options.executor,
        "changes": list(options.changes),
        "raw_inputs": raw_hashes(study, folder),
        "started": watch.started.isoformat(timespec="seconds"),
        "finished": now_text(),
    }


def raw_hashes(study: Study, folder: Path) -> dict[str, str]:
    """SHA-256 of every file that the study names, by its path in the study's folder."""
    return {name: hash_file(folder / name) for name in named_files(study) if (folder / name).is_file()}
