"""Colors by which a splicer tells fibers and buffer tubes apart."""

from __future__ import annotations

from dataclasses import dataclass

COLORS = (
    "blue", "orange", "green", "brown", "slate", "white", "red", "black", "yellow", "violet", "rose", "aqua",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FiberPlace:
    """Where a fiber lies in its cable: sheath and tube, both from 1, and the colors of tube and fiber."""

    sheath: int
    tube: int
    tube_color: str
    fiber_color: str


def color(number: int) -> str:
    """Name the color of the fiber or tube of a number from 1.

    After twelve the colors repeat with one stripe more for each further twelve: black, and yellow on black.

    References
    ----------
    TIA-598-D, Optical Fiber Cable Color Coding.

    Examples
    --------
    >>> color(1), color(20), color(26)
    ('blue', 'black with 1 yellow stripe', 'orange with 2 black stripes')
    """
    stripes, place = divmod(number - 1, len(COLORS))
    name = COLORS[place]
    if stripes == 0:
        return name
    ink = "yellow" if name == "black" else "black"
    return f"{name} with {stripes} {ink} stripe{'s' if stripes > 1 else ''}"


def place_fiber(fiber: int, tube_fibers: int, largest: int) -> FiberPlace:
    """Find a fiber's tube and colors.

    Parameters
    ----------
    fiber
        Number in the cable, from 1.
    tube_fibers
        Fibers of a tube.
    largest
        Fibers of the largest sheath that is sold; what is more lies in further sheaths side by side.
    """
    sheath, inside = divmod(fiber - 1, largest)
    tube, place = divmod(inside, tube_fibers)
    return FiberPlace(sheath + 1, tube + 1, color(tube + 1), color(place + 1))
