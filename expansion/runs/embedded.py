"""The studies and notebooks that travel with the program."""

from __future__ import annotations

import shutil
from pathlib import Path

import expansion
from expansion.errors import OutputError, StudyError
from expansion.runs.atomic import disk_errors
from expansion.runs.studies import STUDY_FILE
from expansion.wording import meant

DEFAULT_STUDY = "liechtenstein"


def embedded_folder() -> Path:
    """Folder of the embedded studies: beside the package in a checkout, inside it once installed."""
    return _travelling("data", "embedded")


def _travelling(beside: str, inside: str) -> Path:
    """Folder that travels with the program: its name in a checkout, and in an installed package."""
    package = Path(expansion.__file__).resolve().parent
    checkout = package.parent / beside
    return checkout if checkout.is_dir() and (package.parent / "pyproject.toml").is_file() else package / inside


def copy_notebooks(out: Path) -> list[Path]:
    """Copy the notebooks into a folder, made if missing, and return where they lie.

    Raises
    ------
    OutputError
        ``E_OUT_NOT_EMPTY`` where a file of that name stands there: it may hold a person's work. ``E_OUTPUT`` where the
        folder cannot be written.
    """
    found = sorted(_travelling("notebooks", "notebooks").glob("*.ipynb"))
    written = [out / path.name for path in found]
    standing = [path for path in written if path.exists()]
    if standing:
        words = "notebooks stand there already"
        raise OutputError(words, code="E_OUT_NOT_EMPTY", where=standing, hint="name another folder")
    with disk_errors(out):
        out.mkdir(parents=True, exist_ok=True)
        for source, target in zip(found, written, strict=True):
            shutil.copyfile(source, target)
    return written


def embedded_studies() -> tuple[str, ...]:
    """Names of the embedded studies, in ascending order."""
    return tuple(sorted(path.parent.name for path in embedded_folder().glob(f"*/{STUDY_FILE}")))


def find_embedded(name: str) -> Path:
    """Folder of an embedded study.

    Raises
    ------
    StudyError
        ``E_NO_STUDY`` for a name that is none of them.
    """
    known = embedded_studies()
    if name not in known:
        hint = meant(name, known) or f"choose one of {', '.join(known) or 'none'}"
        raise StudyError(f"no embedded study {name!r}", code="E_NO_STUDY", hint=hint)
    return embedded_folder() / name
