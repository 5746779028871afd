"""`[network.route]` and `[network.locks]`: how hard the router works, and what the planner fixed."""

from __future__ import annotations

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


class LockRules(Section):
    """`[network.locks]`: what the planner decided about sites."""

    hubs: tuple[HubLock, ...] = Field((), max_length=200, description="Hubs that stand at a place")

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        names = [hub.name for hub in self.hubs]
        if len(set(names)) != len(names):
            raise ValueError("each hub lock needs a name of its own")
        return self
