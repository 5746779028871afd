"""Straight-line diagrams: each cable's route unrolled, with chainage, roads, placement, crossings and sites."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from expansion.figures.cable_runs import Run, Stop, Stretch
from expansion.figures.crossings import Crossing
from expansion.figures.drawing import (
    INNER_BOTTOM,
    INNER_TOP,
    PALE,
    PAPER,
    SHEET_HEIGHT,
    SHEET_WIDTH,
    SOFT,
    TitleBlock,
    box,
    dot,
    draw_sheet,
    fit,
    stroke,
    text_width,
    write,
)  # fmt: skip
from expansion.figures.palette import EXISTING, PLACEMENTS, SITES, TIERS
from expansion.figures.paper import CRITICAL, INK

_LEFT, _RIGHT = 50, SHEET_WIDTH - 60
_SCALES_M = (250.0, 500.0, 750.0, 1000.0, 1500.0, 2000.0, 3000.0)
_MOST_LINES = 40  # more do not fit on a sheet: not worth drawing to find out
_GAP, _LEAST_WIDTH = 46, 310
_LANE, _TYPE = 13, 9.5
_NEAR = 3.0
_WORDS = {"aerial": "aerial", "buried": "buried", "duct": "duct", "bore": "bored"}
_RANKS = ("co", "hut", "hub", "fiber_tap", "tower", "cabinet", "closure", "terminal")


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of a run that fits on one line of a sheet.

    Attributes
    ----------
    run, crossings
        The cable, and what it meets.
    start_m, end_m
        Chainages of the piece.
    from_words
        Site that the run begins at, or how it goes on.
    """

    run: Run
    crossings: tuple[Crossing, ...]
    start_m: float
    end_m: float
    from_words: str


@dataclass(frozen=True, slots=True)
class _Placed:
    """A strip on its line: left end in units, units per meter."""

    strip: Strip
    left: float
    per_m: float

    def x(self, at_m: float) -> float:
        """Place a chainage, within the strip."""
        return self.left + (min(max(at_m, self.strip.start_m), self.strip.end_m) - self.strip.start_m) * self.per_m

    @property
    def right(self) -> float:
        """Right end in units."""
        return self.x(self.strip.end_m)


def draw_straight_line(
    runs: Sequence[Run], crossings: Callable[[Run], Sequence[Crossing]], title_block: Callable[[float], TitleBlock]
) -> list[str]:
    """Unroll cables onto as many A3 sheets as they need.

    Parameters
    ----------
    runs
        Cables, in the order in which they are drawn; those that lie in no span are left out.
    crossings
        What a run meets.
    title_block
        Words of the sheets, given how many meters of route a full line shows.

    Returns
    -------
    list of str
        SVG, one text a sheet; empty where no run lies in a span.
    """
    drawn = [run for run in runs if run.stretches]
    if not drawn:
        return []
    per_line_m, pages = _fitted(drawn, crossings)
    block = replace(title_block(per_line_m), of=len(pages))
    return [draw_sheet(body, replace(block, number=number), legend=_legend()) for number, body in enumerate(pages, 1)]


def _fitted(runs: Sequence[Run], crossings: Callable[[Run], Sequence[Crossing]]) -> tuple[float, list[str]]:
    """Choose the largest scale at which one sheet holds everything; at the last of the scales, several do."""
    met = {run.cable_id: tuple(crossings(run)) for run in runs}
    pages: list[str] = []
    for per_line_m in _SCALES_M:
        lines = list(_lines(_strips(runs, met, per_line_m), per_line_m))
        pages = list(_pages([_line(line) for line in lines])) if len(lines) <= _MOST_LINES else []
        if len(pages) == 1:
            return per_line_m, pages
    return _SCALES_M[-1], list(
        _pages([_line(line) for line in _lines(_strips(runs, met, _SCALES_M[-1]), _SCALES_M[-1])])
    )


