"""The study: what a planner asks for, read from TOML and checked key by key.

Every section is frozen and refuses unknown keys. Units stand in the names: `_m` meters, `_mbps` Mbit/s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from expansion.choosing import PortfolioRules
from expansion.commerce import BusinessRules
from expansion.errors import StudyError, raise_all
from expansion.governing import Governance
from expansion.options import TechnologyRules
from expansion.passive import NetworkRules
from expansion.section import Section
from expansion.timing import ScheduleRules
from expansion.wording import breach_words, known_keys, meant

LayerKind = Literal[
    "rail", "water", "wetland", "road", "protected", "federal", "state_land", "tribal", "military", "flood", "historic",
    "pipeline", "powerline", "airport", "parcel", "pole", "boundary", "award", "ground", "dem", "coastal",
    "tribal_interest",
]  # fmt: skip
Money = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Meters = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
Mbps = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


class Identity(Section):
    """`[study]`: name, profile, projection, money and time."""

    name: str = Field(pattern=r"^[a-z0-9-]{1,64}$", description="Name of the study; part of file names")
    profile: Literal["generic", "us-bead", "uk", "eu"] = Field("generic", description="Shipped rule book to start from")
    crs: str = Field("auto", max_length=64, description="Projected CRS in meters, or auto for the UTM zone")
    currency: str = Field("USD", pattern=r"^[A-Z]{3}$", description="Currency of all money, equal to the rate book's")
    price_year: int = Field(
        2026, ge=2000, le=2100, description="Year of the prices in which cost is told; every rate is brought to it"
    )
    start: dt.date = Field(dt.date(2027, 3, 1), description="First day on which work may start")
    seed: int = Field(1, ge=0, le=2**32 - 1, description="Seed of every random draw; moves percentiles, not the route")


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
    license: str = Field("", max_length=200, description="License under which the files may be used")


class Layer(SourceFile):
    """`[[inputs.layers]]`: land, pole, award and other layers that the OSM extract lacks."""

    kind: LayerKind = Field(description="What the layer shows; permit rules ask for layers by this word")


class InputFiles(Section):
    """`[inputs]`: the files of the study."""

    osm: SourceFile = Field(
        description="OpenStreetMap extract (.osm.pbf, .osm, .osm.gz): roads, buildings, water, rail …"
    )
    locations: SourceFile | None = Field(
        None, description="Locations that a provider could serve; without it the extract's buildings are"
    )
    coverage: CoverageFiles | None = Field(
        None, description="Who offers which service where; without it every location is unserved (W_NO_COVERAGE)"
    )
    plant: SourceFile | None = Field(
        None, description="Offices, hubs, fiber, duct and poles; without it one office is assumed (W_ASSUMED_PLANT)"
    )
    rates: SourceFile | None = Field(
        None, description="Rates of your own, CSV, which replace shipped ones by rate_id; without it none is replaced"
    )
    layers: tuple[Layer, ...] = Field(
        (), description="Land, pole and award layers; a permit rule without its layer is a finding (W_NO_LAYER)"
    )


class Demand(Section):
    """`[demand]`: which locations lack service and which buildings count."""

    rule: Literal["bead", "threshold"] = Field(
        "bead",
        description="Which offers count: bead those of a reliable technology, low latency, not for businesses only; "
        "threshold every offer",
    )
    served_down_mbps: Mbps = Field(100, description="Download in Mbit/s from which an offer makes a location served")
    served_up_mbps: Mbps = Field(20, description="Upload in Mbit/s of the same offer")
    underserved_down_mbps: Mbps = Field(
        25, description="Download in Mbit/s below which a location is unserved, at most served_down_mbps"
    )
    underserved_up_mbps: Mbps = Field(3, description="Upload in Mbit/s of the same offer, at most served_up_mbps")
    reliable_technologies: tuple[int, ...] = Field(
        (10, 40, 50, 71, 72),
        description="FCC technology codes whose offers count under rule bead: 10 copper, 40 cable, 50 fiber, "
        "71 and 72 licensed fixed wireless",
    )
    dsl_counts_as_underserved: bool = Field(
        False, description="State DSL modification: served only by copper is underserved"
    )
    min_building_m2: float = Field(
        30,
        ge=0,
        le=10_000,
        description="Smallest footprint in m² of a building that is a location, without a file of them",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.underserved_down_mbps > self.served_down_mbps or self.underserved_up_mbps > self.served_up_mbps:
            raise ValueError("underserved speeds must not exceed served speeds")
        return self


class AreaRules(Section):
    """`[areas]`: how locations are grouped into service areas."""

    max_locations: int = Field(288, ge=1, le=100_000, description="Most units (homes, shops) in one area")
    settlement_distance_m: Meters = Field(
        400, description="Neighbors closer than this are one settlement; larger makes fewer and wider areas"
    )
    together: tuple[tuple[str, ...], ...] = Field(
        (), max_length=200, description="Groups of locations, by location_id, whose areas are one area"
    )
    apart: tuple[tuple[str, ...], ...] = Field(
        (), max_length=200, description="Groups of locations, by location_id, no two of which share an area"
    )

    @model_validator(mode="after")
    def _two_or_more(self) -> Self:
        if any(len(lock) < 2 or len(set(lock)) != len(lock) for lock in (*self.together, *self.apart)):
            raise ValueError("each group of together and apart names two locations or more, each once")
        return self


class PermitRulesInForce(Section):
    """`[permits]`: what a day of waiting costs, which rules are the study's own, off or on, and how far permits are."""

    delay_cost_per_day: Money = Field(
        0, description="Price of a calendar day of lead time; routes avoid slow permits where that costs less"
    )
    disable: tuple[str, ...] = Field((), description="Ids of permit rules that do not apply, recorded in study.json")
    enable: tuple[str, ...] = Field((), description="Ids of rules that are off unless a study names them here")
    rules: str = Field(
        "", max_length=240, description="CSV of the study's own permit rules; a known rule_id overrides cells"
    )
    status: str = Field(
        "", max_length=240, description="CSV or XLSX of states and dates, as expansion permits --export writes it"
    )
    exchange: dict[str, Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]] = Field(
        default_factory=dict, description="Study currency per unit of another in which rules state fees: {GBP = 1.27}"
    )


