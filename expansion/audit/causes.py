"""Group what failed by its cause, and say what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from expansion.audit.ledger import Check

FILES = "files"  # the check that compares every file with the manifest
_CONTRACT = frozenset({"tables", "document"})  # those that know what a plan of this version holds


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is wrong, however many checks it fails.

    Attributes
    ----------
    message
        What is wrong.
    checks
        Names of the checks that say so, in their order.
    """

    message: str
    checks: tuple[str, ...]

    @property
    def is_damage(self) -> bool:
        """Whether the files are not those that the planner wrote."""
        return FILES in self.checks

    @property
    def is_older(self) -> bool:
        """Whether something is not there at all which this version saves: a table, a column, a key of plan.json."""
        return bool(_CONTRACT & set(self.checks)) and bool({"missing", "lacks"} & set(self.message.split()))


def group_causes(checks: Sequence[Check]) -> list[Cause]:
    """Group failures by what they say: changed files first, then those that fail most checks, then in their order.

    Parameters
    ----------
    checks
        Results of all validators; one that holds has no cause.
    """
    found: dict[str, list[str]] = {}
    for check in checks:
        for failure in check.failures:
            names = found.setdefault(failure, [])
            if check.name not in names:
                names.append(check.name)
    causes = [Cause(message, tuple(names)) for message, names in found.items()]
    return sorted(causes, key=lambda cause: (not cause.is_damage, -len(cause.checks)))


def advise(causes: Sequence[Cause], wrote: str, reads: str) -> str:
    """Say what to do about a plan that does not hold; "" where nothing is wrong.

    Parameters
    ----------
    causes
        What is wrong.
    wrote, reads
        Versions of the program that wrote the plan and that reads it; "" where unknown.
    """
    if not causes:
        return ""
    if any(cause.is_damage for cause in causes):
        return "the files are not those that the planner wrote: copy the folder anew, or plan again"
    if wrote != reads:
        return f"the plan was written by version {wrote or '?'}, this is {reads}: plan again with this version"
    if any(cause.is_older for cause in causes):
        return "the files are as written, by an earlier state of this version that did not save all this: plan again"
    return "the files are as written, so the planner erred: do not build on the plan, report it (verify --json)"