def _strips(runs: Sequence[Run], crossings: Mapping[str, tuple[Crossing, ...]], per_line_m: float) -> Iterator[Strip]:
    """Cut runs into pieces of at most a line."""
    for run in runs:
        met, at = crossings[run.cable_id], run.start_m
        while at < run.end_m or at == run.start_m:
            end = min(at + per_line_m, run.end_m)
            if run.end_m - end < 0.04 * per_line_m:
                end = min(run.end_m, at + per_line_m * 1.04)
            words = f"from {_short(run.from_site, run.source)}" if at == run.start_m else "continued"
            yield Strip(run, met, at, end, words)
            if end <= at:
                break
            at = end


def _lines(strips: Iterable[Strip], per_line_m: float) -> Iterator[list[_Placed]]:
    """Put strips on lines; short ones stand side by side."""
    per_m = (_RIGHT - _LEFT) / per_line_m / 1.04
    line: list[_Placed] = []
    left = float(_LEFT)
    for strip in strips:
        width = max((strip.end_m - strip.start_m) * per_m, _LEAST_WIDTH)
        if line and left + width > _RIGHT:
            yield line
            line, left = [], float(_LEFT)
        line.append(_Placed(strip, left, per_m))
        left += width + _GAP
    if line:
        yield line


def _pages(lines: Sequence[tuple[str, float]]) -> Iterator[str]:
    """Stack lines on sheets."""
    y, parts = float(INNER_TOP), list[str]()
    for body, height in lines:
        if parts and y + height > SHEET_HEIGHT - INNER_BOTTOM:
            yield "".join(parts)
            y, parts = float(INNER_TOP), []
        parts.append(f'<g transform="translate(0 {y:.1f})">{body}</g>')
        y += height
    yield "".join(parts)


def _line(placed: Sequence[_Placed]) -> tuple[str, float]:
    """Draw the strips of one line; returns SVG and its height."""
    above = [_labels(_crossing_labels(one)) for one in placed]
    below = [_labels(_site_labels(one)) for one in placed]
    top = 60 + _LANE * max(lanes for _, lanes in above)
    foot = 44 + _LANE * max(lanes for _, lanes in below)
    parts = []
    for one, (over, lanes), (under, _) in zip(placed, above, below, strict=True):
        parts += [_caption(one), _route(one, top), _ruler(one, top + 20)]
        parts += [_leader(one, label, lane, top - 22 - _LANE * (lanes - 1), top) for label, lane in over]
        parts += [_sign(label, lane, top) for label, lane in under]
    return "".join(parts), top + foot + 18


def _caption(one: _Placed) -> str:
    """Write which cable this is, and where it begins."""
    run = one.strip.run
    words = f"{run.fibers} fibers, {run.used_fibers} used · {run.cable_m:,.0f} m · {one.strip.from_words}"
    room = max(one.right - one.left, _LEAST_WIDTH)
    name = fit(run.cable_id, room * 0.5, 12)
    after = one.left + text_width(name, 12) * 1.08 + 10
    return write(one.left, 16, name, 12, bold=True, color=TIERS[run.tier]) + write(
        after, 16, fit(words, max(one.left + room - after, 60), 10.5), 10.5, color=SOFT
    )


def _pieces(one: _Placed, of: Callable[[Stretch], tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], float, float]]:
    """Join stretches that look the same; yields look, start, end within the strip."""
    look: tuple[str, ...] | None = None
    start = end = one.strip.start_m
    for stretch in one.strip.run.stretches:
        if stretch.end_m <= one.strip.start_m or stretch.start_m >= one.strip.end_m:
            continue
        if look is not None and of(stretch) != look:
            yield look, start, end
            start = end
        look, end = of(stretch), min(stretch.end_m, one.strip.end_m)
    if look is not None:
        yield look, start, end


