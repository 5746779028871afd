"""Write a folder so that a reader sees the old one or the new one, whatever happens in between."""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from expansion.errors import OutputError

PLAN_MARK = "plan.json"
_REFUSED = (
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ENOENT, errno.ELOOP,
    errno.EINVAL, errno.EISDIR,
)  # fmt: skip


def require_replaceable(out: Path, mark: str = PLAN_MARK) -> None:
    """Refuse a folder that holds something else than what may be replaced.

    Parameters
    ----------
    out
        Folder to be written; it may be missing or empty.
    mark
        File that shows the folder to be one of ours.

    Raises
    ------
    OutputError
        ``E_OUT_NOT_EMPTY`` where the folder holds anything but an earlier result, or is a file.
    """
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir():
        raise OutputError("the output is not a folder", code="E_OUT_NOT_EMPTY", where=[out], hint="name another folder")
    if any(out.iterdir()) and not (out / mark).is_file():
        raise OutputError(
            "the output folder holds other files", code="E_OUT_NOT_EMPTY", where=[out], hint="name an empty folder"
        )


@contextmanager
def replaced_folder(out: Path, mark: str = PLAN_MARK) -> Iterator[Path]:
    """Give a new sibling folder to write into; on success it takes the place of `out`, else it is removed.

    Everything is on disk before the folder is renamed. An interruption leaves `out` as it was.

    Raises
    ------
    OutputError
        ``E_OUT_NOT_EMPTY`` as in `require_replaceable`, ``E_DISK`` where the disk is full, ``E_OUTPUT`` where the
        place cannot be written.
    """
    require_replaceable(out, mark)
    with disk_errors(out):
        target = out.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.parent / f".{target.name}.{secrets.token_hex(6)}.part"
        fresh.mkdir()
        try:
            yield fresh
            _flush(fresh)
            _swap(fresh, target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Turn what the operating system says about a place into an `OutputError`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or "No space left" in str(error):
            raise OutputError(
                "the disk is full; what stood there before is unchanged",
                code="E_DISK",
                where=[place],
                hint="free space",
            ) from error
        if error.errno in _REFUSED:
            raise OutputError(
                f"cannot write there ({error.strerror})", where=[place], hint="name another folder"
            ) from error
        raise


def _flush(folder: Path) -> None:
    """Force every file below `folder`, and the folders themselves, to the disk."""
    for directory, _, names in os.walk(folder):
        for name in names:
            _sync(Path(directory) / name)
        _sync(Path(directory))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap(fresh: Path, target: Path) -> None:
    """Put `fresh` at `target`; what stood there is left at `fresh`, for the caller to remove."""
    if not target.exists():
        fresh.rename(target)
    elif not _exchange(fresh, target):
        aside = target.parent / f".{target.name}.{secrets.token_hex(6)}.old"
        target.rename(aside)
        fresh.rename(target)
        aside.rename(fresh)
    _sync(target.parent)


def _exchange(first: Path, second: Path) -> bool:
    """Let two folders change places in one step, where the kernel and the file system can."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(renameat2(here, os.fsencode(first), here, os.fsencode(second), exchange) == 0)