class RiskRules(Section):
    """`[risks]`: which risks and which weather the drawn dates and costs hold."""

    remove: tuple[Annotated[str, Field(min_length=1, max_length=120)], ...] = Field(
        (),
        max_length=1_000,
        description="Ids of risk rules (R06), or of single risks (R06-A003), that this plan does not count with: they "
        "leave register and draws",
    )
    weather: Literal["northern", "southern", "none"] = Field(
        "northern",
        description="Seasons in which weather takes working days of the draws: northern; southern, six months later; "
        "none for no weather",
    )


class CostRules(Section):
    """`[cost]`: how uncertainty is drawn, how prices rise, what is held in reserve."""

    draws: int = Field(
        10_000,
        ge=100,
        le=1_000_000,
        description="Draws of prices and quantities; up to 1,000 of them, evenly by cost, hold dates and risks too and "
        "give P10 to P90; fewer are faster and rougher",
    )
    escalation: float | None = Field(
        None,
        ge=-0.2,
        le=1,
        allow_inf_nan=False,
        description="Rise of prices in a year as a share, from the year of each rate to price_year and on to the year "
        "of build; 0 for none; left out it is the rule book's range",
    )
    contingency: float | None = Field(
        None,
        ge=0,
        le=2,
        allow_inf_nan=False,
        description="Contingency as a share of base cost; left out it is P80 less P50",
    )


class Study(Section):
    """A whole study file."""

    schema_version: Literal[1] = Field(1, alias="schema", description="Version of this file's format")
    study: Identity
    inputs: InputFiles
    demand: Demand = Demand()
    areas: AreaRules = AreaRules()
    network: NetworkRules = NetworkRules()
    technology: TechnologyRules = TechnologyRules()
    permits: PermitRulesInForce = PermitRulesInForce()
    cost: CostRules = CostRules()
    business: BusinessRules = BusinessRules()
    portfolio: PortfolioRules = PortfolioRules()
    schedule: ScheduleRules = ScheduleRules()
    risks: RiskRules = RiskRules()
    governance: Governance = Governance()


_CODES = {"extra_forbidden": "E_STUDY_KEY", "finite_number": "E_NONFINITE", "missing": "E_STUDY_MISSING"}
_RANGES = ("greater_than", "less_than", "too_short", "too_long")


def parse_study(document: dict[str, Any], changes: Sequence[str] = ()) -> Study:
    """Check a parsed study document.

    Parameters
    ----------
    document
        What the TOML says, with changes laid over it.
    changes
        The ``key=value`` that were laid over it; the hint of a breach of one of these names ``--set``.

    Raises
    ------
    StudyError
        ``E_STUDY_KEY`` for an unknown key, ``E_NONFINITE`` for NaN or infinity, ``E_RANGE`` for a number out of bounds,
        ``E_STUDY_MISSING`` for a missing key, else ``E_STUDY``; every breach is named with its key.
    """
    try:
        return Study.model_validate(document)
    except ValidationError as error:
        raise_all([_breach(detail, changes) for detail in error.errors()])
        raise  # raise_all always raises here


def _breach(detail: Any, changes: Sequence[str]) -> StudyError:
    """Turn one pydantic error into ours."""
    kind, path = str(detail["type"]), [str(part) for part in detail["loc"]]
    code = _CODES.get(kind, "E_RANGE" if kind.startswith(_RANGES) else "E_STUDY")
    place = ".".join(path)
    said = {"E_STUDY_KEY": "no such key", "E_STUDY_MISSING": "the key is missing"}.get(code) or breach_words(detail)
    given = [change for change in changes if _touches(change, place)]
    source = f"--set {', '.join(given)}" if given else "study.toml" if code == "E_STUDY_KEY" else "it in study.toml"
    if code == "E_STUDY_KEY":
        known = meant(path[-1], known_keys(Study, path[:-1]))
        hint = f"{known} Correct {source}" if known else f"remove it from {source}"
    else:
        hint = "add it to study.toml" if code == "E_STUDY_MISSING" else f"correct {source}"
    return StudyError(said, code=code, where=[place], hint=hint)


def _touches(change: str, place: str) -> bool:
    """Say whether a change set the key at `place`, a key below it or a table above it."""
    key = change.partition("=")[0].strip()
    return f"{place}.".startswith(f"{key}.") or f"{key}.".startswith(f"{place}.")
