"""Run reading tasks in the reader's process and bring their tables back."""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from expansion.errors import SourceError
from expansion.sources.exchange import MANIFEST, Reading, read_reading
from expansion.sources.limits import CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS, reader_command, reader_environment
from expansion.sources.paths import shown_name

_LOG = logging.getLogger(__name__)

_DEATHS = {
    "SIGPROF": ("E_GEOM_COMPLEX", "a geometry is too complex to repair", "repair or simplify it first"),
    "SIGXCPU": ("E_TIMEOUT", "reading takes more CPU time than it may use", "split or simplify the file"),
    "TIMEOUT": ("E_TIMEOUT", "reading takes more time than it may use", "split or simplify the file"),
    "SIGKILL": ("E_TOO_BIG", "reading was stopped for want of memory or time", "split or simplify the file"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One file to read: which reader, the checked path, the name to show, and the reader's options (plain JSON)."""

    kind: str
    path: Path
    name: str
    options: dict[str, Any] = field(default_factory=dict)


class _Server:
    """The reader's process, started on first use and kept warm until the planner's process ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def forget(self) -> None:
        """Let a forked planner start a reader of its own: it must not talk over its parent's pipes."""
        self.__init__()  # type: ignore[misc]

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                reader_command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=reader_environment(),
                cwd="/",
                text=True,
                start_new_session=True,  # an interrupt at the terminal is the planner's to handle
            )
        return self._process

    def run(self, lines: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Send tasks and wait for the answer to each; a task without an answer is missing from the result."""
        with self._lock:
            process = self._started()
            if process.stdin is None or process.stdout is None:
                return {}
            answers: dict[str, dict[str, Any]] = {}
            try:
                process.stdin.write("".join(json.dumps(line) + "\n" for line in lines))
                process.stdin.flush()
                while len(answers) < len(lines) and (text := process.stdout.readline()):
                    answer = json.loads(text)
                    answers[answer["id"]] = answer
            except BrokenPipeError:
                _LOG.warning("the reader's process ended")
            except BaseException:
                self.close()
                raise
            return answers

    def close(self) -> None:
        """End the process: at the end of its input it ends its children and itself."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


_SERVER = _Server()
atexit.register(_SERVER.close)
os.register_at_fork(after_in_child=_SERVER.forget)


def close_reader() -> None:
    """End the reader's process; the next reading starts another one."""
    _SERVER.close()


def read_tasks(tasks: Sequence[Task], scratch: Path) -> list[Reading]:
    """Read every task's file, two at a time, each in a child process of its own.

    Parameters
    ----------
    tasks
        What to read.
    scratch
        Folder for the tables; must stay until they are no longer used.

    Returns
    -------
    list
        One reading per task, in order. A reader that died gives a reading with the error that its death means.
    """
    lines = []
    for number, task in enumerate(tasks):
        out = Path(tempfile.mkdtemp(dir=scratch))
        lines.append(
            {
                "id": str(number),
                "task": task.kind,
                "path": str(task.path),
                "name": task.name,
                "options": task.options,
                "out": str(out),
                "memory_bytes": MEMORY_BYTES,
                "cpu_seconds": CPU_SECONDS,
                "wall_seconds": WALL_SECONDS,
            }
        )
    answers = _SERVER.run(lines)
    return [_reading(line, answers.get(str(line["id"]))) for line in lines]


def _reading(line: dict[str, Any], answer: dict[str, Any] | None) -> Reading:
    """Read what a child left, or say how it died."""
    out = Path(line["out"])
    if answer is not None:
        _LOG.info("read %s: %.2f CPU-s, %.0f MB", line["name"], answer["seconds"], answer["peak_mb"])
    if answer is not None and not answer["signal"] and not answer["status"] and (out / MANIFEST).exists():
        return read_reading(out)
    death = answer["signal"] if answer else "SERVER"
    status = answer["status"] if answer else 0
    last = _last_words(out)
    crash = ("E_READER_CRASH", f"the reader stopped ({last or death})", "the file is damaged or hostile; repair it")
    if status == 3:
        crash = ("E_TOO_BIG", "the file needs more memory than reading may use", "split it")
    code, message, hint = _DEATHS.get(death, crash)
    return Reading(errors=[SourceError(message, code=code, where=[line["name"]], hint=hint)])


def _last_words(out: Path) -> str:
    """Return the last line that a reader wrote before it failed, for whoever reports it."""
    log = out / "log.txt"
    lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
    for line in lines:
        _LOG.debug("reader: %s", line)
    return shown_name(lines[-1]) if lines else ""
