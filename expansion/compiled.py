"""Compile hot loops, and keep the compiled code on disk where there is a place for it."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

from numba import njit
from numba.core.dispatcher import Dispatcher


def compile_loop(function: Callable[..., Any]) -> Any:
    """Compile a loop when it is first called, and keep the result for later processes.

    numba keeps it in ``NUMBA_CACHE_DIR`` if that is set, else beside the source file, else, where that cannot be
    written, in the user's cache folder. Where none of them can be written it is compiled anew in each process.

    numba takes what is kept for current while the loop's own file is unchanged. A loop also holds what it calls, so
    here it is current for the text of all files beside it and beside those whose functions its module names.
    """
    try:
        loop = njit(cache=True)(function)
    except RuntimeError:  # numba: no locator available
        return njit(function)
    _tie_to_sources(loop)
    return loop


def is_kept(loop: Any) -> bool:
    """Tell whether compiled code of a loop is on disk, made from the sources as they are."""
    index = _index_of(loop)
    try:
        return index is not None and bool(index._load_index())
    except Exception:  # whatever a damaged file makes of unpickling: it is written anew
        return False


def _index_of(loop: Any) -> Any:
    """Return the index of what numba keeps of a loop; None where it keeps nothing."""
    return getattr(getattr(loop, "_cache", None), "_cache_file", None)


def _tie_to_sources(loop: Any) -> None:
    """Let what is kept of a loop hold for the sources that it was made from, and remove what was made from others."""
    index = _index_of(loop)
    if not hasattr(index, "_source_stamp"):  # a numba that keeps its code in another way
        return
    folders = {Path(loop.py_func.__code__.co_filename).parent, *_borrowed(loop.py_func.__globals__)}
    index._source_stamp = "".join(_digest(folder) for folder in sorted(folders))
    path = Path(index._index_path)
    if path.exists() and not is_kept(loop):
        path.unlink(missing_ok=True)
        for code in path.parent.glob(f"{path.stem}.*.nbc"):  # else a new index may name old code for a moment
            code.unlink(missing_ok=True)


def _borrowed(names: dict[str, Any]) -> set[Path]:
    """Folders of this program's functions and loops that a module names."""
    loops = [getattr(thing, "compiled", thing) for thing in names.values()]
    functions = [loop.py_func if isinstance(loop, Dispatcher) else loop for loop in loops]
    files = [
        sys.modules[function.__module__].__file__
        for function in functions
        if isinstance(function, FunctionType) and function.__module__.partition(".")[0] == __package__
    ]
    return {Path(file).parent for file in files if file}


@cache
def _digest(folder: Path) -> str:
    """Digest of all sources in a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
