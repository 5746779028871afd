"""Turn the text of a study into a file inside its folder: never a URL, a driver prefix or a GDAL path."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath, PureWindowsPath

from expansion.errors import SourceError

_PREFIX = re.compile(r"^[A-Za-z][A-Za-z0-9_+.-]*:")
_ODD = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown_name(text: str) -> str:
    """Return a name as it may be shown: no control characters, none that turn the direction of text, not too long."""
    return _ODD.sub("?", text)[:120]


def find_file(folder: Path, text: str) -> Path:
    """Return the regular file inside `folder` that `text` names.

    Raises
    ------
    SourceError
        ``E_PATH`` where the text is anything but a plain relative path that stays inside the folder (links followed);
        ``E_NO_FILE`` where no regular file stands there.
    """
    shown = shown_name(text)
    parts = PurePosixPath(text).parts
    plain = not (
        _ODD.search(text)
        or _PREFIX.match(text)
        or "\\" in text
        or text.startswith("/")
        or PureWindowsPath(text).is_absolute()
        or ".." in parts
        or not parts
    )
    root = folder.resolve()
    path = (root / text).resolve() if plain else root
    if not plain or not path.is_relative_to(root):
        raise SourceError(
            "an input is a plain path inside the study's folder",
            code="E_PATH",
            where=[shown],
            hint="copy the file into the folder of study.toml and name it relative to it",
        )
    if not path.is_file():
        raise SourceError("no such file", code="E_NO_FILE", where=[shown], hint="correct the name in study.toml")
    return path
