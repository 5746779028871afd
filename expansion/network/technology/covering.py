"""Choose what the others get: towers and cabinets are opened where what they save passes what they cost."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from expansion.network.technology.filling import hand_out
from expansion.network.technology.offers import Offers, Site
from expansion.plan.graph import IntArray
from expansion.programs import silenced

EXACT_PAIRS = 1_500
"""Pairs up to which the whole program is solved; beyond, the greedy choice stands."""
RELAXED_PAIRS = 6_000
"""Pairs up to which the bound comes from the relaxed program; beyond, from each location and each site by itself."""
NODES = 50
SECTORS = 64
"""More sectors than any site has, so that a site and a sector make one number."""
TOLERANCE = 1
"""Cents by which a bound in floating point may be off."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What each location gets: row of the offers, -1 for nothing; cost and bound in cents."""

    offer: IntArray
    cost: int
    lower_bound: int


@dataclass(frozen=True, slots=True)
class _Problem:
    """Locations numbered from 0 with what they get otherwise, and the pairs that save something.

    `slot` numbers the sector of each pair, ``site * SECTORS + sector``; `order` lists pairs by saving, the most first.
    """

    rows: IntArray
    units: IntArray
    alone: IntArray
    alone_cost: IntArray
    pair: IntArray
    place: IntArray
    site: IntArray
    slot: IntArray
    saving: IntArray
    order: IntArray


def choose_cover(
    offers: Offers, sites: list[Site], rows: IntArray, units: IntArray, worth: int, *, is_quick: bool = False
) -> Cover:
    """Give each of `rows` an offer at least cost over the years; who has none counts twice `worth`.

    Parameters
    ----------
    offers
        All offers; those of other rows are left alone.
    sites
        What offers hang from.
    rows
        Rows of the study's locations to be served.
    units
        Per row of the study's locations.
    worth
        Cents that it is worth that a location counts as served: added to what does not.
    is_quick
        Choose greedily, with a rough bound.

    Returns
    -------
    Cover
        Cost: offers, sites and sectors in use, and the worth of what is missed. ``lower_bound <= optimum <= cost``.
    """
    problem = _make(offers, sites, rows, units, worth)
    base = int(problem.alone_cost.sum())
    if not len(problem.pair):
        return Cover(problem.alone, base, base)
    best = _greedy(problem, sites)
    saved, most = _saving(problem, sites, best), math.inf
    if not is_quick and len(problem.pair) <= EXACT_PAIRS:
        chosen, most = _exact(problem, sites)
        if chosen is not None and _saving(problem, sites, chosen) > saved:
            best, saved = chosen, _saving(problem, sites, chosen)
    if not math.isfinite(most):
        is_small = not is_quick and len(problem.pair) <= RELAXED_PAIRS
        most = _relaxed(problem, sites) if is_small else _apart(problem, sites)
    offer = problem.alone.copy()
    taken = best >= 0
    offer[taken] = problem.pair[best[taken]]
    return Cover(offer, base - saved, base - max(saved, math.ceil(most * (1 + 1e-9) + TOLERANCE)))


def _make(offers: Offers, sites: list[Site], rows: IntArray, units: IntArray, worth: int) -> _Problem:
    """Put down what each row gets without a site, and what each pair saves against that."""
    place_of = np.full(int(max(units.shape[0], 1)), -1, dtype=np.int64)
    place_of[rows] = np.arange(len(rows))
    price = offers.lifetime + np.where(offers.meets, 0, worth)
    own = np.flatnonzero((place_of[offers.row] >= 0) & (offers.site < 0))
    alone, alone_cost = np.full(len(rows), -1, dtype=np.int64), np.full(len(rows), 2 * worth, dtype=np.int64)
    # an offer without a site is taken whatever it costs, before nothing at all
    alone[place_of[offers.row[own]]] = own
    alone_cost[place_of[offers.row[own]]] = price[own]
    pair = np.flatnonzero((place_of[offers.row] >= 0) & (offers.site >= 0))
    saving = alone_cost[place_of[offers.row[pair]]] - price[pair]
    pair, saving = pair[saving > 0], saving[saving > 0]
    # a site that cannot pay for itself even with all that it saves is out
    total = np.zeros(len(sites), dtype=np.int64)
    np.add.at(total, offers.site[pair], saving)
    floor = np.array([site.price + site.sector for site in sites], dtype=np.int64)
    kept = (total > floor)[offers.site[pair]]
    pair, saving = pair[kept], saving[kept]
    return _Problem(
        rows, units[rows], alone, alone_cost, pair, place_of[offers.row[pair]], offers.site[pair],
        offers.site[pair] * SECTORS + offers.sector[pair], saving, np.lexsort((np.arange(len(pair)), -saving)),
    )  # fmt: skip


