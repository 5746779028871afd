"""No more install crews than the support desk keeps up with: what a schedule may call on."""

from __future__ import annotations

from expansion.rulebook import Rulebook
from expansion.rulebook.support import INSTALL, paced_by_support, require_support, supported_crews
from expansion.schedule.chosen import ChosenArea
from expansion.study import Study


def within_support(study: Study, rulebook: Rulebook) -> tuple[Study, Rulebook]:
    """Call no more install crews at once than support takes customers on from, and one alone no faster than that.

    Whole crews count: a desk for seven new customers a day keeps up with two crews of three. Crews that it does not
    keep up with are not called, also not for work of initiatives.

    Returns
    -------
    tuple
        The study with so many install crews on any day, and the rule book with their pace.
    """
    rules = study.schedule.calling(INSTALL, supported_crews(rulebook))
    return study.model_copy(update={"schedule": rules}), paced_by_support(rulebook)


def refuse_no_support(rulebook: Rulebook, chosen: list[ChosenArea]) -> None:
    """Refuse a desk that would need more than twenty years for the orders of the chosen areas.

    Raises
    ------
    InfeasibleError
        ``E_SUPPORT``.
    """
    require_support(rulebook, sum(area.quantities["orders"] for area in chosen))
