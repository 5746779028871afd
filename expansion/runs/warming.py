"""Compile every loop ahead of time, measure that, and let one process at a time do it."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llvmlite.binding
import numba
from numba.core import event
from numba.core.dispatcher import Dispatcher

import expansion.network.siting.warm as siting
import expansion.network.steiner.warm as steiner
import expansion.network.technology.filling as filling
import expansion.network.terminals.warm as terminals
import expansion.schedule.warm as schedule
from expansion.compiled import is_kept
from expansion.network.steiner.jit import Kernel

try:
    import fcntl
except ImportError:  # no such lock on this system: two processes then compile the same, each for itself
    fcntl = None  # type: ignore[assignment]

ROOMS: dict[str, Callable[[], None]] = {
    "expansion.network.siting": siting.warm,
    "expansion.network.technology": filling.warm,
    "expansion.network.steiner": steiner.warm,
    "expansion.network.terminals": terminals.warm,
    "expansion.schedule": schedule.warm,
}
"""Packages that hold loops, and what runs every loop of each once."""


@dataclass(frozen=True, slots=True)
class WarmLoop:
    """A compiled loop: its module and name, and the seconds that compiling it took now; 0 where it was on disk."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Warming:
    """What warming did.

    Attributes
    ----------
    loops
        Every loop of the program, by name.
    folders
        Where compiled code is kept; empty where no place can be written.
    is_beside
        The code is kept beside the package's own files.
    was_warm
        Nothing had to be done.
    seconds
        Wall seconds in all, waiting for another process that compiles included.
    """

    loops: tuple[WarmLoop, ...]
    folders: tuple[Path, ...]
    is_beside: bool
    was_warm: bool
    seconds: float


def warm_loops(rooms: Iterable[str] = ROOMS) -> Warming:
    """Compile every loop that is not compiled yet, and keep the code on disk.

    A second process waits for the first and then finds nothing to do. What is kept counts as current for the same
    sources, Python, numba and processor.

    Parameters
    ----------
    rooms
        Names of packages that hold loops.

    Returns
    -------
    Warming
        What was compiled, and where it is kept.
    """
    began = time.perf_counter()
    rows: list[WarmLoop] = []
    folders, warm, beside = [], [], []
    for room in rooms:
        loops = find_loops(room)
        place = _folder_of(loops)
        seconds = _warm_room(room, loops, place)
        rows += [WarmLoop(name, round((seconds or {}).get(name, 0.0), 3)) for name in loops]
        folders += [] if place is None else [place]
        warm.append(seconds is None)
        beside.append(place == _beside(room))
    return Warming(tuple(rows), tuple(folders), all(beside), all(warm), round(time.perf_counter() - began, 3))


def load_loops() -> bool:
    """Load every loop into this process, if all are compiled already.

    Returns
    -------
    bool
        False where some are not; nothing is loaded or compiled then.
    """
    rooms = {room: find_loops(room) for room in ROOMS}
    places = {room: _folder_of(loops) for room, loops in rooms.items()}
    if not all(place and _is_warm(rooms[room], place, _state(room)) for room, place in places.items()):
        return False
    for warm in ROOMS.values():
        warm()
    return True


def _warm_room(room: str, loops: dict[str, Any], folder: Path | None) -> dict[str, float] | None:
    """Compile the loops of a room; return the seconds per loop, or None where all was there."""
    if folder is None:
        return _compile(loops, ROOMS[room])
    with _alone(folder):
        state = _state(room)
        if _is_warm(loops, folder, state):
            return None
        seconds = _compile(loops, ROOMS[room])
        _write_mark(folder, state)
        return seconds


def find_loops(room: str) -> dict[str, Any]:
    """Find the dispatchers of all loops in the modules of a package that are loaded, by module and name, ascending."""
    loops = [thing.compiled if isinstance(thing, Kernel) else thing for thing in _things(room)]
    found = {_name(loop): loop for loop in loops if isinstance(loop, Dispatcher)}
    return {name: found[name] for name in sorted(found) if name.startswith(f"{room}.")}


def _things(room: str) -> list[Any]:
    """Everything that the loaded modules of a package name."""
    modules = [module for name, module in sys.modules.items() if name.startswith(f"{room}.")]
    return [thing for module in modules for thing in vars(module).values()]


def _name(loop: Any) -> str:
    return f"{loop.py_func.__module__}.{loop.py_func.__qualname__}"


def _folder_of(loops: dict[str, Any]) -> Path | None:
    """Folder in which numba keeps the code of a room's loops; None where it can keep it nowhere."""
    path = next(iter(loops.values())).stats.cache_path
    return None if path is None else Path(path)


def _package(room: str) -> Path:
    return Path(sys.modules[room].__file__ or "").parent


def _beside(room: str) -> Path:
    return _package(room) / "__pycache__"


def _mark(folder: Path) -> Path:
    return folder / f"expansion-warm.{sys.implementation.cache_tag}.json"


def _write_mark(folder: Path, state: str) -> None:
    part = _mark(folder).with_suffix(f".{os.getpid()}.part")
    part.write_text(state, encoding="utf-8")
    part.replace(_mark(folder))


def _is_warm(loops: dict[str, Any], folder: Path, state: str) -> bool:
    """Tell whether all code is on disk and was made from these sources by these tools for this processor."""
    try:
        if _mark(folder).read_text("utf-8") != state:
            return False
    except OSError:
        return False
    return all(is_kept(loop) for loop in loops.values())


def _state(room: str) -> str:
    """Describe all that compiled code depends on."""
    digest = hashlib.sha256()
    for path in sorted(_package(room).glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    processor = llvmlite.binding.get_host_cpu_features().flatten()
    parts = {
        "sources": digest.hexdigest(),
        "python": sys.version,
        "platform": sysconfig.get_platform(),
        "numba": numba.__version__,
        "processor": f"{llvmlite.binding.get_host_cpu_name()} {processor}",
    }
    return json.dumps(parts, indent=1, sort_keys=True) + "\n"


class _Stopwatch(event.Listener):
    """Takes the seconds that each loop is being compiled, those of loops that it calls apart."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.seconds: dict[str, float] = {}
        self._running: list[tuple[str, float]] = []

    def on_start(self, event: Any) -> None:
        """Begin a loop, and let the one that waits for it pause."""
        name, now = _name(event.data["dispatcher"]), time.perf_counter()
        if name in self.names:
            self._add(now)
            self._running.append((name, now))

    def on_end(self, event: Any) -> None:
        """End a loop, and go on with the one that waited for it."""
        name, now = _name(event.data["dispatcher"]), time.perf_counter()
        if name in self.names:
            self._add(now)
            self._running.pop()
            if self._running:
                self._running[-1] = (self._running[-1][0], now)

    def _add(self, now: float) -> None:
        if self._running:
            name, since = self._running[-1]
            self.seconds[name] = self.seconds.get(name, 0.0) + now - since


def _compile(loops: dict[str, Any], run: Callable[[], None]) -> dict[str, float]:
    """Compile what is missing, and load the rest; return the seconds of each loop that was compiled."""
    watch = _Stopwatch(frozenset(loops))
    for thing in [thing for room in ROOMS for thing in _things(room)]:
        if isinstance(thing, Kernel):
            thing.is_compiled = True
    with event.install_listener("numba:compile", watch):
        run()
    return watch.seconds


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a lock beside the compiled code, so that processes that warm at once do so one after the other."""
    if fcntl is None:
        yield
        return
    with (folder / "expansion-warm.lock").open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
