"""The model of a permit rule: a row of a profile's or a study's permit_rules.csv."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from expansion.rulebook.rows import Row

# [layer.]key, operator, values joined by |; the value ? stands for "not known".
CONDITION = re.compile(r"(?:(\w+)\.)?([\w:]+)\s*(!=|!~|>=|<=|=|~)\s*([^;]+)")


class PermitRule(Row):
    """When a permit is needed, from whom, how long it takes and what it costs.

    `layer` is the kind of feature (a FEATURE_KINDS word, or ``road`` for the road that the edge runs along,
    ``bridge`` for a bridge edge, ``excavation`` for any buried or bored edge, ``station`` for a tower or cabinet in
    use). `test` is how edge and feature must meet. `subtypes` (joined by ``|``) narrows it: railway classes, waterway
    classes, highway classes, administrative levels, ``new_tower``, ``cabinet``; empty is any. `grant` says what one
    permit covers: ``feature`` (each feature), ``road_boundary`` (road name or number and municipality), ``boundary``
    (each municipality or county), ``owner`` (each owner or operator), ``area`` (each service area).
    `docs/methods/permits.md` says how each word is tested.
    """

    rule_id: str = Field(pattern=r"^[A-Z0-9-]{1,40}$")
    layer: str = Field(min_length=1, description="Kind of feature; several joined by |; or road, bridge, lateral, …")
    subtypes: str = ""
    test: Literal["crosses", "inside", "along", "on_bridge", "uses", "any"]
    within_m: float = Field(0, ge=0, description="Distance for `along`, and half width for linear features")
    least_m: float = Field(0, ge=0, description="Least length inside or along that counts")
    permit: str
    authority_kind: str
    grant: Literal["feature", "road_boundary", "boundary", "owner", "area"]
    lead_min: int = Field(ge=0, description="calendar days")
    lead_typical: int = Field(ge=0, description="calendar days")
    lead_max: int = Field(ge=0, description="calendar days")
    fee_fixed: float = Field(0, ge=0, description="Per permit")
    fee_crossing: float = Field(0, ge=0, description="Per crossing or pole")
    fee_meter: float = Field(0, ge=0, description="Per meter inside or along")
    lot_size: int = Field(0, ge=0, description="Most crossings or poles per application; 0 is no limit")
    bore_m: float = Field(0, ge=0, description="Meters to bore per crossing; 0 for none")
    documents: str = ""
    blocks: Literal["build", "aerial", "buried", "dig", "tower", "cabinet", "none"] = "build"
    conditions: str = Field("", description="On tags, joined by ;: key=a|b key!=a key~part key!~part key>=number")
    boundary_levels: str = Field("", description="Administrative levels that divide the permit, first that fits: 8|7|6")
    authority_levels: str = Field("", description="Administrative levels whose boundary names the authority")
    merge_m: float = Field(0, ge=0, description="Crossings of one owner closer than this count once: double track")
    least_count: int = Field(0, ge=0, description="Least crossings or poles under one permit")
    most_count: int = Field(0, ge=0, description="Most crossings or poles under one permit; 0 is no limit")
    notes: str = Field("", description="What was read, what is a planning value")
    rent_year: float = Field(0, ge=0, le=1e9, description="Rent per permit and year, from the grant on")
    rent_meter_year: float = Field(0, ge=0, le=1e6, description="Rent per meter inside or along and year")
    currency: str = Field("", pattern=r"^([A-Z]{3})?$", description="Of fees and rents; empty is the study's")
    after: str = Field("", description="Permits approved first: rule ids or kinds of authority, joined by |")
    season_from: str = Field("", description="First day of the year, MM-DD, on which the permitted work may be done")
    season_to: str = Field("", description="Last such day, MM-DD; may lie in the next year")
    replaces: str = Field("", description="Ids of shipped rules in whose place it stands, joined by |")
    enabled: bool = Field(True, description="false: in force only where permits.enable of the study names it")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.lead_min <= self.lead_typical <= self.lead_max:
            raise ValueError("lead_min <= lead_typical <= lead_max must hold")
        if self.most_count and self.least_count > self.most_count:
            raise ValueError("least_count <= most_count must hold")
        if bool(self.season_from) != bool(self.season_to):
            raise ValueError("a season has a first and a last day")
        return self

    @field_validator("season_from", "season_to")
    @classmethod
    def _day(cls, text: str) -> str:
        if text:
            if not re.fullmatch(r"\d\d-\d\d", text):
                raise ValueError("days of the year are written MM-DD")
            dt.date.fromisoformat(f"2028-{text}")
        return text

    @field_validator("boundary_levels", "authority_levels")
    @classmethod
    def _levels(cls, text: str) -> str:
        if text and not all(part.isdigit() for part in text.split("|")):
            raise ValueError("levels are numbers joined by |")
        return text

    @field_validator("conditions")
    @classmethod
    def _conditions(cls, text: str) -> str:
        for part in filter(None, (piece.strip() for piece in text.split(";"))):
            found = CONDITION.fullmatch(part)
            if not found:
                raise ValueError(f"{part!r} is not key=value, key!=value, key~part, key!~part, key>=number")
            if found[3] in (">=", "<=") and not re.match(r"\d", found[4]):
                raise ValueError(f"{part!r} compares with no number")
        return text
