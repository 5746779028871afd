"""One hub as a schematic: office, feeder, splitters, cables, terminals with every port, and the location at each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from expansion.figures.cable_runs import Plant, Run
from expansion.figures.cable_tree import Row, tree_rows
from expansion.figures.drawing import (
    INNER_BOTTOM,
    INNER_TOP,
    PALE,
    PAPER,
    SOFT,
    TitleBlock,
    bar,
    box,
    dot,
    draw_sheet,
    fit,
    stroke,
    text_width,
    write,
)  # fmt: skip
from expansion.figures.palette import FIBERS, SITES, TIERS
from expansion.figures.paper import INK
from expansion.wording import count

_LEFT, _LEFT_WIDTH, _TREE, _RIGHT = 40, 400, 520, 1640
_STEP, _CABLE, _CLOSURE, _PORT_HEIGHT = 24, 26, 22, 30
_PORTS_FROM, _PORTS_PER_LINE = 960, 8
_PORT_WIDTH = (_RIGHT - _PORTS_FROM) / _PORTS_PER_LINE
_MOST_CELLS = 48
_USED, _FREE = "#dff1ea", "#ffffff"
_SPLITTER_HEIGHT = 46


Strand = tuple[int, str, str]
"""A fiber of a cable: its number, the color of its tube, its own."""


@dataclass(frozen=True, slots=True)
class HubPlan:
    """What the schematic of a hub is drawn from.

    Attributes
    ----------
    plant
        Sites and cables of the plan.
    paths
        Rows of the table of paths of this hub.
    drop_m
        Length of the drop per location.
    strands
        Fibers in use that end at each terminal: number in its cable, color of tube and of fiber; empty where the plan
        has no table of strands.
    splits
        Outputs of a splitter at the hub and, where light is split again, at the terminal.
    fill_target
        Share of a hub's capacity that a design should not pass, 0 for none.
    """

    plant: Plant
    paths: pd.DataFrame
    drop_m: Mapping[str, float]
    strands: Mapping[str, Sequence[Strand]]
    splits: tuple[int, ...]
    fill_target: float


def draw_hub(plan: HubPlan, hub_id: str, block: TitleBlock) -> str:
    """Draw a hub's schematic as an SVG sheet, as tall as its terminals need.

    Parameters
    ----------
    plan
        Sites, cables and light paths.
    hub_id
        The hub.
    block
        Words of the sheet.
    """
    rows = tree_rows(plan.plant, hub_id)
    by_terminal = _ports_by_terminal(plan)
    left, foot_left, exit_y = _head_end(plan, hub_id)
    right, foot_right = _tree(plan, rows, hub_id, by_terminal, exit_y)
    height = max(foot_left, foot_right) + 20 + INNER_BOTTOM
    return draw_sheet(left + right, block, height=height, legend=_legend())


def _ports_by_terminal(plan: HubPlan) -> dict[str, list[Any]]:
    """Rows of paths by terminal, by port."""
    found: dict[str, list[Any]] = {}
    for row in plan.paths.sort_values(["terminal_port", "location_id"]).itertuples(index=False):
        found.setdefault(str(row.terminal_id), []).append(row)
    return found


def _head_end(plan: HubPlan, hub_id: str) -> tuple[str, float, float]:
    """Draw office, feeder, hub and splitters; returns SVG, its foot, and the height at which cables leave."""
    office = next(iter(plan.paths["office_id"]), "")
    parts, y = [_office(plan, str(office))], INNER_TOP + 92.0
    x = _LEFT + 36
    for run in plan.plant.feeder_of(hub_id):
        parts.append(stroke(f"M{x} {y}v54", TIERS["feeder"], 4))
        parts.append(write(x + 16, y + 22, fit(run.cable_id, 340, 12), 12, bold=True))
        parts.append(write(x + 16, y + 39, _cable_words(run), 11, color=SOFT))
        y += 54
        if plan.plant.kind(run.from_site) == "closure":
            parts.append(dot(x, y - 54, 7, SITES["closure"]))
            parts.append(write(x + 16, y - 50, fit(f"spliced at {run.from_site}", 340, 10), 10, color=SOFT))
    if y == INNER_TOP + 92.0:
        parts += [stroke(f"M{x} {y}v34", TIERS["feeder"], 4), write(x + 16, y + 22, "at the office itself", 11)]
        y += 34
    hub, foot = _hub(plan, hub_id, y)
    return "".join([*parts, hub]), foot, y + 30


def _office(plan: HubPlan, office: str) -> str:
    """Draw the office that holds the OLT, with the ports that this hub takes."""
    olt, odf = (ranges(plan.paths[name]) for name in ("olt_port", "odf_port"))
    site = plan.plant.sites.get(office)
    kind = {"co": "Central office", "hut": "Hut"}.get(plan.plant.kind(office), "Office")
    used = "" if site is None else f"{site.used:,} OLT ports in use in all"
    top = INNER_TOP + 10
    return (
        box(_LEFT, top, _LEFT_WIDTH, 82, fill="#f2f4f7", stroke=SITES["co"], thick=2, radius=4)
        + write(_LEFT + 14, top + 26, fit(f"{kind} {office}", 370, 16), 16, bold=True)
        + write(_LEFT + 14, top + 48, fit(f"OLT port {olt} → ODF port {odf}", 370, 12), 12)
        + write(_LEFT + 14, top + 67, used, 11, color=SOFT)
    )


def _hub(plan: HubPlan, hub_id: str, top: float) -> tuple[str, float]:
    """Draw the hub: how full it is, and each splitter with its feeder fiber and outputs."""
    splitters = [
        _splitter(plan, number, rows, top + 92 + place * (_SPLITTER_HEIGHT + 8))
        for place, (number, rows) in enumerate(plan.paths.groupby("splitter_input", sort=True))
    ]
    foot = top + 92 + len(splitters) * (_SPLITTER_HEIGHT + 8) + 6
    site = plan.plant.sites.get(hub_id)
    used, capacity = (0, None) if site is None else (int(site.used), None if pd.isna(site.capacity) else site.capacity)
    words = f"{used:,} of {int(capacity):,} ports in use" if capacity else f"{count(used, 'port')} in use"
    return (
        box(_LEFT, top, _LEFT_WIDTH, foot - top, fill="#f3f8fc", stroke=SITES["hub"], thick=2, radius=4)
        + write(_LEFT + 14, top + 27, fit(f"Hub {hub_id}", 370, 17), 17, bold=True)
        + write(_LEFT + 14, top + 48, f"{words}{f' ({used / capacity:.0%})' if capacity else ''}", 12)
        + (_fill(used / capacity, plan.fill_target, top + 58) if capacity else "")
        + "".join(splitters),
        foot,
    )


def _fill(share: float, target: float, top: float) -> str:
    """Draw how full the hub is, with a mark at the target."""
    wide = _LEFT_WIDTH - 28
    mark = f"M{_LEFT + 14 + wide * target:.1f} {top - 4}v22" if target else ""
    words = write(_LEFT + 10 + wide * target, top + 26, f"target {target:.0%}", 9, anchor="end", color=SOFT)
    return bar(_LEFT + 14, top, wide, 14, share, SITES["hub"]) + (stroke(mark, INK, 2) + words if mark else "")


def _splitter(plan: HubPlan, number: int, rows: pd.DataFrame, top: float) -> str:
    """Draw one splitter: a wedge, the feeder fiber into it, the share of its outputs in use."""
    ratio = plan.splits[0]
    used = outputs_used(rows)
    x = _LEFT + 14
    wedge = f"M{x} {top + 16:.1f}L{x + 30} {top + 4:.1f}V{top + 40:.1f}L{x} {top + 28:.1f}Z"
    feed = (
        f"feeder fiber {ranges(rows['feeder_fiber'])} · ODF {ranges(rows['odf_port'])} · OLT {ranges(rows['olt_port'])}"
    )
    return (
        box(x - 6, top - 2, _LEFT_WIDTH - 16, _SPLITTER_HEIGHT, fill=PAPER, stroke=PALE, radius=3)
        + stroke(wedge, SITES["hub"], 1.5, fill="#d6e9f5")
        + write(x + 40, top + 17, f"Splitter {number} · 1:{ratio}", 12, bold=True)
        + write(x + 40, top + 35, fit(feed, 230, 10), 10, color=SOFT)
        + bar(x + 282, top + 9, 90, 10, used / ratio, TIERS["distribution"])
        + write(x + 372, top + 35, f"{used} of {ratio} out", 10, anchor="end")
    )


def _tree(
    plan: HubPlan, rows: Sequence[Row], hub_id: str, ports: Mapping[str, list[Any]], exit_y: float
) -> tuple[str, float]:
    """Draw cables, closures and terminals as an indented list with lines; returns SVG and its foot."""
    parts, y = [], INNER_TOP + 26.0
    open_at: dict[int, float] = {}
    heads = ((_TREE, "Cable, closure, terminal"), (_PORTS_FROM, "Ports of the terminal: location, drop, largest loss"))
    parts += [write(x, INNER_TOP + 8, words, 11, color=SOFT, bold=True) for x, words in heads]
    for row in rows:
        x, tall = _TREE + row.depth * _STEP, _row_height(plan, row, ports)
        middle = y + (_CABLE if row.run else min(tall, _PORT_HEIGHT)) / 2
        parts.append(_branch(x, middle, open_at.get(row.depth, exit_y if row.depth == 0 else middle), row))
        draw = _cable_row(row, x, middle) if row.run else _site_row(plan, row, hub_id, ports, x, y, middle)
        parts.append(draw)
        open_at[row.depth] = middle
        open_at[row.depth + 1] = middle
        y += tall
    joint = stroke(f"M{_LEFT + _LEFT_WIDTH} {exit_y:.1f}H{_TREE - 20}", TIERS["distribution"], 2.5) if rows else ""
    return joint + "".join(parts), y


def _branch(x: float, y: float, above: float, row: Row) -> str:
    """Draw the line from the row above to this one."""
    color = TIERS["distribution"] if row.depth == 0 or row.run else SOFT
    return stroke(f"M{x - 20:.1f} {above:.1f}V{y:.1f}h16", color, 1.6 if row.run is None else 2.2)


def _row_height(plan: HubPlan, row: Row, ports: Mapping[str, list[Any]]) -> float:
    if row.run:
        return _CABLE
    if plan.plant.kind(row.site_id) != "terminal":
        return _CLOSURE
    cells = _cells(plan, row.site_id, ports)
    lines = max((line for line, *_ in cells), default=0) + 1
    return lines * _PORT_HEIGHT + 5


def _cable_row(row: Row, x: float, y: float) -> str:
    """Write one cable: its short name, fibers, and how many of them are in use."""
    run = row.run
    assert run is not None
    thick = 2.5 + min(run.fibers, 288) / 96
    name = _short(run.cable_id, run.source)
    after = x + 34 + min(len(name) * 7.4, 120)
    return (
        stroke(f"M{x - 4:.1f} {y:.1f}h22", TIERS[run.tier], thick)
        + write(x + 26, y + 4, fit(name, 120, 12), 12, bold=True)
        + write(after, y + 4, fit(_cable_words(run), _PORTS_FROM - 116 - after, 11), 11)
        + bar(_PORTS_FROM - 110, y - 5, 90, 9, run.used_fibers / run.fibers, TIERS[run.tier])
    )


def _site_row(
    plan: HubPlan, row: Row, hub_id: str, ports: Mapping[str, list[Any]], x: float, top: float, y: float
) -> str:
    """Write a closure or a terminal with its chainage; a terminal with its ports."""
    name, kind = _short(row.site_id, hub_id), plan.plant.kind(row.site_id)
    at = write(_PORTS_FROM - 20, y + 4, f"{row.at_m:,.0f} m", 10, anchor="end", color=SOFT)
    if kind != "terminal":
        words = write(x + 14, y + 4, fit(f"{kind or 'site'} {name}", 220, 11), 11)
        return dot(x + 2, y, 4.5, SITES.get(kind, SOFT)) + words + at
    words = _terminal_words(plan, row.site_id, ports.get(row.site_id, []))
    after = x + 24 + min(len(name) * 7.4, 90)
    cells = "".join(_cell(plan, cell, top) for cell in _cells(plan, row.site_id, ports))
    parts = (
        box(x - 3, y - 5, 10, 10, fill=SITES["terminal"]),
        write(x + 14, y + 4, fit(name, 90, 12), 12, bold=True),
        write(after, y + 4, words, 10.5),
        _colors(plan.strands.get(row.site_id, ()), after + text_width(words, 10.5) + 8, y),
        at,
        stroke(f"M{_PORTS_FROM - 14} {y:.1f}h10", TIERS["drop"], 1.5),
        cells,
    )
    return "".join(parts)


def _terminal_words(plan: HubPlan, terminal_id: str, taken: Sequence[Any]) -> str:
    """Say how many ports of a terminal are in use, behind which splitter, and which fibers end there."""
    size = plan.plant.sites[terminal_id].capacity
    used = sum(int(one.units) for one in taken)
    ports = count(used, "port") if pd.isna(size) else f"{used} of {int(size):,} ports"
    split = f", 1:{plan.splits[1]}" if len(plan.splits) > 1 else ""
    own = [one.distribution_fiber + step for one in taken for step in range(int(one.units))]
    fibers = [number for number, _, _ in plan.strands.get(terminal_id, ())] or own
    return fit(f"{ports}{split} · {'fiber' if len(fibers) == 1 else 'fibers'} {ranges(fibers)}", 200, 10.5)


def _colors(strands: Sequence[Strand], x: float, y: float) -> str:
    """Draw a fiber as a square of its color over a bar of its tube's; those that find no room are left out."""
    room = int((_PORTS_FROM - 74 - x) / 9)
    return "".join(
        box(x + place * 9, y - 6, 7, 7, fill=FIBERS.get(fiber, PAPER), stroke=SOFT, thick=0.5,
            hint=f"fiber {number}: {fiber} in the {tube} tube")
        + box(x + place * 9, y + 2, 7, 3, fill=FIBERS.get(tube, PAPER), stroke=SOFT, thick=0.5)
        for place, (number, tube, fiber) in enumerate(strands[: max(room, 0)])
    )  # fmt: skip


