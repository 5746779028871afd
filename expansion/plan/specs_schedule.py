"""Declared tables of the schedule: tasks, links, resources."""

from __future__ import annotations

from expansion.tables import Column, TableSpec

WBS_PHASES = (
    "planning", "resource allocation", "execution", "quality control", "customer onboarding",
    "post-implementation review",
)  # fmt: skip

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
        Column("criticality", "number", "Share of the draws in which it has no total float", least=0, most=1),
        Column("crew_kind", "text", "Crew that does it; empty for none", nullable=True),
        Column("crew_count", "integer", "Crews it takes at once; people of its role for an initiative", least=0),
        Column(
            "crews",
            "text",
            "Their numbers, from 1 per kind, joined by commas; place at a limited agency",
            nullable=True,
        ),
        Column("cost", "number", "Money spent on it", least=0),
        Column("permit_id", "text", "Permit that it waits for or obtains", nullable=True),
        Column("agency", "text", "Authority that works on the permit: its name, else its kind", nullable=True),
        Column("role", "text", "Role responsible"),
        Column("gate", "text", "Gate that it ends in", nullable=True),
        Column("section_id", "text", "Section of the area's build that it is work for", nullable=True),
        Column("initiative_id", "text", "Initiative that it is work for", nullable=True),
    ),
)

SECTIONS = TableSpec(
    name="sections",
    key="section_id",
    geometry="LineString|MultiLineString",
    about="Parts of each area's build that are released by the same permits.",
    columns=(
        Column("section_id", "text", "Area and number"),
        Column("area_id", "text", "Area"),
        Column("method", "text", "How it is built: underground or on poles", among=frozenset({"buried", "aerial"})),
        Column("span_ids", "text", "Its spans, joined by commas"),
        Column("length_m", "number", "Route meters", unit="m", least=0),
        Column("permit_ids", "text", "Permits that hold it up, joined by commas", nullable=True),
        Column("start", "date", "First day of build", nullable=True),
        Column("finish", "date", "Last day of build", nullable=True),
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
    about="Crews by kind, the agencies that work on permits, and the roles of work without either.",
    columns=(
        Column("resource_id", "text", "Crew kind; agency by the name that its permits bear; role"),
        Column(
            "count",
            "integer",
            "Most crews called or applications at once; of unlimited agencies and of roles the peak",
            least=0,
        ),
        Column(
            "crew_days",
            "number",
            "Crew days; of agencies calendar days of permits, of roles days times people",
            least=0,
        ),
        Column("peak", "integer", "Most crews used, permits worked on, or people of the role, on one day", least=0),
        Column("utilization", "number", "Crew days over crew days on offer between first and last use", least=0),
        Column("calendar", "text", "Calendar"),
        Column("kind", "text", "What it is", among=frozenset({"agency", "crew", "role"})),
    ),
)
