"""The studies that travel with the program."""

from __future__ import annotations

from pathlib import Path

import expansion
from expansion.errors import StudyError
from expansion.runs.studies import STUDY_FILE

DEFAULT_STUDY = "liechtenstein"


def embedded_folder() -> Path:
    """Folder of the embedded studies: beside the package in a checkout, inside it once installed."""
    package = Path(expansion.__file__).resolve().parent
    checkout = package.parent / "data"
    return checkout if checkout.is_dir() and (package.parent / "pyproject.toml").is_file() else package / "embedded"


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
        raise StudyError(
            f"no embedded study {name!r}", code="E_NO_STUDY", hint=f"choose one of {', '.join(known) or 'none'}"
        )
    return embedded_folder() / name
