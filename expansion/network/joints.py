"""Cut cables into pieces from reels, and pack the pieces on reels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from expansion.network.ground import Ground
from expansion.network.light import Bundle
from expansion.plan.specs_network import REEL_SIZES, REELS

IntArray = NDArray[np.int64]


def site_on(bundle: Bundle, row: int, place: int) -> str:
    """Site at which a cable is opened or ends: the closure there, else the first of the sites at that node."""
    node = bundle.sheaths[row].nodes[place]
    return bundle.closures.get(node) or bundle.sites[node]


def joint_site(bundle: Bundle, row: int, number: int) -> tuple[str, bool]:
    """Name where two pieces of a cable join, and tell whether that takes a closure of its own."""
    joint, sheath = bundle.layouts[row].joints[number], bundle.sheaths[row]
    if joint.place >= 0 and sheath.nodes[joint.place] in bundle.closures.keys() | bundle.sites.keys():
        return site_on(bundle, row, joint.place), False
    return f"{bundle.cable_id(row)}-J{number + 1}", True


def reel_tables(
    ground: Ground, bundles: Sequence[Bundle], areas: Sequence[Sequence[str]], largest: int
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Make the cut list, and per size of cable the reels that it takes.

    Parameters
    ----------
    ground
        What cables are measured on; its slack says what a reel holds.
    bundles, areas
        Cables, and per cable of each bundle the area that pays for it.
    largest
        Fibers of the largest sheath on sale; a cable of more is several side by side.

    Returns
    -------
    tuple
        Pieces and sizes after `expansion.plan.specs_network`. Packed first-fit decreasing, size by size, over the whole
        plan.
    """
    rows = [
        row
        for bundle, payers in zip(bundles, areas, strict=True)
        for number, area in enumerate(payers)
        for row in _pieces(ground, bundle, number, area, largest)
    ]
    rows.sort(key=lambda row: str(row["piece_id"]))
    lengths = np.array([row["length_mm"] for row in rows], dtype=np.int64)
    fibers = np.array([row["fibers"] for row in rows], dtype=np.int64)
    reel_mm = round(ground.slack.reel_m * 1000)
    reel, at_mm = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    for size in np.unique(fibers).tolist():
        mine = np.flatnonzero(fibers == size)
        reel[mine], at_mm[mine] = pack(lengths[mine], reel_mm)
    columns = {column.name: [row.get(column.name) for row in rows] for column in REELS.columns}
    columns["length_m"] = (lengths / 1000).tolist()
    columns["reel_id"] = [f"R{size}-{number + 1}" for size, number in zip(fibers, reel, strict=True)]
    columns["reel_from_m"] = (at_mm / 1000).tolist()
    points = [row["point"] for row in rows]
    table = gpd.GeoDataFrame(REELS.build(columns, geometry=points, crs=ground.graph.crs))
    return table, _size_table(fibers, lengths, reel, reel_mm)


def _pieces(ground: Ground, bundle: Bundle, row: int, area: str, largest: int) -> list[dict[str, object]]:
    """Pieces of one cable from the core outward, per sheath."""
    sheath, layout, name = bundle.sheaths[row], bundle.layouts[row], bundle.cable_id(row)
    joints = [joint_site(bundle, row, number) for number in range(len(layout.joints))]
    sites = [site_on(bundle, row, 0), *(site for site, _ in joints), site_on(bundle, row, len(sheath.nodes) - 1)]
    points = [_point(ground, sheath.nodes, joint.step, joint.share) for joint in layout.joints]
    points.append(_point(ground, sheath.nodes, len(sheath.nodes) - 2, 1.0))
    own = [int(alone) for _, alone in joints] + [0]
    sheaths = max(-(-sheath.fibers // largest), 1)
    return [
        {
            "piece_id": f"{name}-P{number}" + (f"-S{side}" if sheaths > 1 else ""), "cable_id": name,
            "tier": bundle.tier, "sheath": side, "piece": number, "fibers": min(sheath.fibers, largest),
            "from_site": start, "to_site": end, "closures": own[number - 1] if side == 1 else 0,
            "length_mm": layout.pieces_mm[number - 1], "area_id": area, "point": points[number - 1],
        }
        for side in range(1, sheaths + 1)
        for number, (start, end) in enumerate(pairwise(sites), start=1)
    ]  # fmt: skip


def _point(ground: Ground, nodes: Sequence[int], step: int, share: float) -> shapely.Point:
    """Place on a step of a cable's way, to the millimeter."""
    a, b = nodes[step], nodes[step + 1]
    edge = ground.edge_between(a, b)
    along = share if int(ground.graph.v[edge]) == b else 1.0 - share
    point = shapely.line_interpolate_point(ground.lines[edge], along, normalized=True)
    return shapely.Point(round(float(point.x), 3), round(float(point.y), 3))


def pack(lengths: IntArray, reel: int) -> tuple[IntArray, IntArray]:
    """Pack pieces on reels: the longest first, each on the first reel that still holds it.

    Parameters
    ----------
    lengths
        Pieces, none longer than `reel`.

    Returns
    -------
    tuple
        Per piece the number of its reel, from 0, and how much lies on that reel before it.

    References
    ----------
    Johnson, Worst-case performance bounds for simple one-dimensional packing algorithms, SIAM J. Comput. 3 (1974):
    at most 11/9 of the fewest reels, and one.
    """
    left = np.full(len(lengths), reel, dtype=np.int64)
    reel_of, before = np.zeros(len(lengths), dtype=np.int64), np.zeros(len(lengths), dtype=np.int64)
    for piece in np.argsort(-lengths, kind="stable").tolist():
        reel_of[piece] = int(np.argmax(left >= lengths[piece]))
        before[piece] = reel - left[reel_of[piece]]
        left[reel_of[piece]] -= lengths[piece]
    return reel_of, before


def fewest_reels(lengths: IntArray, reel: int) -> int:
    """Reels that no packing can do without: whole reels of cable, and one per piece of more than half a reel."""
    return max(-(-int(lengths.sum()) // reel), int((2 * lengths > reel).sum()))


def _size_table(fibers: IntArray, lengths: IntArray, reel: IntArray, reel_mm: int) -> pd.DataFrame:
    """Per size of cable: pieces, meters, reels and what is left on them."""
    sizes = np.unique(fibers).tolist()
    columns: dict[str, list[object]] = {column.name: [] for column in REEL_SIZES.columns}
    for size in sizes:
        mine = fibers == size
        total, reels = int(lengths[mine].sum()), int(reel[mine].max()) + 1
        values = (
            int(size), int(mine.sum()), total / 1000, reel_mm / 1000, reels, fewest_reels(lengths[mine], reel_mm),
            (reels * reel_mm - total) / 1000, round(1 - total / (reels * reel_mm), 6),
        )  # fmt: skip
        for column, value in zip(REEL_SIZES.columns, values, strict=True):
            columns[column.name].append(value)
    return REEL_SIZES.build(columns)
