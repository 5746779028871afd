"""Part each area's build into sections: stretches that are released by the same permits and built as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expansion.rulebook import Rulebook
from expansion.schedule.holding import held_methods, method_of

BoolArray = NDArray[np.bool_]
METHODS = ("buried", "aerial")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an area's build, underground (`buried`) or on poles (`aerial`).

    `holders` are rows of the permits that some span of it needs and that hold up this method; `number` counts from 1
    in the area.
    """

    section_id: str
    area_id: str
    number: int
    method: str
    span_ids: tuple[str, ...]
    holders: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SectionLimits:
    """Rows of the rule book: sections per area and method, and what is worth one of its own (meters, calendar days)."""

    most: int
    least_m: float
    wait_days: float

    @classmethod
    def of(cls, rulebook: Rulebook) -> SectionLimits:
        """Read them."""
        value = rulebook.engineering_value
        return cls(max(int(value("sections_most")), 1), value("section_least_m"), value("section_wait_days"))


@dataclass(slots=True)
class _Piece:
    """Spans, by number, the day on which they could be begun, the nodes that they touch, and their permits' seasons."""

    spans: list[int]
    length_m: float
    days: int
    nodes: set[int]
    season: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Waits:
    """When build could begin: per area and method without its permits, and per permit when it is there (days)."""

    free: dict[tuple[str, str], int]
    granted: list[int]


def part_areas(
    rulebook: Rulebook, spans: pd.DataFrame, permits: pd.DataFrame, area_ids: Iterable[str], waits: Waits | None = None
) -> dict[str, tuple[Section, ...]]:
    """Part the new spans of each area into sections.

    A piece is a connected stretch, underground or on poles, whose spans need the same permits. Two pieces are joined
    while there are more than the rule book allows, and where parting them gains little: where the earlier of the two
    would wait, in meters times days, no more than the least length for the least wait, and they touch or one is
    shorter than the least length, and their permits allow work in the same seasons. Pairs of one season are joined
    first, then the pair that waits least, then pieces that touch, then the shorter.

    Parameters
    ----------
    rulebook
        ``sections_most``, ``section_least_m``, ``section_wait_days``; what each permit rule blocks.
    spans
        Spans of the network; existing ones are not built.
    permits
        Permits by id, with the spans that need them.
    area_ids
        Areas to part.
    waits
        When each piece could begin; without it an area has one section per method.

    Returns
    -------
    dict
        Sections per area, underground first, then by the day on which they could begin and the first of their spans;
        empty where nothing is built.
    """
    wanted = set(area_ids)
    plain = pd.DataFrame(spans[["span_id", "area_id", "placement", "is_existing", "u", "v", "length_m"]])
    new = plain[(~plain["is_existing"] & plain["area_id"].isin(wanted)).to_numpy(dtype=bool)]
    new = new.sort_values("span_id", ignore_index=True)
    method = new["placement"].map(method_of)
    holders = _holders(rulebook, permits, dict(zip(new["span_id"], method, strict=True)))
    calls, limits = _calls(rulebook, permits), SectionLimits.of(rulebook)
    seasons = _seasons(permits)
    found: dict[str, list[Section]] = {area: [] for area in wanted}
    groups = new.groupby([new["area_id"], method], sort=True)
    for area in sorted(wanted):
        for name in METHODS:
            if (area, name) in groups.groups:
                rows = new.loc[groups.groups[(area, name)]]
                pieces = [_Piece(list(range(len(rows))), 0.0, 0, set())]
                if waits is not None:
                    free = waits.free.get((area, name), 0)
                    days = {row: max(day, free) for row, day in enumerate(waits.granted) if row not in calls}
                    pieces = join_pieces(cut_pieces(rows, holders, days, free, seasons), limits)
                found[area] += _numbered(area, name, rows, pieces, holders, len(found[area]))
    return {area: tuple(made) for area, made in found.items()}


def _holders(rulebook: Rulebook, permits: pd.DataFrame, method: dict[str, str]) -> dict[str, list[int]]:
    """Rows of the permits that each span needs and that hold up its method."""
    found: dict[str, list[int]] = defaultdict(list)
    for row, (methods, text) in enumerate(zip(held_methods(rulebook, permits), permits["span_ids"], strict=True)):
        for span in str(text).split(","):
            if method.get(span) in methods:
                found[span].append(row)
    return found


def _calls(rulebook: Rulebook, permits: pd.DataFrame) -> set[int]:
    """Rows of calls before digging: they are made section by section and part nothing."""
    blocks = {rule.rule_id: rule.blocks for rule in rulebook.permit_rules}
    return {row for row, rule in enumerate(permits["rule_id"].to_list()) if blocks.get(rule, "build") == "dig"}


