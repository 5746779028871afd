"""Inner loop of covering: hand out pairs while there is room."""

from __future__ import annotations

from typing import Any

import numpy as np

from expansion.network.steiner.jit import repeated


@repeated(2)
def hand_out(pairs: Any, place: Any, slot: Any, units: Any, room: Any, choice: Any) -> None:
    """Give each place the first of its pairs whose slot still has room for its units; fills `choice`, empties `room`.

    Parameters
    ----------
    pairs
        Rows of `place` and `slot`, in the order in which they are handed out.
    place, slot
        Per pair: who would be served, and the sector that would serve.
    units
        Per place.
    room
        Units that each slot can still take; changed in place.
    choice
        Per place the pair that it got; -1 on entry, and where no slot had room.
    """
    for pair in pairs:
        at, left = place[pair], room[slot[pair]]
        if choice[at] < 0 and units[at] <= left:
            choice[at] = pair
            room[slot[pair]] = left - units[at]


def warm() -> None:
    """Compile the loop, or load it from the cache on disk."""
    hand_out.is_compiled = True
    none = np.zeros(1, dtype=np.int64)
    hand_out(none, none, none, none, none + 1, none - 1)
