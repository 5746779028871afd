"""Declared tables of supply and demand over time: weeks of resources, money by month, customers by wave."""

from __future__ import annotations

from expansion.tables import Column, TableSpec

RESOURCE_KINDS = frozenset({"crew", "equipment", "material", "support"})

RESOURCE_WEEKS = TableSpec(
    name="resource_weeks",
    key="",
    geometry="",
    about="What is needed and what there is of each resource per week, from its first to its last use.",
    columns=(
        Column("week", "date", "Monday of the week"),
        Column("resource", "text", "Crew kind, piece of equipment, rate id of goods, or support"),
        Column("kind", "text", "Kind of resource", among=RESOURCE_KINDS),
        Column("unit", "text", "Unit of demand and capacity: crew-days, days of a piece, the unit of goods, tickets"),
        Column("demand", "number", "Needed in the week", least=0),
        Column("capacity", "number", "On offer in the week; of goods what has come and is not yet used", least=0),
        Column("peak", "number", "Most needed on one day of the week; 0 for goods", least=0),
        Column("is_peak", "flag", "The week of the largest demand for the resource, the first of equals"),
        Column("is_gap", "flag", "Nothing to do between two weeks with work although there is capacity"),
        Column("is_overload", "flag", "More is needed than there is"),
    ),
)  # fmt: skip

S_CURVE = TableSpec(
    name="s_curve",
    key="",
    geometry="",
    about="Money by month, for the program, each phase and each area; planned and paid end with the bill to the cent, "
    "P50 and P80 with those of the forecasts.",
    columns=(
        Column("scope", "text", "What the row adds up", among=frozenset({"program", "phase", "area"})),
        Column("id", "text", "Area, or number of the phase; program"),
        Column("date", "date", "Last day of the month"),
        Column("planned", "number", "Value of the work planned for the month", least=0),
        Column("cumulative", "number", "Value planned up to the end of the month", least=0),
        Column("paid", "number", "Money that leaves in the month under the payment terms", least=0),
        Column("cumulative_paid", "number", "Money that has left by the end of the month", least=0),
        Column("contingency", "number", "Contingency for the value planned so far: its share of the reserve"),
        Column("p50", "number", "Spent by then in half of the draws of dates, costs and risks: work done, at what it "
               "then costs; empty where nothing is drawn", least=0, nullable=True),
        Column("p80", "number", "The same, what 80 of 100 draws do not exceed", least=0, nullable=True),
    ),
)  # fmt: skip

ONBOARDING = TableSpec(
    name="onboarding",
    key="location_id",
    geometry="",
    about="Every location that gets service, with its wave and what the customer system needs to know of it.",
    columns=(
        Column("location_id", "text", "Identifier of the serviceable location"),
        Column("address", "text", "Street address, where known", nullable=True),
        Column("units", "integer", "Dwellings and businesses behind it", least=1),
        Column("area_id", "text", "Area"),
        Column("wave_id", "text", "Onboarding wave; empty where an area has none", nullable=True),
        Column("technology", "text", "How it is served",
               among=frozenset({"fiber", "dsl", "fixed_wireless", "satellite"})),
        Column("invite_date", "date", "First message", nullable=True),
        Column("install_from", "date", "First day of the window for its installation", nullable=True),
        Column("install_to", "date", "Last day of the window", nullable=True),
        Column("equipment", "text", "Customer equipment: rate id", nullable=True),
        Column("site_id", "text", "Terminal, cabinet or tower that serves it", nullable=True),
        Column("port", "text", "Port there", nullable=True),
        Column("olt_port", "text", "Office and port of the line terminal, for fiber", nullable=True),
        Column("loss_db", "number", "Largest link loss, for fiber", unit="dB", least=0, nullable=True),
        Column("longitude", "number", "Longitude, EPSG:4326", unit="degrees", least=-180, most=180),
        Column("latitude", "number", "Latitude, EPSG:4326", unit="degrees", least=-90, most=90),
        Column("state", "text", "How far it is; planned in a plan", among=frozenset({"planned"})),
    ),
)  # fmt: skip
