"""The study: what a planner asks for, read from TOML and checked key by key.

Every section is frozen and refuses unknown keys. Units stand in the names: `_m` meters, `_mbps` Mbit/s.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from expansion.errors import StudyError, raise_all

LayerKind = Literal[
    "rail", "water", "wetland", "road", "protected", "federal", "state_land", "tribal", "military", "flood", "historic",
    "pipeline", "powerline", "airport", "parcel", "pole", "boundary", "award", "dem",
]  # fmt: skip
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
Money = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Meters = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
Mbps = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


class Section(BaseModel):
    """A frozen section of the study that refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Identity(Section):
    """`[study]`: name, profile, projection, money and time."""

    name: str = Field(pattern=r"^[a-z0-9-]{1,64}$", description="Name of the study; part of file names")
    profile: Literal["generic", "us-bead"] = Field("generic", description="Shipped rule book to start from")
    crs: str = Field("auto", max_length=64, description="Projected CRS in meters, or auto for the UTM zone")
    currency: str = Field("USD", pattern=r"^[A-Z]{3}$", description="Currency of all money, equal to the rate book's")
    price_year: int = Field(2026, ge=2000, le=2100, description="Year of prices")
    start: dt.date = Field(dt.date(2027, 3, 1), description="First day on which work may start")
    seed: int = Field(1, ge=0, le=2**32 - 1, description="Seed of every random draw")


class SourceFile(Section):
    """A file inside the study's folder."""

    file: str = Field(min_length=1, max_length=240, description="Path relative to study.toml, inside its folder")
    layer: str = Field("", max_length=120, description="Layer to read, where the file holds several")
    columns: dict[str, str] = Field(default_factory=dict, description="Our column name to the file's column name")
    crs: str = Field("", max_length=64, description="CRS of the file where it names none")
    license: str = Field("", max_length=200, description="License under which the file may be used")


class CoverageFiles(Section):
    """`[inputs.coverage]`: who offers which service where."""

    kind: Literal["bdc", "generic"] = Field("generic", description="FCC Broadband Data Collection, or our own columns")
    files: tuple[str, ...] = Field(min_length=1, max_length=500, description="Paths relative to study.toml")
    join: Literal["location_id", "h3", "block"] = Field("location_id", description="How rows meet locations")
    columns: dict[str, str] = Field(default_factory=dict, description="Our column name to the file's column name")
    license: str = Field("", max_length=200)


class Layer(SourceFile):
    """`[[inputs.layers]]`: land, pole, award and other layers that the OSM extract lacks."""

    kind: LayerKind


class InputFiles(Section):
    """`[inputs]`: the files of the study."""

    osm: SourceFile
    locations: SourceFile | None = None
    coverage: CoverageFiles | None = None
    plant: SourceFile | None = None
    rates: SourceFile | None = None
    layers: tuple[Layer, ...] = ()


