"""`[portfolio]`: money, people, years and wishes about areas and initiatives."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from expansion.section import Section

Money = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]


class YearBudget(Section):
    """Money that may be spent in one year."""

    year: int = Field(ge=2000, le=2100, description="Calendar year, once each; these are then the build years")
    amount: Money = Field(description="Most that may be spent in it at likely rates; what is left of it is lost")


NAME = r"^[A-Za-z0-9_-]{1,40}$"
Days = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Measure = Literal["need", "locations", "unserved", "unserved_share", "orders", "anchors", "npv"]
"""What can be measured of an area before it is chosen."""


class Criterion(Section):
    """What the study counts as benefit of an area."""

    name: str = Field(pattern=NAME, description="Name of the criterion, once each")
    measure: Measure = Field(
        description="Measured per area: need (units by worth of their status), locations, unserved (units), "
        "unserved_share (of its units), orders (units x take rate), anchors (locations of anchor_kinds), npv (business "
        "case of the candidate, in study currency)"
    )
    weight: float = Field(
        ge=-1e6, le=1e6, allow_inf_nan=False, description="Benefit of one unit of the measure; need alone has 1"
    )
    sentence: str = Field("", max_length=300, description="Why it counts, as boards read it")


class Floor(Section):
    """What the chosen areas must reach."""

    measure: Literal["benefit", "locations", "npv"] = Field(
        description="benefit, locations passed, or npv of the chosen areas in study currency"
    )
    least: float = Field(ge=-1e12, le=1e12, allow_inf_nan=False, description="Amount to reach")
    by: int | None = Field(
        None, ge=2000, le=2100, description="By the end of this year; left out by the end of the last build year"
    )


class Milestone(Section):
    """A share of the locations that is passed by a day."""

    share: float = Field(gt=0, le=1, allow_inf_nan=False, description="Share of the locations, such as 0.4")
    by: dt.date = Field(description="Day by which they are passed; a build year counts when it has ended")
    of: Literal["chosen", "eligible"] = Field(
        "chosen", description="Locations of all chosen areas, or all that may be funded and connected"
    )


class Initiative(Section):
    """Work without a map that competes for the same money and people: training, software, a launch, an upgrade."""

    id: str = Field(pattern=NAME, description="Identifier, once each and of no area")
    name: str = Field("", max_length=120, description="What it is called; left out its id")
    kind: str = Field("other", min_length=1, max_length=40, description="Training, CRM, support software, launch …")
    cost_per_year: Money = Field(description="Money in each build year that it runs")
    years: int = Field(1, ge=1, le=20, description="Build years that it is paid for, from the one in which it begins")
    benefit: float = Field(
        0,
        ge=0,
        le=1e9,
        allow_inf_nan=False,
        description="Worth in units of benefit, as areas have; 0 for none",
    )
    duration_days: int = Field(
        20, ge=1, le=2_000, description="Working days until it is in place; what waits for it waits that long"
    )
    staff: dict[str, Days] = Field(
        default_factory=dict, description="Days of each role in each year: a crew kind, or a role of portfolio.staff"
    )
    before: tuple[str, ...] = Field(
        (), description='What waits for it: area ids, initiative ids, "phase:1" for the first phase and all after'
    )
    after: tuple[str, ...] = Field((), description="What it waits for, in the same words")
    holds: Literal["build", "sales", "installs"] = Field(
        "build", description="Work of an area in before that waits until it is in place: build from its release on, "
        "presales, or drops and installs",
    )  # fmt: skip
    must: bool = Field(False, description="Whether it has to be carried out")


class PortfolioRules(Section):
    """`[portfolio]`: money, people, and wishes about areas and initiatives."""

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
    criteria: tuple[Criterion, ...] = Field(
        (), description="What counts as benefit beside need, which weighs 1 unless a criterion measures it"
    )
    anchor_kinds: tuple[str, ...] = Field(
        ("school", "library", "hospital", "clinic", "college", "university", "kindergarten", "public", "government",
         "civic", "fire_station", "townhall"),
        description="Kinds of locations that are anchor institutions",
    )  # fmt: skip
    floors: tuple[Floor, ...] = Field((), description="Amounts that the chosen areas must reach")
    milestones: tuple[Milestone, ...] = Field((), description="Shares of locations by a day, as grants ask for")
    crew_share: float | None = Field(
        None, gt=0, le=10, allow_inf_nan=False,
        description="Share of a year's crew-days that its areas and initiatives may take; left out crews "
        "limit the schedule alone",
    )  # fmt: skip
    staff: dict[str, Days] = Field(
        default_factory=dict,
        description="Days of each role in a year, for initiatives; other roles are not limited",
    )
    initiatives: tuple[Initiative, ...] = Field((), max_length=200, description="Work without a map")
    frontier: int = Field(
        0,
        ge=0,
        le=50,
        description="Budgets at which the best choice is traced, evenly up to the study's; 0 for none",
    )
    force_prices: bool = Field(
        False, description="Price each area: solve again with it forced in, or out where it is chosen"
    )

    @model_validator(mode="after")
    def _distinct_years(self) -> Self:
        years = [budget.year for budget in self.budgets]
        if len(set(years)) != len(years):
            raise ValueError("each year may have one budget")
        for what, names in (
            ("criterion name", [row.name for row in self.criteria]),
            ("initiative id", [row.id for row in self.initiatives]),
        ):
            if len(set(names)) != len(names):
                raise ValueError(f"each {what} may stand once")
        both = sorted(set(self.must) & set(self.never))
        if both:
            raise ValueError(f"areas both in must and never: {both}")
        return self
