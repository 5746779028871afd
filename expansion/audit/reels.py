"""Check the cut list: pieces that add to the cables, no longer than a reel, and packed so that none overlaps."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from expansion.audit.folder import SavedPlan, integers, numbers, split_ids, texts
from expansion.audit.laid import Run, lay_out
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import engineering
from expansion.audit.strands import catalog_largest

_MILLIMETER = 0.0011
_POINT_M = 0.5  # how far the place of a joint may lie from the one found along the spans again
Pieces = dict[tuple[str, int], list[int]]


def check_reels(saved: SavedPlan) -> Check:
    """Check pieces, joints and reels of every cable but drops."""
    ledger = Ledger("reels")
    reels = saved.table("reels")
    pieces: Pieces = defaultdict(list)
    numbered = sorted(zip(texts(reels, "cable_id"), integers(reels, "sheath"), integers(reels, "piece"), strict=True))
    order = {key: row for row, key in enumerate(zip(
        texts(reels, "cable_id"), integers(reels, "sheath"), integers(reels, "piece"), strict=True))}  # fmt: skip
    for cable, sheath, piece in numbered:
        pieces[cable, int(sheath)].append(order[cable, sheath, piece])
    _check_lengths(ledger, saved, reels, pieces)
    _check_joints(ledger, saved, reels, pieces)
    _check_places(ledger, saved, reels, pieces)
    _check_packing(ledger, saved, reels)
    _check_sizes(ledger, saved, reels)
    return ledger.close()


def _check_lengths(ledger: Ledger, saved: SavedPlan, reels: Any, pieces: Pieces) -> None:
    """Check that pieces add to their cable, that none is longer than a reel, and that fewer would not do."""
    cables, largest = saved.table("cables"), catalog_largest(saved)
    reel, end = engineering(saved, "reel_m"), engineering(saved, "slack_end_m")
    length, number, fibers = numbers(reels, "length_m"), integers(reels, "piece"), integers(reels, "fibers")
    ids = texts(reels, "piece_id")
    ledger.none(length > reel + _MILLIMETER, ids, f"pieces longer than a reel of {reel:g} m")
    wrong, many, sides = [], [], []
    columns = (texts(cables, "cable_id"), texts(cables, "tier"), integers(cables, "fibers"))
    known = set()
    for cable, tier, size, told in zip(*columns, numbers(cables, "length_m"), strict=True):
        if tier == "drop":
            continue
        sheaths = max(math.ceil(int(size) / largest), 1)
        for sheath in range(1, sheaths + 1):
            rows = pieces.get((cable, sheath), [])
            known.add((cable, sheath))
            in_order = [int(number[row]) for row in rows] == list(range(1, len(rows) + 1))
            wrong += [cable] * bool(
                not rows or not in_order or abs(length[rows].sum() - told) > _MILLIMETER * len(rows)
            )
            bare = told - 2 * end * len(rows)
            many += [cable] * bool(bare <= (len(rows) - 1) * (reel - 2 * end) - _MILLIMETER * len(rows))
            sides += [cable] * bool(any(fibers[row] != min(int(size), largest) for row in rows))
    ledger.nothing(sorted(set(wrong)), "cables whose pieces do not add to their length", len(cables))
    ledger.nothing(sorted(set(many)), "cables in more pieces than reels ask for", len(cables))
    ledger.nothing(sorted(set(sides)), "pieces of another size than their cable", len(cables))
    ledger.nothing(sorted({name for name, _ in set(pieces) - known}), "pieces of no cable", len(pieces))


def _check_joints(ledger: Ledger, saved: SavedPlan, reels: Any, pieces: Pieces) -> None:
    """Check that pieces follow one another, and that a joint where no site stands takes a closure, once per cable."""
    sites, cables = saved.table("sites"), saved.table("cables")
    node = dict(zip(texts(sites, "site_id"), integers(sites, "node"), strict=True))
    ends = {
        name: (node.get(start), node.get(end))
        for name, start, end in zip(*(texts(cables, c) for c in ("cable_id", "from_site", "to_site")), strict=True)
    }
    start, end, closures = texts(reels, "from_site"), texts(reels, "to_site"), integers(reels, "closures")
    broken, closed = [], []
    for (cable, sheath), rows in pieces.items():
        chained = all(end[a] == start[b] for a, b in pairwise(rows))
        whole = (node.get(start[rows[0]], -1), node.get(end[rows[-1]], -1))
        broken += [cable] * bool(not chained or whole != ends.get(cable))
        alone = [int(sheath == 1 and row != rows[-1] and end[row] not in node) for row in rows]
        closed += [cable] * bool(alone != [int(closures[row]) for row in rows])
    ledger.nothing(sorted(set(broken)), "pieces do not follow one another from site to site", len(pieces))
    ledger.nothing(sorted(set(closed)), "joints with a closure too few or too many", len(pieces))


def _check_places(ledger: Ledger, saved: SavedPlan, reels: Any, pieces: Pieces) -> None:
    """Find the place of every joint along the spans of its cable again."""
    runs = lay_out(saved, Ledger("cables"))
    spans, cables = saved.table("spans"), saved.table("cables")
    lines = dict(zip(texts(spans, "span_id"), np.asarray(spans.geometry.array, dtype=object), strict=True))
    starts = dict(zip(texts(spans, "span_id"), integers(spans, "u"), strict=True))
    ways = dict(zip(texts(cables, "cable_id"), map(split_ids, texts(cables, "span_ids")), strict=True))
    told, ids, wrong = np.asarray(reels.geometry.array, dtype=object), texts(reels, "piece_id"), []
    for (cable, _), rows in pieces.items():
        run = runs.get(cable)
        for number, row in enumerate(rows if run is not None else [], start=1):
            assert run is not None
            step, share = _place(run, number)
            name = ways[cable][step]
            share = share if int(starts[name]) == run.nodes[step] else 1 - share
            point = shapely.line_interpolate_point(lines[name], share, normalized=True)
            wrong += [ids[row]] * bool(shapely.distance(point, told[row]) > _POINT_M)
    ledger.nothing(wrong, "pieces that end somewhere else on their way", len(ids))


def _place(run: Run, number: int) -> tuple[int, float]:
    """Step of a cable's way on which its piece of a number ends, and how far along it."""
    along = run.end_m + sum(piece - 2 * run.end_m for piece in run.pieces[:number])
    last = len(run.steps) - 1
    step = next((i for i in range(last) if along <= run.bare(i + 1) + _MILLIMETER), last)
    return step, min(max((along - (run.bare(step) if step else run.end_m)) / max(run.steps[step], 1e-9), 0.0), 1.0)


