"""Must-hold of the draws: coverage of fresh draws and of projects by another law, within time and memory."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import draws
from expansion.cost.uncertainty import tabulate
from expansion.rulebook import load_rulebook

ROOT = Path(__file__).resolve().parents[2]
BOOK = load_rulebook("generic")


def test_every_promise_holds_at_full_counts():
    """200 projects by `benchmarks.draws.actual_cost`: own factors, Student t tails, a tenth of prices out of range.

    In a process of its own, so that the peak of memory is that of the draws.
    """
    run = subprocess.run([sys.executable, "-m", "benchmarks.draws"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    found = json.loads(run.stdout)
    assert (found["draws"], found["areas"], found["lines"], found["projects"]) == (10_000, 500, 40, 200)


def test_the_other_law_leaves_the_published_range_one_time_in_ten():
    random = np.random.default_rng(3)
    low, likely, high = np.full(20_000, 5.0), np.full(20_000, 10.0), np.full(20_000, 30.0)
    price = draws._price(random.standard_normal(20_000), low, likely, high)
    assert (price < low).mean() == pytest.approx(0.05, abs=0.01)
    assert (price > high).mean() == pytest.approx(0.05, abs=0.01)


def test_a_project_costs_something_else_each_time():
    random = np.random.default_rng(5)
    bill = tabulate(draws.random_lines(BOOK, random, 2, 20), BOOK)
    first, second = (draws.actual_cost(bill, random) for _ in range(2))
    assert 0 < first != second > 0
