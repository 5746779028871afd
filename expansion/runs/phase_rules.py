"""Rules of the portfolio as tables that a reader edits: a row per group, pair, floor, milestone or initiative."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

RULES: Mapping[str, Mapping[str, str]] = {
    "together": {"areas": "str"},
    "before": {"first": "str", "then": "str"},
    "floors": {"measure": "str", "least": "float64", "by": "Int64"},
    "milestones": {"share": "float64", "by": "datetime64[us]", "of": "str"},
    "initiatives": {
        "id": "str", "name": "str", "kind": "str", "cost_per_year": "float64", "years": "Int64", "benefit": "float64",
        "duration_days": "Int64", "before": "str", "after": "str", "holds": "str", "staff": "str", "must": "boolean",
    },
}  # fmt: skip
"""Columns of the table of each rule, with their types; lists stand in one cell, parted by commas."""
_LISTS = ("before", "after")


def rule_table(name: str, value: Sequence[Any]) -> pd.DataFrame:
    """Write the value of a key of ``[portfolio]`` as a table to edit.

    Parameters
    ----------
    name
        A key of `RULES`.
    value
        As it stands in the resolved study.
    """
    columns = RULES[name]
    if name == "together":
        rows = [{"areas": ", ".join(group)} for group in value]
    elif name == "before":
        rows = [{"first": first, "then": then} for first, then in value]
    else:
        rows = [{key: _cell(key, one.get(key)) for key in columns} for one in value]
    return pd.DataFrame(rows, columns=list(columns)).astype(dict(columns))


def _cell(key: str, value: Any) -> Any:
    """Write what one cell holds: lists and staff as text."""
    if key == "staff":
        return ", ".join(f"{role}={days:g}" for role, days in sorted((value or {}).items()))
    return ", ".join(value or ()) if key in _LISTS else value


def rule_value(name: str, table: pd.DataFrame) -> list[Any]:
    """Read an edited table back as the value of its key; rows without their first cell are left out.

    Raises
    ------
    ValueError
        Where staff is not written as ``role=days``.
    """
    records = [{str(key): value for key, value in row.items() if not _is_blank(value)} for row in _rows(table)]
    kept = [row for row in records if next(iter(RULES[name])) in row]
    if name == "together":
        return [_parts(row["areas"]) for row in kept]
    if name == "before":
        return [[row["first"].strip(), str(row.get("then", "")).strip()] for row in kept]
    return [{key: _plain(key, value) for key, value in row.items()} for row in kept]


def _rows(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return list(table.astype(object).to_dict("records"))


def _is_blank(value: Any) -> bool:
    return bool(pd.isna(value)) or (isinstance(value, str) and not value.strip())


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _plain(key: str, value: Any) -> Any:
    """Read a cell as a plain value: lists, staff, days, whole numbers where they are whole."""
    if key == "staff":
        try:
            return {role.strip(): float(days) for role, days in (part.split("=") for part in _parts(value))}
        except ValueError as error:
            raise ValueError(f"staff is written as design=10, splice=5, not {value}") from error
    if key in _LISTS:
        return _parts(value)
    if isinstance(value, dt.date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, str):
        return value.strip()
    return value if isinstance(value, bool) else float(value) if isinstance(value, float) else int(value)
