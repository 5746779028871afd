"""`[governance]` of a study: the kind of project management office, and what the study rules otherwise."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from expansion.section import Section


class GateChange(Section):
    """What a study changes of one gate; what it leaves out stays as the rule book has it."""

    name: str | None = Field(None, min_length=1, max_length=80, description="What is decided")
    approver_role: str | None = Field(None, min_length=1, max_length=80, description="Who decides")
    mode: Literal["advisory", "sign-off", "decision"] | None = Field(None, description="Weight of the decision")
    artifacts: str | None = Field(None, min_length=1, max_length=1000, description="What it asks for, joined by ;")


class Governance(Section):
    """`[governance]`: the kind of project management office, and what the study rules otherwise."""

    pmo: Literal["supportive", "controlling", "directive"] = Field(
        "controlling", description="Who decides at the gates: the PMO advises, signs off, or decides"
    )
    rules: dict[str, float | Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        default_factory=dict,
        description="Rules of this office by topic (table governance): a number changes the figure, text the words",
    )
    gates: dict[str, GateChange] = Field(
        default_factory=dict, description="Gates G0 to G4: name, approver_role, mode and artifacts that differ"
    )

    @model_validator(mode="after")
    def _figures(self) -> Self:
        wrong = [name for name, value in self.rules.items() if not isinstance(value, str) and not 0 <= value <= 1e9]
        if wrong:
            raise ValueError(f"figures must lie between 0 and 1e9: {wrong}")
        return self

    def gate_changes(self) -> dict[str, dict[str, str]]:
        """Cells of gates that the study changes, by gate."""
        return {name: gate.model_dump(exclude_none=True) for name, gate in self.gates.items()}