def _route(one: _Placed, y: float) -> str:
    """Draw the route by placement, the roads above it and the methods in it."""
    parts = []
    for (road,), start, end in _pieces(one, lambda stretch: (stretch.road,)):
        left, right = one.x(start), one.x(end)
        parts.append(stroke(f"M{left:.1f} 36v-5H{right:.1f}v5", SOFT, 1))
        if right - left > 24:
            parts.append(
                write((left + right) / 2, 28, fit(road, right - left - 4, _TYPE), _TYPE, anchor="middle", color=INK)
            )
    for (color, words), start, end in _pieces(one, _placement):
        left, right = one.x(start), one.x(end)
        parts.append(box(left, y - 5, max(right - left, 0.8), 10, fill=color, hint=f"{words}, {end - start:,.0f} m"))
        if right - left > text_width(words, 8.5) + 6:
            parts.append(write((left + right) / 2, y - 9, words, 8.5, anchor="middle", color=SOFT))
    return "".join(parts)


def _placement(stretch: Stretch) -> tuple[str, str]:
    """Color of a stretch, and how it is built."""
    if stretch.is_existing:
        return EXISTING, "existing fiber"
    return PLACEMENTS.get(stretch.placement, SOFT), stretch.method.replace("_", " ")


def _ruler(one: _Placed, y: float) -> str:
    """Draw ticks of chainage, in meters from the source of the cable."""
    strip = one.strip
    step = next(size for size in (10, 20, 50, 100, 200, 500, 1000, 2000) if size * one.per_m > 62 or size == 2000)
    parts = [stroke(f"M{one.left:.1f} {y}H{one.right:.1f}", SOFT, 0.8)]
    first = int(-(-strip.start_m // step))
    marks = [number * step for number in range(first, int(strip.end_m // step) + 1)]
    for at in [*(mark for mark in marks if mark != strip.end_m), strip.end_m]:
        x = one.x(at)
        parts.append(stroke(f"M{x:.1f} {y - 3}v6", SOFT, 0.8))
        if at == strip.end_m or one.right - x > 40:
            parts.append(write(x, y + 14, f"{at:,.0f}", 8.5, anchor="middle", color=SOFT))
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class _Label:
    """A sign at a place with its words; `until` is where a reach ends, `kind` how it looks."""

    x: float
    until: float
    words: str
    kind: str


def _site_labels(one: _Placed) -> list[_Label]:
    """Sites along a strip; those at one place share a label."""
    strip, labels = one.strip, list[_Label]()
    stops = [stop for stop in strip.run.stops if strip.start_m < stop.at_m <= strip.end_m]
    if strip.start_m == strip.run.start_m:
        stops.insert(0, Stop(strip.run.from_site, _kind_of(strip.run), strip.start_m))
    for stop in stops:
        name = _short(stop.site_id, strip.run.source)
        label = _Label(one.x(stop.at_m), one.x(stop.at_m), fit(name, 150, _TYPE), stop.kind)
        if labels and abs(labels[-1].x - label.x) < _NEAR:
            before = labels.pop()
            kind = min(before.kind, label.kind, key=_rank)
            label = _Label(before.x, before.x, f"{before.words}, {label.words}", kind)
        labels.append(label)
    return labels


def _short(name: str, of: str) -> str:
    """Leave out of an id what it shares with the site that feeds it."""
    return name.removeprefix(f"{of}-") or name


def _rank(kind: str) -> int:
    """Rank of a kind where one sign stands for several sites; the least one is drawn."""
    return _RANKS.index(kind) if kind in _RANKS else len(_RANKS)


def _kind_of(run: Run) -> str:
    """Kind of the site that a run starts from."""
    if run.from_site != run.source:
        return "closure"
    return "hub" if run.tier == "distribution" else "hut"


def _crossing_labels(one: _Placed) -> list[_Label]:
    """Label what is crossed or passed through along a strip."""
    labels = []
    for met in one.strip.crossings:
        if met.end_m < one.strip.start_m or met.start_m > one.strip.end_m:
            continue
        words = " · ".join(part for part in (f"{met.layer} {met.name}".strip(), ", ".join(met.permit_ids[:2])) if part)
        more = f" +{len(met.permit_ids) - 2}" if len(met.permit_ids) > 2 else ""
        labels.append(_Label(one.x(met.start_m), one.x(met.end_m), fit(words + more, 330, _TYPE), met.layer))
    return labels


def _labels(labels: Sequence[_Label]) -> tuple[list[tuple[_Label, int]], int]:
    """Give each label the first lane in which it meets no other; returns them with their lanes, and how many."""
    ends: list[float] = []
    placed = []
    for label in sorted(labels, key=lambda one: (one.x, one.words)):
        left = min(label.x - 3, _RIGHT - text_width(label.words, _TYPE))
        lane = next((number for number, end in enumerate(ends) if end < left), len(ends))
        ends[lane : lane + 1] = [left + text_width(label.words, _TYPE) * 1.04 + 8]
        placed.append((label, lane))
    return placed, len(ends)


def _foot(label: _Label) -> float:
    """Where a label's words start: at its place, but inside the frame."""
    return min(label.x - 3, _RIGHT - text_width(label.words, _TYPE))


def _leader(one: _Placed, label: _Label, lane: int, top: float, y: float) -> str:
    """Draw a crossing: a red tick through the route, or the reach of a passage, its words above."""
    at = top + lane * _LANE
    reach = label.until - label.x
    sign = (
        box(label.x, y - 9, max(reach, 2), 18, fill=CRITICAL + "22", stroke=CRITICAL, thick=0.8, dash="3 2")
        if reach > _NEAR
        else stroke(f"M{label.x:.1f} {y - 11}v22m-4 -22l8 0", CRITICAL, 1.8)
    )
    line = stroke(f"M{label.x:.1f} {at + 3:.1f}V{y - 11:.1f}", CRITICAL, 0.6)
    return line + sign + write(max(_foot(label), one.left - 3), at, label.words, _TYPE, color=CRITICAL)


def _sign(label: _Label, lane: int, y: float) -> str:
    """Draw a site on the route, its words below the ruler."""
    at = y + 50 + lane * _LANE
    x, color = label.x, SITES.get(label.kind, SOFT)
    line = stroke(f"M{x:.1f} {y + 37}V{at - 9:.1f}", PALE, 1)
    words = write(_foot(label), at, label.words, _TYPE, bold=label.kind in ("hub", "hut", "co"))
    if label.kind in ("hub", "cabinet"):
        sign = stroke(f"M{x:.1f} {y - 10}l10 10l-10 10l-10 -10z", PAPER, 1.5, fill=color)
    elif label.kind == "closure":
        sign = dot(x, y, 6, color)
    else:
        side = 9 if label.kind == "terminal" else 16
        sign = box(x - side / 2, y - side / 2, side, side, fill=color, stroke=PAPER, thick=1.2)
    return line + sign + words


def _legend() -> str:
    """Explain colors and signs."""
    signs = [(box(0, 8, 26, 10, fill=color), _WORDS[name]) for name, color in PLACEMENTS.items()]
    signs += [
        (box(0, 8, 26, 10, fill=EXISTING), "existing fiber"),
        (stroke("M13 3l10 10l-10 10l-10 -10z", PAPER, 1, fill=SITES["hub"]), "hub"),
        (dot(13, 13, 6, SITES["closure"]), "closure"),
        (box(8, 8, 10, 10, fill=SITES["terminal"]), "terminal"),
        (stroke("M13 2v22m-4 -22l8 0", CRITICAL, 1.8), "crossing"),
        (box(0, 4, 26, 18, fill=CRITICAL + "22", stroke=CRITICAL, thick=0.8, dash="3 2"), "passage"),
    ]
    return "".join(
        f'<g transform="translate({place // 2 * 150} {place % 2 * 32 + 6})">{sign}{write(34, 17, words, 11)}</g>'
        for place, (sign, words) in enumerate(signs)
    )
