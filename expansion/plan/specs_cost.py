"""Declared tables of money: the bill, what drives it, make-ready, surveys, spending by year."""

from __future__ import annotations

from expansion.plan.origins import SOURCE, STATUS
from expansion.tables import Column, TableSpec

COMPONENTS = frozenset({"labor", "material", "conduit", "cable", "electronics", "fee"})

BOM = TableSpec(
    name="bom",
    key="",
    geometry="",
    about="Bill of materials and work, priced; lines add to the base cost to the cent; an item has one per component.",
    columns=(
        Column("area_id", "text", "Area that pays"),
        Column("category", "text", "Group of lines"),
        Column("item", "text", "Rate id"),
        Column("component", "text", "What the money of this line buys", among=COMPONENTS),
        Column("quantity", "number", "How many or how long: that of the item, on each of its lines", least=0),
        Column("unit", "text", "Unit of the quantity"),
        Column("rate_low", "number", "Low rate", least=0),
        Column("rate_likely", "number", "Likely rate", least=0),
        Column("rate_high", "number", "High rate", least=0),
        Column("cost", "number", "Quantity x likely rate in prices of the price year, to the cent", least=0),
        Column("cost_escalated", "number", "The same in prices of the area's build year, to the cent", least=0),
        SOURCE,
        STATUS,
    ),
)

SPENDING = TableSpec(
    name="spending",
    key="",
    geometry="",
    about="When the base cost is spent, per build phase and component; rows add to the base cost to the cent.",
    columns=(
        Column("phase", "integer", "Build phase", least=1),
        Column("year", "integer", "Calendar year; empty for what nobody orders within the horizon", nullable=True),
        Column("part", "text", "What passes, connects who orders, or is not ordered within the horizon",
               among=frozenset({"pass", "connect", "not ordered"})),
        Column("component", "text", "What the money buys", among=COMPONENTS),
        Column("cost", "number", "Money in prices of the price year, to the cent", least=0),
        Column("cost_escalated", "number", "The same in prices of that year; empty without one", least=0,
               nullable=True),
    ),
)  # fmt: skip

DRIVERS = TableSpec(
    name="cost_drivers",
    key="factor",
    geometry="",
    about="What moves the cost: P80 of the total with one factor held, the others and the risks as drawn; the widest "
    "swing first.",
    columns=(
        Column("factor", "text", "Row of factors.csv"),
        Column("p80_change", "number", "P80 less P80 with the factor at its median; may be below 0"),
        Column("p80_low", "number", "P80 with the factor at its P10", least=0),
        Column("p80_high", "number", "P80 with the factor at its P90", least=0),
        Column("swing", "number", "P80 at P90 of the factor less P80 at its P10"),
    ),
)

MAKE_READY = TableSpec(
    name="make_ready",
    key="",
    geometry="",
    about="Utility poles used, per area and owner, and what they cost; areas add to their lines of the bill.",
    columns=(
        Column("area_id", "text", "Area that pays"),
        Column("owner", "text", "Pole owner; unknown where no source names one"),
        Column("poles", "integer", "Poles used", least=1),
        Column("make_ready", "number", "Make-ready of these poles, to the cent", least=0),
        Column("application", "number", "Attachment application and its engineering, to the cent", least=0),
    ),
)

SURVEYS = TableSpec(
    name="surveys",
    key="survey_id",
    geometry="",
    about="What it is worth to know more before building: how far each survey narrows P80 - P50, and what it costs.",
    columns=(
        Column("survey_id", "text", "Row of surveys.csv"),
        Column("name", "text", "What is surveyed"),
        Column("factor", "text", "Factor that it tells of"),
        Column("resolves", "number", "Share of the factor's variance that is known afterward", least=0, most=1),
        Column("quantity", "number", "How much there is to survey", least=0),
        Column("unit", "text", "Unit of the quantity"),
        Column("cost", "number", "Likely cost of the survey", least=0),
        Column("reserve_before", "number", "P80 - P50 of prices and quantities as drawn, risks aside", least=0),
        Column("reserve_after", "number", "Expected P80 - P50 once the survey is done", least=0),
        Column("freed", "number", "Reserve that the survey is expected to free; may be below 0 by chance of the draws"),
        Column("is_worth_it", "flag", "It frees more than it costs"),
        SOURCE,
        STATUS,
    ),
)
