"""Declared tables of money, permits, time and delivery."""

from __future__ import annotations

from expansion.plan.specs_inputs import PERMIT_STATES
from expansion.tables import Column, TableSpec

BLOCKED_WORK = frozenset({"build", "aerial", "buried", "dig", "tower", "cabinet", "none"})
SOURCE_STATUSES = frozenset({"READ", "PARTLY_READ", "DERIVED", "GENERAL", "USER"})
COMPONENTS = frozenset({"labor", "material", "conduit", "cable", "electronics", "fee"})
WBS_PHASES = (
    "planning", "resource allocation", "execution", "quality control", "customer onboarding",
    "post-implementation review",
)  # fmt: skip
_SOURCE = Column("source", "text", "Where the value comes from")
_STATUS = Column("status", "text", "How far it was seen in the source", among=SOURCE_STATUSES)

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
        _SOURCE,
        _STATUS,
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
    about="What moves the cost: P80 of the total with one factor held and the others as drawn; the widest swing first.",
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
        Column("reserve_before", "number", "P80 - P50 of the total as drawn", least=0),
        Column("reserve_after", "number", "Expected P80 - P50 once the survey is done", least=0),
        Column("freed", "number", "Reserve that the survey is expected to free; may be below 0 by chance of the draws"),
        Column("is_worth_it", "flag", "It frees more than it costs"),
        _SOURCE,
        _STATUS,
    ),
)

PERMITS = TableSpec(
    name="permits",
    key="permit_id",
    geometry="Point|LineString|Polygon|MultiPoint|MultiLineString|MultiPolygon|GeometryCollection",
    about="Permits of the network as agencies grant them.",
    columns=(
        Column("permit_id", "text", "From rule, authority and what it is granted for; not from the route"),
        Column("rule_id", "text", "Permit rule"),
        Column("permit", "text", "What is applied for"),
        Column("authority_kind", "text", "Kind of authority"),
        Column("authority", "text", "Name, where a layer gives it", nullable=True),
        Column("granted_for", "text", "Road and county, water body, parcel, pole owner …"),
        Column("crossings", "integer", "Crossings, poles or stretches under this permit", least=1),
        Column("length_m", "number", "Route inside or along", unit="m", least=0),
        Column("lots", "integer", "Application lots (poles), else 1", least=1),
        Column("lot", "text", "Crossings or poles per lot, joined by commas; empty without a limit", nullable=True),
        Column("lead_time_min", "integer", "Shortest lead time", unit="calendar days", least=0),
        Column("lead_time_calendar_days", "integer", "Typical lead time", unit="calendar days", least=0),
        Column("lead_time_max", "integer", "Longest lead time", unit="calendar days", least=0),
        Column("fee", "number", "Expected fee", least=0),
        Column("rent_year", "number", "Expected rent in a year", least=0),
        Column("area_ids", "text", "Areas that need it, joined by commas"),
        Column("documents", "text", "What the application holds, joined by semicolons"),
        Column("blocks", "text", "Work that waits for it", among=BLOCKED_WORK),
        Column("after_permit_ids", "text", "Permits to be approved first, joined by commas", nullable=True),
        Column("season_from", "text", "First day of the year, MM-DD, for the work; empty is all year", nullable=True),
        Column("season_to", "text", "Last day of the year for the work", nullable=True),
        Column("state", "text", "How far it is, as the study's permits.status says", among=PERMIT_STATES),
        Column("filed", "date", "Day on which it was filed", nullable=True),
        Column("decided", "date", "Day on which it was approved or refused", nullable=True),
        Column("contact", "text", "Whom to ask at the authority, as permits.status says", nullable=True),
        Column("reference", "text", "The authority's number of the case", nullable=True),
        Column("note", "text", "What else people wrote about it", nullable=True),
        Column("evidence", "text", "Where its features were read, joined by commas; design where none is needed"),
        Column("confidence", "text", "Least confidence of its features", among=frozenset({"high", "medium", "low"})),
        Column("blocks_task_ids", "text", "Tasks that wait for it, joined by commas", nullable=True),
        Column("span_ids", "text", "Spans that need it, joined by commas"),
        Column("trigger_ids", "text", "Features that ask for it, joined by commas"),
        _SOURCE,
        _STATUS,
    ),
)

