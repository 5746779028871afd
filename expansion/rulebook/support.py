"""How many new customers the support desk takes on, and how many install crews it keeps up with."""

from __future__ import annotations

import math
from dataclasses import replace

from expansion.errors import InfeasibleError
from expansion.rulebook.book import Rulebook

INSTALL, INSTALL_DAY = "install", "install_day"
"""Kind of the crews that connect customers, and the production rate of one of them: orders a day."""
WORKED_A_YEAR, MOST_YEARS = 200, 20
_LEAST = 1e-9


def support_room(rulebook: Rulebook) -> float:
    """Count the new customers that support can take on in a working day; no limit where one needs no tickets."""
    agents, tickets, closed = (
        rulebook.engineering_value(name) for name in ("support_agents", "support_tickets", "agent_tickets_day")
    )
    return agents * closed / tickets if tickets else math.inf


def supported_crews(rulebook: Rulebook) -> int | None:
    """Count the install crews that support keeps up with, whole crews, at least one; None where it limits none."""
    room = support_room(rulebook)
    if math.isinf(room):
        return None
    return max(math.floor(room / rulebook.production_rate(INSTALL_DAY).per_day + _LEAST), 1)


def paced_by_support(rulebook: Rulebook) -> Rulebook:
    """Slow an install crew down to what support takes on, where that is less than one crew connects."""
    room, own = support_room(rulebook), rulebook.production_rate(INSTALL_DAY)
    if room >= own.per_day or not room:
        return rulebook
    slower = own.model_copy(update={"per_day": room})
    return replace(rulebook, production=tuple(slower if row is own else row for row in rulebook.production))


def require_support(rulebook: Rulebook, orders: float) -> None:
    """Refuse support that cannot take the customers on within a lifetime of a plan.

    Raises
    ------
    InfeasibleError
        ``E_SUPPORT`` where `orders` would take it more than twenty years.
    """
    room = support_room(rulebook)
    if orders > 0 and orders > room * MOST_YEARS * WORKED_A_YEAR:
        raise InfeasibleError(
            f"support can take on {room:g} new customers a day; the plan connects {orders:g}",
            code="E_SUPPORT",
            where=["network.engineering.support_agents"],
            hint="give it agents, or lower network.engineering.support_tickets",
        )
