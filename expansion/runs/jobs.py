"""Planning in the background: one process per run, known by an id, with progress, cancel and a result on disk.

All that is known of a run lies in its folder, so that a reload of the page or of the server loses nothing:
``request.json`` what was asked for, ``progress.jsonl`` what the planner says on stderr, locked as long as it works,
``cancelled`` once someone stopped it, and ``plan/`` once it is done.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from expansion.errors import OutputError, SourceError
from expansion.runs.atomic import PLAN_MARK, disk_errors
from expansion.runs.clock import now_text
from expansion.runs.standby import STANDBY

State = Literal["running", "done", "failed", "cancelled"]
MOST_AT_ONCE = 2
_ID = re.compile(r"[0-9a-f]{16}")
_GRACE_SECONDS, _LAST_SECONDS = 0.4, 10.0
_TAIL = 20_000
VARIANTS = "variants.geojson"
_SAID = "progress.jsonl"
_begun: set[Path] = set()
_alone: list[subprocess.Popen[bytes]] = []
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Job:
    """One run as it stands.

    Attributes
    ----------
    job_id
        Names the run in links.
    study, areas
        Study id as the desk knows it, and the areas asked for; empty where the budget chooses.
    state
        running, done, failed or cancelled.
    stage, share
        What it does now, and how much is done, 0 to 1.
    errors
        Lines that say why it failed.
    plan
        Folder of the plan; only there once `state` is done.
    started
        UTC, ISO text.
    name
        What to call it; empty for a run of the app, which is called by what it plans.
    changes
        ``key=value`` laid over the study file.
    """

    job_id: str
    study: str
    areas: tuple[str, ...]
    state: State
    stage: str
    share: float
    errors: tuple[str, ...]
    plan: Path
    started: str
    name: str = ""
    changes: tuple[str, ...] = ()


def start_job(desk: Path, study: str, path: Path, areas: Sequence[str] = (), changes: Sequence[str] = ()) -> Job:
    """Begin to plan in a process of its own.

    Parameters
    ----------
    desk
        Folder under which runs are kept; made if missing.
    study, path
        Id of the study, and where it lies.
    areas
        Areas to plan; empty leaves the choice to the study's budgets.
    changes
        ``key=value`` laid over the study file.

    Raises
    ------
    OutputError
        ``E_BUSY`` while as many runs as allowed are at work, ``E_OUTPUT`` or ``E_DISK`` where the desk cannot
        be written.
    """
    request = {"study": study, "areas": sorted(set(areas)), "changes": list(changes)}
    return _begin(desk, path, request, lambda folder: _plan_words(folder, path, request["areas"], changes))


def ask_job(desk: Path, study: str, path: Path, area: str, changes: Sequence[str] = ()) -> Job:
    """Begin to look for other routes to an area, and second ways to its hubs, in a process of its own.

    Parameters
    ----------
    desk
        Folder under which questions are kept, apart from plans; made if missing.
    study, path, changes
        As for `start_job`.
    area
        Area to look at. The answer is `VARIANTS` in the run's folder, beside its plan, which is never made.

    Raises
    ------
    OutputError
        As `start_job`.
    """
    request = {"study": study, "areas": [area], "changes": list(changes)}
    return _begin(desk, path, request, lambda folder: _route_words(folder, path, area, changes))


def _begin(desk: Path, path: Path, request: dict[str, Any], words: Callable[[Path], list[str]]) -> Job:
    """Make a run's folder and have a planner begin, if not too many work already."""
    with _lock:
        _begun.difference_update([folder for folder in _begun if not _is_alive(folder)])
        if len(_begun) >= MOST_AT_ONCE:
            raise OutputError(
                f"{MOST_AT_ONCE} plans are being made already", code="E_BUSY", hint="cancel one, or wait for it"
            )
        folder = desk / secrets.token_hex(8)
        with disk_errors(folder):
            folder.mkdir(parents=True)
            _launch(folder, path, words(folder))
            _begun.add(folder)
            (folder / "request.json").write_text(json.dumps(request | {"started": now_text()}), encoding="utf-8")
    return look_at_job(desk, folder.name)


def _plan_words(folder: Path, path: Path, areas: Sequence[str], changes: Sequence[str]) -> list[str]:
    words = [
        "plan", str(path), "--out", str(folder / "plan"), "--quiet", "--progress", "json", f"--areas={','.join(areas)}",
    ]  # fmt: skip
    return words + (["--set", *changes] if changes else [])


def _route_words(folder: Path, path: Path, area: str, changes: Sequence[str]) -> list[str]:
    words = [
        "route", str(path), f"--area={area}", "--alternatives", "--protect", "--out", str(folder / VARIANTS), "--quiet",
    ]  # fmt: skip
    return words + (["--set", *changes] if changes else [])


