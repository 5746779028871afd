"""Rules on numbers: no port, fiber or splitter output is used twice."""

from __future__ import annotations

import numpy as np

from expansion.ledger.evidence import Evidence
from expansion.ledger.verdicts import Rule, Verdict, once

_RUNS = (
    ("terminal_ports_once", "terminal_id", "terminal_port", "port of a terminal"),
    ("distribution_fibers_once", "hub_id", "distribution_fiber", "distribution fiber of a hub"),
    ("splitter_outputs_once", "hub_id", "splitter_output", "splitter output of a hub"),
)
_SINGLE = (
    ("feeder_fibers_once", "hub_id", "feeder_fiber", "feeder fiber of a hub"),
    ("odf_ports_once", "office_id", "odf_port", "port of an optical frame"),
    ("olt_ports_once", "office_id", "olt_port", "OLT port of an office"),
)


def check_numbering(evidence: Evidence) -> list[Verdict]:
    """Check that each port and fiber has one user: a unit, or a splitter."""
    numbered = [_run(evidence, *words) for words in _RUNS] + [_single(evidence, *words) for words in _SINGLE]
    return [*numbered, _strands(evidence), _splices(evidence)]


def _rule(rule_id: str, words: str, user: str) -> Rule:
    return Rule(
        rule_id, "W_USED_TWICE", "error", f"Each {words} serves one {user}", f"{words} is", f"{words}s are"
        if not words.endswith("s") else words, f"used by more than one {user}", "expansion", "users",
    )  # fmt: skip


def _run(evidence: Evidence, rule_id: str, site: str, column: str, words: str) -> Verdict:
    """Count the users of each number: units, or splitters at terminals, whose units share a fiber."""
    units, cascaded = evidence.units, len(evidence.study.network.stages) > 1 and column != "terminal_port"
    steps = units["begun" if column != "terminal_port" else "step"].to_numpy()
    numbers = evidence.paths[column].to_numpy(dtype=np.int64)[units["row"].to_numpy()] + steps
    users = zip(units["terminal_id"], units["branch"], strict=True) if cascaded else range(len(units))
    lit = dict.fromkeys(zip(users, units[site], numbers.tolist(), strict=True))
    taken = [(str(place), int(number)) for _, place, number in lit]
    user = "splitter at a terminal" if cascaded else "unit"
    return once(_rule(rule_id, words, user), taken).repaired("give each a number of its own", None)


def _single(evidence: Evidence, rule_id: str, site: str, column: str, words: str) -> Verdict:
    """Count the splitters on each number: outputs of one splitter share its fiber and ports."""
    ports = evidence.ports
    first = evidence.paths[column].to_numpy(dtype=np.int64)[ports["row"].to_numpy()]
    numbers = (first + ports["lit"].to_numpy()).tolist()
    lit = zip(ports["hub_id"], ports["splitter"], ports[site], numbers, strict=True)
    taken = [(str(place), int(number)) for _, _, place, number in dict.fromkeys(lit)]
    found = once(_rule(rule_id, words, "splitter"), taken)
    return found.repaired("give each splitter a number of its own", None)


def _strands(evidence: Evidence) -> Verdict:
    """Count the strands that each fiber of each cable is listed in; a run of spare ones counts each of its fibers."""
    table = evidence.network.strands
    used = table[(table["use"] == "in use").to_numpy(dtype=bool)]
    taken = [
        (str(cable), number)
        for cable, first, last in zip(used["cable_id"], used["fiber"], used["last_fiber"], strict=True)
        for number in range(int(first), int(last) + 1)
    ]
    idle = {
        (str(cable), number)
        for cable, first, last, use in zip(
            table["cable_id"], table["fiber"], table["last_fiber"], table["use"], strict=True
        )
        if use == "spare"
        for number in range(int(first), int(last) + 1)
    }
    both = [pair for pair in dict.fromkeys(taken) if pair in idle]
    found = once(_rule("cable_fibers_once", "fiber of a cable", "light path"), [*taken, *both])
    return found.repaired("give each a fiber of its own", None)


def _splices(evidence: Evidence) -> Verdict:
    """Count how often the fiber of a cable is joined on at one site, on its side toward the core and away from it."""
    table, taken = evidence.network.splices, []
    for side in ("in", "out"):
        mine = table[table[f"{side}_cable"].notna().to_numpy(dtype=bool)]
        columns = (mine["site_id"], mine[f"{side}_cable"], mine[f"{side}_fiber"])
        taken += [(f"{site} {side} {cable}", int(fiber)) for site, cable, fiber in zip(*columns, strict=True)]
    found = once(_rule("splices_once", "fiber at a splice", "other fiber"), taken)
    return found.repaired("splice each fiber once", None)