def _seasons(permits: pd.DataFrame) -> dict[int, str]:
    """Part of the year in which each permit allows work, by row, where it is not the whole."""
    columns = zip(permits["season_from"], permits["season_to"], strict=True)
    return {row: f"{first}/{last}" for row, (first, last) in enumerate(columns) if isinstance(first, str)}


def cut_pieces(
    rows: pd.DataFrame, holders: dict[str, list[int]], days: dict[int, int], free: int, seasons: dict[int, str]
) -> list[_Piece]:
    """Cut spans into connected stretches that need the same permits, by the first of their spans.

    `days` holds the day on which each permit that parts is there, `seasons` the part of the year that some allow;
    `free` is the day from which work without any begins.
    """
    ids, ends = rows["span_id"].to_list(), rows[["u", "v"]].to_numpy(dtype=np.int64)
    needed = [tuple(row for row in holders.get(span, ()) if row in days) for span in ids]
    places: dict[tuple[int, tuple[int, ...]], int] = {}
    joints = [
        [places.setdefault((int(node), need), len(places)) for node in pair]
        for pair, need in zip(ends, needed, strict=True)
    ]
    count = len(ids)
    matrix = coo_matrix(
        (np.ones(2 * count), (np.repeat(np.arange(count), 2), np.ravel(joints).astype(np.int64) + count)),
        shape=(count + len(places), count + len(places)),
    )
    label = connected_components(matrix, directed=False)[1][:count]
    length = rows["length_m"].to_numpy(dtype=np.float64)
    pieces: dict[int, _Piece] = {}
    for span, part in enumerate(label.tolist()):
        if part not in pieces:
            season = frozenset(seasons[row] for row in needed[span] if row in seasons)
            pieces[part] = _Piece([], 0.0, max((days[row] for row in needed[span]), default=free), set(), season)
        piece = pieces[part]
        piece.spans.append(span)
        piece.length_m += float(length[span])
        piece.nodes.update(ends[span].tolist())
    return sorted(pieces.values(), key=lambda piece: piece.spans[0])


def join_pieces(pieces: list[_Piece], limits: SectionLimits) -> list[_Piece]:
    """Join pieces until there are few enough and each is worth parting, see `part_areas`."""
    pieces = list(pieces)
    while len(pieces) > 1:
        length = np.round([piece.length_m for piece in pieces], 3)
        days = np.array([piece.days for piece in pieces], dtype=np.float64)
        touch = _touching(pieces)
        one, other = np.triu_indices(len(pieces), 1)
        early = np.where(days[one] < days[other], length[one], length[other])
        early = np.where(days[one] == days[other], 0.0, early)
        harm = np.round(early * np.abs(days[one] - days[other]), 3)
        apart, shorter = ~touch[one, other], np.minimum(length[one], length[other])
        seasons = [piece.season for piece in pieces]
        strange = np.array([seasons[a] != seasons[b] for a, b in zip(one.tolist(), other.tolist(), strict=True)])
        order = np.lexsort((other, one, shorter, apart, harm, strange))
        little = (harm <= limits.least_m * limits.wait_days) & (~apart | (shorter < limits.least_m)) & ~strange
        if len(pieces) <= limits.most:
            order = order[little[order]]
        if not len(order):
            break
        first, second = int(one[order[0]]), int(other[order[0]])
        pieces[first] = _joined(pieces[first], pieces.pop(second))
    return pieces


def _touching(pieces: list[_Piece]) -> BoolArray:
    """Tell which pieces share a node."""
    at: dict[int, list[int]] = defaultdict(list)
    for number, piece in enumerate(pieces):
        for node in piece.nodes:
            at[node].append(number)
    touch = np.zeros((len(pieces), len(pieces)), dtype=bool)
    for numbers in at.values():
        touch[np.ix_(numbers, numbers)] = True
    return touch


def _joined(one: _Piece, other: _Piece) -> _Piece:
    spans = sorted(one.spans + other.spans)
    length, days, nodes = one.length_m + other.length_m, max(one.days, other.days), one.nodes | other.nodes
    return _Piece(spans, length, days, nodes, one.season | other.season)


def _numbered(
    area: str, method: str, rows: pd.DataFrame, pieces: list[_Piece], holders: dict[str, list[int]], before: int
) -> list[Section]:
    """Make sections of pieces, the first released first."""
    ids: list[Any] = rows["span_id"].to_list()
    made = []
    for number, piece in enumerate(sorted(pieces, key=lambda one: (one.days, one.spans[0])), start=before + 1):
        spans = tuple(ids[span] for span in piece.spans)
        needed = tuple(sorted({row for span in spans for row in holders.get(span, ())}))
        made.append(Section(f"{area}-S{number}", area, number, method, spans, needed))
    return made