def _launch(folder: Path, path: Path, words: Sequence[str]) -> None:
    """Have the planner begin, in a session of its own; what it says goes to a file locked as long as it works."""
    with (folder / _SAID).open("wb") as said:
        fcntl.flock(said, fcntl.LOCK_EX)  # goes with the open file to the planner, and ends with the last that has it
        if not STANDBY.plan(path, folder, words, said.fileno()):
            _launch_alone(folder, words, said.fileno())


def _launch_alone(folder: Path, words: Sequence[str], said: int) -> None:
    """Start a planner from nothing."""
    _alone[:] = [process for process in _alone if process.poll() is None]
    process = subprocess.Popen(
        [sys.executable, "-m", "expansion", *words],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True,
    )  # fmt: skip
    _alone.append(process)
    (folder / "pid").write_text(str(process.pid), encoding="ascii")


def look_at_job(desk: Path, job_id: str) -> Job:
    """Say how a run stands.

    Raises
    ------
    SourceError
        ``E_NO_JOB`` for an id that names no run on this desk.
    """
    folder = _folder(desk, job_id)
    request = json.loads((folder / "request.json").read_text("utf-8"))
    alive = _is_alive(folder)  # asked before the plan is looked for: it may end in between
    steps, words = _read_progress(folder / _SAID)
    state = _state(folder, alive)
    last: dict[str, Any] = steps[-1] if steps else {"stage": "starting", "done": 0, "total": 1}
    share = 1.0 if state == "done" else min(last["done"] / max(last["total"], 1), 0.99)
    errors = tuple(words) if state == "failed" else ()
    return Job(
        job_id, request["study"], tuple(request["areas"]), state, str(last["stage"]), share, errors, folder / "plan",
        request["started"], changes=tuple(request.get("changes", ())),
    )  # fmt: skip


def _folder(desk: Path, job_id: str) -> Path:
    """Folder of a run; the id is checked before it becomes a path."""
    if not _ID.fullmatch(job_id) or not (desk / job_id / "request.json").is_file():
        raise SourceError("no such plan", code="E_NO_JOB", where=[job_id[:40]], hint="choose one from the list")
    return desk / job_id


def _state(folder: Path, alive: bool) -> State:
    if (folder / "cancelled").exists():
        return "cancelled"
    if (folder / "plan" / PLAN_MARK).is_file() or ((folder / VARIANTS).is_file() and not alive):
        return "done"
    return "running" if alive else "failed"


def _is_alive(folder: Path) -> bool:
    """Whether the run's process, or a child of it, still holds the file that it speaks to; one on its way does too."""
    if (folder / "cancelled").exists() and not (folder / "pid").exists():
        return False  # it ends by itself before it begins
    try:
        with (folder / _SAID).open("rb") as said:
            fcntl.flock(said, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _read_progress(path: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Read steps and other lines of the planner; a line that is still being written is left for the next look."""
    with contextlib.suppress(OSError):
        lines = path.read_bytes()[-_TAIL:].decode("utf-8", "replace").split("\n")
        steps, words = [], []
        for line in lines[:-1]:
            try:
                steps.append(json.loads(line))
            except ValueError:
                words.append(line)
        return [step for step in steps if isinstance(step, dict) and {"stage", "done", "total"} <= set(step)], words
    return [], []


def cancel_job(desk: Path, job_id: str) -> Job:
    """Stop a run and all its children; one that has ended stays as it is.

    The run counts as cancelled at once. Its processes are asked to end, and made to half a second later.

    Raises
    ------
    SourceError
        ``E_NO_JOB`` for an id that names no run on this desk.
    """
    folder = _folder(desk, job_id)
    if look_at_job(desk, job_id).state == "running":
        (folder / "cancelled").touch()
        _signal(folder, signal.SIGTERM)
        threading.Thread(target=_end, args=(folder,), daemon=True).start()
    return look_at_job(desk, job_id)


def _signal(folder: Path, request: signal.Signals) -> None:
    """Send a signal to a run's process and all its children; they may have ended, or not have begun."""
    with contextlib.suppress(OSError, ValueError):
        os.killpg(int((folder / "pid").read_text("ascii")), request)


def _end(folder: Path) -> None:
    """Wait a moment, end what still works, and clear what it left behind."""
    if not _has_ended(folder, _GRACE_SECONDS):
        _signal(folder, signal.SIGKILL)
        _has_ended(folder, _LAST_SECONDS)
    for left in folder.glob("*plan*/"):
        shutil.rmtree(left, ignore_errors=True)


def _has_ended(folder: Path, seconds: float) -> bool:
    """Wait at most so long for a run's processes to end."""
    until = time.monotonic() + seconds
    while _is_alive(folder):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def list_jobs(desk: Path) -> tuple[Job, ...]:
    """Every run on the desk, the newest first."""
    ids = sorted(path.parent.name for path in desk.glob("*/request.json") if _ID.fullmatch(path.parent.name))
    jobs = [look_at_job(desk, job_id) for job_id in ids]
    return tuple(sorted(jobs, key=lambda job: (job.started, job.job_id), reverse=True))
