"""`[schedule]` and `[governance]`: who works on which days, and who decides."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from expansion.section import Section

CrewKind = Literal[
    "survey",
    "design",
    "permit",
    "aerial",
    "buried",
    "bore",
    "splice",
    "test",
    "install",
    "technician",
    "tower",
]


class CrewChange(Section):
    """A number of crews from a day on."""

    start: dt.date = Field(alias="from", description="First day on which there are so many")
    count: int = Field(ge=0, le=1_000, description="Crews that can work at the same time from then on")


class Crews(Section):
    """A number of crews of one kind."""

    kind: CrewKind = Field(description="Trade of the crew, once each")
    count: int = Field(ge=0, le=1_000, description="Crews that can work at the same time")
    changes: tuple[CrewChange, ...] = Field(
        (), max_length=100, description="Other numbers from later days on, ascending; left out the number stays"
    )

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        days = [change.start for change in self.changes]
        if days != sorted(set(days)):
            raise ValueError("changes of a crew's number must stand in the order of their days, each day once")
        return self

    def at_most(self, most: int) -> Crews:
        """Call no more of them than a number on any day."""
        changes = tuple(one.model_copy(update={"count": min(one.count, most)}) for one in self.changes)
        return self.model_copy(update={"count": min(self.count, most), "changes": changes})

    def on(self, day: dt.date) -> int:
        """Crews on a day."""
        return next((one.count for one in reversed(self.changes) if one.start <= day), self.count)


class Depot(Section):
    """Where crews set out from, WGS 84."""

    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False, description="Degrees east")
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False, description="Degrees north")


class AgencyLimit(Section):
    """How many applications an authority handles at a time."""

    name: str = Field("", max_length=120, description="Authority as tasks name it in agency; or kind")
    kind: str = Field(
        "",
        max_length=60,
        description="Kind of authority: each of this kind, taken by itself, that has no row",
    )
    count: int = Field(ge=1, le=1_000, description="Applications that it works on at the same time; others wait")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.name) == bool(self.kind):
            raise ValueError("give an agency either a name or a kind")
        return self


class WinterClosure(Section):
    """Days of the year, month-day to month-day inclusive, on which some methods stop."""

    start: str = Field(alias="from", pattern=r"^\d\d-\d\d$", description="First day of the closure, MM-DD")
    end: str = Field(alias="to", pattern=r"^\d\d-\d\d$", description="Last day of it, MM-DD; may lie in the next year")
    methods: tuple[CrewKind, ...] = Field(("buried", "bore"), description="Crews that then stand still")

    @model_validator(mode="after")
    def _real_days(self) -> Self:
        for text in (self.start, self.end):
            dt.date.fromisoformat(f"2028-{text}")
        return self


class Calendar(Section):
    """`[schedule.calendar]`: which days are worked. Weekdays count from 1 = Monday."""

    workdays: tuple[int, ...] = Field((1, 2, 3, 4, 5), description="Weekdays worked, 1 Monday to 7 Sunday")
    holidays: tuple[dt.date, ...] = Field((), description="Days on which nobody works")
    winter_closure: WinterClosure | None = Field(
        None, description="Part of the year in which some crews stand still; left out there is none"
    )

    @model_validator(mode="after")
    def _weekdays(self) -> Self:
        if not self.workdays or not set(self.workdays) <= set(range(1, 8)):
            raise ValueError("workdays must hold numbers from 1 (Monday) to 7 (Sunday)")
        return self

    def days_in(self, year: int) -> int:
        """Count the workdays of a year, less holidays; crews that a closure stops have fewer."""
        week = [day in self.workdays for day in range(1, 8)]
        first, after = np.datetime64(f"{year:04d}-01-01"), np.datetime64(f"{year + 1:04d}-01-01")
        return int(np.busday_count(first, after, weekmask=week, holidays=[str(day) for day in self.holidays]))


DEFAULT_CREWS = tuple(
    Crews(kind=kind, count=count)
    for kind, count in (
        ("survey", 1), ("design", 2), ("permit", 3), ("aerial", 2), ("buried", 2), ("bore", 1),
        ("splice", 2), ("test", 1), ("install", 3), ("technician", 1), ("tower", 1),
    )
)  # fmt: skip


_CREWS_IN_WORDS = ", ".join(f"{crew.count} {crew.kind}" for crew in DEFAULT_CREWS)


class ScheduleRules(Section):
    """`[schedule]`: crews and calendar. Crew kinds that the study leaves out keep their default number."""

    effort: int = Field(
        1,
        ge=0,
        le=4,
        description="Work spent on a better schedule, counted, not timed: 0 priority rules alone, 1 crossed schedules, "
        "2 and more also groups of areas by constraint programming",
    )
    crews: tuple[Crews, ...] = Field((), description=f"Crews of your own; default {_CREWS_IN_WORDS}")
    agencies: tuple[AgencyLimit, ...] = Field(
        (),
        max_length=200,
        description="Authorities that handle only so many applications at a time; left out any number",
    )
    depot: Depot | None = Field(
        None, description="Where crews set out from: the way by road to each area and back, beyond what rates hold, "
        "joins the set-up of their work there; left out the office that is nearest by road",
    )  # fmt: skip
    calendar: Calendar = Calendar()

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        agencies = [(one.name, one.kind) for one in self.agencies]
        if len(set(agencies)) != len(agencies):
            raise ValueError("each agency may stand once")
        kinds = [crew.kind for crew in self.crews]
        if len(set(kinds)) != len(kinds):
            raise ValueError("each crew kind may stand once")
        return self

    def all_crews(self) -> dict[str, Crews]:
        """Crews per kind, defaults included, by kind in ascending order."""
        return dict(
            sorted(({crew.kind: crew for crew in DEFAULT_CREWS} | {crew.kind: crew for crew in self.crews}).items())
        )

    def calling(self, kind: str, most: int | None) -> ScheduleRules:
        """Call no more crews of a kind than a number on any day, of those there are; None calls all."""
        crews = self.all_crews()
        if most is None or kind not in crews:
            return self
        return self.model_copy(update={"crews": tuple((crews | {kind: crews[kind].at_most(most)}).values())})

    def crew_counts(self) -> dict[str, int]:
        """Most crews per kind that there are on any day, by kind in ascending order."""
        return {
            kind: max(crew.count, *(one.count for one in crew.changes), 0) for kind, crew in self.all_crews().items()
        }

    def lasting_crews(self) -> dict[str, int]:
        """Crews per kind after the last change of their number: what a task may count on, however late it is."""
        return {kind: crew.on(dt.date.max) for kind, crew in self.all_crews().items()}
