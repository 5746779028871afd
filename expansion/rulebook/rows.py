"""One model per kind of rule; a row of a shipped or user CSV becomes one of these or an error that names it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Status = Literal["READ", "PARTLY_READ", "DERIVED", "GENERAL", "USER"]
FactorName = Literal["soil", "labor", "material", "make_ready", "permits", "quantity", "escalation"]


class Row(BaseModel):
    """A frozen row with its origin."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=1, description="Where the value comes from")
    status: Status = Field(description="How far it was seen in the source")


class Rate(Row):
    """Price of one unit of work or material."""

    rate_id: str = Field(pattern=r"^[a-z0-9_]{1,40}$", description="What is priced: an id of expansion rates show")
    category: Literal[
        "civil", "cable", "passive", "electronics", "drop", "customer", "make_ready", "site", "soft", "survey"
    ] = Field(description="Group in the bill of materials")
    item: str = Field(min_length=1, description="In words")
    unit: str = Field(min_length=1, description="m, each, pole, splice, share of build …")
    low: float = Field(ge=0, allow_inf_nan=False, description="Least that a unit may cost")
    likely: float = Field(ge=0, allow_inf_nan=False, description="What a unit most likely costs")
    high: float = Field(ge=0, allow_inf_nan=False, description="Most that a unit may cost")
    currency: str = Field("", pattern=r"^([A-Z]{3})?$", description="Empty for a share")
    price_year: int = Field(ge=2000, le=2100, description="Year of the price")
    factor: Literal["soil", "labor", "material", "make_ready", "permits", "quantity"] = Field(
        description="Correlated factor that moves this rate"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.likely <= self.high:
            raise ValueError("low <= likely <= high must hold")
        return self


class Production(Row):
    """How much one crew does in a working day."""

    production_id: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    crew_kind: str = Field("", description="Empty where no crew of ours does it")
    unit: str
    per_day: float = Field(gt=0, allow_inf_nan=False)
    setup_days: float = Field(0, ge=0)


class OpticalClass(Row):
    """Optical budget class of a system: wavelengths, loss between which receivers work, reach, and largest split.

    `differential_max_m` is the most by which the reaches on one OLT port may differ.
    """

    pon_class: str
    system: Literal["GPON", "XGS-PON"]
    up_nm: int = Field(gt=0)
    down_nm: int = Field(gt=0)
    min_loss_db: float = Field(ge=0)
    max_loss_db: float = Field(gt=0)
    reach_max_m: float = Field(gt=0)
    differential_max_m: float = Field(gt=0)
    split_max: int = Field(ge=2)


class OpticalLoss(Row):
    """Least and largest loss of one element: fiber per km and wavelength, splice, connector, splitter, margin.

    `parameter` as in the shipped table; `loss_db` is the largest.
    """

    parameter: str
    low_db: float = Field(ge=0, allow_inf_nan=False)
    loss_db: float = Field(ge=0, allow_inf_nan=False)
    unit: Literal["dB", "dB/km"]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low_db > self.loss_db:
            raise ValueError("low_db <= loss_db must hold")
        return self


class EngineeringRule(Row):
    """A number that design follows: sag, slack, spare, strands of a hut."""

    parameter: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    value: float = Field(ge=0, allow_inf_nan=False)
    unit: str
    about: str


class BusinessRule(Row):
    """A number that the business case assumes, with its range."""

    parameter: str = Field(pattern=r"^[a-z0-9_]{1,40}$", description="Name, as the key of [business] in a study")
    low: float = Field(ge=0, allow_inf_nan=False, description="Least that it may be")
    likely: float = Field(ge=0, allow_inf_nan=False, description="What it most likely is")
    high: float = Field(ge=0, allow_inf_nan=False, description="Most that it may be")
    unit: str = Field(min_length=1, description="per month, per year, ratio …")
    currency: str = Field("", pattern=r"^([A-Z]{3})?$", description="Empty for what is no money")
    about: str = Field(min_length=1, description="In words")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.likely <= self.high:
            raise ValueError("low <= likely <= high must hold")
        return self


class RoadClass(Row):
    """How wide a road's carriageway is, and what lies beside it: ``soft`` ground, or a verge that is ``built`` over."""

    highway: str = Field(pattern=r"^[a-z_]{1,40}$", description="OSM road class")
    carriageway_m: float = Field(ge=0, le=50, description="0 where a drop to the other side costs nothing more")
    verge: Literal["soft", "built"]


class SurfaceRule(Row):
    """How is built where a surface is tagged, or a layer names the ground: rate ids of works and of bores."""

    surface: str = Field(pattern=r"^[a-z0-9_:]{1,40}$", description="OSM surface, or subtype of a ground layer")
    in_street: str = Field(description="Rate id where the verge is built over")
    beside: str = Field(description="Rate id where it is soft ground")
    bore: str = Field(description="Rate id of bores")


class Exchange(Row):
    """What a unit of a currency is worth, for fees of permits that are stated in another than the study's."""

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    usd: float = Field(gt=0, le=1000, allow_inf_nan=False, description="US dollars per unit")
    year: int = Field(ge=2000, le=2100)


class SlopeClass(Row):
    """What civil works in the ground cost on a slope, from `least_percent` up to the next class."""

    least_percent: int = Field(ge=0, le=400)
    factor: float = Field(ge=1, le=10)


class TechnologyRule(Row):
    """What a technology offers and costs to run; money per location and year, or per site and year."""

    technology: Literal["fiber", "dsl", "fixed_wireless", "satellite"]
    fcc_code: int = Field(ge=0, le=999, description="Code in the Broadband Data Collection; decides what is reliable")
    down_mbps: float = Field(ge=0, description="Download offered; 0 where a table of its own says it")
    up_mbps: float = Field(ge=0, description="Upload offered; 0 where a table of its own says it")
    low_latency: bool = Field(description="At or under 100 ms round trip")
    opex_per_year: float = Field(ge=0, description="Cost of operation per unit and year")
    equipment: str = Field(description="Rate id of what stands at the customer, per unit")
    equipment_years: int = Field(ge=1, le=100, description="Years until it is replaced")
    site_opex_per_year: float = Field(ge=0, description="Cost of operation per tower or cabinet and year")


class CopperReach(Row):
    """A point of the curve of a DSL variant: what a line of this length carries."""

    reach_id: str
    variant: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    distance_m: float = Field(gt=0, description="Meters of copper")
    down_mbps: float = Field(ge=0)
    up_mbps: float = Field(ge=0)
    port: str = Field(description="Rate id of the line port")


class RadioBand(Row):
    """What fixed wireless in a band reaches and carries."""

    band: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    fcc_code: int = Field(ge=0, le=999, description="70 unlicensed, 71 licensed, 72 licensed by rule")
    frequency_mhz: float = Field(gt=0)
    radius_m: float = Field(gt=0, description="Largest distance where sight was looked at, or is not needed")
    clutter_radius_m: float = Field(gt=0, description="Largest distance where trees and buildings are not known")
    down_mbps: float = Field(ge=0)
    up_mbps: float = Field(ge=0)
    sector_mbps: float = Field(gt=0, description="What a sector carries in the busy hour")
    needs_sight: bool = Field(description="Whether the path must clear the ground")


class WorkPackage(Row):
    """A row of the WBS template.

    `duration` names a rule: a number of days, or ``<quantity>/<production_id>`` such as ``plow_m/plow_day``, several
    joined by ``+``; ``lead:<category>,…`` is the longest lead time of the materials in those BOM categories, ``permit``
    makes one task per permit with its own lead time, ``permit:dig`` one per call before digging, ``wait:<days>`` lasts
    so many calendar days.
    `predecessors` are WBS codes within the area, joined by ``;``; a suffix such as ``SS+5`` makes another kind of link,
    a prefix ``parent:`` means the area that the feeder comes through; ``permit:buried`` and ``permit:aerial`` are the
    area's permits that block that work, ``permit:dig`` its calls before digging, ``permit:none`` those that block no
    work of the area; ``initiative:build``, ``initiative:sales`` and ``initiative:installs`` the initiatives that hold
    such work of the area back.
    `per` says whether an area has it once or once per section of its build; a section's package waits for those of its
    own section.
    `needs` names a quantity that must be above 0, else the area or section has no such package; empty is always.
    `costs` lists rate ids (``hub_*`` for a prefix) or BOM categories that are spent on the package, joined by ``;``.
    """

    wbs: str
    phase: str
    name: str
    kind: Literal["summary", "task", "milestone"]
    per: Literal["", "area", "section"] = "area"
    duration: str = ""
    crew_kind: str = ""
    predecessors: str = ""
    needs: str = ""
    costs: str = ""
    deliverable: str = ""
    gate: str = ""
    responsible: str
    accountable: str
    consulted: str = ""
    informed: str = ""


class RiskRule(Row):
    """A risk and what on the plan raises it.

    `delays` says which tasks wait `impact_days` if it happens: ``permit:`` and layers of permit rules, ``crew:`` and
    kinds of crew, ``wbs:`` and work packages, each joined by commas, terms by semicolons; ``initiative:place`` is the
    work that puts initiatives in place; empty delays none. `held_by` names the factor whose price ranges hold part of
    `impact_cost_share` already; empty is none.
    """

    rule_id: str
    category: str
    phase: str
    risk: str
    cause: str
    probability: float = Field(ge=0, le=1)
    impact_days: float = Field(ge=0)
    impact_cost_share: float = Field(ge=0)
    delays: str = ""
    held_by: FactorName | Literal[""] = ""
    trigger: str
    response: str
    owner_role: str

    @model_validator(mode="after")
    def _known_terms(self) -> Self:
        strays = [kind for kind, _ in self.delay_terms if kind not in ("permit", "crew", "wbs", "initiative")]
        if strays:
            raise ValueError(f"delays names {strays[0]!r}; a term begins with permit:, crew:, wbs: or initiative:")
        return self

    @property
    def delay_terms(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Terms of `delays`: what they look at, and the words that they look for."""
        parts = [part.strip().partition(":") for part in self.delays.split(";") if part.strip()]
        return tuple((kind, tuple(word.strip() for word in words.split(","))) for kind, _, words in parts)


class QualityCheck(Row):
    """An inspection or test.

    `counts` names what there is one check for (a quantity of `expansion.delivery.counting`), `wbs` the work package
    that it belongs to, `gate` the gate before which it must be passed.
    """

    check_id: str
    stage: str
    object: str
    check: str
    method: str
    acceptance: str
    unit: str = ""
    sample: str
    record: str
    counts: str = ""
    wbs: str = ""
    gate: str = ""
    least: float | None = Field(None, allow_inf_nan=False, description="Least value accepted, where it is a figure")
    most: float | None = Field(None, allow_inf_nan=False, description="Largest value accepted, where it is a figure")
    most_from: Literal["", "loss_budget_db"] = Field(
        "", description="Figure of the design that is the largest accepted"
    )
    planned: Literal["", "worst_loss_db"] = Field("", description="Quantity of the area that the plan expects for it")


class Gate(Row):
    """A decision on the way from idea to closure, under one kind of PMO."""

    gate: str
    pmo: Literal["supportive", "controlling", "directive"]
    name: str
    approver_role: str
    mode: Literal["advisory", "sign-off", "decision"]
    artifacts: str


class Material(Row):
    """Lead time of a bought item, who supplies it and what else could be had."""

    item: str = Field(description="Rate id, or a prefix ending in *")
    lead_time_calendar_days: int = Field(ge=0)
    supplier: str = Field("", description="Kind of supplier; what one supplies with one lead time is one package")
    contract: str = Field("", description="Kind of contract")
    second_source: str = Field("", description="Who or what else could supply it; empty is nobody")
    second_lead_time_calendar_days: int | None = Field(
        None, ge=0, le=1000, description="Days from the turn to the second source to delivery, its qualification in it"
    )
    second_extra_cost_share: float = Field(0.0, ge=0, le=10, description="What it costs more, as a share")


class Role(Row):
    """A stakeholder role with its RACI letter per phase of work."""

    role: str
    kind: str
    interest: str
    influence: Literal["high", "medium", "low"]
    planning: str = ""
    resource_allocation: str = ""
    execution: str = ""
    quality_control: str = ""
    customer_onboarding: str = ""
    post_implementation_review: str = ""
    communication: str
