"""Read and write Steiner instances in SteinLib form (also that of the PACE challenge)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import numpy as np

from expansion.errors import SourceError
from expansion.network.steiner.types import IntArray

_ROOM = Decimal(2**50 - 2**30)
MAGIC = "33D32945 STP File, STP Format Version 1.0"


@dataclass(frozen=True, slots=True)
class StpInstance:
    """A Steiner instance with whole costs; nodes count from 0.

    Attributes
    ----------
    decimals
        Costs and prizes are in units of 10**-decimals, so that real numbers become whole ones: exactly, unless they
        have so many digits that all together would not fit into 50 bits; then they are rounded.
    terminals
        Nodes that have to be joined, a given root among them.
    prize_nodes, prizes
        Nodes whose prize is lost where the tree leaves them out. Empty in a plain instance.
    root
        Node that a rooted prize-collecting tree has to hold, or -1.
    """

    node_count: int
    u: IntArray
    v: IntArray
    cost: IntArray
    terminals: IntArray
    prize_nodes: IntArray
    prizes: IntArray
    root: int
    decimals: int

    @property
    def collects_prizes(self) -> bool:
        """True if leaving nodes out is allowed at a price."""
        return len(self.prize_nodes) > 0

    def amount(self, units: int) -> str:
        """Write a cost in the file's own unit."""
        return str(Decimal(units).scaleb(-self.decimals)) if self.decimals else str(units)


def read_stp(path: Path) -> StpInstance:
    """Read a SteinLib or PACE file.

    The magic line may be missing, fields may be parted by tabs, costs may be real; `T`, `TP`, `Root` and
    `RootP` lines are understood, sections other than Graph and Terminals are skipped.

    Raises
    ------
    SourceError
        If the file cannot be read, or does not hold such an instance; names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise SourceError(f"cannot read {path.name}: {error.strerror}", where=[path]) from error
    records = list(_records(lines))
    edges = [_numbers(path, record, 3) for record in records if record[1] == "E"]
    plain = [_numbers(path, record, 1)[0] for record in records if record[1] in {"T", "ROOT", "ROOTP"}]
    prized = [_numbers(path, record, 2) for record in records if record[1] == "TP"]
    root = [_numbers(path, record, 1)[0] for record in records if record[1] == "ROOTP"]
    declared = [_numbers(path, record, 1)[0] for record in records if record[1] == "NODES"]
    if not declared or not (plain or prized):
        raise SourceError(f"{path.name} is no Steiner instance", where=[path], hint="give a SteinLib file")
    decimals = _fitting_decimals([row[-1] for row in (*edges, *prized)])
    u, v, cost = _columns(edges, 3, decimals)
    nodes, prizes = _columns(prized, 2, decimals)
    terminals = np.array([int(node) - 1 for node in plain], dtype=np.int64)
    instance = StpInstance(
        int(declared[0]), u, v, cost, np.unique(terminals), nodes, prizes,
        int(root[0]) - 1 if root else -1, decimals,
    )  # fmt: skip
    _check(path, instance)
    return instance


def write_stp(
    path: Path, node_count: int, u: IntArray, v: IntArray, cost: IntArray, terminals: IntArray, *, name: str = ""
) -> Path:
    """Write a plain instance; edges keep their order, nodes are written from 1.

    Parameters
    ----------
    cost
        Whole numbers, for example cents.
    name
        Goes into the comment section, without quotes and line ends.
    """
    title = "".join(sign for sign in name if sign.isprintable() and sign != '"')
    rows = zip((u + 1).tolist(), (v + 1).tolist(), cost.tolist(), strict=True)
    lines = [
        MAGIC, "", "SECTION Comment", f'Name "{title}"', "END", "",
        "SECTION Graph", f"Nodes {node_count}", f"Edges {len(u)}",
        *(f"E {a} {b} {c}" for a, b, c in rows), "END", "",
        "SECTION Terminals", f"Terminals {len(terminals)}",
        *(f"T {node}" for node in (terminals + 1).tolist()), "END", "", "EOF", "",
    ]  # fmt: skip
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _records(lines: list[str]) -> Iterator[tuple[int, str, list[str]]]:
    """Yield the line number, upper-case keyword and fields of lines in the sections that count."""
    section = ""
    for number, line in enumerate(lines, start=1):
        fields = line.split()
        if not fields:
            continue
        keyword = fields[0].upper()
        if keyword == "SECTION":
            section = fields[1].upper() if len(fields) > 1 else ""
        elif keyword in {"END", "EOF"}:
            section = ""
        elif section in {"GRAPH", "TERMINALS"}:
            yield number, keyword, fields[1:]


def _numbers(path: Path, record: tuple[int, str, list[str]], count: int) -> list[Decimal]:
    number, keyword, fields = record
    try:
        values = [Decimal(field) for field in fields[:count]]
    except InvalidOperation:
        values = []
    if len(values) < count or not all(value.is_finite() for value in values):
        raise SourceError(f"{path.name} line {number}: {keyword} wants {count} numbers", where=[path])
    return values


def _decimals(value: Decimal) -> int:
    """Return how many digits after the point a number really has."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _fitting_decimals(amounts: list[Decimal]) -> int:
    """Return the digits after the point that all amounts need, or as many as fit into `_ROOM` together."""
    decimals = max(map(_decimals, amounts), default=0)
    room = _ROOM / max(sum(map(abs, amounts)), Decimal(1))
    return max(0, min(decimals, room.adjusted()))


def _columns(rows: list[list[Decimal]], width: int, decimals: int) -> tuple[IntArray, ...]:
    """Return node columns from 0 and, last, the amounts in whole units."""
    columns = list(zip(*rows, strict=True)) or [()] * width
    nodes = [np.array([int(node) - 1 for node in column], dtype=np.int64) for column in columns[:-1]]
    amounts = [int(amount.scaleb(decimals).to_integral_value()) for amount in columns[-1]]
    fits = sum(map(abs, amounts)) < 2**60
    return (*nodes, np.array(amounts if fits else [-1], dtype=np.int64))


def _check(path: Path, instance: StpInstance) -> None:
    """Refuse nodes that do not exist and amounts that are negative or too large."""
    for nodes in (instance.u, instance.v, instance.terminals, instance.prize_nodes):
        if len(nodes) and (nodes.min() < 0 or nodes.max() >= instance.node_count):
            raise SourceError(f"{path.name}: a node lies outside 1 … {instance.node_count}", where=[path])
    for amounts in (instance.cost, instance.prizes):
        if len(amounts) and amounts.min() < 0:
            raise SourceError(f"{path.name}: amounts have to lie between 0 and 2**60 units", where=[path])
