"""What a placement of terminals costs, as the bill counts it."""

from __future__ import annotations

from collections.abc import Sequence

from expansion.network.cables import Sheath, lay_cables
from expansion.network.terminals.street import Street, Terminal, TerminalRules


def bill(street: Street, rules: TerminalRules, terminals: Sequence[Terminal]) -> float:
    """Price all that depends on where a hub's terminals stand and whom they serve.

    Terminals by size with their splices; a closure, and where no pole carries it a handhole, per place; distribution
    cables by size with sag and slack, the splices at their starts and the closures at which they branch; drop cable
    along the road.
    """
    places = {terminal.node for terminal in terminals}
    sheaths = lay_street(street, rules, terminals)
    branches = {sheath.nodes[0] for sheath in sheaths} - {street.source}
    opened = places | branches
    money = sum(rules.fit(terminal.used)[1] for terminal in terminals)
    money += rules.closure * len(opened) + rules.handhole * len(places & street.in_ground)
    money += rules.drop_cable * sum(sum(terminal.along_m) for terminal in terminals)
    for sheath in sheaths:
        passed = sum(1 for node in sheath.nodes[1:-1] if node in opened)
        meters = sum(street.cable_m[node] for node in sheath.nodes[1:])
        meters += 2 * rules.slack.end_m + passed * rules.slack.through_m
        money += rules.meter(sheath.fibers) * meters + rules.splice * sheath.used_fibers
    return money


def lay_street(street: Street, rules: TerminalRules, terminals: Sequence[Terminal]) -> list[Sheath]:
    """Lay the cables from the hub to the terminals."""
    need: dict[int, int] = {}
    for terminal in terminals:
        if terminal.node != street.source:
            need[terminal.node] = need.get(terminal.node, 0) + rules.fibers(terminal.used)
    return lay_cables(street.source, street.above, list(street.above), need, rules.sizes)