class Demand(Section):
    """`[demand]`: which locations lack service and which buildings count."""

    rule: Literal["bead", "threshold"] = "bead"
    served_down_mbps: Mbps = 100
    served_up_mbps: Mbps = 20
    underserved_down_mbps: Mbps = 25
    underserved_up_mbps: Mbps = 3
    reliable_technologies: tuple[int, ...] = (10, 40, 50, 71, 72)
    dsl_counts_as_underserved: bool = Field(
        False, description="State DSL modification: served only by copper is underserved"
    )
    min_building_m2: float = Field(
        30, ge=0, le=10_000, description="Smallest footprint of a building that is a location"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.underserved_down_mbps > self.served_down_mbps or self.underserved_up_mbps > self.served_up_mbps:
            raise ValueError("underserved speeds must not exceed served speeds")
        return self


class AreaRules(Section):
    """`[areas]`: how locations are grouped into service areas."""

    max_locations: int = Field(288, ge=1, le=100_000, description="Most units in one area")
    settlement_distance_m: Meters = Field(400, description="Neighbors closer than this are one settlement")


class RouteRules(Section):
    """`[network.route]`: how hard the router works, and what the planner fixed."""

    effort: int = Field(2, ge=0, le=4, description="Work of the route search, 0 first tree to 4 exact where possible")
    pins: str = Field("", max_length=240, description="File of lines that the route must use")
    avoid: str = Field("", max_length=240, description="File of polygons that the route must not enter")


class NetworkRules(Section):
    """`[network]`: engineering rules of the passive optical network."""

    architecture: Literal["centralized", "cascaded"] = "centralized"
    split_ratio: Literal[8, 16, 32, 64, 128] = 32
    hub_capacity: int = Field(288, ge=1, le=2_000, description="Locations that one hub can serve")
    terminal_ports: tuple[int, ...] = Field((4, 8, 12), min_length=1, max_length=8)
    drop_max_m: Meters = 150
    reach_max_m: Meters = 20_000
    pon_class: str = Field("B+", max_length=20)
    snap_max_m: Meters = 500
    route: RouteRules = RouteRules()

    @model_validator(mode="after")
    def _ports(self) -> Self:
        if min(self.terminal_ports) < 1 or len(set(self.terminal_ports)) != len(self.terminal_ports):
            raise ValueError("terminal_ports must be distinct and at least 1")
        return self


class TechnologyRules(Section):
    """`[technology]`: when fiber stops being worth it."""

    threshold_per_location: Money = 15_000


class PermitRulesInForce(Section):
    """`[permits]`: what a day of waiting costs and which rules are off."""

    delay_cost_per_day: Money = 0
    disable: tuple[str, ...] = ()


class CostRules(Section):
    """`[cost]`: how uncertainty is drawn."""

    draws: int = Field(10_000, ge=100, le=1_000_000)


class YearBudget(Section):
    """Money that may be spent in one year."""

    year: int = Field(ge=2000, le=2100)
    amount: Money


class PortfolioRules(Section):
    """`[portfolio]`: money and wishes about areas."""

    total_budget: Money | None = None
    budgets: tuple[YearBudget, ...] = ()
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    before: tuple[tuple[str, str], ...] = ()
    years: int = Field(3, ge=1, le=20, description="Build years where no yearly budgets are given")

    @model_validator(mode="after")
    def _distinct_years(self) -> Self:
        years = [budget.year for budget in self.budgets]
        if len(set(years)) != len(years):
            raise ValueError("each year may have one budget")
        both = sorted(set(self.must) & set(self.never))
        if both:
            raise ValueError(f"areas both in must and never: {both}")
        return self


class Crews(Section):
    """A number of crews of one kind."""

    kind: CrewKind
    count: int = Field(ge=0, le=1_000)


class WinterClosure(Section):
    """Days of the year, month-day to month-day inclusive, on which some methods stop."""

    start: str = Field(alias="from", pattern=r"^\d\d-\d\d$")
    end: str = Field(alias="to", pattern=r"^\d\d-\d\d$")
    methods: tuple[CrewKind, ...] = ("buried", "bore")

    @model_validator(mode="after")
    def _real_days(self) -> Self:
        for text in (self.start, self.end):
            dt.date.fromisoformat(f"2028-{text}")
        return self


class Calendar(Section):
    """`[schedule.calendar]`: which days are worked. Weekdays count from 1 = Monday."""

    workdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    holidays: tuple[dt.date, ...] = ()
    winter_closure: WinterClosure | None = None

    @model_validator(mode="after")
    def _weekdays(self) -> Self:
        if not self.workdays or not set(self.workdays) <= set(range(1, 8)):
            raise ValueError("workdays must hold numbers from 1 (Monday) to 7 (Sunday)")
        return self


DEFAULT_CREWS = tuple(
    Crews(kind=kind, count=count)
    for kind, count in (
        ("survey", 1), ("design", 2), ("permit", 3), ("aerial", 2), ("buried", 2), ("bore", 1),
        ("splice", 2), ("test", 1), ("install", 3), ("technician", 1), ("tower", 1),
    )
)  # fmt: skip


class ScheduleRules(Section):
    """`[schedule]`: crews and calendar. Crew kinds that the study leaves out keep their default number."""

    crews: tuple[Crews, ...] = ()
    calendar: Calendar = Calendar()

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        kinds = [crew.kind for crew in self.crews]
        if len(set(kinds)) != len(kinds):
            raise ValueError("each crew kind may stand once")
        return self

    def crew_counts(self) -> dict[str, int]:
        """Crews per kind, defaults included, by kind in ascending order."""
        counts = {crew.kind: crew.count for crew in DEFAULT_CREWS} | {crew.kind: crew.count for crew in self.crews}
        return dict(sorted(counts.items()))


class Governance(Section):
    """`[governance]`: the kind of project management office."""

    pmo: Literal["supportive", "controlling", "directive"] = "controlling"


class Study(Section):
    """A whole study file."""

    schema_version: Literal[1] = Field(1, alias="schema")
    study: Identity
    inputs: InputFiles
    demand: Demand = Demand()
    areas: AreaRules = AreaRules()
    network: NetworkRules = NetworkRules()
    technology: TechnologyRules = TechnologyRules()
    permits: PermitRulesInForce = PermitRulesInForce()
    cost: CostRules = CostRules()
    portfolio: PortfolioRules = PortfolioRules()
    schedule: ScheduleRules = ScheduleRules()
    governance: Governance = Governance()


_CODES = {"extra_forbidden": "E_STUDY_KEY", "finite_number": "E_NONFINITE", "missing": "E_STUDY_MISSING"}
_RANGES = ("greater_than", "less_than", "too_short", "too_long")


def parse_study(document: dict[str, Any]) -> Study:
    """Check a parsed study document.

    Raises
    ------
    StudyError
        ``E_STUDY_KEY`` for an unknown key, ``E_NONFINITE`` for NaN or infinity, ``E_RANGE`` for a number out of bounds,
        ``E_STUDY_MISSING`` for a missing key, else ``E_STUDY``; every breach is named with its key.
    """
    try:
        return Study.model_validate(document)
    except ValidationError as error:
        raise_all([_breach(detail) for detail in error.errors()])
        raise  # raise_all always raises here


def _breach(detail: Any) -> StudyError:
    """Turn one pydantic error into ours."""
    kind = str(detail["type"])
    code = _CODES.get(kind, "E_RANGE" if kind.startswith(_RANGES) else "E_STUDY")
    place = ".".join(str(part) for part in detail["loc"])
    known = "remove the key or correct its spelling" if code == "E_STUDY_KEY" else "correct the value in study.toml"
    said = "no such key" if code == "E_STUDY_KEY" else str(detail["msg"]).removeprefix("Value error, ")
    return StudyError(said, code=code, where=[place], hint=known)
