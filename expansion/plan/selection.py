"""What the choice of areas tells beside the areas: initiatives, benefits, milestones, frontier, prices of forcing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.tables import Column, TableSpec

INITIATIVES = TableSpec(
    name="initiatives",
    key="initiative_id",
    geometry="",
    about="Work without a map that competes with areas for money and people. Cost is that of the build years in which "
    "it runs; what it costs after the last build year is no money of the plan.",
    columns=(
        Column("initiative_id", "text", "Identifier, as the study names it"),
        Column("name", "text", "What it is called"),
        Column("kind", "text", "What it is: training, CRM, software …"),
        Column("chosen", "flag", "Whether it is carried out"),
        Column("start_year", "integer", "Build year in which it begins", nullable=True),
        Column("years", "integer", "Build years that it runs, as chosen, or would run at most", least=0),
        Column("cost_per_year", "number", "Money in each of them", least=0),
        Column("cost", "number", "Money in all build years that it runs; 0 where it is not chosen", least=0),
        Column("benefit", "number", "Worth in units of benefit, before waiting is taken off", least=0),
        Column("duration_days", "integer", "Working days until it is in place", least=1),
        Column("roles", "text", "Days of each role in each year, such as install 20, trainer 40", nullable=True),
        Column("before", "text", "What waits for it: areas, initiatives, phases", nullable=True),
        Column("after", "text", "What it waits for", nullable=True),
        Column("must", "flag", "Whether the study asks for it"),
        Column("reason", "text", "Why it is carried out or not, in words"),
    ),
)

BENEFITS = TableSpec(
    name="benefits",
    key="",
    geometry="",
    about="What the benefit of each area is made of: a row per area and criterion. Its scores add to its benefit.",
    columns=(
        Column("area_id", "text", "Area"),
        Column("criterion", "text", "Criterion, as the study names it; need without one"),
        Column("measure", "text", "What is measured"),
        Column("amount", "number", "Amount of it in the area"),
        Column("weight", "number", "Benefit of one unit of it; 0 where it is told but does not count"),
        Column("score", "number", "amount x weight"),
        Column("sentence", "text", "Why it counts, in words"),
    ),
)

MILESTONES = TableSpec(
    name="milestones",
    key="milestone_id",
    geometry="",
    about="Shares of locations that a grant asks for by a day, against the build years and the leveled schedule.",
    columns=(
        Column("milestone_id", "text", "Identifier, in the order of days"),
        Column("share", "number", "Share of the locations to be passed", least=0, most=1),
        Column(
            "of", "text", "Of which locations: all chosen, or all eligible", among=frozenset({"chosen", "eligible"})
        ),
        Column("date", "date", "Day by which they are"),
        Column("needed", "integer", "Locations that this is, rounded up", least=0),
        Column("locations", "integer", "Locations of areas whose build year has ended by then", least=0),
        Column("accepted", "integer", "Locations of areas that the schedule has accepted by then", least=0),
        Column("met", "flag", "Whether the schedule has accepted enough"),
    ),
)

FRONTIER = TableSpec(
    name="frontier",
    key="point",
    geometry="",
    about="What the portfolio can be worth at every budget, and what ranking areas by benefit per money reaches. Costs "
    "are those of the candidates. Budgets at which no choice keeps all rules and floors have no row.",
    columns=(
        Column("point", "integer", "Running number, by budget", least=1),
        Column("share", "number", "Of the study's budgets, or of what everything costs", least=0),
        Column("budget", "number", "Most that may be spent", least=0),
        Column("value", "number", "Discounted benefit of the best choice found", least=0),
        Column("bound", "number", "No choice is worth more", least=0),
        Column("gap", "number", "(bound - value) / bound", least=0),
        Column(
            "ranking_value", "number", "What ranking by ratio reaches; empty where it breaks a rule or floor", least=0,
            nullable=True,
        ),
        Column("areas", "integer", "Areas chosen", least=0),
        Column("locations", "integer", "Locations in them", least=0),
        Column("cost", "number", "What the choice costs", least=0),
    ),
)  # fmt: skip

CHOICES = TableSpec(
    name="choices",
    key="area_id",
    geometry="",
    about="The price of forcing: what the best choice is worth with an area forced in, or out where it is chosen.",
    columns=(
        Column("area_id", "text", "Area"),
        Column("chosen", "flag", "Whether it is chosen; forced out if so, else in"),
        Column("year", "integer", "Year in which it is built", nullable=True),
        Column("value", "number", "Discounted benefit of the best choice found when it is forced", nullable=True),
        Column("force_price", "number", "Benefit that forcing takes away; empty where it cannot be", nullable=True),
        Column("force_price_low", "number", "At least this much, by the bounds", nullable=True),
        Column("cost_change", "number", "Money that the other choice costs more, or less if below 0", nullable=True),
        Column("reason", "text", "What stands against it or gives way for it, in words"),
    ),
)

PROSPECTS = TableSpec(
    name="prospects",
    key="area_id",
    geometry="",
    about="What the choice knew of each area before any was chosen: its bill, units and rents as a candidate, what it "
    "would earn if built in the first year and accepted at its end, and its anchor institutions.",
    columns=(
        Column("area_id", "text", "Area"),
        Column("wired_units", "integer", "Units that could order fiber or DSL", least=0),
        Column("wireless_units", "integer", "Units that could order fixed wireless", least=0),
        Column("cost_to_pass", "number", "Its base cost without what connects customers; shared feeder with its owner"),
        Column("cost_to_connect", "number", "What would connect all its customers", least=0),
        Column("cost_electronics", "number", "Electronics, of the cost to pass", least=0),
        Column("cost_customer", "number", "Customer equipment, of the cost to connect", least=0),
        Column("poles", "number", "Utility poles used", unit="count", least=0),
        Column("permit_rent_year", "number", "Its share of the permits' rent in a year", least=0),
        Column("anchors", "integer", "Eligible locations of a kind that the study calls an anchor", least=0),
        Column("npv", "number", "Present value of that business case; 0 where its assumptions are in other money"),
    ),
)

PROSPECT_DAYS = TableSpec(
    name="prospect_days",
    key="",
    geometry="",
    about="What each area would ask of each crew kind, package by package, which the choice holds against the share of "
    "crew-days that the study lets it take; no row without `portfolio.crew_share`.",
    columns=(
        Column("area_id", "text", "Area"),
        Column("wbs", "text", "Work package"),
        Column("crew_kind", "text", "Crew that it binds"),
        Column("amounts", "text", "Amounts of the quantities of its duration; empty for fixed days", nullable=True),
        Column("crew_days", "number", "Days times crews", unit="crew-days", least=0),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChosenInitiative:
    """An initiative that is carried out, as the schedule needs it.

    Attributes
    ----------
    initiative_id, name, kind
        As the study names it.
    start_year
        Build year in which it begins.
    years
        Build years that it runs and is paid for.
    duration_days
        Working days until it is in place.
    roles
        Days of each role in each year that it runs, by role; a role may be a crew kind.
    holds
        Ids of the areas and initiatives, in ascending order, that wait until it is in place.
    after
        Ids of the areas and initiatives for which it waits.
    """

    initiative_id: str
    name: str
    kind: str
    start_year: int
    years: int
    duration_days: int
    roles: tuple[tuple[str, float], ...]
    holds: tuple[str, ...]
    after: tuple[str, ...]


def _none(spec: TableSpec) -> pd.DataFrame:
    return spec.build({column.name: [] for column in spec.columns})


@dataclass(frozen=True, slots=True)
class Selection:
    """Tables after their specs, and the initiatives that are carried out, by start year and id."""

    initiatives: pd.DataFrame = field(default_factory=lambda: _none(INITIATIVES))
    benefits: pd.DataFrame = field(default_factory=lambda: _none(BENEFITS))
    milestones: pd.DataFrame = field(default_factory=lambda: _none(MILESTONES))
    frontier: pd.DataFrame = field(default_factory=lambda: _none(FRONTIER))
    choices: pd.DataFrame = field(default_factory=lambda: _none(CHOICES))
    prospects: pd.DataFrame = field(default_factory=lambda: _none(PROSPECTS))
    prospect_days: pd.DataFrame = field(default_factory=lambda: _none(PROSPECT_DAYS))
    carried_out: tuple[ChosenInitiative, ...] = ()

    @property
    def cost(self) -> float:
        """Money of all initiatives that are carried out, in the study's currency."""
        return float(round(sum(self.initiatives["cost"].tolist()), 2))

    @property
    def spent(self) -> dict[int, float]:
        """Money of initiatives by year in which they run, in the study's currency."""
        found: dict[int, float] = {}
        chosen = self.initiatives[self.initiatives["chosen"].to_numpy(dtype=bool)]
        for first, years, cost in zip(chosen["start_year"], chosen["years"], chosen["cost_per_year"], strict=True):
            for year in self.build_years(int(first), int(years)):
                found[year] = round(found.get(year, 0.0) + float(cost), 2)
        return dict(sorted(found.items()))

    years: tuple[int, ...] = ()

    def build_years(self, first: int, count: int) -> tuple[int, ...]:
        """Build years that something runs which begins in one of them."""
        return tuple(year for year in self.years if year >= first)[:count]

    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name."""
        return {
            "initiatives": self.initiatives, "benefits": self.benefits, "milestones": self.milestones,
            "frontier": self.frontier, "choices": self.choices, "prospects": self.prospects,
            "prospect_days": self.prospect_days,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prospects:
    """What is known of each area, by row, before any is chosen.

    Attributes
    ----------
    npv
        Present value of the candidate's business case as if built in the first year, in the study's currency.
    crew_days
        Crew-days of each kind that its work packages take.
    anchors
        Locations that are anchor institutions.
    offered
        Crew-days of each kind that the study's crews and calendar offer in each build year asked about.
    table, days_table
        What these were made of, after `PROSPECTS` and `PROSPECT_DAYS`.
    """

    npv: NDArray[np.float64]
    crew_days: Mapping[str, NDArray[np.float64]]
    anchors: NDArray[np.float64]
    offered: Mapping[tuple[str, int], float]
    table: pd.DataFrame = field(default_factory=lambda: _none(PROSPECTS))
    days_table: pd.DataFrame = field(default_factory=lambda: _none(PROSPECT_DAYS))
