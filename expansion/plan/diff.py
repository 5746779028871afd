"""What differs between two plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

NAMES = (
    "rate_id", "rule_id", "name", "year", "file", "parameter", "production_id", "pon_class", "highway", "surface",
    "wbs", "check_id", "role", "factor", "item", "area",
)  # fmt: skip
"""What tells the entries of a list apart, where they have it."""
Row = Mapping[str, Any]


def diff_documents(before: Row, after: Row) -> list[dict[str, Any]]:
    """List the figures of plan.json that differ, by dotted key: key, before, after; findings apart.

    A key that only one of them has shows None on the other side. The entries of a list are matched by their id,
    name or year, else by their place.
    """
    first, second = dict(_figures(before)), dict(_figures(after))
    return [
        {"key": key, "before": first.get(key), "after": second.get(key)}
        for key in sorted(first.keys() | second.keys())
        if first.get(key) != second.get(key)
    ]


def _figures(document: Row) -> Iterator[tuple[str, Any]]:
    """Yield every figure with its key."""
    yield from _leaves({name: value for name, value in document.items() if name != "findings"}, "")


def _leaves(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    """Yield every plain value with its dotted key."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for name, inner in zip(_names(value), value, strict=True):
            yield from _leaves(inner, f"{key}.{name}")
    else:
        yield key, value


def _names(entries: Sequence[Any]) -> list[str]:
    """Name the entries of a list, each once."""
    for field in NAMES:
        found = [str(entry[field]) for entry in entries if isinstance(entry, Mapping) and field in entry]
        if len(set(found)) == len(entries):
            return found
    return [str(place) for place in range(len(entries))]


def diff_findings(before: Sequence[Row], after: Sequence[Row]) -> list[dict[str, Any]]:
    """Match findings by code and place, and list those that are gone, new or say something else: before, after.

    Where a code is left over once on both sides, its places have changed and it counts as one finding that did.

    Parameters
    ----------
    before, after
        Findings of plan.json.

    Returns
    -------
    list
        Rows of ``code, before, after``, by code and place; None where a plan lacks the finding.
    """
    pairs: list[tuple[Row | None, Row | None]] = []
    gone, new = _by(before, _place), _by(after, _place)
    for key in sorted(gone.keys() | new.keys()):
        pairs += _pair(gone.get(key, []), new.get(key, []))
    left = _by([first for first, second in pairs if first and not second], _code)
    came = _by([second for first, second in pairs if second and not first], _code)
    moved = [code for code in left if len(left[code]) == len(came.get(code, [])) == 1]
    kept = [pair for pair in pairs if all(pair) or _code(pair[0] or pair[1] or {}) not in moved]
    kept += [(left[code][0], came[code][0]) for code in moved]
    rows = [{"code": _code(a or b or {}), "before": a, "after": b} for a, b in kept if a != b]
    return sorted(rows, key=lambda row: (row["code"], _place(row["before"] or row["after"])))


def _pair(before: Sequence[Row], after: Sequence[Row]) -> list[tuple[Row | None, Row | None]]:
    """Put equal findings together, then the others in order; what is left over stands alone."""
    first, second = [], list(after)
    for row in before:
        if row in second:
            second.remove(row)
        else:
            first.append(row)
    longest = max(len(first), len(second))
    return [(first[k] if k < len(first) else None, second[k] if k < len(second) else None) for k in range(longest)]


def _by(rows: Sequence[Row], key: Any) -> dict[Any, list[Row]]:
    """Group findings by a key."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _code(row: Row) -> str:
    return str(row.get("code", ""))


def _place(row: Row) -> tuple[str, ...]:
    return (_code(row), *map(str, row.get("where") or ()))


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
