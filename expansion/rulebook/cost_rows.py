"""Rows on how cost is made up and how it may move: components, factors, correlations, ranges."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from expansion.rulebook.rows import FactorName, Row

ComponentName = Literal["labor", "material", "conduit", "cable", "electronics", "fee"]


class ComponentShare(Row):
    """A part of a rate: of one item, of a family (``hub_*``), or of all items of a category without rows of their own.

    The shares of an item or category add to 1.
    """

    item: str = Field("", pattern=r"^[a-z0-9_]{0,40}\*?$", description="Rate id, or a prefix ending in *")
    category: str = Field("", description="Category of rates, where item is empty")
    component: ComponentName = Field(description="What the money buys")
    share: float = Field(gt=0, le=1, description="Share of the rate, at low, likely and high alike")
    factor: FactorName | Literal[""] = Field("", description="Factor that moves this part; empty is the rate's own")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.item) == bool(self.category):
            raise ValueError("either item or category must be given")
        return self


class Factor(Row):
    """A common cause that moves many rates at once. The order of rows is that of the columns of the random draws."""

    factor: FactorName = Field(description="Name, as rates refer to it")
    about: str = Field(min_length=1, description="What it stands for")


class Correlation(Row):
    """How two factors move together: rank correlation of their draws. Pairs without a row are independent."""

    factor: FactorName = Field(description="One factor")
    other: FactorName = Field(description="The other")
    correlation: float = Field(ge=-1, le=1, description="Rank correlation")

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.factor == self.other:
            raise ValueError("a factor is not correlated with itself")
        return self


class Survey(Row):
    """What can be looked at before building, which factor it tells of, and what it is paid by."""

    survey_id: str = Field(pattern=r"^[a-z0-9_]{1,40}$", description="Identifier")
    name: str = Field(min_length=1, description="What is done")
    factor: FactorName = Field(description="Factor that it tells of")
    resolves: float = Field(gt=0, le=1, description="Share of the factor's variance that is known afterward")
    counts: Literal["route_km", "dug_km", "poles", "permits", "one"] = Field(description="What its rate is paid per")
    rate_id: str = Field(pattern=r"^[a-z0-9_]{1,40}$", description="Rate of category survey")


class Spread(Row):
    """How far something other than a rate may move, as a multiple of what is planned."""

    range_id: str = Field(pattern=r"^[a-z0-9_]{1,40}$", description="What moves: quantity, fee, escalation, days")
    category: str = Field(
        "", description="Category of lines it applies to; of days the kind of work: delivery, office or initiative"
    )
    factor: FactorName = Field(description="Factor that moves it")
    low: float = Field(ge=0, allow_inf_nan=False, description="Least")
    likely: float = Field(ge=0, allow_inf_nan=False, description="Most likely")
    high: float = Field(ge=0, allow_inf_nan=False, description="Most")
    unit: str = Field(min_length=1, description="Unit of the three")
    about: str = Field(min_length=1, description="In words")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.likely <= self.high:
            raise ValueError("low <= likely <= high must hold")
        return self