def _slots(problem: _Problem) -> tuple[IntArray, IntArray]:
    """Sectors in reach: site of each, and which of them each pair takes."""
    names, number = np.unique(problem.slot, return_inverse=True)
    return names // SECTORS, number.astype(np.int64)


def _saving(problem: _Problem, sites: list[Site], choice: IntArray) -> int:
    """Sum what a choice of pairs saves, sites and sectors paid."""
    taken = choice[choice >= 0]
    used: list[int] = np.unique(problem.site[taken]).tolist()
    slots: list[int] = np.unique(problem.slot[taken]).tolist()
    paid: int = sum(sites[site].price for site in used) + sum(sites[slot // SECTORS].sector for slot in slots)
    return int(problem.saving[taken].sum()) - paid


def _fill(problem: _Problem, sites: list[Site], opened: list[int]) -> IntArray:
    """Give each location the best pair of the opened sites that has room, those that lose most without it first."""
    open_mask = np.zeros(len(sites), dtype=bool)
    open_mask[opened] = True
    pairs = problem.order[open_mask[problem.site[problem.order]]]
    choice = np.full(len(problem.rows), -1, dtype=np.int64)
    places, first = np.unique(problem.place[pairs], return_index=True)
    choice[places] = pairs[first]
    if not _fits(problem, sites, choice):
        choice = _fill_by_room(problem, sites, pairs)
    return _without_poor_sectors(problem, sites, choice)


def _fits(problem: _Problem, sites: list[Site], choice: IntArray) -> bool:
    """Say whether every sector has room for all that chose it."""
    taken = np.flatnonzero(choice >= 0)
    slots, slot = np.unique(problem.slot[choice[taken]], return_inverse=True)
    held = np.bincount(slot, weights=problem.units[taken], minlength=len(slots))
    room = [sites[int(number) // SECTORS].station.capacity for number in slots]
    return bool((held <= np.array(room)).all())


def _fill_by_room(problem: _Problem, sites: list[Site], pairs: IntArray) -> IntArray:
    """Hand out pairs in their order, each where its sector still has room."""
    choice = np.full(len(problem.rows), -1, dtype=np.int64)
    slots, slot = np.unique(problem.slot[pairs], return_inverse=True)
    room = np.array([sites[name // SECTORS].station.capacity for name in slots.tolist()], dtype=np.int64)
    hand_out(np.arange(len(pairs)), problem.place[pairs], slot.astype(np.int64), problem.units, room, choice)
    taken = choice >= 0
    choice[taken] = pairs[choice[taken]]
    return choice


def _without_poor_sectors(problem: _Problem, sites: list[Site], choice: IntArray) -> IntArray:
    """Close sectors that do not pay for their radio."""
    taken = np.flatnonzero(choice >= 0)
    slots, slot = np.unique(problem.slot[choice[taken]], return_inverse=True)
    saved = np.zeros(len(slots), dtype=np.int64)
    np.add.at(saved, slot, problem.saving[choice[taken]])
    poor = saved <= np.array([sites[number // SECTORS].sector for number in slots.tolist()], dtype=np.int64)
    choice[taken[poor[slot]]] = -1
    return choice


def _greedy(problem: _Problem, sites: list[Site]) -> IntArray:
    """Open the site that saves most, again and again, then close those that no longer pay."""
    opened: list[int] = []
    best, value = np.full(len(problem.rows), -1, dtype=np.int64), 0
    candidates = np.unique(problem.site).tolist()
    while True:
        trials = []
        for site in candidates:
            if site not in opened:
                choice = _fill(problem, sites, [*opened, site])
                trials.append((_saving(problem, sites, choice), -site, choice))
        top = max(trials, key=lambda trial: trial[:2], default=None)
        if top is None or top[0] <= value:
            break
        opened.append(-top[1])
        value, best = top[0], top[2]
    for site in list(opened):
        fewer = [one for one in opened if one != site]
        choice = _fill(problem, sites, fewer)
        if _saving(problem, sites, choice) > value:
            opened, best, value = fewer, choice, _saving(problem, sites, choice)
    return best


def _program(problem: _Problem, sites: list[Site]) -> tuple[np.ndarray, csr_array, np.ndarray, int]:
    """Costs, rows and their upper sides of the program: pairs, then sectors, then sites; all between 0 and 1."""
    site_of_slot, slot = _slots(problem)
    used = np.unique(problem.site)
    rank = {int(site): number for number, site in enumerate(used.tolist())}
    pairs, slots = len(problem.pair), len(site_of_slot)
    cost = np.concatenate([
        -problem.saving.astype(float), [float(sites[int(s)].sector) for s in site_of_slot],
        [float(sites[int(s)].price) for s in used],
    ])  # fmt: skip
    entries: list[tuple[int, int, float]] = []
    upper: list[float] = []
    for place in np.unique(problem.place).tolist():
        entries += [(len(upper), int(p), 1.0) for p in np.flatnonzero(problem.place == place)]
        upper.append(1.0)
    for number in range(slots):
        mine = np.flatnonzero(slot == number)
        capacity = float(sites[int(site_of_slot[number])].station.capacity)
        entries += [(len(upper), int(p), float(problem.units[problem.place[p]])) for p in mine]
        entries.append((len(upper), pairs + number, -capacity))
        upper.append(0.0)
        entries += [
            (len(upper), pairs + number, 1.0),
            (len(upper), pairs + slots + rank[int(site_of_slot[number])], -1.0),
        ]
        upper.append(0.0)
    for pair in range(pairs):
        entries += [(len(upper), pair, 1.0), (len(upper), pairs + int(slot[pair]), -1.0)]
        upper.append(0.0)
    row, column, value = (np.array(part) for part in zip(*entries, strict=True))
    matrix = csr_array((value, (row, column)), shape=(len(upper), len(cost)))
    return cost, matrix, np.array(upper), pairs


def _exact(problem: _Problem, sites: list[Site]) -> tuple[IntArray | None, float]:
    """Solve the program; the choice, and the most that any choice saves."""
    cost, matrix, upper, pairs = _program(problem, sites)
    scale = 1e4 / max(float(np.abs(cost).max()), 1.0)
    with silenced():
        found = milp(
            cost * scale, constraints=LinearConstraint(matrix, ub=upper), bounds=Bounds(0, 1),
            integrality=np.ones(len(cost)), options={"node_limit": NODES, "mip_rel_gap": 1e-6},
        )  # fmt: skip
    bound = math.inf if found.mip_dual_bound is None else -float(found.mip_dual_bound) / scale
    if found.x is None:
        return None, bound
    choice = np.full(len(problem.rows), -1, dtype=np.int64)
    taken = np.flatnonzero(found.x[:pairs] > 0.5)
    choice[problem.place[taken]] = taken
    return choice, bound


def _relaxed(problem: _Problem, sites: list[Site]) -> float:
    """Return the most that any choice saves, by the relaxation of the program."""
    cost, matrix, upper, _ = _program(problem, sites)
    scale = 1e4 / max(float(np.abs(cost).max()), 1.0)
    with silenced():
        found = linprog(cost * scale, A_ub=matrix, b_ub=upper, bounds=(0, 1), method="highs-ds")
    every = float(np.bincount(problem.place, weights=problem.saving).sum())
    return every if found.status != 0 else -float(found.fun) / scale


def _apart(problem: _Problem, sites: list[Site]) -> float:
    """Bound the saving by each location at its best, and by each site with all that it could serve."""
    best = np.zeros(len(problem.rows), dtype=np.int64)
    np.maximum.at(best, problem.place, problem.saving)
    total = np.zeros(len(sites), dtype=np.int64)
    np.add.at(total, problem.site, problem.saving)
    price = np.array([site.price + site.sector for site in sites], dtype=np.int64)
    return float(min(int(best.sum()), int(np.maximum(total - price, 0).sum())))
