"""The reader's process: imports once, then forks a limited child per file.

Started by `expansion.sources.limits.reader_command`, it takes one JSON task a line on stdin and answers one JSON line
on stdout when its child has ended: ``{"id", "signal", "status"}``. The child leaves its tables in the folder that the
task names. The server itself never opens an input.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expansion.errors import PlanningError
from expansion.sources.exchange import Reading, write_reading
from expansion.sources.limits import limit_this_process
from expansion.sources.tasks import TASKS

_AT_ONCE = 2


@dataclass(slots=True)
class _Child:
    task: str
    deadline: float


def run_task(task: dict[str, Any]) -> Reading:
    """Run one task and turn what it raises into errors of the reading."""
    reading = Reading()
    try:
        TASKS[task["task"]](Path(task["path"]), task["name"], task["options"], Path(task["out"]), reading)
    except PlanningError as error:
        reading.add_error(error)
    except MemoryError:
        reading.fail("E_TOO_BIG", "the file needs more memory than reading may use", [task["name"]], hint="split it")
    except RecursionError:
        reading.fail("E_DEPTH", "the file is nested too deeply", [task["name"]])
    return reading


def _start(task: dict[str, Any]) -> int:
    """Fork a child that reads one file and exits."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        log = os.open(Path(task["out"]) / "log.txt", os.O_WRONLY | os.O_CREAT, 0o600)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        gc.disable()  # a short life reclaims nothing, and a million JSON lists would set it off again and again
        limit_this_process(task["memory_bytes"], task["cpu_seconds"])
        write_reading(run_task(task), Path(task["out"]))
        status = 0
    except MemoryError:
        status = 3
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _reap(running: dict[int, _Child]) -> None:
    """Answer for every child that has ended; kill those past their time."""
    for pid in sorted(running):
        done, state, usage = os.wait4(pid, os.WNOHANG)
        timed_out = time.monotonic() > running[pid].deadline
        if not done and timed_out:
            os.kill(pid, signal.SIGKILL)
            done, state, usage = os.wait4(pid, 0)
        if not done:
            continue
        code = os.waitstatus_to_exitcode(state)
        death = signal.Signals(-code).name if code < 0 else ""
        answer = {
            "id": running.pop(pid).task,
            "signal": "TIMEOUT" if timed_out and death == "SIGKILL" else death,
            "status": max(code, 0),
            "seconds": round(usage.ru_utime + usage.ru_stime, 3),
            "peak_mb": round(usage.ru_maxrss / 1024, 1),
        }
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def serve() -> None:
    """Take tasks from stdin until it closes; two children at a time."""
    running: dict[int, _Child] = {}
    waiting: list[dict[str, Any]] = []
    held = b""
    try:
        while True:
            while waiting and len(running) < _AT_ONCE:
                task = waiting.pop(0)
                running[_start(task)] = _Child(task["id"], time.monotonic() + task["wall_seconds"])
            if select.select([0], [], [], 0.002 if running else None)[0]:
                chunk = os.read(0, 1 << 16)
                if not chunk:
                    return
                *lines, held = (held + chunk).split(b"\n")
                waiting += [json.loads(line) for line in lines]
            _reap(running)
    finally:
        for pid in running:
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    serve()
