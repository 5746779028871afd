"""Alter a saved plan one cell at a time, and say which alterations `expansion verify` does not notice.

``python -m benchmarks.altered PLAN [--rows N] [--tables NAME…]``

In every column of every table N cells are changed (a number by a tenth, a date by a month, a word to another word of
its column, a shape by five meters), one row is taken away, and every figure of plan.json is changed. The plan counts
as sealed again: the check of fingerprint and manifest, which finds each, is left out. The folder is not touched.
Prints one JSON object.
"""

from __future__ import annotations

import argparse
import copy
import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from shapely.affinity import translate

from expansion.audit.folder import SavedPlan
from expansion.audit.verify import CHECKS, run_check

DOCUMENT = "plan.json"
Alteration = tuple[str, str, Callable[[SavedPlan], None]]  # table or plan.json, what is changed, how


class Recorded(SavedPlan):
    """A saved plan that remembers which of its files were asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked: set[str] = set()

    def table(self, name: str) -> Any:
        """Give a table and remember its name."""
        self.asked.add(name)
        return super().table(name)

    def altered(self, alter: Callable[[SavedPlan], None]) -> SavedPlan:
        """Give this plan as it is read after an alteration."""
        made = SavedPlan(self.folder)
        made._tables = dict(self._tables)
        made.__dict__["study"] = self.study
        made.__dict__["document"] = self.document
        alter(made)
        return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Alter and verify; return 1 where the plan is unsound before anything is altered."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.altered", description=__doc__)
    parser.add_argument("plan", type=Path, metavar="PLAN")
    parser.add_argument("--rows", type=int, default=2, help="cells per column (2)")
    parser.add_argument("--tables", nargs="+", default=[], metavar="NAME", help="only these")
    options = parser.parse_args(arguments)
    plan, readers = Recorded(options.plan), {}
    for name, check in CHECKS:
        if name == "files":
            continue
        plan.asked, plan._made = set(), {}
        if not (sound := run_check(name, check, plan)).ok:
            print(json.dumps({"unsound": [name, *sound.failures]}))
            return 1
        readers[name] = plan.asked | {DOCUMENT}
    told: dict[str, Any] = {"alterations": 0, "unnoticed": []}
    for name, what, alter in alterations(plan, options.rows):
        if options.tables and name not in options.tables:
            continue
        told["alterations"] += 1
        if not _noticed(plan.altered(alter), [one for one in readers if name in readers[one]]):
            told["unnoticed"].append(f"{name}: {what}")
    print(json.dumps(told, indent=1))
    return 0


def _noticed(plan: SavedPlan, names: list[str]) -> bool:
    """Whether some check fails."""
    return any(not run_check(name, check, plan).ok for name, check in CHECKS if name in names)


def alterations(plan: SavedPlan, rows: int) -> Iterator[Alteration]:
    """Every alteration of a plan, table by table, then those of plan.json."""
    for name in plan.table_names():
        table = plan.table(name)
        for column in table.columns:
            for row, value in _cells(table[column], rows):
                yield (
                    name,
                    f"{column} {table[column].iloc[row]!s:.40} -> {value!s:.40}",
                    _cell(name, column, row, value),
                )
        if len(table):
            yield name, "a row less", _row_less(name)
    for path, value in _leaves(plan.document, ()):
        for other in _others(value):
            yield DOCUMENT, f"{'.'.join(map(str, path))} {value!s:.40} -> {other!s:.40}", _leaf(path, other)


def _cells(values: Any, rows: int) -> Iterator[tuple[int, Any]]:
    """Rows of a column to change, spread over it, and what they become; one empty cell is filled."""
    filled = np.flatnonzero(np.asarray(values.notna()))
    chosen = sorted(set(np.linspace(0, len(filled) - 1, rows).astype(int).tolist())) if len(filled) else []
    for row in filled[chosen].tolist():
        yield row, _other(values.iloc[row], values)
    empty = np.flatnonzero(np.asarray(values.isna()))
    if len(empty) and len(filled):
        yield int(empty[0]), values.iloc[int(filled[-1])]


def _other(value: Any, column: Any) -> Any:
    """Something else that could stand in a column."""
    if isinstance(value, str):
        with suppress(ValueError):
            return (dt.date.fromisoformat(value) - dt.timedelta(days=31)).isoformat()
        others = column[column.notna() & (column != value)]
        return others.iloc[len(others) // 2] if len(others) else f"{value} altered"
    if isinstance(value, bool | np.bool_):
        return not value
    if hasattr(value, "geom_type"):
        return translate(value, xoff=5.0)
    changed = value * 1.1
    return value + 1 if isinstance(value, int | np.integer) or changed == value else changed


def _cell(name: str, column: str, row: int, value: Any) -> Callable[[SavedPlan], None]:
    def alter(plan: SavedPlan) -> None:
        table = plan.table(name).copy()
        if hasattr(value, "geom_type"):
            shapes = table.geometry.to_numpy().copy()
            shapes[row] = value
            table = table.set_geometry(shapes, crs=table.crs)
        else:
            table.isetitem(table.columns.get_loc(column), _with(table[column], row, value))
        plan._tables[name] = table

    return alter


def _with(column: Any, row: int, value: Any) -> Any:
    """Change one cell of a column, which stays of its kind."""
    values = column.astype(object).to_numpy().copy()
    values[row] = value
    return pd.Series(values, index=column.index).astype(column.dtype)


def _row_less(name: str) -> Callable[[SavedPlan], None]:
    def alter(plan: SavedPlan) -> None:
        table = plan.table(name)
        plan._tables[name] = table.drop(index=table.index[len(table) // 2]).reset_index(drop=True)

    return alter


def _leaves(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Figures of a document with the way to each; of a list the first and the last."""
    if isinstance(value, dict):
        for key in value:
            yield from _leaves(value[key], (*path, key))
    elif isinstance(value, list):
        for place in sorted({0, len(value) - 1}) if value else []:
            yield from _leaves(value[place], (*path, place))
    else:
        yield path, value


def _others(value: Any) -> list[Any]:
    return [] if value is None else [_other(value, pd.Series([], dtype="str"))]


def _leaf(path: tuple[str | int, ...], value: Any) -> Callable[[SavedPlan], None]:
    def alter(plan: SavedPlan) -> None:
        plan.__dict__["document"] = document = copy.deepcopy(plan.document)
        place: Any = document
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return alter


if __name__ == "__main__":
    sys.exit(main())
