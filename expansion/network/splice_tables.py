"""Turn recorded strands and splices into tables: colors, order in the trays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import pandas as pd

from expansion.network.colors import FiberPlace, place_fiber
from expansion.plan.specs_network import FUSED, SPLICES, STRANDS
from expansion.rulebook import Rulebook

Row = tuple[object, ...]
EXISTING = "-E"


class _Colors:
    """Places of fibers in their cables; of the operator's own fiber nothing is known."""

    def __init__(self, book: Rulebook) -> None:
        tube, largest = int(book.engineering_value("tube_fibers")), book.catalog("cable")[-1]
        self.tube_fibers = tube
        self.place = cache(lambda fiber: place_fiber(fiber, tube, largest))

    def of(self, cables: Sequence[object], fibers: Sequence[object]) -> list[FiberPlace | None]:
        """Place of each fiber; None where there is none or nobody knows it."""
        return [
            None if cable is None or str(cable).endswith(EXISTING) else self.place(fiber)
            for cable, fiber in zip(cables, fibers, strict=True)
        ]


def strand_table(strands: Sequence[Row], book: Rulebook) -> pd.DataFrame:
    """Make the table of strands, by cable and fiber; a run of strands ends where its tube ends.

    Parameters
    ----------
    strands
        Cable, first and last fiber, use, what it carries, site and port at its start and at its end.
    book
        Fibers of a tube, sizes of cable.
    """
    names = ("cable_id", "fiber", "last_fiber", "use", "carries", "from_site", "from_port", "to_site", "to_port")
    colors = _Colors(book)
    rows = sorted(_by_tube(strands, colors.tube_fibers), key=lambda row: (str(row[0]), int(str(row[1])), str(row[3])))
    columns: dict[str, list[object]] = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    first = colors.of(columns["cable_id"], columns["fiber"])
    last = colors.of(columns["cable_id"], columns["last_fiber"])
    columns["strand_id"] = [
        f"{row[0]}:{row[1]}" if row[3] == "in use" else f"{row[0]}:{row[1]}-{row[2]} {row[3]}" for row in rows
    ]
    columns["sheath"] = [place.sheath if place else 1 for place in first]
    columns["tube"] = [place.tube if place else None for place in first]
    columns["tube_color"] = [place.tube_color if place else None for place in first]
    columns["fiber_color"] = [_run_color(a, b) for a, b in zip(first, last, strict=True)]
    return STRANDS.build(columns)


def _run_color(first: FiberPlace | None, last: FiberPlace | None) -> str | None:
    """Color of a strand, or the first and the last of a run."""
    if first is None or last is None:
        return None
    return first.fiber_color if first == last else f"{first.fiber_color} to {last.fiber_color}"


def _by_tube(rows: Sequence[tuple[object, ...]], tube: int) -> Iterator[tuple[object, ...]]:
    """Part runs of strands at the end of each tube."""
    for cable, first, last, *rest in rows:
        start, end = int(str(first)), int(str(last))
        while start <= end:
            stop = min(end, (start - 1) // tube * tube + tube)
            yield (cable, start, stop, *rest)
            start = stop + 1


def splice_table(splices: Sequence[Row], book: Rulebook) -> pd.DataFrame:
    """Make the table of splices, by site in the order in which they lie there; fusion splices fill trays.

    Parameters
    ----------
    splices
        Site, kind, cable, fiber and port before, cable, fiber and port after, what it carries, area that pays.
    book
        Fibers of a tube, splices of a tray, sizes of cable.
    """
    names = (
        "site_id", "kind", "in_cable", "in_fiber", "in_port", "out_cable", "out_fiber", "out_port", "carries",
        "area_id",
    )  # fmt: skip
    order = sorted(range(len(splices)), key=lambda i: (str(splices[i][0]), i))
    columns: dict[str, list[object]] = {name: [splices[i][k] for i in order] for k, name in enumerate(names)}
    colors = _Colors(book)
    for side in ("in", "out"):
        places = colors.of(columns[f"{side}_cable"], columns[f"{side}_fiber"])
        columns[f"{side}_tube_color"] = [place.tube_color if place else None for place in places]
        columns[f"{side}_fiber_color"] = [place.fiber_color if place else None for place in places]
    columns |= _trays(columns["site_id"], columns["kind"], int(book.engineering_value("tray_splices")))
    return SPLICES.build(columns)


def _trays(sites: Sequence[object], kinds: Sequence[object], tray: int) -> dict[str, list[object]]:
    """Give the joins of each site their numbers, and its fusion splices their places in trays."""
    ids: list[object] = []
    trays: list[object] = []
    places: list[object] = []
    here, number, fused = "", 0, 0
    for site, kind in zip(sites, kinds, strict=True):
        if site != here or number == 0:
            here, number, fused = str(site), 0, 0
        number += 1
        is_fused = kind in FUSED
        ids.append(f"{site}/{number}")
        trays.append(fused // tray + 1 if is_fused else None)
        places.append(fused % tray + 1 if is_fused else None)
        fused += is_fused
    return {"splice_id": ids, "tray": trays, "place": places}
