"""Lay cables along a tree: one cable follows the heaviest branch, lighter branches leave it at closures."""

from __future__ import annotations

from dataclasses import dataclass

from expansion.rulebook import Rulebook

SIZES = (12, 24, 48, 72, 96, 144, 192, 288, 432, 864)


@dataclass(frozen=True, slots=True)
class Sheath:
    """One cable of a tree.

    `nodes` are its nodes from the source outward, `branches_from` the row of the cable that it is spliced to (-1 at
    the source), `used_fibers` the fibers in use where it starts, `fibers` the size of the sheath.
    """

    nodes: tuple[int, ...]
    branches_from: int
    used_fibers: int
    fibers: int


def size_cable(used: int, spare_share: float) -> int:
    """Smallest catalog size that holds the fibers in use and the spare; beyond the catalog, whole largest sheaths."""
    wanted = used + int(used * spare_share)
    for size in SIZES:
        if size >= wanted:
            return size
    return -(-wanted // SIZES[-1]) * SIZES[-1]


def lay_cables(
    source: int, parent: dict[int, int], order: list[int], need: dict[int, int], spare_share: float
) -> list[Sheath]:
    """Cover a tree with cables.

    Parameters
    ----------
    source
        Node that all cables come from.
    parent
        Per other node of the tree: the next node toward the source.
    order
        Nodes of the tree without the source, parents before children.
    need
        Fibers that end at a node, for those nodes at which some end.
    spare_share
        Spare fibers on top of those in use.

    Returns
    -------
    list of Sheath
        Every edge above a need lies in exactly one cable; a branching cable comes after the one it leaves.
    """
    below = {node: need.get(node, 0) for node in order}
    children: dict[int, list[int]] = {}
    for node in reversed(order):
        above = parent[node]
        if below[node]:
            children.setdefault(above, []).append(node)
            if above != source:
                below[above] += below[node]
    sheaths: list[Sheath] = []
    waiting = [(source, child, -1) for child in sorted(children.get(source, []))]
    while waiting:
        start, node, mother = waiting.pop(0)
        nodes, used, here = [start], below[node], len(sheaths)
        while True:
            nodes.append(node)
            onward = sorted(children.get(node, []), key=lambda n: (-below[n], n))
            waiting += [(node, other, here) for other in onward[1:]]
            if not onward:
                break
            node = onward[0]
        sheaths.append(Sheath(tuple(nodes), mother, used, size_cable(used, spare_share)))
    return sheaths


def chains(sheaths: list[Sheath]) -> dict[int, tuple[int, ...]]:
    """Rows of the cables that light passes from the source, per node, the source's cable first."""
    of_sheath: list[tuple[int, ...]] = []
    of_node: dict[int, tuple[int, ...]] = {}
    for row, sheath in enumerate(sheaths):
        of_sheath.append((*(of_sheath[sheath.branches_from] if sheath.branches_from >= 0 else ()), row))
        of_node.update(dict.fromkeys(sheath.nodes[1:], of_sheath[row]))
    return of_node


@dataclass(frozen=True, slots=True)
class Slack:
    """How much longer cable is than its route."""

    aerial: float
    buried: float
    end_m: float
    through_m: float
    drop_m: float
    reel_m: float

    @classmethod
    def from_book(cls, book: Rulebook) -> Slack:
        """Read the rules."""
        value = book.engineering_value
        return cls(
            value("sag_aerial"), value("sag_buried"), value("slack_end_m"), value("slack_through_m"),
            value("drop_slack_m"), value("reel_m"),
        )  # fmt: skip

    def stretch(self, length_m: float, placement: str) -> float:
        """Cable meters of a stretch of route, before slack."""
        return length_m * (1 + (self.aerial if placement == "aerial" else self.buried))
