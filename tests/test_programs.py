"""Mixed-integer programs: rows as the solver takes them, and nothing said on standard output."""

import os

import numpy as np
from scipy.optimize import milp

from expansion.programs import Rows, silenced


def test_rows_become_a_constraint_that_the_solver_keeps():
    rows = Rows(2)
    rows.add({0: 1.0, 1: 2.0}, most=5.0, least=1.0)
    rows.add({1: 1.0}, most=0.5)
    found = milp(np.array([-1.0, -10.0]), constraints=rows.constraint())
    assert found.x.tolist() == [4.0, 0.5]


def test_what_is_written_inside_goes_nowhere_and_what_follows_is_heard(capfd):
    with silenced():
        os.write(1, b"Running HiGHS")
    os.write(1, b"heard")
    assert capfd.readouterr().out == "heard"
