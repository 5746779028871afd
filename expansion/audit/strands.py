"""Check that every fiber of every cable is accounted for once, with its tube and its color."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import catalog, engineering

COLORS = ["blue", "orange", "green", "brown", "slate", "white", "red", "black", "yellow", "violet", "rose", "aqua"]
_EXISTING = "-E"


def fiber_color(number: int) -> str:
    """Name the color after TIA-598: twelve colors, then again with a stripe more each time."""
    name, stripes = COLORS[(number - 1) % 12], (number - 1) // 12
    word = "stripe" if stripes == 1 else "stripes"
    return f"{name} with {stripes} {'yellow' if name == 'black' else 'black'} {word}" if stripes else name


def color_of(saved: SavedPlan, cable: str, fiber: int) -> tuple[str, str]:
    """Color of a fiber's tube and of the fiber; of the operator's own fiber nothing is known."""
    if cable.endswith(_EXISTING):
        return "", ""
    tube, inside = divmod((fiber - 1) % catalog_largest(saved), int(engineering(saved, "tube_fibers")))
    return fiber_color(tube + 1), fiber_color(inside + 1)


def catalog_largest(saved: SavedPlan) -> int:
    """Fibers of the largest sheath on sale."""
    return int(saved.once("largest cable", lambda plan: catalog(plan, "cable")[-1]))


def check_strands(saved: SavedPlan) -> Check:
    """Check fibers, tubes and colors of all cables, and what is in use, spare or dead."""
    ledger = Ledger("strands")
    strands = saved.table("strands")
    ids = texts(strands, "strand_id")
    first, last = integers(strands, "fiber"), integers(strands, "last_fiber")
    use = np.array(texts(strands, "use"), dtype=object)
    ledger.that(len(set(ids)) == len(ids), "strand ids are not unique")
    ledger.none(first > last, ids, "runs of strands that end before they begin")
    ledger.none((use == "in use") & (first != last), ids, "a strand in use stands for several fibers")
    ledger.none(~np.isin(use, ("in use", "spare", "dead")), ids, "strands of an unknown use")
    _check_colors(ledger, saved, strands, ids)
    _check_fibers(ledger, saved, strands)
    return ledger.close()


def _check_colors(ledger: Ledger, saved: SavedPlan, strands: Any, ids: list[str]) -> None:
    """Check sheath, tube and colors of each strand, and that no run leaves its tube."""
    tube_fibers, largest = int(engineering(saved, "tube_fibers")), catalog_largest(saved)
    cables, first, last = texts(strands, "cable_id"), integers(strands, "fiber"), integers(strands, "last_fiber")
    known = np.array([not cable.endswith(_EXISTING) for cable in cables], dtype=bool)
    inside = (first - 1) % largest
    expected = np.where(known, inside // tube_fibers + 1, -1)
    ledger.none(np.nan_to_num(numbers(strands, "tube"), nan=-1) != expected, ids, "strands in another tube")
    ledger.none(known & (integers(strands, "sheath") != (first - 1) // largest + 1), ids, "strands in another sheath")
    ledger.none((first - 1) // tube_fibers != (last - 1) // tube_fibers, ids, "runs of strands over several tubes")
    told = zip(texts(strands, "tube_color"), texts(strands, "fiber_color"), strict=True)
    wrong = []
    for cable, start, end, (tube, fiber) in zip(cables, first, last, told, strict=True):
        colors = [color_of(saved, cable, int(number)) for number in (start, end)]
        words = colors[0][1] if start == end else f"{colors[0][1]} to {colors[1][1]}"
        wrong.append((tube, fiber) != (colors[0][0], words))
    ledger.none(wrong, ids, "strands of another color than TIA-598 gives")


def _check_fibers(ledger: Ledger, saved: SavedPlan, strands: Any) -> None:
    """Check that each fiber of a cable is in use or spare, once, and dead at most where it was in use."""
    cables = saved.table("cables")
    sizes = dict(zip(texts(cables, "cable_id"), integers(cables, "fibers"), strict=True))
    used = dict(zip(texts(cables, "cable_id"), integers(cables, "used_fibers"), strict=True))
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    columns = (texts(strands, "cable_id"), texts(strands, "use"), integers(strands, "fiber"))
    for cable, use, first, last in zip(*columns, integers(strands, "last_fiber"), strict=True):
        found[cable][use] += range(int(first), int(last) + 1)
    own = sorted(name for name in found if not name.endswith(_EXISTING))
    ledger.nothing(sorted(set(own) ^ set(sizes)), "strands and cables differ", len(sizes))
    whole = {name: sorted(found[name]["in use"] + found[name]["spare"]) for name in found}
    every = [name for name in own if whole[name] != list(range(1, int(sizes.get(name, 0)) + 1))]
    ledger.nothing(every, "cables whose fibers are not all listed once", len(own))
    count = [name for name in own if len(found[name]["in use"]) != used.get(name)]
    ledger.nothing(count, "cables whose used_fibers are not the strands in use", len(own))
    dead = [n for n in own if len(set(found[n]["dead"])) < len(found[n]["dead"]) or set(found[n]["dead"]) - set(
        found[n]["in use"])]  # fmt: skip
    ledger.nothing(dead, "dead strands that were never in use, or twice", len(own))
    lit = [name for name in found if name.endswith(_EXISTING) and whole[name] != list(range(1, len(whole[name]) + 1))]
    ledger.nothing(lit, "strands of the operator's fiber are taken twice or skipped", len(found))
