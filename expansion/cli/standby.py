"""Planners that stand by for the map app; `expansion.runs.standby` is the app's end of the line. No command of its own.

The first process imports everything and waits. For each study that is opened it forks a keeper, which reads the inputs
and waits in turn; for each plan the keeper forks a planner, which runs ``expansion plan`` as if it had been typed.
A process ends when the other end of its line is closed; planners work on to their end.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from expansion.cli.main import INTERRUPTED, main
from expansion.errors import PlanningError
from expansion.runs.held import hold_study
from expansion.runs.warming import load_loops, warm_loops
from expansion.sources.sandbox import close_reader

_LARGEST = 200_000
_LAZY = ("expansion.cli.plan", "expansion.sources.reading", "pyarrow.dataset", "h3")  # imported only as planning runs


def stand_by() -> None:
    """Wait on the line that is this process's stdin, and fork a keeper per study."""
    for name in _LAZY:
        importlib.import_module(name)
    if not load_loops() and os.fork() == 0:
        os.nice(10)
        _leave(_warm)
    # Threads of numerical libraries idle while a process is forked; nothing of theirs is used by the child.
    warnings.filterwarnings("ignore", message=".*multi-threaded, use of fork", category=DeprecationWarning)
    _wait(socket.socket(fileno=0), _keep)


def _warm() -> int:
    """Compile what is not compiled yet, for the planners of the next start; those of this one compile what they use."""
    warm_loops()
    return 0


def _wait(line: socket.socket, answer: Callable[[dict[str, Any], int], int]) -> None:
    """Fork for every message on the line, until its other end is closed."""
    gc.collect()
    gc.freeze()
    while True:
        message, files, _, _ = socket.recv_fds(line, _LARGEST, 1)
        _reap()
        if not message:
            return
        if os.fork() == 0:
            line.close()
            _leave(lambda: answer(json.loads(message), files[0]))  # noqa: B023 - it runs here and never returns
        os.close(files[0])


def _leave(work: Callable[[], int]) -> None:
    """Work, then end this process without unwinding into what its parent was doing."""
    status = 1
    try:
        status = work()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        os._exit(status)


def _reap() -> None:
    """Let children that have ended go."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _keep(message: dict[str, Any], line: int) -> int:
    """Read a study, and fork a planner for every plan of it; where it cannot be read, each planner says why."""
    with contextlib.suppress(PlanningError):
        hold_study(Path(message["study"]))
    close_reader()
    _wait(socket.socket(fileno=line), _plan)
    return 0


def _plan(message: dict[str, Any], said: int) -> int:
    """Run one command in a session of its own, so that it ends with all its children."""
    os.setsid()
    os.dup2(said, 2)
    os.close(said)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    folder = Path(message["folder"])
    (folder / "pid").write_text(str(os.getpid()), encoding="ascii")
    if (folder / "cancelled").exists():  # whoever cancels leaves this mark first and reads the pid then
        return INTERRUPTED
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return main(message["words"])


if __name__ == "__main__":
    stand_by()
