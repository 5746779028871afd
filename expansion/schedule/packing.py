"""Pack the crews left on a day, and the crews that a task takes, into words of 64 bits: one subtraction tries them all.

Each kind of crew has a lane of bits, wide enough for what there is and what is taken of it, and above it a guard bit,
which is set in what is left. The guard bit falls where a task takes more than is left:

    left      1 0011 | 1 0100      3 and 4 crews left
    needs     0 0010 | 0 0101      2 and 5 taken
    left-needs 1 0001 | 0 1111     enough of the first kind, too few of the second
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from expansion.schedule.workgraph import WorkGraph

IntArray = NDArray[np.int64]
WordArray = NDArray[np.uint64]

BITS = 64


class Packed(NamedTuple):
    """Crews in words.

    Attributes
    ----------
    need_start, need_word, need_units
        Task t takes ``need_units[i]`` of word ``need_word[i]`` for i in ``need_start[t]:need_start[t + 1]``.
    guard
        Guard bits of each word.
    room
        Crews that there are with the guard bits set, shape ``(words, horizon + 1)``.
    """

    need_start: IntArray
    need_word: IntArray
    need_units: WordArray
    guard: WordArray
    room: WordArray


def pack_crews(graph: WorkGraph) -> Packed:
    """Pack the crews of a graph; crews beyond what all tasks together take are left out, since none is ever short."""
    task = np.repeat(np.arange(graph.count), np.diff(graph.need_start))
    most = np.zeros(len(graph.room), dtype=np.int64)
    np.add.at(most, graph.need_kind, graph.need_count)
    room = np.minimum(graph.room, most[:, None])
    width = [
        int(max(there, taken)).bit_length() for there, taken in zip(room.max(axis=1), _largest(graph), strict=True)
    ]
    word, shift = _lanes(width)
    words = max(word, default=0) + 1
    guard, packed = np.zeros(words, dtype=np.uint64), np.zeros((words, room.shape[1]), dtype=np.uint64)
    for kind, (lane, low) in enumerate(zip(word, shift, strict=True)):
        guard[lane] |= np.uint64(1 << (low + width[kind]))
        packed[lane] |= room[kind].astype(np.uint64) << np.uint64(low)
    units = np.zeros((graph.count, words), dtype=np.uint64)
    lane_of, low_of = np.array(word, dtype=np.int64), np.array(shift, dtype=np.uint64)
    taken = graph.need_count.astype(np.uint64) << low_of[graph.need_kind]
    np.bitwise_or.at(units, (task, lane_of[graph.need_kind]), taken)
    of_task, need_word = np.nonzero(units)
    start = np.zeros(graph.count + 1, dtype=np.int64)
    np.cumsum(np.bincount(of_task, minlength=graph.count), out=start[1:])
    return Packed(start, need_word.astype(np.int64), units[of_task, need_word], guard, packed | guard[:, None])


def _largest(graph: WorkGraph) -> IntArray:
    """Most crews of each kind that one task takes."""
    largest = np.zeros(len(graph.room), dtype=np.int64)
    np.maximum.at(largest, graph.need_kind, graph.need_count)
    return largest


def _lanes(width: list[int]) -> tuple[list[int], list[int]]:
    """Word and lowest bit of each kind's lane, filled in the order of the kinds."""
    word, shift, full = [], [], 0
    lane = 0
    for bits in width:
        if full + bits + 1 > BITS:
            lane, full = lane + 1, 0
        word.append(lane)
        shift.append(full)
        full += bits + 1
    return word, shift
