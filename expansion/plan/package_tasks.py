"""Which work package a task stands for: one task per area, or one per section of its build."""

from __future__ import annotations

import re

_SECTION = re.compile(r"-S\d+$")


def package_key(task_id: str) -> str:
    """Name the area and work package of a task, without its section.

    Examples
    --------
    >>> package_key("A003-3.2-S2"), package_key("A003-3.6")
    ('A003-3.2', 'A003-3.6')
    """
    return _SECTION.sub("", task_id)
