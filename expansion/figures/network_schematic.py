"""The whole network as a schematic: offices, huts and taps, the feeder cables between them, and every hub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from expansion.figures.cable_runs import Plant, Run, natural
from expansion.figures.cable_tree import Row, tree_rows
from expansion.figures.drawing import (
    INNER_BOTTOM,
    INNER_TOP,
    PALE,
    SOFT,
    TitleBlock,
    bar,
    box,
    dot,
    draw_sheet,
    fit,
    stroke,
    write,
)  # fmt: skip
from expansion.figures.palette import EXISTING, SITES, TIERS
from expansion.figures.paper import INK
from expansion.wording import count

_TREE, _STEP, _LINE, _BOX = 64, 26, 30, 44
_COLUMNS = {"at": 700, "fill": 730, "splitters": 1000, "served": 1150, "cable": 1340, "loss": 1450}
_HEADS = {
    "fill": "Ports of the hub in use", "splitters": "Splitters", "served": "Locations, terminals",
    "cable": "Cable, km", "loss": "Largest loss, dB",
}  # fmt: skip
_KINDS = {"co": "Central office", "hut": "Hut", "fiber_tap": "Tap of existing fiber"}
_WORDS = {"tower": "Tower", "cabinet": "Cabinet", "closure": "closure"}


@dataclass(frozen=True, slots=True)
class HubFigures:
    """What the overview says of one hub."""

    locations: int
    terminals: int
    splitters: int
    outputs_used: int
    cable_m: float
    worst_db: float


def draw_network(
    plant: Plant, hubs: Mapping[str, HubFigures], existing: pd.DataFrame, block: TitleBlock, *, split_ratio: int,
    fill_target: float, budget_db: float,
) -> str:  # fmt: skip
    """Draw the network above its hubs as an SVG sheet, as tall as its rows need.

    Parameters
    ----------
    plant
        Sites and cables.
    hubs
        Figures by hub.
    existing
        Fiber that stands already, after `EXISTING_FIBER`: it joins offices, huts and taps without a cable of the plan.
    block
        Words of the sheet.
    split_ratio, fill_target, budget_db
        Of the study; a target of 0 draws no mark.
    """
    drawn, y = [_heads()], INNER_TOP + 24.0
    for root in _roots(plant):
        part, y = _root(plant, root, _fed_by(root, existing), y)
        drawn.append(part)
        open_at = {0: y - 8}
        for row in tree_rows(plant, root):
            x, middle = _TREE + row.depth * _STEP, y + _LINE / 2
            thick = 2.4 if row.run else 1.6
            elbow = f"M{x - 20} {open_at.get(row.depth, middle):.1f}V{middle:.1f}h16"
            drawn.append(stroke(elbow, TIERS["feeder"] if row.run else SOFT, thick))
            if row.run:
                drawn.append(_cable(row.run, x, middle))
            else:
                scale = (split_ratio, fill_target, budget_db)
                drawn.append(_site(plant, row, hubs.get(row.site_id), scale, x, middle))
            open_at[row.depth] = open_at[row.depth + 1] = middle
            y += _LINE
        y += 22
    return draw_sheet("".join(drawn), block, height=y + INNER_BOTTOM, legend=_legend())


def _roots(plant: Plant) -> Sequence[str]:
    """Offices, then huts and taps to which no cable of the plan leads."""
    order = {"co": 0, "hut": 1, "fiber_tap": 2}
    names = [name for name in plant.sites if plant.kind(name) in order and name not in plant.reached]
    return sorted(names, key=lambda name: (order[plant.kind(name)], natural(name)))


def _fed_by(root: str, existing: pd.DataFrame) -> str:
    """Name the existing fiber on which a site stands."""
    rows = zip(existing["plant_id"], existing["site_ids"].fillna(""), strict=True)
    names = [str(plant_id) for plant_id, sites in rows if root in str(sites).split(",")]
    return f"on existing fiber {', '.join(names)}" if names else ""


def _heads() -> str:
    """Write the headings of the columns."""
    y = INNER_TOP + 8
    return "".join(write(_COLUMNS[name], y, words, 11, color=SOFT, bold=True) for name, words in _HEADS.items())


def _root(plant: Plant, name: str, fed_by: str, top: float) -> tuple[str, float]:
    """Draw an office, hut or tap at which feeder begins."""
    site: Any = plant.sites[name]
    kind = plant.kind(name)
    used = f"{site.used:,}" + ("" if pd.isna(site.capacity) else f" of {int(site.capacity):,}")
    unit = "strand" if kind == "fiber_tap" else "OLT port"
    unit += "" if site.used == 1 and pd.isna(site.capacity) else "s"
    words = " · ".join(part for part in (f"{used} {unit} in use", fed_by) if part)
    body = box(_TREE - 24, top, 640, _BOX, fill="#f2f4f7", stroke=SITES[kind], thick=2, radius=4)
    body += write(_TREE - 10, top + 19, fit(f"{_KINDS[kind]} {name}", 610, 14), 14, bold=True)
    return body + write(_TREE - 10, top + 36, fit(words, 610, 11), 11, color=SOFT), top + _BOX + 8


def _cable(run: Run, x: float, y: float) -> str:
    """Write one feeder cable."""
    after = x + 36 + min(len(run.cable_id) * 7.4, 190)
    words = f"{run.fibers} fibers, {run.used_fibers} used · {run.cable_m:,.0f} m"
    return (
        stroke(f"M{x - 4} {y:.1f}h26", TIERS["feeder"], 2.5 + min(run.fibers, 288) / 96)
        + write(x + 28, y + 4, fit(run.cable_id, 190, 12), 12, bold=True)
        + write(after, y + 4, fit(words, _COLUMNS["at"] - 60 - after, 11), 11)
    )


def _site(
    plant: Plant, row: Row, figures: HubFigures | None, scale: tuple[int, float, float], x: float, y: float
) -> str:
    """Write a closure, hub, hut, tower or cabinet, a hub with its figures."""
    kind = plant.kind(row.site_id)
    at = write(_COLUMNS["at"], y + 4, f"{row.at_m:,.0f} m", 10, anchor="end", color=SOFT)
    if kind == "closure":
        return dot(x + 2, y, 5, SITES[kind]) + write(x + 14, y + 4, fit(f"closure {row.site_id}", 260, 11), 11) + at
    words = _KINDS.get(kind) or _WORDS.get(kind, "Hub" if kind == "hub" else "site")
    sign = f"M{x + 4} {y - 8:.1f}l8 8l-8 8l-8 -8z"
    name = stroke(sign, INK, 1, fill=SITES.get(kind, SOFT)) + write(
        x + 20, y + 4, fit(f"{words} {row.site_id}", 300, 12), 12, bold=True
    )
    return name + at + ("" if figures is None else _hub(plant, row.site_id, figures, scale, y))


def _hub(plant: Plant, hub_id: str, figures: HubFigures, scale: tuple[int, float, float], y: float) -> str:
    """Write the figures of a hub: how full, splitters, what it serves, cable, loss."""
    split_ratio, target, budget = scale
    site = plant.sites[hub_id]
    capacity = 0 if pd.isna(site.capacity) else int(site.capacity)
    share = site.used / capacity if capacity else 0.0
    left = _COLUMNS["fill"]
    mark = stroke(f"M{left + 110 * target:.1f} {y - 9:.1f}v18", INK, 1.6) if target and capacity else ""
    filled = f"{site.used:,} of {capacity:,} ({share:.0%})" if capacity else count(site.used, "port")
    outputs = f"{figures.splitters} × 1:{split_ratio}, {figures.outputs_used:,} out"
    return (
        bar(left, y - 6, 110, 12, share, SITES["hub"]) + mark + write(left + 120, y + 4, filled, 11)
        + write(_COLUMNS["splitters"], y + 4, outputs, 11)
        + write(_COLUMNS["served"], y + 4, f"{figures.locations:,} over {count(figures.terminals, 'terminal')}", 11)
        + write(_COLUMNS["cable"], y + 4, f"{figures.cable_m / 1000:,.1f}", 11)
        + bar(_COLUMNS["loss"], y - 6, 90, 12, figures.worst_db / budget if budget else 0.0, TIERS["distribution"])
        + write(_COLUMNS["loss"] + 98, y + 4, f"{figures.worst_db:.1f} of {budget:.1f}", 11)
    )  # fmt: skip


def _legend() -> str:
    """Explain the signs."""
    signs = (
        (stroke("M0 14h26", TIERS["feeder"], 4), "feeder cable, thicker with more fibers"),
        (stroke("M13 4l10 10l-10 10l-10 -10z", INK, 1, fill=SITES["hub"]), "hub"),
        (dot(13, 14, 5, SITES["closure"]), "splice closure"),
        (box(0, 8, 26, 12, stroke=EXISTING, fill=PALE), "office, hut or tap; meters count from there"),
    )
    return "".join(
        f'<g transform="translate({place // 2 * 300} {place % 2 * 32 + 6})">{sign}{write(34, 18, words, 11)}</g>'
        for place, (sign, words) in enumerate(signs)
    )
