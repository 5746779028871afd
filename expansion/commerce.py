"""`[business]`: who orders, what they pay, what running the network costs, and how the money is weighed."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from expansion.section import Section

Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Growth = Annotated[float, Field(ge=-0.5, le=0.5, allow_inf_nan=False)]
_LEFT_OUT = "; left out: that of the rule book"


class Grant(Section):
    """A grant for one area, whatever it costs."""

    area: str = Field(min_length=1, max_length=64, description="Id of the area, once each")
    amount: Amount = Field(description="Money that the area gets in its build year")


class BusinessRules(Section):
    """`[business]`: what the business case assumes. Values left out are rows of the rule book's business.csv."""

    take_rate: Share | None = Field(None, description=f"Share of the units passed that order in the end{_LEFT_OUT}")
    take_curve: tuple[Share, ...] = Field(
        (), max_length=30, description=f"Share of the final orders reached 1, 2 … years after acceptance{_LEFT_OUT}"
    )
    arpu_per_month: Amount | None = Field(None, description=f"Revenue per subscriber and month{_LEFT_OUT}")
    opex_per_subscriber: Amount | None = Field(
        None, description=f"Operating cost per fiber or DSL subscriber and year{_LEFT_OUT}"
    )
    opex_fixed_wireless: Amount | None = Field(
        None, description=f"Operating cost per fixed wireless subscriber and year{_LEFT_OUT}"
    )
    pole_rental: Amount | None = Field(None, description=f"Rent per pole used and year{_LEFT_OUT}")
    churn_per_month: Share | None = Field(
        None, description=f"Share of the subscribers who leave in a month and are replaced{_LEFT_OUT}"
    )
    reconnect_cost: Amount | None = Field(
        None, description=f"Cost of winning and activating one who replaces another; the drop lies{_LEFT_OUT}"
    )
    arpu_growth: Growth | None = Field(None, description=f"Growth of revenue per subscriber a year{_LEFT_OUT}")
    opex_growth: Growth | None = Field(None, description=f"Growth of operating costs and rents a year{_LEFT_OUT}")
    capital_growth: Growth | None = Field(None, description=f"Growth of the prices of capital a year{_LEFT_OUT}")
    discount_rate: float | None = Field(
        None, ge=0, le=0.5, allow_inf_nan=False, description=f"Interest that a year of waiting costs{_LEFT_OUT}"
    )
    discounting: Literal["mid-year", "year-end"] = Field(
        "mid-year", description="When in a year money flows, counted from 1 January of the first year"
    )
    horizon_years: int | None = Field(
        None, ge=1, le=60, description=f"Years that each area is judged over, from its build year{_LEFT_OUT}"
    )
    terminal_value: Literal["none", "book", "perpetuity"] = Field(
        "none",
        description="What is left at the horizon: nothing; the unworn part of the capital to pass; or the last year's "
        "earnings for ever, less wear",
    )
    plant_life_years: int | None = Field(
        None, ge=1, le=100, description=f"Years over which plant wears, for terminal_value{_LEFT_OUT}"
    )
    electronics_life_years: int | None = Field(
        None, ge=0, le=100, description=f"Years after which electronics and ONTs are bought again, 0 never{_LEFT_OUT}"
    )
    subsidy_per_location: Amount = Field(0, description="Grant per location of an area, paid in its build year")
    subsidy_share: Share = Field(0, description="Grant as a share of the capital to pass, paid in the build year")
    grants: tuple[Grant, ...] = Field((), max_length=10_000, description="Grants of single areas, on top of the others")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [grant.area for grant in self.grants]
        if len(set(names)) != len(names):
            raise ValueError("each area may have one grant")
        if list(self.take_curve) != sorted(self.take_curve):
            raise ValueError("take_curve is cumulative: no year may lie below the one before")
        return self
