"""Every error the planner raises on purpose.

PlanningError
├── StudyError            the study file is wrong; the user edits TOML              exit 2
├── SourceError           an input file is wrong; the user repairs or replaces it   exit 2
├── TableError            a table breaks its declared spec                          exit 2
│   └── CRSError          ... because of its coordinate reference system            exit 2
├── OutputError           the folder or format asked for cannot be written          exit 2
├── StoreError            the plan database refused                                 exit 2
└── InfeasibleError       the inputs are fine, but no plan satisfies the rules      exit 3
    └── UnreachableError  ... because the road graph does not connect               exit 3
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class PlanningError(Exception):
    """Base class of every error this package raises on purpose.

    Parameters
    ----------
    message
        What is wrong, in one sentence without a final period.
    code
        Stable identifier such as ``E_NO_ROADS``; the class's own `code` where left out.
    where
        Places it was seen (file, row, id, key); the text shows up to five.
    hint
        What to do about it, as an imperative sentence.
    """

    code = "E_PLANNING"
    exit_code = 2

    def __init__(self, message: str, *, code: str | None = None, where: Iterable[object] = (), hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.where = tuple(str(place) for place in where)
        self.hint = hint

    def __str__(self) -> str:
        places = f" [{', '.join(self.where[:5])}{', …' if len(self.where) > 5 else ''}]" if self.where else ""
        return f"{self.message}{places}{'; ' + self.hint if self.hint else ''}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.message, self.code, self.where, self.hint)


def _rebuild(kind: type[PlanningError], message: str, code: str, where: Sequence[str], hint: str) -> PlanningError:
    """Make the error again on the other side of a process boundary."""
    return kind(message, code=code, where=where, hint=hint)


class StudyError(PlanningError):
    """The study file is wrong."""

    code = "E_STUDY"


class SourceError(PlanningError):
    """An input file cannot be read, or what it says cannot be true."""

    code = "E_SOURCE"


class TableError(PlanningError, ValueError):
    """A table breaks its declared spec; the message lists every breach."""

    code = "E_TABLE"


class CRSError(TableError):
    """A table is not in the study's projected, meter-based CRS."""

    code = "E_CRS"


class OutputError(PlanningError):
    """The folder or format asked for cannot be written."""

    code = "E_OUTPUT"


class StoreError(PlanningError):
    """The plan database refused."""

    code = "E_STORE"


class InfeasibleError(PlanningError):
    """The inputs are valid but no plan satisfies the limits the user gave."""

    code = "E_INFEASIBLE"
    exit_code = 3


class UnreachableError(InfeasibleError):
    """Some terminals cannot be reached along the road graph."""

    code = "E_UNREACHABLE"


class PlanningErrors(PlanningError):  # noqa: N818 - several errors, not one
    """Several breaches found in one pass; each keeps its own code and place."""

    code = "E_SEVERAL"

    def __init__(self, errors: Sequence[PlanningError]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        super().__init__(first.message, code=first.code, where=first.where, hint=first.hint)
        self.exit_code = max(error.exit_code for error in self.errors)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)

    def __reduce__(self) -> tuple[object, ...]:
        return PlanningErrors, (self.errors,)


def raise_all(errors: Sequence[PlanningError]) -> None:
    """Raise what was collected: nothing, the one error, or all of them together."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise PlanningErrors(errors)