def outputs_used(paths: pd.DataFrame) -> int:
    """Count the splitter outputs at a hub that light paths take: one per unit, or per splitter behind it."""
    if "splitter2_input" in paths and paths["splitter2_input"].notna().any():
        return int(paths["splitter_output"].nunique())
    return int(paths["units"].sum())


def _cells(plan: HubPlan, terminal_id: str, ports: Mapping[str, list[Any]]) -> list[tuple[int, int, int, Any]]:
    """Lay the ports of a terminal out: line, first column, columns, and the path at it (None where it is free)."""
    taken = ports.get(terminal_id, [])
    capacity = plan.plant.sites[terminal_id].capacity
    total = max(sum(int(one.units) for one in taken), 0 if pd.isna(capacity) else int(capacity))
    if total > _MOST_CELLS:  # a building that fills a cabinet: a cell per location, whatever its units
        return [(*divmod(place, _PORTS_PER_LINE), 1, one) for place, one in enumerate(taken)]
    cells: list[tuple[int, int, int, Any]] = []
    at = 0
    for one in [*taken, *([None] * (total - sum(int(one.units) for one in taken)))]:
        left = 1 if one is None else int(one.units)
        while left:  # units that pass the end of a line go on in the next
            line, column = divmod(at, _PORTS_PER_LINE)
            here = min(left, _PORTS_PER_LINE - column)
            cells.append((line, column, here, one))
            at, left = at + here, left - here
    return cells


