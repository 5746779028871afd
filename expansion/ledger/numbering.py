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
    return [_run(evidence, *words) for words in _RUNS] + [_single(evidence, *words) for words in _SINGLE]


def _rule(rule_id: str, words: str, user: str) -> Rule:
    return Rule(
        rule_id, "W_USED_TWICE", "error", f"Each {words} serves one {user}", f"{words} is", f"{words}s are"
        if not words.endswith("s") else words, f"used by more than one {user}", "expansion", "users",
    )  # fmt: skip


def _run(evidence: Evidence, rule_id: str, site: str, column: str, words: str) -> Verdict:
    """Count the users of each number; a location of several units takes as many in a row."""
    paths = evidence.paths
    taken = [
        (str(place), int(first) + step)
        for place, first, units in zip(paths[site], paths[column], paths["units"], strict=True)
        for step in range(int(units))
    ]
    return once(_rule(rule_id, words, "unit"), taken).repaired("give each unit a number of its own", None)


def _single(evidence: Evidence, rule_id: str, site: str, column: str, words: str) -> Verdict:
    """Count the splitters on each number: outputs of one splitter share its fiber and ports."""
    ports = evidence.ports
    first = evidence.paths[column].to_numpy(dtype=np.int64)[ports["row"].to_numpy()]
    numbers = (first + ports["step"].to_numpy()).tolist()
    lit = zip(ports["hub_id"], ports["splitter"], ports[site], numbers, strict=True)
    taken = [(str(place), int(number)) for _, _, place, number in dict.fromkeys(lit)]
    found = once(_rule(rule_id, words, "splitter"), taken)
    return found.repaired("give each splitter a number of its own", None)
