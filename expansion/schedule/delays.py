"""Find the tasks that a risk delays, by the columns of the tasks and the terms of its rule."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.rulebook import Rulebook
from expansion.schedule.stretches import MARK

IntArray = NDArray[np.int64]
FlagArray = NDArray[np.bool_]
STRETCH = rf"{MARK}\d+$"


def delayed_tasks(
    rulebook: Rulebook, tasks: pd.DataFrame, permits: pd.DataFrame, risks: pd.DataFrame
) -> tuple[IntArray, ...]:
    """Rows of the tasks that each risk delays.

    A risk of an area looks at that area's tasks, one of the program at all. ``permit:`` finds tasks of permits that are
    not granted yet, by the layer that their rule watches; ``crew:`` tasks by kind of crew; ``wbs:`` tasks by work
    package, sections of one included, ``initiative:place`` the work that puts initiatives in place. Where crews do the
    work, only the task that each kind starts first waits: the crew carries the delay on to the next. Where they do not,
    tasks lie side by side and all of them wait; of a delivery that is parted the last stretch.

    Parameters
    ----------
    rulebook
        Risk rules with `delays`, and layers of permit rules.
    tasks, permits
        Of the schedule and the plan.
    risks
        The register.

    Returns
    -------
    tuple of arrays
        Per risk, rows ascending; empty where it delays nothing.
    """
    terms = {rule.rule_id: rule.delay_terms for rule in rulebook.risks}
    area = tasks["area_id"].to_numpy(dtype=object)
    looked_at = _looked_at(rulebook, tasks, permits)
    busy = ((tasks["duration_days"] > 0) & ~tasks["task_id"].str.contains(STRETCH, regex=True)).to_numpy(dtype=bool)
    of_rule = {}
    for rule_id in sorted(set(risks["rule_id"].to_list())):
        meant = np.zeros(len(tasks), dtype=np.bool_)
        for kind, words in terms.get(rule_id, ()):
            meant |= _named(looked_at[kind], words)
        of_rule[rule_id] = np.flatnonzero(meant & busy)
    found = []
    for rule_id, place in zip(risks["rule_id"].to_list(), risks["area_id"].to_list(), strict=True):
        rows = of_rule[rule_id]
        found.append(_first_of_crews(tasks, rows[area[rows] == place] if isinstance(place, str) else rows))
    return tuple(found)


def _looked_at(rulebook: Rulebook, tasks: pd.DataFrame, permits: pd.DataFrame) -> dict[str, list[str]]:
    """Per kind of term the word of each task, "" for none: layer of permit, kind of crew, package, initiative."""
    layers = {rule.rule_id: rule.layer for rule in rulebook.permit_rules}
    columns = (permits[name].to_list() for name in ("permit_id", "rule_id", "state"))
    layer_of = {
        permit: layers.get(rule, "") for permit, rule, state in zip(*columns, strict=True) if state != "approved"
    }
    named = zip(tasks["task_id"].to_list(), tasks["initiative_id"].to_list(), strict=True)
    return {
        "permit": [layer_of.get(name, "") if isinstance(name, str) else "" for name in tasks["permit_id"].to_list()],
        "crew": [name if isinstance(name, str) else "" for name in tasks["crew_kind"].to_list()],
        "wbs": [str(code).partition(".")[2] for code in tasks["wbs"].to_list()],
        "initiative": ["place" if name == f"initiative-{own}" else "" for name, own in named],
    }


def _named(words: list[str], wanted: tuple[str, ...]) -> FlagArray:
    """Whether each word is one that is wanted, or a part of one: ``3.2.1`` is a part of ``3.2``."""
    return np.array([any(w == name or w.startswith(f"{name}.") for name in wanted) for w in words], dtype=np.bool_)


def _first_of_crews(tasks: pd.DataFrame, rows: IntArray) -> IntArray:
    """Keep, of the tasks that crews do, the one that each kind starts first; all others stay."""
    kinds, starts = tasks["crew_kind"].to_list(), tasks["start"].to_list()
    kept: dict[object, int] = {}
    for row in sorted(rows.tolist(), key=lambda row: (starts[row], row)):
        kept.setdefault(kinds[row] if isinstance(kinds[row], str) else row, row)
    return np.array(sorted(kept.values()), dtype=np.int64)
