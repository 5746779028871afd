"""A hundred random forgeries of a saved plan's tree, cost or certified bound are all refused; true changes are not.

The forgeries go through the files of a real plan, and only the checks of prices, lengths and the certificate look at
them: neither fingerprint nor manifest helps. A few go through ``expansion verify`` with fingerprint and manifest made
to match.
"""

import json
import re

import numpy as np
import pytest

from expansion.audit import certificate, verify_plan
from expansion.audit.certificate import check_certificate
from expansion.audit.folder import SavedPlan
from expansion.audit.prices import check_prices
from expansion.audit.spans import check_lengths
from expansion.audit.verify import run_check
from expansion.cli import main
from tests.audit.alterations import Folder
from tests.audit.forgeries import FORGERIES, HARMLESS

CHECKS = (("certificate", check_certificate), ("prices", check_prices), ("lengths", check_lengths))
NAMES = sorted(FORGERIES)
CASES = [(NAMES[number % len(NAMES)], ("route", "network")[number // len(NAMES) % 2], number) for number in range(100)]


def forge(folder, kind, name, seed):
    plan = Folder(folder)
    (FORGERIES | HARMLESS)[kind](plan, name, np.random.default_rng(seed))
    (folder / "plan.json").write_text(json.dumps(plan.document), "utf-8")
    return plan


def failures(folder):
    saved = SavedPlan(folder)
    return [line for name, check in CHECKS for line in run_check(name, check, saved).failures]


def test_the_plan_as_it_is_passes_these_checks(sound_plan):
    assert failures(sound_plan) == []


@pytest.mark.parametrize(("kind", "name", "seed"), CASES, ids=lambda value: str(value))
def test_an_untrue_tree_cost_or_bound_is_refused(plan_copy, kind, name, seed):
    forge(plan_copy, kind, name, seed)
    found = failures(plan_copy)
    assert found
    assert not found[0].startswith("cannot be checked")


@pytest.mark.parametrize("name", ["route", "network"])
@pytest.mark.parametrize("kind", sorted(HARMLESS))
@pytest.mark.parametrize("seed", range(3))
def test_a_change_that_leaves_every_claim_true_is_accepted(plan_copy, kind, name, seed):
    forge(plan_copy, kind, name, seed)
    assert failures(plan_copy) == []


@pytest.mark.parametrize("kind", ["terminals_in_another_order", "potentials_capped_and_the_bound_restated"])
def test_a_harmless_change_passes_the_whole_verification(plan_copy, kind):
    forge(plan_copy, kind, "route", 1).seal()
    assert [check.failures for check in verify_plan(plan_copy) if not check.ok] == []


@pytest.mark.parametrize("kind", ["edges_are_left_out", "potentials_are_raised_over_what_edges_cost"])
def test_the_command_refuses_a_forgery_whose_fingerprint_matches(plan_copy, kind, capsys):
    forge(plan_copy, kind, "route", 2).seal()
    assert main(["verify", str(plan_copy), "--json"]) == 2
    failed = {check["name"] for check in json.loads(capsys.readouterr().out)["checks"] if not check["ok"]}
    assert "certificate" in failed
    assert "files" not in failed


def test_the_check_knows_nothing_of_the_solver():
    source = certificate.__loader__.get_source(certificate.__name__)
    known = re.findall(r"^(?:from|import) (expansion[\w.]*)", source, re.M)
    assert [name for name in known if not name.startswith("expansion.audit")] == []
