"""Share the rows of a neighborhood out among hubs whose places are known: a restricted program."""

from __future__ import annotations

from dataclasses import dataclass

from expansion.network.siting.catalog import HubRules
from expansion.network.siting.parts import Part
from expansion.network.siting.program import Program
from expansion.network.siting.regions import Region

LARGEST = 600
"""Pairs of a row and a hub beyond which a neighborhood is not solved as one program: larger ones took seconds each and
bettered no hub of the embedded studies or of made-up counties of 3,000 houses."""
NODES, GAP = 50, 2e-3


def share_out(part: Part, rules: HubRules, rows: list[int], places: list[int]) -> list[Region] | None:
    """Give every loaded row to one hub, no stretch to the cables of two; hubs may stay closed.

    Parameters
    ----------
    rows
        Rows of the neighborhood, connected; loaded or not.
    places
        Where hubs may stand, each of `rows`; a place named twice may hold two hubs.

    Returns
    -------
    list of Region or None
        None where the program is too large, or nothing was found within its work.
    """
    if len(rows) * len(places) > LARGEST:
        return None
    program = Program()
    size_of = [_open(program, rules) for _ in places]
    steps = [_steps(part, set(rows), place) for place in places]
    used = [_uses(program, rules, step) for step in steps]
    loaded = [row for row in rows if part.load[row]]
    takes = [_takes(program, part, rules, loaded, *pair) for pair in zip(steps, used, strict=True)]
    for row in loaded:
        program.row({mine[row]: 1.0 for mine in takes}, low=1.0, high=1.0)
    for row in rows:
        at_row = [mine[row] for mine in used if row in mine]
        program.row(dict.fromkeys(at_row, 1.0), high=1.0)
    for mine, sizes, splitters in zip(takes, size_of, _splitters(program, part, rules, places), strict=True):
        load = {mine[row]: float(part.load[row]) for row in loaded}
        program.row(load | {splitters: -float(rules.split_ratio)}, high=0.0)
        program.row(load | {column: -float(rules.room(ports)) for ports, column in sizes}, high=0.0)
        program.row({column: 1.0 for _, column in sizes}, high=1.0)
    found = program.solve(node_limit=NODES, gap=GAP)
    if found is None:
        return None
    regions = []
    for place, mine in zip(places, takes, strict=True):
        held = tuple(row for row in sorted(loaded) if found[mine[row]] > 0.5)
        regions += [Region(place, held)] if held else []
    return regions


def _open(program: Program, rules: HubRules) -> list[tuple[int, int]]:
    """Columns of the sizes that a hub may have."""
    return [(ports, program.column(float(price))) for ports, price in rules.sizes if rules.room(ports) > 0]


def _splitters(program: Program, part: Part, rules: HubRules, places: list[int]) -> list[int]:
    """Columns that count the splitters of each hub, their feeder fibers above the part paid."""
    each = float(rules.splitter + round(rules.fiber_m() * part.up_m))
    return [program.column(each, most=float(rules.splitters(rules.most))) for _ in places]


@dataclass(frozen=True, slots=True)
class _Step:
    """One step toward a hub: the next row, the edge there (its lower row), its meters, and those to the hub."""

    toward: int
    edge: int
    meters: float
    away: float


def _steps(part: Part, inside: set[int], place: int) -> dict[int, _Step]:
    """Step toward a hub per row of a neighborhood, nearer rows first."""
    near: dict[int, list[tuple[int, int]]] = {}
    for row in sorted(inside):
        above = int(part.parent[row])
        if above in inside:
            near.setdefault(row, []).append((above, row))
            near.setdefault(above, []).append((row, row))
    found = {place: _Step(-1, -1, 0.0, 0.0)}
    waiting = [place]
    while waiting:
        row = waiting.pop()
        for other, edge in near.get(row, ()):
            if other not in found:
                meters = float(part.cable_m[edge])
                found[other] = _Step(row, edge, meters, found[row].away + meters)
                waiting.append(other)
    return found


def _uses(program: Program, rules: HubRules, steps: dict[int, _Step]) -> dict[int, int]:
    """Columns that say, per edge, whether the hub's cables lie there; only beyond an edge in which they lie too."""
    found: dict[int, int] = {}
    for step in steps.values():
        if step.toward < 0:
            continue
        found[step.edge] = program.column(step.meters * rules.cable_m[0])
        before = steps[step.toward].edge
        if before >= 0:
            program.row({found[step.edge]: 1.0, found[before]: -1.0}, high=0.0)
    return found


def _takes(
    program: Program, part: Part, rules: HubRules, loaded: list[int], steps: dict[int, _Step], used: dict[int, int]
) -> dict[int, int]:
    """Columns that say whether a hub takes a row, its fibers up to the hub paid; only where its cables lead."""
    columns = {row: program.column(int(part.load[row]) * steps[row].away * rules.fiber_m()) for row in loaded}
    for row, column in columns.items():
        if steps[row].edge >= 0:
            program.row({column: 1.0, used[steps[row].edge]: -1.0}, high=0.0)
    return columns
