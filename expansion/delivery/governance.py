"""How the work is run under the study's kind of PMO: rules, artifacts of the gates, who does what."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from expansion.delivery.days import TaskDays
from expansion.delivery.tables import make_table
from expansion.plan.findings import Finding, find
from expansion.plan.specs_governance import GATE_ARTIFACTS, GOVERNANCE, RACI
from expansion.rulebook import Rulebook, WorkPackage
from expansion.rulebook.delivery_rows import Artifact, GovernanceRule
from expansion.study import Study

EVERYBODY = "all"
_ORDER = "ARCI"


def govern(study: Study, rulebook: Rulebook) -> pd.DataFrame:
    """List the rules of the study's kind of PMO, as shipped or as the study changes them."""
    rows = [
        (row.topic, row.pmo, row.rule, row.value, row.unit or None, row.role or None, row.source, row.status)
        for row in rulebook.governance
        if row.pmo == study.governance.pmo
    ]
    return make_table(GOVERNANCE, sorted(rows))


def governance_rule(study: Study, rulebook: Rulebook, topic: str) -> GovernanceRule:
    """Look up how the study's kind of PMO rules a topic."""
    return next(row for row in rulebook.governance if (row.pmo, row.topic) == (study.governance.pmo, topic))


def list_artifacts(study: Study, rulebook: Rulebook) -> tuple[pd.DataFrame, list[Finding]]:
    """Say where each thing lies that the gates ask for.

    Returns
    -------
    tuple
        Table after `GATE_ARTIFACTS`, and ``W_ARTIFACT`` for what the rule book has no place for: it is then a document
        that the approver's side has to bring.
    """
    places = {row.artifact.casefold(): row for row in rulebook.artifacts}
    binding = governance_rule(study, rulebook, "templates").rule
    rows: list[tuple[object, ...]] = []
    homeless: list[str] = []
    for gate in sorted((gate for gate in rulebook.gates if gate.pmo == study.governance.pmo), key=lambda g: g.gate):
        asked = [text.strip() for text in gate.artifacts.split(";") if text.strip()]
        for number, artifact in enumerate(asked, start=1):
            place, key = places.get(artifact.casefold()), f"{gate.gate}-{number:02d}"
            if place is None:
                homeless.append(f"{gate.gate}: {artifact}")
                place = Artifact(
                    artifact=artifact, held_in="document", role=gate.approver_role, state="to supply",
                    accountable_role=gate.approver_role, remaining="all of it", source=gate.source, status=gate.status,
                )  # fmt: skip
            rows.append(
                (key, gate.gate, artifact, place.held_in, place.name or None, place.role, place.accountable_role,
                 gate.approver_role, place.state, place.remaining or None, binding, place.source, place.status)
            )  # fmt: skip
    message = "gates ask for artifacts that no table and no export of a plan holds"
    repair = "bring them as documents, or name one that table gate_artifacts places"
    return make_table(GATE_ARTIFACTS, rows), [find("W_ARTIFACT", "info", message, homeless, repair=repair)] * bool(
        homeless
    )


def strange_roles(rulebook: Rulebook) -> list[Finding]:
    """Tell of who has a duty under the rule book and stands in no row of its roles, so that nobody can be asked."""
    known = {row.role for row in rulebook.roles}
    duties = [("risk", row.rule_id, row.owner_role) for row in rulebook.risks]
    duties += [("gate", f"{row.gate} {row.pmo}", row.approver_role) for row in rulebook.gates]
    duties += [("inspection", f"{row.stage} {row.pmo}", row.inspector_role) for row in rulebook.inspection_points]
    duties += [("message", row.message_id, row.owner_role) for row in rulebook.communications]
    duties += [("target", row.target_id, row.owner_role) for row in rulebook.review_targets]
    duties += [("lesson", row.lesson_id, row.owner_role) for row in rulebook.lessons]
    for place in rulebook.artifacts:
        roles = (place.role, place.accountable_role, *_roles(place.consulted))
        duties += [("artifact", place.artifact, role) for role in roles]
    for package in rulebook.work_packages:
        duties += [("package", package.wbs, role) for role in (package.responsible, package.accountable)]
    lost = [f"{kind} {name}: {role}" for kind, name, role in duties if role and role not in known]
    message = "duties are given to roles that the register of roles does not hold"
    repair = "name a role of expansion rates show --of roles, or add it there"
    return [find("W_ROLE", "info", message, lost, repair=repair)] if lost else []


