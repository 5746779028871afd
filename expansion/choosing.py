"""`[portfolio]`: money, years and wishes about areas."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from expansion.section import Section

Money = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]


class YearBudget(Section):
    """Money that may be spent in one year."""

    year: int = Field(ge=2000, le=2100, description="Calendar year, once each; these are then the build years")
    amount: Money = Field(description="Most that may be spent in it at likely rates; what is left of it is lost")


class PortfolioRules(Section):
    """`[portfolio]`: money and wishes about areas."""

    total_budget: Money | None = Field(None, description="Most that may be spent at likely rates; left out is no limit")
    budgets: tuple[YearBudget, ...] = Field(
        (), description="Strict budgets per year; left out spending is paced evenly"
    )
    must: tuple[str, ...] = Field((), description="Ids of areas that must be built, with the parents that they need")
    never: tuple[str, ...] = Field((), description="Ids of areas that must not be built")
    together: tuple[tuple[str, ...], ...] = Field(
        (), description="Groups of areas that are built in one year or not at all"
    )
    before: tuple[tuple[str, str], ...] = Field(
        (), description="Pairs: the second area is built only in a later year than the first, and not without it"
    )
    years: int = Field(
        3, ge=1, le=20, description="Build years where no yearly budgets are given; spending is then paced evenly"
    )

    @model_validator(mode="after")
    def _distinct_years(self) -> Self:
        years = [budget.year for budget in self.budgets]
        if len(set(years)) != len(years):
            raise ValueError("each year may have one budget")
        both = sorted(set(self.must) & set(self.never))
        if both:
            raise ValueError(f"areas both in must and never: {both}")
        return self
