"""Draw again which risks happen, and find again which tasks each of them delays."""

from __future__ import annotations

import math
import zlib
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from expansion.audit.draws import draw_scores, read_lines, spend
from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.rules import engineering, rows_of, section
from expansion.audit.sections import is_stretch

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
STREAM = 13
MOST = 1_000


def picked_draws(saved: SavedPlan) -> IntArray:
    """Rows of the cost draws that are used: the middle one of each of at most a thousand strata of the bill's cost."""
    found: IntArray = saved.once("picked draws", _pick)
    return found


def _pick(saved: SavedPlan) -> IntArray:
    count = int(section(saved, "cost")["draws"])
    most = min(MOST, count)
    lines = read_lines(saved)
    chance = {name: ndtr(score) for name, score in draw_scores(saved).items()}
    total = spend(lines, chance, None) if lines else np.zeros(count)
    ranked = np.argsort(total, kind="stable").tolist()
    return np.array(
        sorted(ranked[((2 * stratum + 1) * count) // (2 * most)] for stratum in range(most)), dtype=np.int64
    )


def draw_events(saved: SavedPlan) -> NDArray[np.bool_]:
    """Whether each row of the register happens, shape ``(risks, draws)``; once per plan."""
    found: NDArray[np.bool_] = saved.once("events", _draw_events)
    return found


def _draw_events(saved: SavedPlan) -> NDArray[np.bool_]:
    risks, count = saved.table("risks"), len(picked_draws(saved))
    own = engineering(saved, "risk_own_share")
    names = zip(texts(risks, "rule_id"), texts(risks, "risk_id"), numbers(risks, "probability"), strict=True)
    rows = [
        math.sqrt(1 - own) * _scores(saved, 1, rule, count) + math.sqrt(own) * _scores(saved, 2, risk, count)
        > ndtri(1 - chance)
        for rule, risk, chance in names
    ]
    return np.array(rows, dtype=bool).reshape(len(rows), count)


def _scores(saved: SavedPlan, kind: int, name: str, count: int) -> FloatArray:
    seed = np.random.SeedSequence(
        int(section(saved, "study")["seed"]), spawn_key=(STREAM, kind, zlib.crc32(name.encode()))
    )
    return strata(np.random.Generator(np.random.PCG64(seed)), count)


def strata(random: np.random.Generator, count: int) -> FloatArray:
    """Draw normal scores by strata of equal probability, in the order in which they are shuffled."""
    return np.asarray(ndtri((random.permutation(count) + random.uniform(size=count)) / max(count, 1)))


def tasks_of_risks(saved: SavedPlan) -> list[list[int]]:
    """Rows of the tasks that each row of the register delays: a task per kind of crew, all that need none."""
    risks, tasks = saved.table("risks"), saved.table("tasks")
    terms = {row["rule_id"]: _terms(row["delays"]) for row in rows_of(saved, "risks")}
    words = _words(saved)
    areas, crews = texts(tasks, "area_id"), texts(tasks, "crew_kind")
    parts = np.array([is_stretch(name) for name in texts(tasks, "task_id")], dtype=bool)
    lasting, starts = (integers(tasks, "duration_days") > 0) & ~parts, texts(tasks, "start")
    found = []
    for rule, place in zip(texts(risks, "rule_id"), texts(risks, "area_id"), strict=True):
        first: dict[str, list[int]] = defaultdict(list)
        alone: list[int] = []
        for row in range(len(areas)):
            if lasting[row] and place in ("", areas[row]) and _meets(terms.get(rule, []), words, row):
                (first[crews[row]] if crews[row] else alone).append(row)
        found.append(sorted([*alone, *(min(rows, key=lambda row: (starts[row], row)) for rows in first.values())]))
    return found


def _terms(text: str) -> list[tuple[str, list[str]]]:
    parts = [part.split(":") for part in text.replace(" ", "").split(";") if part]
    return [(kind, names.split(",")) for kind, names in parts]


def _words(saved: SavedPlan) -> dict[str, list[str]]:
    """Per kind of term, what each task is: layer of its open permit, kind of its crew, package of its WBS code."""
    tasks, permits = saved.table("tasks"), saved.table("permits")
    layer = {row["rule_id"]: row["layer"] for row in rows_of(saved, "permit_rules")}
    columns = zip(texts(permits, "permit_id"), texts(permits, "rule_id"), texts(permits, "state"), strict=True)
    open_ones = {name: layer.get(rule, "") for name, rule, state in columns if state != "approved"}
    named = zip(texts(tasks, "task_id"), texts(tasks, "initiative_id"), strict=True)
    return {
        "permit": [open_ones.get(name, "") for name in texts(tasks, "permit_id")],
        "crew": texts(tasks, "crew_kind"),
        "wbs": [".".join(code.split(".")[1:]) for code in texts(tasks, "wbs")],
        "initiative": ["place" if own and name == f"initiative-{own}" else "" for name, own in named],
    }


def _meets(terms: list[tuple[str, list[str]]], words: dict[str, list[str]], row: int) -> bool:
    return any(
        words[kind][row] == name or words[kind][row].startswith(name + ".") for kind, names in terms for name in names
    )
