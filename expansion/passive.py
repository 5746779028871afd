"""`[network]`: engineering rules of the passive optical network."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from expansion.section import Section
from expansion.steering import LockRules, RouteRules

Meters = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
Engineered = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


class NetworkRules(Section):
    """`[network]`: engineering rules of the passive optical network."""

    architecture: Literal["centralized", "cascaded"] = Field(
        "centralized",
        description="Where light is split: all of it in the hub, or in the hub and once more at every terminal",
    )
    split_ratio: Literal[8, 16, 32, 64, 128] = Field(
        32, description="Locations that share one feeder fiber; a higher ratio saves fibers and costs reach (dB)"
    )
    cascade: tuple[Literal[2, 4, 8, 16, 32, 64], Literal[2, 4, 8, 16, 32, 64]] = Field(
        (4, 8),
        description="Outputs of a splitter in the hub and of one at a terminal, used where the architecture is "
        "cascaded; their product is the split ratio",
    )
    hub_capacity: int = Field(288, ge=1, le=2_000, description="Units that one hub can serve")
    fill_target: float = Field(
        0.8,
        gt=0,
        le=1,
        description="Share of a hub's ports that may be in use at design; what is above it is room to grow",
    )
    terminal_ports: tuple[int, ...] = Field(
        (4, 8, 12),
        min_length=1,
        max_length=8,
        description="Sizes of terminal, in ports, that may be used; each needs a rate",
    )
    drop_max_m: Meters = Field(
        150, description="Longest drop from terminal to building; a building farther off gets a lateral toward it"
    )
    reach_max_m: Meters = Field(
        20_000,
        description="Longest fiber from the OLT to a location; beyond it a hut is opened. The class limits it too",
    )
    pon_class: str = Field(
        "B+", max_length=20, description="Optical class, which sets the loss budget: a row of optical_classes.csv"
    )
    coexistence: bool = Field(
        False, description="GPON and XGS-PON share each tree through a coexistence element, whose loss then counts"
    )
    snap_max_m: Meters = Field(
        500, description="Farthest that a location may lie from a road; beyond it counts as unreachable"
    )
    engineering: dict[str, Engineered] = Field(
        default_factory=dict, description="Engineering values of your own by name, see expansion rates show"
    )
    route: RouteRules = RouteRules()
    locks: LockRules = LockRules()

    @property
    def stages(self) -> tuple[int, ...]:
        """Outputs of the splitters that light passes, from the hub outward."""
        return self.cascade if self.architecture == "cascaded" else (self.split_ratio,)

    @model_validator(mode="after")
    def _cascade(self) -> Self:
        first, second = self.cascade
        if self.architecture == "cascaded" and first * second != self.split_ratio:
            raise ValueError(f"cascade {first} x {second} is not the split ratio {self.split_ratio}")
        return self

    @model_validator(mode="after")
    def _ports(self) -> Self:
        if min(self.terminal_ports) < 1 or len(set(self.terminal_ports)) != len(self.terminal_ports):
            raise ValueError("terminal_ports must be distinct and at least 1")
        return self
