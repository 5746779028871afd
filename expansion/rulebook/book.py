"""The rule book of a study: the shipped profile with the study's own rows laid over it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from importlib import resources
from typing import Any, TypeVar

from pydantic import ValidationError

from expansion.errors import StudyError, raise_all
from expansion.rulebook.consistency import correlation_matrix, uneven_shares, uneven_terms
from expansion.rulebook.cost_rows import ComponentShare, Correlation, Factor, Spread, Survey
from expansion.rulebook.delivery_rows import (
    Artifact,
    Equipment,
    FunderTerm,
    GovernanceRule,
    InspectionPoint,
    Lesson,
    Message,
    PaymentTerm,
    ReviewTarget,
)
from expansion.rulebook.own_rates import misfits
from expansion.rulebook.permit_rule import PermitRule
from expansion.rulebook.rows import (
    BusinessRule,
    CopperReach,
    EngineeringRule,
    Exchange,
    Gate,
    Material,
    OpticalClass,
    OpticalLoss,
    Production,
    QualityCheck,
    RadioBand,
    Rate,
    RiskRule,
    RoadClass,
    Role,
    Row,
    SlopeClass,
    SurfaceRule,
    TechnologyRule,
    WorkPackage,
)
from expansion.rulebook.schedule_rows import ScheduleCheck
from expansion.rulebook.weather_rule import WeatherRule
from expansion.wording import breach_words, meant

AnyRow = TypeVar("AnyRow", bound=Row)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules in force. Each tuple is in the order of its file; keys are unique within it.

    `rates` are in prices of the study's price year; `rates_as_stated` are the same rows as their files have them.
    """

    profile: str
    currency: str
    price_year: int
    rates: tuple[Rate, ...]
    permit_rules: tuple[PermitRule, ...]
    production: tuple[Production, ...]
    optical_classes: tuple[OpticalClass, ...]
    optical_losses: tuple[OpticalLoss, ...]
    engineering: tuple[EngineeringRule, ...]
    road_classes: tuple[RoadClass, ...]
    surfaces: tuple[SurfaceRule, ...]
    slopes: tuple[SlopeClass, ...]
    work_packages: tuple[WorkPackage, ...]
    risks: tuple[RiskRule, ...]
    quality: tuple[QualityCheck, ...]
    gates: tuple[Gate, ...]
    materials: tuple[Material, ...]
    roles: tuple[Role, ...]
    components: tuple[ComponentShare, ...] = ()
    factors: tuple[Factor, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    ranges: tuple[Spread, ...] = ()
    business: tuple[BusinessRule, ...] = ()
    technologies: tuple[TechnologyRule, ...] = ()
    copper_reach: tuple[CopperReach, ...] = ()
    radio_bands: tuple[RadioBand, ...] = ()
    surveys: tuple[Survey, ...] = ()
    weather: tuple[WeatherRule, ...] = ()
    currencies: tuple[Exchange, ...] = ()
    rates_as_stated: tuple[Rate, ...] = ()
    governance: tuple[GovernanceRule, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    communications: tuple[Message, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    payment_terms: tuple[PaymentTerm, ...] = ()
    funder_terms: tuple[FunderTerm, ...] = ()
    inspection_points: tuple[InspectionPoint, ...] = ()
    review_targets: tuple[ReviewTarget, ...] = ()
    schedule_checks: tuple[ScheduleCheck, ...] = ()
    lessons: tuple[Lesson, ...] = ()

    def rate(self, rate_id: str) -> Rate:
        """Look a rate up; a missing one is an error that names it, never a price of zero.

        ``<rate>_slope_<percent>`` is that rate times the factor of the slope class that begins there, unless it has a
        row of its own.
        """
        for row in self.rates:
            if row.rate_id == rate_id:
                return row
        method, sign, percent = rate_id.partition("_slope_")
        for step in self.slopes if sign else ():
            if str(step.least_percent) == percent:
                return _on_slope(self.rate(method), step)
        raise StudyError(
            "the rate book has no such rate",
            code="E_NO_RATE",
            where=[rate_id],
            hint="add the row to the study's rates file",
        )

    def catalog(self, thing: str) -> tuple[int, ...]:
        """Sizes in which something can be bought, ascending: the rates named ``<thing>_<size>``, such as ``cable_48``.

        Raises
        ------
        StudyError
            ``E_NO_RATE`` if there is none.
        """
        ends = [row.rate_id.removeprefix(f"{thing}_") for row in self.rates if row.rate_id.startswith(f"{thing}_")]
        sizes = tuple(sorted({int(end) for end in ends if end.isdecimal()}))
        if not sizes:
            raise StudyError(
                "the rate book has no size of it", code="E_NO_RATE", where=[f"{thing}_*"], hint="add a row"
            )
        return sizes

    def production_rate(self, production_id: str) -> Production:
        """Look a production rate up."""
        for row in self.production:
            if row.production_id == production_id:
                return row
        raise StudyError("no such production rate", code="E_NO_RATE", where=[production_id], hint="add the row")

    def optical_loss(self, parameter: str) -> float:
        """Look the largest loss of an element up, in dB or dB/km."""
        return self._optical_row(parameter).loss_db

    def optical_low(self, parameter: str) -> float:
        """Look the least loss of an element up, in dB or dB/km."""
        return self._optical_row(parameter).low_db

    def _optical_row(self, parameter: str) -> OpticalLoss:
        for row in self.optical_losses:
            if row.parameter == parameter:
                return row
        raise StudyError("no such optical loss", code="E_NO_RATE", where=[parameter], hint="add the row")

    def engineering_value(self, parameter: str) -> float:
        """Look an engineering rule up, in the unit of its row."""
        for row in self.engineering:
            if row.parameter == parameter:
                return row.value
        raise StudyError("no such engineering rule", code="E_NO_RATE", where=[parameter], hint="add the row")

    def business_rule(self, parameter: str) -> BusinessRule:
        """Look an assumption of the business case up."""
        for row in self.business:
            if row.parameter == parameter:
                return row
        raise StudyError("no such business rule", code="E_NO_RATE", where=[parameter], hint="add the row")

    def road_class(self, highway: str) -> RoadClass:
        """Look a road class up; one that has no row is taken as ``road``, of which nothing is known."""
        rows = {row.highway: row for row in self.road_classes}
        if highway in rows or "road" in rows:
            return rows.get(highway) or rows["road"]
        raise StudyError("no such road class", code="E_NO_RATE", where=[highway], hint="add the row, or one for road")

    def surface(self, word: str) -> SurfaceRule | None:
        """Look a surface or kind of ground up; None where it has no row."""
        return next((row for row in self.surfaces if row.surface == word), None)

    def technology(self, name: str) -> TechnologyRule:
        """Look a technology up."""
        for row in self.technologies:
            if row.technology == name:
                return row
        raise StudyError("no such technology", code="E_NO_RATE", where=[name], hint="add the row")

    def radio_band(self, name: str) -> RadioBand:
        """Look a radio band up."""
        for row in self.radio_bands:
            if row.band == name:
                return row
        known = ", ".join(row.band for row in self.radio_bands)
        raise StudyError(f"unknown radio band {name!r}", where=["technology.radio_band"], hint=f"choose one of {known}")

    def optical_class(self, name: str) -> OpticalClass:
        """Look an optical class up."""
        for row in self.optical_classes:
            if row.pon_class == name:
                return row
        known = ", ".join(row.pon_class for row in self.optical_classes)
        raise StudyError(f"unknown PON class {name!r}", where=["network.pon_class"], hint=f"choose one of {known}")

    def with_rates(self, rows: Iterable[Rate]) -> Rulebook:
        """Lay the study's own rates over the shipped ones, by `rate_id`; new soft costs and new sizes are added.

        Raises
        ------
        StudyError
            As `expansion.rulebook.own_rates.misfits`.
        """
        own, shipped = tuple(rows), {row.rate_id: row for row in self.rates}
        raise_all(misfits(shipped, own))
        return replace(self, rates=tuple((shipped | {row.rate_id: row for row in own}).values()))

    def with_engineering(self, values: Mapping[str, float]) -> Rulebook:
        """Lay the study's own engineering values over the shipped ones, by `parameter`.

        Raises
        ------
        StudyError
            ``E_RULE_UNKNOWN`` for a parameter that no part of a plan follows.
        """
        known = {row.parameter: row for row in self.engineering}
        strays = [name for name in values if name not in known]
        if strays:
            hint = meant(strays[0], known) or "expansion rates show --of engineering lists them"
            raise StudyError("no such engineering value", code="E_RULE_UNKNOWN", where=strays, hint=hint)
        origin = {"source": "[network.engineering] of study.toml", "status": "USER"}
        own = {name: known[name].model_copy(update={"value": value, **origin}) for name, value in values.items()}
        return replace(self, engineering=tuple((known | own).values()))


_FILES: dict[str, tuple[str, type[Row], str]] = {
    "rates": ("rates.csv", Rate, "rate_id"),
    "permit_rules": ("permit_rules.csv", PermitRule, "rule_id"),
    "production": ("production.csv", Production, "production_id"),
    "optical_classes": ("optical_classes.csv", OpticalClass, "pon_class"),
    "optical_losses": ("optical_losses.csv", OpticalLoss, "parameter"),
    "engineering": ("engineering.csv", EngineeringRule, "parameter"),
    "road_classes": ("road_classes.csv", RoadClass, "highway"),
    "surfaces": ("surfaces.csv", SurfaceRule, "surface"),
    "slopes": ("slopes.csv", SlopeClass, "least_percent"),
    "work_packages": ("work_packages.csv", WorkPackage, "wbs"),
    "risks": ("risks.csv", RiskRule, "rule_id"),
    "quality": ("quality.csv", QualityCheck, "check_id"),
    "gates": ("gates.csv", Gate, ""),
    "materials": ("materials.csv", Material, "item"),
    "roles": ("roles.csv", Role, "role"),
    "components": ("components.csv", ComponentShare, ""),
    "factors": ("factors.csv", Factor, "factor"),
    "correlations": ("correlations.csv", Correlation, ""),
    "ranges": ("ranges.csv", Spread, ""),
    "business": ("business.csv", BusinessRule, "parameter"),
    "technologies": ("technologies.csv", TechnologyRule, "technology"),
    "copper_reach": ("dsl_reach.csv", CopperReach, "reach_id"),
    "radio_bands": ("radio_bands.csv", RadioBand, "band"),
    "surveys": ("surveys.csv", Survey, "survey_id"),
    "weather": ("weather.csv", WeatherRule, "weather_id"),
    "currencies": ("currencies.csv", Exchange, "currency"),
    "governance": ("governance.csv", GovernanceRule, ""),
    "artifacts": ("artifacts.csv", Artifact, "artifact"),
    "communications": ("communications.csv", Message, "message_id"),
    "equipment": ("equipment.csv", Equipment, "equipment_id"),
    "payment_terms": ("payment_terms.csv", PaymentTerm, ""),
    "funder_terms": ("funder_terms.csv", FunderTerm, "term_id"),
    "inspection_points": ("inspection_points.csv", InspectionPoint, ""),
    "review_targets": ("review_targets.csv", ReviewTarget, "target_id"),
    "lessons": ("lessons.csv", Lesson, "lesson_id"),
    "schedule_checks": ("schedule_checks.csv", ScheduleCheck, "check_id"),
}
_PER_PROFILE = {"permit_rules"}
# Profiles of a few rules of their own, beside those of generic that they do not replace.
_LAID_OVER = {"uk": "generic", "eu": "generic"}
PROFILES = ("generic", "us-bead", "uk", "eu")
ROW_KEYS: Mapping[str, tuple[str, ...]] = {field: (key,) for field, (_, _, key) in _FILES.items() if key} | {
    "gates": ("pmo", "gate"),
    "components": ("category", "item", "component"),
    "correlations": ("factor", "other"),
    "ranges": ("range_id", "category"),
    "governance": ("pmo", "topic"),
    "payment_terms": ("component", "part"),
    "inspection_points": ("pmo", "stage"),
}
"""Columns that tell the rows of a table apart."""


def _on_slope(rate: Rate, step: SlopeClass) -> Rate:
    """Raise a rate by the factor of a slope class."""
    changes = {name: round(getattr(rate, name) * step.factor, 4) for name in ("low", "likely", "high")}
    words = f"{rate.rate_id} x {step.factor:g} on slopes of {step.least_percent} % or more ({step.source})"
    origin = {"status": "DERIVED", "source": f"{words}; {rate.source}"}
    return rate.model_copy(update={**changes, **origin, "rate_id": f"{rate.rate_id}_slope_{step.least_percent}"})


def load_rulebook(profile: str) -> Rulebook:
    """Read a shipped profile of `PROFILES`; files that a profile lacks come from ``shared``."""
    tables: dict[str, Any] = {}
    for field, (name, model, key) in _FILES.items():
        folder = profile.replace("-", "_") if field in _PER_PROFILE else "shared"
        text = resources.files("expansion.rulebook").joinpath("profiles", folder, name).read_text("utf-8")
        tables[field] = parse_rows(text, model, key, name)
    if profile in _LAID_OVER:
        tables["permit_rules"] = (*load_rulebook(_LAID_OVER[profile]).permit_rules, *tables["permit_rules"])
    raise_all(uneven_shares(tables["components"]) + uneven_terms(tables["payment_terms"]))
    correlation_matrix(tables["factors"], tables["correlations"])
    currencies = sorted({rate.currency for rate in tables["rates"]} - {""})
    years = max((rate.price_year for rate in tables["rates"]), default=0)
    return Rulebook(profile=profile, currency=currencies[0] if currencies else "", price_year=years, **tables)


def parse_rows(text: str, model: type[AnyRow], key: str, name: str) -> tuple[AnyRow, ...]:
    """Check the rows of a CSV against their model.

    Raises
    ------
    StudyError
        ``E_RULE_ROW`` with the file, row and column of every breach, ``E_DUP_ID`` for a key that stands twice.
    """
    reader = csv.DictReader(io.StringIO(text))
    rows: list[AnyRow] = []
    errors = _misnamed(list(reader.fieldnames or []), model, f"{name}:1")
    raise_all(errors)
    seen: set[object] = set()
    for number, record in enumerate(reader, start=2):
        row = _parse_row(record, model, f"{name}:{number}", errors)
        if row is None:
            continue
        identity = getattr(row, key) if key else None
        if identity is not None and identity in seen:
            errors.append(StudyError(f"{key} {identity!r} stands twice", code="E_DUP_ID", where=[f"{name}:{number}"]))
        seen.add(identity)
        rows.append(row)
    raise_all(errors)
    return tuple(rows)


def _misnamed(header: Sequence[str], model: type[Row], place: str) -> list[StudyError]:
    """Name the columns that the model does not know, and those that it needs and the header lacks."""
    known = model.model_fields
    lacking = [column for column, field in known.items() if field.is_required() and column not in header]
    found = []
    for column in [column for column in header if column not in known]:
        hint = meant(column, known) or f"remove it; there are {', '.join(known)}"
        found.append(StudyError("no such column", code="E_RULE_ROW", where=[f"{place} {column}"], hint=hint))
    for column in lacking:
        hint = f"add the column: {known[column].description or 'see docs/how-to/use-your-own-rates.md'}"
        found.append(StudyError("the column is missing", code="E_RULE_ROW", where=[f"{place} {column}"], hint=hint))
    return found


def _parse_row(
    record: Mapping[str | None, Any], model: type[AnyRow], place: str, errors: list[StudyError]
) -> AnyRow | None:
    """Check one row; empty cells take the field's default."""
    if None in record:
        errors.append(StudyError("row is longer than the header", code="E_CSV_RAGGED", where=[place]))
        return None
    filled = {name: value for name, value in record.items() if value not in ("", None)}
    try:
        return model.model_validate(filled)
    except ValidationError as error:
        errors += [_breach(detail, place) for detail in error.errors()]
        return None


def _breach(detail: Any, place: str) -> StudyError:
    """Turn one pydantic error into ours."""
    column = ".".join(str(part) for part in detail["loc"]) or "row"
    where = [f"{place} {column}"]
    if detail["type"] == "missing":
        return StudyError(
            "the cell is empty", code="E_RULE_ROW", where=where, hint=f"give {column} a value in this row"
        )
    return StudyError(breach_words(detail), code="E_RULE_ROW", where=where, hint="correct the cell in this row")


def rules_document(book: Rulebook) -> dict[str, Any]:
    """Return the rules as plain values, for study.json."""
    document: dict[str, Any] = {
        "profile": book.profile,
        "currency": book.currency,
        "price_year": book.price_year,
    }
    for field in fields(book):
        value = getattr(book, field.name)
        if isinstance(value, tuple):
            document[field.name] = [row.model_dump(mode="json") for row in value]
    return document
