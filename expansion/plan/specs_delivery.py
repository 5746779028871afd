"""Declared tables of delivery: risks, quality, procurement, stakeholders, waves, gates."""

from __future__ import annotations

from expansion.plan.origins import SOURCE, STATUS
from expansion.plan.specs_schedule import WBS_PHASES
from expansion.tables import Column, TableSpec

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
        Column("p80_days", "integer", "What P80 of the program's finish loses without this risk", unit="calendar days"),
        Column("p80_cost", "number", "What P80 of the program's cost loses without this risk"),
        Column("trigger", "text", "What to watch"),
        Column("response", "text", "What to do"),
        Column("owner_role", "text", "Who owns it"),
        Column("task_ids", "text", "Tasks that it delays where it happens, joined by commas", nullable=True),
        Column("rank", "integer", "1 does most to P80 of finish and cost", least=1),
        SOURCE,
        STATUS,
    ),
)

QUALITY = TableSpec(
    name="quality",
    key="check_row_id",
    geometry="",
    about="Inspection and test plan per area, and per section of its build where it has several.",
    columns=(
        Column("check_row_id", "text", "Check, and area or section"),
        Column("check_id", "text", "Row of the quality rules"),
        Column("area_id", "text", "Area"),
        Column("section_id", "text", "Section of the build; empty for the area as a whole", nullable=True),
        Column("stage", "text", "When"),
        Column("object", "text", "What is looked at"),
        Column("method", "text", "How"),
        Column("acceptance", "text", "Threshold"),
        Column("sample", "text", "How many are looked at, by rule"),
        Column("quantity", "integer", "Checks due in this area or section", least=0),
        Column("task_id", "text", "Task that it belongs to", nullable=True),
        Column("holds_task_id", "text", "Of a hold point: the task that ends in its gate and waits for it",
               nullable=True),
        Column("gate", "text", "Gate that it must pass before", nullable=True),
        Column("record", "text", "What is kept of it"),
        Column("least", "number", "Least value that is accepted, where it is a figure", nullable=True),
        Column("most", "number", "Largest value that is accepted, where it is a figure", nullable=True),
        Column("unit", "text", "Unit of least and most", nullable=True),
        Column("planned", "number", "The plan's own figure for it, in the same unit", nullable=True),
        Column(
            "point",
            "text",
            "hold: work waits; witness: the inspector is called; review: records are read",
            among=frozenset({"hold", "witness", "review"}),
        ),
        Column("inspector_role", "text", "Who inspects under this kind of PMO"),
        Column("audits", "integer", "Checks that the inspector repeats", least=0),
        Column("holds_payment", "flag", "Payment of the work waits until it is passed"),
        Column("due", "date", "Last day of its task, by which it is due; empty without a task", nullable=True),
        SOURCE,
        STATUS,
    ),
)  # fmt: skip

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
        Column("package", "text", "What is ordered together: phase, supplier and lead time"),
        Column("supplier", "text", "Kind of supplier", nullable=True),
        Column("contract", "text", "Kind of contract", nullable=True),
        Column("second_source", "text", "Who or what else could supply it; empty is nobody", nullable=True),
        Column("is_single_source", "flag", "Nobody else could supply it"),
        Column("second_lead_time_calendar_days", "integer", "From the turn to the second source to delivery; empty "
               "without one", unit="calendar days", least=0, nullable=True),
        Column("switch_by", "date", "Last day to turn to the second source so that need_by is kept", nullable=True),
        Column("second_spend", "number", "Likely cost from the second source", least=0, nullable=True),
        Column("spend_share", "number", "Share of the phase's spend on goods", unit="fraction", least=0, most=1),
        SOURCE,
        STATUS,
    ),
)  # fmt: skip

STAKEHOLDERS = TableSpec(
    name="stakeholders",
    key="stakeholder_id",
    geometry="",
    about="Who has a say, and in which role per WBS phase (RACI).",
    columns=(
        Column("stakeholder_id", "text", "Identifier"),
        Column("name", "text", "Person, body or role"),
        Column("kind", "text", "internal role, initiative, authority, pole owner, customer, supplier, outside body"),
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
    about="Onboarding waves, limited by install crews and by support.",
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
        Column("bottleneck", "text", "What limits most of its days; orders: all fit in a day",
               among=frozenset({"install", "support", "orders"})),
        Column("install_capacity", "number", "Orders that the crews can do in the wave", least=0),
        Column("support_capacity", "number", "New customers, of all areas, that support can take on in its days; empty "
               "where customers need no support", least=0, nullable=True),
        Column("tickets", "number", "Support tickets of its customers", least=0),
        Column("support_until", "date", "Last day on which support stands by the wave"),
    ),
)  # fmt: skip

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
        Column("date", "date", "Planned date; where sections are released one by one, of the last"),
        Column("first_date", "date", "Planned date of the first section that it releases; else as date"),
        Column("releases", "integer", "Tasks that end in it, such as sections that it releases", least=0),
        Column("task_id", "text", "Task that ends in it, the last of several", nullable=True),
        Column("approver_role", "text", "Who decides under this kind of PMO"),
        Column("mode", "text", "advisory, sign-off or decision"),
        Column("artifacts", "text", "What must lie on the table"),
    ),
)
