"""Names of files made from ids that others wrote: letters, digits, dots and hyphens, no two alike."""

from __future__ import annotations

import re

_MOST = 60


def file_name(text: str, taken: set[str]) -> str:
    """Turn an id into the stem of a file name and add it to those `taken`.

    Examples
    --------
    >>> taken = set()
    >>> [file_name(text, taken) for text in ("A001-H1", "../Ärger", "../x", "a001-h1")]
    ['A001-H1', 'rger', 'x', 'a001-h1-2']
    """
    stem = re.sub(r"[^A-Za-z0-9._]+", "-", text).strip("-.")[:_MOST].strip("-.") or "unnamed"
    number, name = 1, stem
    while name.lower() in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name.lower())
    return name