PERMIT_STATE_ROWS = TableSpec(
    name="permit_states",
    key="permit_id",
    geometry="",
    about="Every row of the study's permits.status, whether this plan needs the permit or not: nothing is lost.",
    columns=(
        Column("permit_id", "text", "Permit"),
        Column("state", "text", "How far it is", among=PERMIT_STATES),
        Column("filed", "date", "Day on which it was filed", nullable=True),
        Column("decided", "date", "Day on which it was approved or refused", nullable=True),
        Column("contact", "text", "Whom to ask at the authority", nullable=True),
        Column("reference", "text", "The authority's number of the case", nullable=True),
        Column("note", "text", "What else is worth knowing", nullable=True),
        Column("is_needed", "flag", "This plan needs the permit"),
    ),
)

TASKS = TableSpec(
    name="tasks",
    key="task_id",
    geometry="",
    about="Work packages with dates; a start and a finish are days on which work happens, both included.",
    columns=(
        Column("task_id", "text", "Identifier of the task"),
        Column("wbs", "text", "WBS code"),
        Column("area_id", "text", "Area; empty for the program", nullable=True),
        Column("wbs_phase", "text", "Phase of work", among=frozenset(WBS_PHASES)),
        Column("name", "text", "What is done"),
        Column("start", "date", "First day"),
        Column("finish", "date", "Last day; equals start for a milestone"),
        Column("duration_days", "integer", "Days on the task's calendar; 0 for a milestone", unit="days", least=0),
        Column("calendar", "text", "Calendar: working days, one per crew kind; or calendar for every day"),
        Column("not_before", "date", "Earliest start asked for (study start, phase year)"),
        Column("total_float_days", "integer", "Days it may slip without moving the finish", unit="days"),
        Column("free_float_days", "integer", "Days it may slip without moving a successor", unit="days"),
        Column("is_critical", "flag", "No total float, links and crews considered"),
        Column("crew_kind", "text", "Crew that does it; empty for none", nullable=True),
        Column("crew_count", "integer", "Crews it takes at once", least=0),
        Column("crews", "text", "Their numbers, from 1 per kind, joined by commas", nullable=True),
        Column("cost", "number", "Money spent on it", least=0),
        Column("permit_id", "text", "Permit that it waits for or obtains", nullable=True),
        Column("agency", "text", "Authority that works on the permit: its name, else its kind", nullable=True),
        Column("role", "text", "Role responsible"),
        Column("gate", "text", "Gate that it ends in", nullable=True),
    ),
)

TASK_LINKS = TableSpec(
    name="task_links",
    key="",
    geometry="",
    about="Logic: a successor waits for its predecessor.",
    columns=(
        Column("predecessor_id", "text", "Task before"),
        Column("successor_id", "text", "Task after"),
        Column("kind", "text", "Kind of link", among=frozenset({"FS", "SS", "FF", "SF"})),
        Column("lag_days", "integer", "Calendar days between, at least 0", unit="calendar days", least=0),
    ),
)

RESOURCES = TableSpec(
    name="resources",
    key="resource_id",
    geometry="",
    about="Crews by kind.",
    columns=(
        Column("resource_id", "text", "Crew kind"),
        Column("count", "integer", "Crews at work at once", least=0),
        Column("crew_days", "number", "Crew days in this plan", least=0),
        Column("peak", "integer", "Most crews used on one day", least=0),
        Column("utilization", "number", "Crew days over crew days on offer between first and last use", least=0),
        Column("calendar", "text", "Calendar"),
    ),
)

RISKS = TableSpec(
    name="risks",
    key="risk_id",
    geometry="",
    about="Risks found on this plan's route, permits and suppliers.",
    columns=(
        Column("risk_id", "text", "Rule and place"),
        Column("rule_id", "text", "Row of the risk rules"),
        Column("category", "text", "Kind of risk"),
        Column("area_id", "text", "Area; empty for the program", nullable=True),
        Column("risk", "text", "What may happen"),
        Column("cause", "text", "Why here, with the figure that raised it"),
        Column("probability", "number", "Chance that it happens", least=0, most=1),
        Column("impact_days", "number", "Delay if it happens", unit="days", least=0),
        Column("impact_cost", "number", "Cost if it happens", least=0),
        Column("exposure_cost", "number", "Probability x cost", least=0),
        Column("trigger", "text", "What to watch"),
        Column("response", "text", "What to do"),
        Column("owner_role", "text", "Who owns it"),
        Column("rank", "integer", "1 is the largest exposure", least=1),
        _SOURCE,
        _STATUS,
    ),
)