def assign_roles(rulebook: Rulebook, days: TaskDays, tasks: pd.DataFrame, artifacts: pd.DataFrame) -> pd.DataFrame:
    """Give every role its letter per work package that this plan has tasks of, per initiative and artifact of a gate.

    A role that stands twice in a package keeps the weightier letter: accountable, responsible, consulted, informed. Who
    is informed as ``all`` is every internal role of the register without another letter. For an initiative the sponsor
    is accountable; the PMO and everyone who works on it are responsible. Who decides at a gate is informed of its
    artifacts, if he has no other letter there.
    """
    counts: dict[str, int] = {}
    for task in days.tasks.values():
        counts[task.wbs] = counts.get(task.wbs, 0) + 1
    rows: list[tuple[object, ...]] = []
    for package in rulebook.work_packages:
        if package.kind == "summary" or not counts.get(package.wbs):
            continue
        for role, letter in _letters(rulebook, package):
            rows.append(
                (
                    f"{package.wbs}-{role}", package.wbs, package.phase, package.name, role, letter,
                    counts[package.wbs],
                )
            )  # fmt: skip
    return make_table(RACI, [*rows, *_on_initiatives(tasks), *_on_artifacts(rulebook, tasks, artifacts)])


def _on_artifacts(rulebook: Rulebook, tasks: pd.DataFrame, artifacts: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """Give the roles of each artifact their letters; its phase is that of the packages which end in its gate."""
    phases = {row.gate: str(row.phase) for row in rulebook.work_packages if row.gate}
    ends, asked = tasks["gate"].value_counts().to_dict(), {row.artifact.casefold(): row for row in rulebook.artifacts}
    for row in artifacts.to_dict("records"):
        place = asked.get(str(row["artifact"]).casefold())
        named = {
            "A": [str(row["accountable_role"])], "R": [str(row["role"])],
            "C": _roles(place.consulted) if place else [], "I": [str(row["approver_role"])],
        }  # fmt: skip
        gate = str(row["gate"])
        for role, letter in _by_weight(named):
            key = f"{row['artifact_id']}-{role}"
            yield key, row["artifact_id"], phases[gate], row["artifact"], role, letter, int(ends.get(gate, 0))


def _on_initiatives(tasks: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """Give the roles of each initiative their letters."""
    mine = tasks[tasks["initiative_id"].notna().to_numpy()]
    for name, own in mine.groupby("initiative_id", sort=True):
        wbs, phase = f"initiative-{name}", str(own["wbs_phase"].iloc[0])
        title = str(own.loc[(own["task_id"] == wbs).to_numpy(), "name"].iloc[0])
        people = sorted(set(own["role"]) - {"Sponsor", "PMO"})
        for role, letter in (("Sponsor", "A"), ("PMO", "R"), *((one, "R") for one in people)):
            yield (f"{wbs}-{role}", wbs, phase, title, role, letter, len(own))


def _letters(rulebook: Rulebook, package: WorkPackage) -> list[tuple[str, str]]:
    """List the roles of a package with their letters, the accountable first."""
    named = {
        "A": [package.accountable],
        "R": [package.responsible],
        "C": _roles(package.consulted),
        "I": _roles(package.informed),
    }
    found = dict(_by_weight(named))
    if EVERYBODY in named["I"]:
        for row in rulebook.roles:
            if row.kind == "internal role":
                found.setdefault(row.role, "I")
    return sorted(found.items(), key=lambda pair: (_ORDER.index(pair[1]), pair[0]))


def _by_weight(named: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Give each role its weightiest letter, the accountable first."""
    found: dict[str, str] = {}
    for letter in _ORDER:
        for role in named[letter]:
            if role != EVERYBODY:
                found.setdefault(role, letter)
    return sorted(found.items(), key=lambda pair: (_ORDER.index(pair[1]), pair[0]))


def _roles(text: str) -> list[str]:
    return [part.strip() for part in text.replace("/", ";").split(";") if part.strip()]
