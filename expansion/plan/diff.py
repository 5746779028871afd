"""What differs between two plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd


def diff_documents(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the figures of plan.json that differ, by dotted key: key, before, after.

    A key that only one of them has shows None on the other side. Lists are compared place by place.
    """
    first, second = dict(_leaves(before, "")), dict(_leaves(after, ""))
    return [
        {"key": key, "before": first.get(key), "after": second.get(key)}
        for key in sorted(first.keys() | second.keys())
        if first.get(key) != second.get(key) or (key in first) != (key in second)
    ]


def _leaves(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    """Yield every plain value with its dotted key."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{key}.{place}")
    else:
        yield key, value


def diff_outcomes(before: pd.DataFrame, after: pd.DataFrame) -> list[dict[str, Any]]:
    """Count the locations whose outcome changed, per pair of outcomes: before, after, count, up to five where.

    A location that is not eligible, or not in the plan at all, has the outcome ``-``.
    """
    pair = pd.concat(
        [table.set_index("location_id")["outcome"].rename(name) for name, table in (("b", before), ("a", after))],
        axis=1,
    ).fillna("-")
    changed = pair[pair["b"] != pair["a"]].sort_index()
    rows = []
    for (old, new), group in changed.groupby(["b", "a"], sort=True):
        rows.append({"before": old, "after": new, "count": len(group), "where": list(group.index[:5])})
    return rows
