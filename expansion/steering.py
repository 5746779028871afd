"""`[network.route]` and `[network.locks]`: how hard the router works, and what the planner fixed."""

from __future__ import annotations

from collections import Counter
from typing import Self

from pydantic import Field, model_validator

from expansion.section import Section


class RouteRules(Section):
    """`[network.route]`: how hard the router works, and what the planner fixed."""

    effort: int = Field(2, ge=0, le=4, description="Work of the route search, 0 first tree to 4 exact where possible")
    curve: bool | None = Field(
        None,
        description="Trace the budget curve: locations reached against cost; left out: where that takes some seconds",
    )
    pins: str = Field("", max_length=240, description="File of lines that the route must use")
    pin_edges: tuple[str, ...] = Field((), max_length=1_000, description="Edges that the route must use, by edge_id")
    avoid: str = Field("", max_length=240, description="File of polygons that the route must not enter")
    avoid_edges: tuple[str, ...] = Field((), max_length=1_000, description="Edges that it must not use, by edge_id")
    avoid_roads: tuple[str, ...] = Field((), max_length=50, description="OSM road classes that it must not follow")
    avoid_rules: tuple[str, ...] = Field((), max_length=100, description="Permit rules that it must not need")
    avoid_permits: tuple[str, ...] = Field((), max_length=1_000, description="Permits that it must not need, by id")


class HubLock(Section):
    """A hub that stands at a place, whatever the search would choose."""

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,40}$", description="Name of the lock, hub-<name> in the plan")
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False, description="Degrees east")
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False, description="Degrees north")
    capacity: int = Field(288, ge=1, le=2_000, description="Units that it can serve")


class TerminalLock(Section):
    """A terminal that stands at a place."""

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,40}$", description="Name of the lock, terminal-<name> in the plan")
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False, description="Degrees east")
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False, description="Degrees north")


class HutLock(Section):
    """A hut that stands at a place, or a place where none may stand."""

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,40}$", description="Name of the lock, hut-<name> in the plan")
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False, description="Degrees east")
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False, description="Degrees north")
    stands: bool = Field(True, description="Whether a hut must stand here; false: none may")
    within_m: float = Field(
        100.0, ge=0, le=5_000, allow_inf_nan=False, description="Meters around the place in which no hut may stand"
    )


class AssignmentLock(Section):
    """Locations that a locked hub or terminal feeds."""

    locations: tuple[str, ...] = Field(min_length=1, max_length=2_000, description="Locations, by location_id")
    to: str = Field(
        pattern=r"^(hub|terminal)-[A-Za-z0-9_-]{1,40}$",
        description="Lock that feeds them: hub-<name> or terminal-<name>",
    )


class LockRules(Section):
    """`[network.locks]`: what the planner decided about sites."""

    hubs: tuple[HubLock, ...] = Field((), max_length=200, description="Hubs that stand at a place")
    terminals: tuple[TerminalLock, ...] = Field((), max_length=500, description="Terminals that stand at a place")
    huts: tuple[HutLock, ...] = Field((), max_length=100, description="Where huts stand, and where none may")
    assignments: tuple[AssignmentLock, ...] = Field(
        (), max_length=500, description="Locations that a locked hub or terminal feeds"
    )

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        for word in ("hub", "terminal", "hut"):
            names = [lock.name for lock in getattr(self, f"{word}s")]
            if len(set(names)) != len(names):
                raise ValueError(f"each {word} lock needs a name of its own")
        return self

    @model_validator(mode="after")
    def _assignable(self) -> Self:
        known = {f"hub-{lock.name}" for lock in self.hubs} | {f"terminal-{lock.name}" for lock in self.terminals}
        unknown = sorted({lock.to for lock in self.assignments} - known)
        if unknown:
            raise ValueError(f"assignments name no lock of network.locks: {', '.join(unknown[:5])}")
        pairs = [(lock.to.split("-")[0], name) for lock in self.assignments for name in lock.locations]
        number = Counter(pairs)
        twice = sorted({name for word, name in number if number[word, name] > 1})
        if twice:
            raise ValueError(f"locations assigned twice to hubs, or twice to terminals: {', '.join(twice[:5])}")
        return self
