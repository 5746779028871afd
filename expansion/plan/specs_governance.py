"""Declared tables of how the work is run: charters, governance, artifacts, RACI, communications, review."""

from __future__ import annotations

from expansion.plan.origins import SOURCE, STATUS
from expansion.plan.specs_schedule import WBS_PHASES
from expansion.tables import Column, TableSpec

CHARTER_SECTIONS = (
    "purpose", "scope", "cost", "benefit", "milestones", "gates", "risks", "permits", "team", "assumptions",
    "out of scope", "approval",
)  # fmt: skip

CHARTERS = TableSpec(
    name="charters",
    key="charter_row_id",
    geometry="",
    about="One page per chosen area, line by line; every figure is that of the table it names.",
    columns=(
        Column("charter_row_id", "text", "Area and running number of the line"),
        Column("area_id", "text", "Area"),
        Column("section", "text", "Part of the page", among=frozenset(CHARTER_SECTIONS)),
        Column("label", "text", "What the line tells"),
        Column("text", "text", "The line in words; empty where it is a figure", nullable=True),
        Column("number", "number", "The figure", nullable=True),
        Column("unit", "text", "Unit of the figure; the study's currency for money", nullable=True),
        Column("date", "date", "Day, where the line has one", nullable=True),
        Column("held_in", "text", "Table, or section of plan.json or of study.json, that holds the same"),
    ),
)

GOVERNANCE = TableSpec(
    name="governance",
    key="topic",
    geometry="",
    about="How this study's kind of PMO runs the work, as the rule book or the study says.",
    columns=(
        Column("topic", "text", "What is ruled"),
        Column("pmo", "text", "Kind of PMO", among=frozenset({"supportive", "controlling", "directive"})),
        Column("rule", "text", "The rule in words"),
        Column("value", "number", "Its figure, if it has one", least=0, nullable=True),
        Column("unit", "text", "Unit of the figure", nullable=True),
        Column("role", "text", "Who acts on it", nullable=True),
        SOURCE,
        STATUS,
    ),
)

GATE_ARTIFACTS = TableSpec(
    name="gate_artifacts",
    key="artifact_id",
    geometry="",
    about="What each gate asks for, and where it lies.",
    columns=(
        Column("artifact_id", "text", "Gate and running number"),
        Column("gate", "text", "G0 to G4"),
        Column("artifact", "text", "As the gate names it"),
        Column("held_in", "text", "A table of this plan, an export of it, or a document that is written in the field",
               among=frozenset({"table", "export", "document"})),
        Column("name", "text", "Table or export format; empty for a document", nullable=True),
        Column("role", "text", "Who brings it"),
        Column("accountable_role", "text", "Who answers for it"),
        Column("approver_role", "text", "Who decides at the gate"),
        Column("state", "text", "How far this plan holds it", among=frozenset({"complete", "in part", "to supply"})),
        Column("remaining", "text", "What is still to be brought to the gate", nullable=True),
        Column("template", "text", "How far its template binds, by the rule on templates"),
        SOURCE,
        STATUS,
    ),
)  # fmt: skip

PMO_TYPES = TableSpec(
    name="pmo_types",
    key="row_id",
    geometry="",
    about="What each kind of PMO would ask of this plan, side by side; in the column of the study's kind, as it rules.",
    columns=(
        Column("row_id", "text", "Subject and item"),
        Column("subject", "text", "Rule, approver or papers of a gate, inspection of a stage, number of this plan",
               among=frozenset({"rule", "gate", "papers", "inspection", "number"})),
        Column("item", "text", "Topic, gate, stage or what is counted"),
        Column("supportive", "text", "Under a supportive PMO"),
        Column("controlling", "text", "Under a controlling PMO"),
        Column("directive", "text", "Under a directive PMO"),
        Column("differs", "flag", "Whether the kinds differ in it"),
        Column("chosen", "text", "The study's kind of PMO",
               among=frozenset({"supportive", "controlling", "directive"})),
    ),
)  # fmt: skip

RACI = TableSpec(
    name="raci",
    key="raci_id",
    geometry="",
    about="Who is responsible, accountable, consulted and informed per work package and per artifact of a gate; one is "
    "accountable.",
    columns=(
        Column("raci_id", "text", "Work package or artifact, and role"),
        Column(
            "wbs", "text", "Work package of the WBS template; of an initiative its first task; of a gate its artifact"
        ),
        Column("wbs_phase", "text", "Phase of work", among=frozenset(WBS_PHASES)),
        Column("package", "text", "What is done"),
        Column("role", "text", "Role, or body outside the project"),
        Column("letter", "text", "R responsible, A accountable, C consulted, I informed", among=frozenset("RACI")),
        Column("tasks", "integer", "Tasks of this plan under the package, or that end in the gate", least=0),
    ),
)

