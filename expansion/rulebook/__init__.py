"""What people write as data: rates, permit rules, production rates, optics, work packages, risks, checks, gates.

Every row carries its source and a status: READ (seen in the named source), PARTLY_READ, DERIVED (computed from
rows that were read), GENERAL (a planning value to be confirmed), USER (given by the study).
"""

from expansion.rulebook.book import Rulebook, load_rulebook
from expansion.rulebook.cost_rows import ComponentShare, Correlation, Factor, Spread, Survey
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
    SlopeClass,
    SurfaceRule,
    TechnologyRule,
    WorkPackage,
)
from expansion.rulebook.weather_rule import WeatherRule

__all__ = [
    "BusinessRule",
    "ComponentShare",
    "CopperReach",
    "Correlation",
    "EngineeringRule",
    "Exchange",
    "Factor",
    "Gate",
    "Material",
    "OpticalClass",
    "OpticalLoss",
    "PermitRule",
    "Production",
    "QualityCheck",
    "RadioBand",
    "Rate",
    "RiskRule",
    "RoadClass",
    "Role",
    "Rulebook",
    "SlopeClass",
    "Spread",
    "SurfaceRule",
    "Survey",
    "TechnologyRule",
    "WeatherRule",
    "WorkPackage",
    "load_rulebook",
]