QUALITY = TableSpec(
    name="quality",
    key="check_row_id",
    geometry="",
    about="Inspection and test plan per area.",
    columns=(
        Column("check_row_id", "text", "Check and area"),
        Column("check_id", "text", "Row of the quality rules"),
        Column("area_id", "text", "Area"),
        Column("stage", "text", "When"),
        Column("object", "text", "What is looked at"),
        Column("method", "text", "How"),
        Column("acceptance", "text", "Threshold"),
        Column("sample", "text", "How many are looked at, by rule"),
        Column("quantity", "integer", "Checks due in this area", least=0),
        Column("task_id", "text", "Task that it belongs to", nullable=True),
        Column("gate", "text", "Gate that it must pass before", nullable=True),
        _SOURCE,
        _STATUS,
    ),
)

PROCUREMENT = TableSpec(
    name="procurement",
    key="lot_id",
    geometry="",
    about="What to order, by when.",
    columns=(
        Column("lot_id", "text", "Item and phase"),
        Column("item", "text", "Rate id"),
        Column("phase", "integer", "Build phase", least=1),
        Column("quantity", "number", "How many or how long", least=0),
        Column("unit", "text", "Unit of the quantity"),
        Column("spend", "number", "Likely cost", least=0),
        Column("lead_time_calendar_days", "integer", "Order to delivery", unit="calendar days", least=0),
        Column("need_by", "date", "First day of use"),
        Column("order_by", "date", "Last day to order"),
        Column("is_late", "flag", "The last day to order lies before the study's start"),
        _SOURCE,
        _STATUS,
    ),
)

STAKEHOLDERS = TableSpec(
    name="stakeholders",
    key="stakeholder_id",
    geometry="",
    about="Who has a say, and in which role per WBS phase (RACI).",
    columns=(
        Column("stakeholder_id", "text", "Identifier"),
        Column("name", "text", "Person, body or role"),
        Column("kind", "text", "internal role, authority, pole owner, customer, supplier"),
        Column("interest", "text", "What it wants or grants"),
        Column("influence", "text", "How far it can stop the plan", among=frozenset({"high", "medium", "low"})),
        *(
            Column(f"raci_{phase.replace(' ', '_').replace('-', '_')}", "text", f"RACI in {phase}", nullable=True)
            for phase in WBS_PHASES
        ),
        Column("communication", "text", "What, how, how often"),
    ),
)  # fmt: skip

WAVES = TableSpec(
    name="waves",
    key="wave_id",
    geometry="",
    about="Onboarding waves, limited by install crews.",
    columns=(
        Column("wave_id", "text", "Area and running number"),
        Column("area_id", "text", "Area"),
        Column("phase", "integer", "Build phase", least=1),
        Column("start", "date", "First install"),
        Column("finish", "date", "Last install"),
        Column("locations", "integer", "Locations invited", least=0),
        Column("expected_orders", "number", "At the take rate", least=0),
        Column("marketing_start", "date", "First message to customers"),
        Column("limit", "text", "What limits the pace"),
    ),
)

GATES = TableSpec(
    name="gates",
    key="gate_row_id",
    geometry="",
    about="Decisions to take, by whom, on which date.",
    columns=(
        Column("gate_row_id", "text", "Gate and area"),
        Column("gate", "text", "G0 to G4"),
        Column("name", "text", "What is decided"),
        Column("area_id", "text", "Area"),
        Column("date", "date", "Planned date"),
        Column("task_id", "text", "Task that ends in it", nullable=True),
        Column("approver_role", "text", "Who decides under this kind of PMO"),
        Column("mode", "text", "advisory, sign-off or decision"),
        Column("artifacts", "text", "What must lie on the table"),
    ),
)