def _check_packing(ledger: Ledger, saved: SavedPlan, reels: Any) -> None:
    """Check that what is cut from one reel is of one size, does not overlap and fits."""
    reel_m = engineering(saved, "reel_m")
    cuts: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    columns = (numbers(reels, "reel_from_m"), numbers(reels, "length_m"), integers(reels, "fibers"))
    for reel, start, length, fibers in zip(texts(reels, "reel_id"), *columns, strict=True):
        cuts[reel].append((float(start), float(start) + float(length), int(fibers)))
    mixed = [reel for reel, mine in cuts.items() if len({fibers for _, _, fibers in mine}) > 1]
    ledger.nothing(mixed, "reels of several sizes", len(cuts))
    over = [reel for reel, mine in cuts.items() if max(end for _, end, _ in mine) > reel_m + _MILLIMETER]
    ledger.nothing(over, "more is cut from a reel than it holds", len(cuts))
    twice = []
    for reel, mine in cuts.items():
        mine.sort()
        twice += [reel] * bool(any(b[0] < a[1] - _MILLIMETER for a, b in pairwise(mine)))
    ledger.nothing(twice, "a stretch of a reel is cut twice", len(cuts))


def _check_sizes(ledger: Ledger, saved: SavedPlan, reels: Any) -> None:
    """Pack again, longest first, and compare reels, the fewest possible, and what is left."""
    table, full = saved.table("reel_sizes"), engineering(saved, "reel_m")
    by_size: dict[int, list[float]] = defaultdict(list)
    for size, length in zip(integers(reels, "fibers"), numbers(reels, "length_m"), strict=True):
        by_size[int(size)].append(float(length))
    told = {int(size): row for row, size in enumerate(integers(table, "fibers"))}
    ledger.nothing(sorted(set(told) ^ set(by_size)), "sizes of reels differ from the cut list", len(told))
    columns = {name: numbers(table, name) for name in
               ("pieces", "length_m", "reel_m", "reels", "least_reels", "waste_m", "waste_share")}  # fmt: skip
    for size in sorted(set(told) & set(by_size)):
        mine, total = by_size[size], sum(by_size[size])
        reels_again = _pack(mine, full)
        least = max(math.ceil(round(total / full, 9)), sum(length > full / 2 for length in mine))
        left = reels_again * full - total
        expected = (len(mine), total, full, reels_again, least, left, left / (reels_again * full))
        for (name, values), value in zip(columns.items(), expected, strict=True):
            ledger.equal(float(values[told[size]]), float(value), f"reel_sizes.{name} of {size} fibers", 0.01)


def _pack(lengths: list[float], full: float) -> int:
    """Count the reels of a first-fit packing, longest first."""
    left: list[int] = []
    for length in sorted((round(length * 1000) for length in lengths), reverse=True):
        place = next((i for i, rest in enumerate(left) if rest >= length), None)
        if place is None:
            left.append(round(full * 1000) - length)
        else:
            left[place] -= length
    return len(left)
