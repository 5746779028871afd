"""Planners that stand by: one process has everything imported, one per open study has read its inputs too.

A plan is then a fork away: nothing is imported or read. `expansion.cli.standby` is the other end of the line.
Where processes cannot be forked safely (anything but Linux), nothing stands by and every plan starts from nothing.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

_MODULE = "expansion.cli.standby"
_MOST_STUDIES = 3
_PATIENCE_SECONDS = 5.0


class Standby:
    """The app's end of the planners that stand by. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._keepers: OrderedDict[Path, tuple[str, socket.socket]] = OrderedDict()

    def hold(self, study: Path, stamp: str) -> None:
        """Have a planner read a study and keep its inputs; one that holds an older state of it ends.

        Parameters
        ----------
        study
            Folder of the study.
        stamp
            State of its files, as `expansion.runs.stamps.stamp_study` gives it.
        """
        with self._lock, contextlib.suppress(OSError):
            held = self._keepers.get(study)
            if held is None or held[0] != stamp:
                self._drop(study)
                self._open_keeper(study, stamp)
            self._keepers.move_to_end(study)

    def plan(self, study: Path, folder: Path, words: Sequence[str], said: int) -> bool:
        """Give a planner that stands by a command to run.

        Parameters
        ----------
        study
            Folder of the study.
        folder
            Folder of the run; the planner leaves its process id in it.
        words
            Command line without the program's name.
        said
            File that becomes the planner's stderr.

        Returns
        -------
        bool
            False where none could take it.
        """
        message = json.dumps({"folder": str(folder), "words": list(words)}).encode()
        with self._lock:
            for _ in range(2):
                with contextlib.suppress(OSError):
                    if study not in self._keepers:
                        self._open_keeper(study, "")
                    self._send(self._keepers[study][1], message, said)
                    return True
                self._drop(study)
        return False

    def close(self) -> None:
        """End all that stands by; plans that are being made go on."""
        with self._lock:
            for study in list(self._keepers):
                self._drop(study)
            self._end_template()

    def _open_keeper(self, study: Path, stamp: str) -> None:
        """Fork a planner that reads the study; the one that was used longest ago makes room."""
        while len(self._keepers) >= _MOST_STUDIES:
            self._drop(next(iter(self._keepers)))
        message = json.dumps({"study": str(study)}).encode()
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there, contextlib.ExitStack() as undo:
            undo.callback(here.close)
            try:
                self._send(self._template(), message, there.fileno())
            except OSError:
                self._end_template()
                self._send(self._template(), message, there.fileno())
            undo.pop_all()
        self._keepers[study] = stamp, here

    def _template(self) -> socket.socket:
        """Line to the process that has everything imported; started on first use, and again should it have ended."""
        if self._line is None:
            if sys.platform != "linux":
                raise OSError("processes cannot be forked safely here")
            here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with there:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", _MODULE], stdin=there.fileno(), stdout=subprocess.DEVNULL,
                    start_new_session=True,
                )  # fmt: skip
            self._line = here
        return self._line

    def _end_template(self) -> None:
        """Close the line to the first process, at which it ends."""
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE_SECONDS)
            self._process.kill()
            self._process.wait()
            self._process = None

    def _drop(self, study: Path) -> None:
        held = self._keepers.pop(study, None)
        if held is not None:
            held[1].close()

    @staticmethod
    def _send(line: socket.socket, message: bytes, file: int) -> None:
        socket.send_fds(line, [message], [file])


STANDBY = Standby()
atexit.register(STANDBY.close)
