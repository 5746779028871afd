"""Rows on how a project office runs the work: governance, artifacts, messages, equipment, payments, inspection."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from expansion.rulebook.rows import Row

Pmo = Literal["supportive", "controlling", "directive"]
GateMode = Literal["advisory", "sign-off", "decision"]
ArtifactState = Literal["complete", "in part", "to supply"]
Topic = Literal["money", "dates", "scope", "quality", "customers", "permits", "risks", "supply", "safety"]


class GovernanceRule(Row):
    """How one kind of PMO handles one topic: in words, and as a number where there is one."""

    pmo: Pmo = Field(description="Kind of project management office")
    topic: str = Field(pattern=r"^[a-z_]{1,40}$", description="What is ruled")
    rule: str = Field(min_length=1, max_length=200, description="The rule in words")
    value: float | None = Field(None, ge=0, le=1e9, allow_inf_nan=False, description="Its figure, if it has one")
    unit: str = Field("", description="Unit of the figure")
    role: str = Field("", description="Who acts on it")


class Artifact(Row):
    """Where the thing lies that a gate asks for: a table of the plan, an export, or a document written in the field."""

    artifact: str = Field(min_length=1, description="As a gate names it")
    held_in: Literal["table", "export", "document"] = Field(description="What holds it")
    name: str = Field("", description="Table or export format; empty for a document")
    role: str = Field(min_length=1, description="Who brings it")
    accountable_role: str = Field(min_length=1, description="Who answers for it")
    consulted: str = Field("", description="Who is asked, joined by semicolons")
    state: ArtifactState = Field(description="How far a plan holds it")
    remaining: str = Field("", description="What is still to be brought to the gate")


class Message(Row):
    """Something to be told, again and again or once, to a group of people.

    `rhythm` says when: ``reporting`` (as the PMO type reports), ``every`` so many `days`, ``gate``, ``permit`` (while
    an authority's permits are open), ``build`` (before ground is opened in an area), ``order`` and ``delivery`` (before
    what a supplier brings for a phase must be ordered, or is used), ``milestone`` (before the day of a grant's),
    ``initiative`` (while one is under way, every so many `days`), ``in_place`` (when it is done) or a point of an
    onboarding wave, with `days` before or after it.
    """

    message_id: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    audience: str = Field(min_length=1, description="A role, or authorities, pole owners, customers")
    message: str = Field(min_length=1, description="What is told")
    channel: str = Field(min_length=1, description="How")
    owner_role: str = Field(min_length=1, description="Who tells it")
    rhythm: Literal["reporting", "every", "gate", "permit", "build", "order", "delivery", "milestone", "initiative",
                    "in_place", "invite", "appointment", "outage", "welcome"]  # fmt: skip
    days: int = Field(
        0, ge=0, le=366,
        description="Days between (every, permit, initiative), before (gate, build, order, delivery, milestone, "
                    "appointment, outage) or after (welcome)",
    )  # fmt: skip


class Equipment(Row):
    """What a crew of a kind has on site on a day of work."""

    equipment_id: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    crew_kind: str = Field(min_length=1, description="Kind of crew that brings it")
    equipment: str = Field(min_length=1, description="In words")
    per_crew: int = Field(ge=1, le=100, description="Pieces per crew")


class PaymentTerm(Row):
    """A part of what is paid for a component, and when it falls due."""

    component: str = Field(min_length=1, description="Component of the bill of materials")
    part: int = Field(ge=1, le=9, description="Running number within the component")
    due: Literal["order", "delivery", "work", "acceptance"] = Field(
        description="Day from which the days count; goods are ordered and delivered, the rest is worked off"
    )
    share: float = Field(gt=0, le=1, description="Share of the money; the shares of a component add to 1")
    days: int = Field(ge=0, le=366, description="Calendar days after it")


class InspectionPoint(Row):
    """Who looks at the checks of a stage under one kind of PMO, and whether work or payment waits for them."""

    pmo: Pmo
    stage: str = Field(min_length=1, description="Stage of the quality checks")
    point: Literal["hold", "witness", "review"] = Field(
        description="hold: work waits; witness: the inspector is called, work goes on; review: records are read"
    )
    inspector_role: str = Field(min_length=1, description="Who inspects")
    audit_share: float = Field(ge=0, le=1, description="Share of the checks that the inspector repeats")
    holds_payment: bool = Field(description="Payment waits until they are passed")


class ReviewTarget(Row):
    """A figure of the plan that the review after the build holds against what came true.

    `per` says of what there are several in an area or program: a target each.
    """

    target_id: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    topic: Topic = Field(description="What it is about")
    name: str = Field(min_length=1, description="What is compared, in words")
    unit: str = Field("", description="Unit; money is in the study's currency; day for a date")
    scope: Literal["area", "program", "both"] = Field(description="Compared per area, for the program, or for both")
    per: Literal["", "technology", "gate", "milestone", "initiative", "risk"] = Field(
        "", description="Thing of which each has its own target; empty for one target"
    )
    target: float | None = Field(
        None, ge=0, le=1e9, allow_inf_nan=False, description="The figure itself, where it is not one of the plan's own"
    )
    tolerance: Literal["cost", "date", "share", "none"] = Field(
        description="cost and date: as the governance says; share: of the target, with `value`"
    )
    value: float = Field(0.0, ge=0, le=1, description="Tolerance, where it is a share")
    better: Literal["lower", "higher"] = Field(description="Which way is better than the target")
    owner_role: str = Field(min_length=1, description="Who fills it in")
    filled_from: str = Field(min_length=1, description="Record or system from which it is filled in")


class Lesson(Row):
    """A question that is answered at the end of an area, and what the answer changes in the rule book."""

    lesson_id: str = Field(min_length=1, max_length=10)
    topic: Topic = Field(description="What it is about")
    question: str = Field(min_length=1, description="What is asked")
    evidence: str = Field(min_length=1, description="Targets of the review that show it, joined by semicolons")
    updates: str = Field(min_length=1, description="Table of the rule book that the answer may change")
    owner_role: str = Field(min_length=1, description="Who answers")


class FunderTerm(Row):
    """What a funder asks for: a share of the locations by a year, a report, a certificate."""

    term_id: str = Field(min_length=1, description="Identifier of the term")
    program: str = Field(min_length=1, description="Program of the funder")
    profiles: str = Field(min_length=1, description="Profiles under which it is shown, joined by semicolons")
    topic: Literal["milestone", "report", "certificate"] = Field(description="What is asked for")
    share: float | None = Field(None, gt=0, le=1, description="Milestone: share of the locations to be in service")
    years: float | None = Field(
        None, gt=0, le=20, description="Milestone: years after the start; empty for no deadline"
    )
    months: int | None = Field(None, ge=1, le=60, description="Report: months from one to the next")
    text: str = Field(min_length=1, description="The term in words")
