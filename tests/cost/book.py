"""The shipped rates as a rule book that needs no other file."""

from importlib import resources

from expansion.rulebook import (
    ComponentShare,
    Correlation,
    EngineeringRule,
    Factor,
    Material,
    Rate,
    Rulebook,
    Spread,
    Survey,
)
from expansion.rulebook.book import parse_rows

SHARED = resources.files("expansion.rulebook").joinpath("profiles", "shared")


def shipped(name, model, key):
    return parse_rows(SHARED.joinpath(name).read_text("utf-8"), model, key, name)


RATES = shipped("rates.csv", Rate, "rate_id")
MATERIALS = shipped("materials.csv", Material, "item")
OTHERS = dict.fromkeys(
    (
        "permit_rules",
        "production",
        "optical_classes",
        "optical_losses",
        "road_classes",
        "surfaces",
        "slopes",
        "work_packages",
        "risks",
        "quality",
        "gates",
        "roles",
    ),
    (),
)

MOVES = {
    "components": shipped("components.csv", ComponentShare, ""),
    "factors": shipped("factors.csv", Factor, "factor"),
    "correlations": shipped("correlations.csv", Correlation, ""),
    "ranges": shipped("ranges.csv", Spread, ""),
    "surveys": shipped("surveys.csv", Survey, "survey_id"),
}


def book(*, without=(), **likely):
    """Shipped rates, some left out, some set to one certain value."""
    rows = tuple(row for row in RATES if row.rate_id not in without)
    changed = [
        row.model_copy(update={"low": likely[row.rate_id], "likely": likely[row.rate_id], "high": likely[row.rate_id]})
        for row in rows
        if row.rate_id in likely
    ]
    engineering = shipped("engineering.csv", EngineeringRule, "parameter")
    made = Rulebook("generic", "USD", 2026, rates=rows, engineering=engineering, materials=MATERIALS, **OTHERS, **MOVES)
    return made.with_rates(changed)