def _cell(plan: HubPlan, cell: tuple[int, int, int, Any], top: float) -> str:
    """Draw one port, or the ports of one location side by side."""
    line, column, wide, path = cell
    x, y = _PORTS_FROM + column * _PORT_WIDTH, top + line * _PORT_HEIGHT
    width = wide * _PORT_WIDTH - 4
    if path is None:
        return box(x, y, width, _PORT_HEIGHT - 4, fill=_FREE, stroke=PALE, radius=2, dash="3 3")
    drop = plan.drop_m.get(path.location_id)
    words = ("" if drop is None else f"{drop:,.0f} m · ") + f"{path.loss_db:.1f} dB"
    units = f" ×{path.units}" if path.units > 1 else ""
    return (
        box(x, y, width, _PORT_HEIGHT - 4, fill=_USED, stroke=TIERS["distribution"], radius=2, hint=path.location_id)
        + write(x + width / 2, y + 11, fit(f"{path.location_id}{units}", width - 4, 9), 9, anchor="middle", bold=True)
        + write(x + width / 2, y + 22, words, 8.5, anchor="middle", color=SOFT)
    )


def _cable_words(run: Run) -> str:
    """Say size, use and length of a cable."""
    return f"{run.fibers} fibers, {run.used_fibers} used · {run.cable_m:,.0f} m"


