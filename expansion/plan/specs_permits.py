"""Declared tables of permits and of what is known of each."""

from __future__ import annotations

from expansion.plan.origins import SOURCE, STATUS
from expansion.plan.specs_inputs import PERMIT_STATES
from expansion.tables import Column, TableSpec

BLOCKED_WORK = frozenset({"build", "aerial", "buried", "dig", "tower", "cabinet", "none"})

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
        SOURCE,
        STATUS,
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
