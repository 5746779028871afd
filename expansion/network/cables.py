"""Lay cables along a tree: one cable follows the heaviest branch, lighter branches leave it at closures."""

from __future__ import annotations

from dataclasses import dataclass

from expansion.errors import StudyError
from expansion.rulebook import Rulebook


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


@dataclass(frozen=True, slots=True)
class CableSizes:
    """Sizes of cable that can be bought, ascending in fibers, and the share of spare fibers asked for."""

    fibers: tuple[int, ...]
    spare_share: float

    @classmethod
    def from_book(cls, book: Rulebook) -> CableSizes:
        """Read the catalog from the rates, and the rule."""
        return cls(book.catalog("cable"), book.engineering_value("spare_fiber_share"))

    def fit(self, used: int) -> int:
        """Smallest size that holds the fibers in use and the spare; beyond the catalog, whole largest sheaths."""
        wanted = used + int(used * self.spare_share)
        largest = self.fibers[-1]
        return next((size for size in self.fibers if size >= wanted), -(-wanted // largest) * largest)


def lay_cables(
    source: int, parent: dict[int, int], order: list[int], need: dict[int, int], sizes: CableSizes
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
    sizes
        Sizes on sale and the spare.

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
        sheaths.append(Sheath(tuple(nodes), mother, used, sizes.fit(used)))
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
        """Read the rules.

        Raises
        ------
        StudyError
            ``E_RULE_ROW`` where a reel holds no more than the slack at the two ends of a piece.
        """
        value = book.engineering_value
        if value("reel_m") <= 2 * value("slack_end_m"):
            raise StudyError(
                "a reel holds no more cable than the slack at its two ends", code="E_RULE_ROW",
                where=["reel_m", "slack_end_m"], hint="raise reel_m, or lower slack_end_m",
            )  # fmt: skip
        return cls(
            value("sag_aerial"), value("sag_buried"), value("slack_end_m"), value("slack_through_m"),
            value("drop_slack_m"), value("reel_m"),
        )  # fmt: skip

    def stretch(self, length_m: float, placement: str) -> float:
        """Cable meters of a stretch of route, before slack."""
        return length_m * (1 + (self.aerial if placement == "aerial" else self.buried))