COMMUNICATIONS = TableSpec(
    name="communications",
    key="communication_id",
    geometry="",
    about="What is told to whom, how, by whom and when; reporting follows the kind of PMO.",
    columns=(
        Column("communication_id", "text", "Message, and what it is about"),
        Column("message_id", "text", "Row of the message rules"),
        Column("audience", "text", "Who is told: a role, an authority or pole owner by name, customers"),
        Column("message", "text", "What is told"),
        Column("channel", "text", "How"),
        Column("owner_role", "text", "Who tells it"),
        Column("rhythm", "text", "How often, in words"),
        Column("every_days", "integer", "Days between two messages; empty for once", unit="calendar days", least=1,
               nullable=True),
        Column("next_date", "date", "Day of the first message, from the start of the plan on"),
        Column("last_date", "date", "Day of the last one", nullable=True),
        Column("times", "integer", "How many messages", least=1),
        Column("area_id", "text", "Area, where it concerns one", nullable=True),
        Column("wave_id", "text", "Onboarding wave, where it concerns one", nullable=True),
        Column("permits", "integer", "Permits that the authority or owner grants", least=1, nullable=True),
        Column("locations", "integer", "Locations told", least=0, nullable=True),
        Column("contact", "text", "Whom to ask, as permits.status says", nullable=True),
        SOURCE,
        STATUS,
    ),
)  # fmt: skip

TOPICS = frozenset({"money", "dates", "scope", "quality", "customers", "permits", "risks", "supply", "safety"})

REVIEW_TARGETS = TableSpec(
    name="review_targets",
    key="review_id",
    geometry="",
    about="What the review after the build holds against what came true; columns named actual are filled in then.",
    columns=(
        Column("review_id", "text", "Target and area, and of what where there are several"),
        Column("target_id", "text", "Row of the review rules"),
        Column("topic", "text", "What it is about", among=TOPICS),
        Column("area_id", "text", "Area; empty for the program", nullable=True),
        Column("subject_id", "text", "Technology, gate, milestone, initiative or risk, where each has its own target",
               nullable=True),
        Column("name", "text", "What is compared"),
        Column("about", "text", "The subject in words", nullable=True),
        Column("target", "number", "The plan's figure; empty for a date", nullable=True),
        Column("target_date", "date", "The plan's day", nullable=True),
        Column("unit", "text", "Unit; the study's currency for money"),
        Column("tolerance", "number", "How far it may be off without a word: days for a date, else in `unit`", least=0,
               nullable=True),
        Column("better", "text", "Which way is better", among=frozenset({"lower", "higher"})),
        Column("due", "date", "Day of the review; of a milestone its own"),
        Column("owner_role", "text", "Who fills it in"),
        Column("filled_from", "text", "Record or system from which it is filled in"),
        Column("actual", "number", "What came true; empty in a plan", nullable=True),
        Column("actual_date", "date", "Day that came true; empty in a plan", nullable=True),
        Column("note", "text", "Why it differs; empty in a plan", nullable=True),
        SOURCE,
        STATUS,
    ),
)  # fmt: skip

LESSONS = TableSpec(
    name="lessons",
    key="lesson_id",
    geometry="",
    about="Questions that are answered at closure, with the targets that show it and what the answer changes; columns "
    "named answer and action are filled in then.",
    columns=(
        Column("lesson_id", "text", "Row of the rules on lessons"),
        Column("topic", "text", "What it is about", among=TOPICS),
        Column("question", "text", "What is asked"),
        Column("evidence", "text", "Targets of the review that show it, joined by semicolons"),
        Column("targets", "integer", "Rows of the review that show it", least=0),
        Column("updates", "text", "Table of the rule book that the answer may change"),
        Column("owner_role", "text", "Who answers"),
        Column("due", "date", "Day by which it is answered: the last gate G4"),
        Column("answer", "text", "What was learned; empty in a plan", nullable=True),
        Column("action", "text", "What is changed, by whom and when; empty in a plan", nullable=True),
        SOURCE,
        STATUS,
    ),
)
