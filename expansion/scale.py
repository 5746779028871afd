"""Run one function over many areas or studies: in this process, in worker processes, or on a Dask cluster.

This is the only place that knows how work is spread. Results come back in the order of the items, so that a plan
does not depend on where its parts were computed.
"""

from __future__ import annotations

import multiprocessing
import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from expansion.errors import StudyError

Item = TypeVar("Item")
Result = TypeVar("Result")

_PATIENCE_SECONDS = 10.0  # for a scheduler's first answer
_ADDRESS = re.compile(r"^(tcp|tls)://[A-Za-z0-9_.\-\[\]:]+:\d{1,5}$")


class Mapper(Protocol):
    """Applies a picklable function to every item and returns the results in the order of the items."""

    def __call__(self, function: Callable[[Item], Result], items: Sequence[Item], /) -> list[Result]:
        """Apply `function` to `items`."""


def map_serial(function: Callable[[Item], Result], items: Sequence[Item], /) -> list[Result]:
    """Apply `function` to `items` one after the other, in this process."""
    return [function(item) for item in items]


def map_areas(function: Callable[[Item], Result], items: Sequence[Item], executor: str = "serial") -> list[Result]:
    """Apply `function` to every area, wherever `executor` says, and keep their order.

    Parameters
    ----------
    function
        Pure and picklable; its errors are raised here unchanged, the one of the earliest item first.
    items
        One per area, picklable.
    executor
        ``serial``, ``processes`` or the ``tcp://host:port`` of a Dask scheduler.
    """
    with open_mapper(executor) as mapper:
        return mapper(function, items)


@contextmanager
def open_mapper(executor: str) -> Iterator[Mapper]:
    """Hold the workers that `executor` names for as long as the block lasts.

    Raises
    ------
    StudyError
        ``E_EXECUTOR`` for an unknown name, for a cluster that does not answer, or where the Dask extra is missing.
    """
    if executor == "serial":
        yield map_serial
    elif executor == "processes":
        with _process_pool() as pool:
            yield _pool_mapper(pool)
    elif _ADDRESS.match(executor):
        with _dask_client(executor) as client:
            yield _dask_mapper(client)
    else:
        raise StudyError(
            f"unknown executor {executor!r}", code="E_EXECUTOR", hint="use serial, processes or tcp://host:port"
        )


def _process_pool() -> ProcessPoolExecutor:
    """Start one worker per core, each from a clean process: forking a process with threads can hang it."""
    return ProcessPoolExecutor(max_workers=os.cpu_count() or 1, mp_context=multiprocessing.get_context("forkserver"))


def _pool_mapper(pool: ProcessPoolExecutor) -> Mapper:
    """Spread items over a pool, a few at a time."""

    def mapper(function: Callable[[Item], Result], items: Sequence[Item], /) -> list[Result]:
        chunk = max(1, len(items) // (4 * (os.cpu_count() or 1)))
        return list(pool.map(function, items, chunksize=chunk))

    return mapper


@contextmanager
def _dask_client(address: str) -> Iterator[Any]:
    """Connect to a Dask scheduler for as long as the block lasts."""
    try:
        from distributed import Client
    except ImportError as error:
        raise StudyError(
            "the Dask extra is not installed", code="E_EXECUTOR", where=[address], hint="install expansion[dask]"
        ) from error
    try:
        client = Client(address, timeout=_PATIENCE_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise StudyError(
            "no Dask scheduler answers", code="E_EXECUTOR", where=[address], hint="start it or correct the address"
        ) from error
    with client:
        yield client


def _dask_mapper(client: Any) -> Mapper:
    """Spread items over a cluster. Equal items are computed anew: a plan never reads another plan's cache."""

    def mapper(function: Callable[[Item], Result], items: Sequence[Item], /) -> list[Result]:
        return list(client.gather(client.map(function, list(items), pure=False)))

    return mapper
