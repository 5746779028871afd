"""Measure a cable: where along it light leaves, how long it is with its slack, and where pieces from reels join.

Lengths are whole millimeters, so that the pieces add to the cable and the light's way to its end is the cable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from expansion.network.cables import Slack


@dataclass(frozen=True, slots=True)
class Joint:
    """Where two pieces of a cable join.

    `step` is the step of the cable's way that it lies on, `share` how far along that step, 0 to 1; `place` is the place
    in the cable's nodes where it stands at one, else -1.
    """

    step: int
    share: float
    place: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A cable measured out.

    `at_mm` is per node of its way the cable from the start to where light leaves it there, `passed` the joints on that
    part (one that stands at the node itself lies behind it), `pieces_mm` the length of each piece, whose sum is the
    cable; between pieces lie the `joints`, one fewer.
    """

    at_mm: tuple[int, ...]
    passed: tuple[int, ...]
    pieces_mm: tuple[int, ...]
    joints: tuple[Joint, ...]

    @property
    def length_mm(self) -> int:
        """Cable from end to end."""
        return self.at_mm[-1]


def lay_out(steps_m: Sequence[float], opened: Sequence[bool], slack: Slack) -> Layout:
    """Measure a cable out along its way.

    Parameters
    ----------
    steps_m
        Cable meters per step of the way, sag included; at least one.
    opened
        Per node of the way, one more than steps: whether a closure, terminal or hub opens the cable there. The ends do
        not matter.
    slack
        Slack at ends and at what is passed, and what a reel holds.

    Returns
    -------
    Layout
        In as few pieces as reels allow. Each piece keeps `end_m` at both of its ends; a cable that is opened keeps
        `through_m` there. Pieces join where the cable is opened already, if the reel allows it, else at a node, else
        where the reel ends; each as far out as it can.
    """
    last = len(steps_m)
    end, through = round(slack.end_m * 1000), round(slack.through_m * 1000)
    along = [round(meters * 1000) for meters in accumulate(steps_m, initial=0.0)]
    coils = list(accumulate(through if 0 < i < last and opened[i] else 0 for i in range(last + 1)))
    after = [meters + coil for meters, coil in zip(along, coils, strict=True)]
    cuts = _cut(after, opened, round(slack.reel_m * 1000) - 2 * end)
    ends = [0, *cuts, after[-1]]
    joints = tuple(_joint(cut, after, coils) for cut in cuts)
    before = [sum(1 for cut in cuts if cut < meters) for meters in after]
    at = [end * (1 + 2 * passed) + meters for passed, meters in zip(before, after, strict=True)]
    at[0], at[-1] = 0, at[-1] + end
    pieces = tuple(b - a + 2 * end for a, b in pairwise(ends))
    return Layout(tuple(at), tuple(before), pieces, joints)


def _cut(after: list[int], opened: Sequence[bool], most: int) -> list[int]:
    """Places along a cable, in mm without the slack of ends, at which it is cut into as few pieces as `most` allows."""
    total = after[-1]
    pieces = max(-(-total // most), 1)
    cuts: list[int] = []
    here = 0
    inner = range(1, len(after) - 1)
    for number in range(1, pieces):
        low, high = max(total - (pieces - number) * most, here + 1), here + most
        nodes = [i for i in inner if low <= after[i] <= high]
        good = [after[i] for i in nodes if opened[i]] or [after[i] for i in nodes]
        here = max(good, default=high)
        cuts.append(here)
    return cuts


def _joint(cut: int, after: list[int], coils: list[int]) -> Joint:
    """Find a cut on the way: at a node, or on a step, where the coil at the step's beginning lies before it."""
    if cut in after:
        return Joint(after.index(cut) - 1, 1.0, after.index(cut))
    step = max(i for i, meters in enumerate(after) if meters < cut)
    length = after[step + 1] - after[step] - (coils[step + 1] - coils[step])
    return Joint(step, min((cut - after[step]) / max(length, 1), 1.0), -1)
