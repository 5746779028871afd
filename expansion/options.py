"""`[technology]`: which technologies may be used, and when fiber stops being worth it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from expansion.section import Section

TechnologyName = Literal["fiber", "dsl", "fixed_wireless", "satellite"]
Money = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]


class TechnologyRules(Section):
    """`[technology]`: when fiber stops being worth it, and what comes in its place."""

    rule: Literal["threshold", "lifetime"] = Field(
        "threshold",
        description="Who gets fiber: threshold where it costs less per location than threshold_per_location; lifetime "
        "where it costs less over its life than the best other technology that counts as served",
    )
    threshold_per_location: Money = Field(
        15_000, description="Cost per location, soft costs included, from which fiber is not built"
    )
    allow: tuple[TechnologyName, ...] = Field(
        ("fiber", "dsl", "fixed_wireless", "satellite"), description="Technologies that may be used"
    )
    years: int = Field(20, ge=1, le=50, description="Years over which costs of operation and replacement are counted")
    discount_rate: float = Field(0.05, ge=0, le=0.5, description="Interest at which later years count less, per year")
    served_value_per_location: Money = Field(
        15_000,
        description="What it is worth that a technology other than fiber counts as served: towers and cabinets are "
        "opened while they cost less per location",
    )
    radio_band: str = Field("cbrs_3550", description="Band of fixed wireless: a row of radio_bands.csv")
    new_towers: bool = Field(True, description="Whether towers may be built, or only those of the plant be used")
    curve: bool | None = Field(
        None, description="Trace cost and technologies over the threshold; left out: where that takes some seconds"
    )

    @model_validator(mode="after")
    def _distinct_technologies(self) -> Self:
        if len(set(self.allow)) != len(self.allow):
            raise ValueError("each technology may stand once in allow")
        return self