def _short(name: str, of: str) -> str:
    """Leave out of an id what it shares with the site that feeds it."""
    return name.removeprefix(f"{of}-") or name


def ranges(values: Sequence[int] | pd.Series) -> str:
    """Write numbers as ranges: ``1–3, 7``."""
    numbers = sorted({int(value) for value in values})
    return ", ".join(f"{low}" if low == high else f"{low}–{high}" for low, high in _spans(numbers)) or "–"


def _spans(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last of each run of whole numbers."""
    start = 0
    for place, number in enumerate(numbers):
        if place + 1 == len(numbers) or numbers[place + 1] != number + 1:
            yield numbers[start], number
            start = place + 1


def _legend() -> str:
    """Explain the signs."""
    signs = (
        (stroke("M0 14h26", TIERS["feeder"], 4), "feeder cable"),
        (stroke("M0 14h26", TIERS["distribution"], 4), "distribution cable"),
        (dot(13, 14, 5, SITES["closure"]), "splice closure"),
        (box(8, 9, 10, 10, fill=SITES["terminal"]), "terminal"),
        (box(0, 4, 26, 20, fill=_USED, stroke=TIERS["distribution"], radius=2), "port in use"),
        (_colors([(1, "orange", "blue")], 9, 14), "fiber over tube, TIA-598"),
        (box(0, 4, 26, 20, fill=_FREE, stroke=PALE, radius=2, dash="3 3"), "free port"),
    )
    return "".join(
        f'<g transform="translate({place // 2 * 180} {place % 2 * 32 + 6})">{sign}{write(34, 18, words, 11)}</g>'
        for place, (sign, words) in enumerate(signs)
    )
