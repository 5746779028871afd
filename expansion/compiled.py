"""Compile hot loops, and keep the compiled code on disk where there is a place for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit


def compile_loop(function: Callable[..., Any]) -> Any:
    """Compile a loop when it is first called, and keep the result for later processes.

    numba keeps it in ``NUMBA_CACHE_DIR`` if that is set, else beside the source file, else, where that cannot be
    written, in the user's cache folder. Where none of them can be written it is compiled anew in each process.
    """
    try:
        return njit(cache=True)(function)
    except RuntimeError:  # numba: no locator available
        return njit(function)
