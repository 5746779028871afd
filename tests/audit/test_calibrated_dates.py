"""P80 of finish and cost cover as many draws of other seeds as of their own; the full counts run in the soak."""

from benchmarks.dates import measure, redraw
from expansion.runs.saving import load_plan


def test_p80_of_dates_and_costs_covers_fresh_draws(sound_plan):
    found = measure(load_plan(sound_plan), 3)
    assert max(found["finish"], found["cost"], found["joint"]) <= 0.05
    assert min(found["covered_cost"], found["covered_joint"]) >= 0.75
    assert max(found["covered_cost"], found["covered_joint"]) <= 0.85
    assert found["removed"] == 0


def test_the_seed_of_a_plan_gives_the_draws_that_it_holds(sound_plan):
    saved = load_plan(sound_plan)
    again = redraw(saved, int(saved.document["study"]["seed"]))
    assert (abs(again.money.program - saved.tables["forecast_draws"]["cost"]) < 0.01).all()
