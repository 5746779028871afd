"""States laid over the register."""

from dataclasses import replace

from expansion.permits import find_triggers, register_permits
from expansion.permits.states import CARRIED
from expansion.plan.specs_inputs import PERMIT_STATES_IN
from tests.permits.maps import Feature, Road, make_graph, make_inputs, make_network, rule, study

ROADS = [Road("w1", [(-50, 0), (50, 0)]), Road("w2", [(50, 0), (50, 30)])]
RAIL = Feature("r1", "rail", [(0, -90), (0, 90)], name="Valley Line")


def told(**rows):
    names = sorted(rows)
    cells = {column: [rows[name].get(column) for name in names] for column in CARRIED}
    return PERMIT_STATES_IN.build({"permit_id": names} | cells)


def register(states=None, features=(RAIL,)):
    graph, inputs = make_graph(ROADS), make_inputs(ROADS, features, [rule()])
    inputs = replace(inputs, permit_states=states)
    found = find_triggers(study(), inputs, graph)
    return register_permits(study(), inputs, graph, found, make_network(graph))


ID = register().table["permit_id"].iloc[0]
APPROVED = {ID: {"state": "approved", "filed": "2026-09-01", "decided": "2026-12-01", "contact": "Mr. Rail"}}


def test_a_permit_that_nobody_wrote_about_is_still_to_file():
    (permit,) = register().table.to_dict("records")
    assert permit["state"] == "to_file"


def test_state_dates_and_contact_are_laid_over_the_permit_of_that_id():
    (permit,) = register(told(**APPROVED)).table.to_dict("records")
    assert [permit[name] for name in CARRIED[:4]] == ["approved", "2026-09-01", "2026-12-01", "Mr. Rail"]


def test_a_refusal_is_an_error_that_names_the_spans_and_a_way_out():
    refused = told(**{ID: {"state": "refused", "decided": "2026-12-01"}})
    (finding,) = (one for one in register(refused).findings if one.code == "W_PERMIT_REFUSED")
    assert (finding.severity, finding.where) == ("error", (ID, "s-w1-0.0"))
    assert f'avoid_permits = ["{ID}"]' in finding.repair


def test_a_row_whose_permit_is_gone_is_found_and_kept():
    permits = register(told(**APPROVED), features=())
    (finding,) = (one for one in permits.findings if one.code == "W_PERMIT_GONE")
    assert (finding.severity, finding.where) == ("warning", (ID,))
    assert permits.states[["permit_id", "state", "is_needed"]].to_numpy().tolist() == [[ID, "approved", False]]


def test_nobody_is_made_to_avoid_a_permit_that_is_approved():
    graph, inputs = make_graph(ROADS), make_inputs(ROADS, [RAIL], [rule(fee_crossing=7)])
    paid = study(delay_cost_per_day=10)
    waiting = find_triggers(paid, inputs, graph).permit_cost_cents
    settled = find_triggers(paid, replace(inputs, permit_states=told(**APPROVED)), graph).permit_cost_cents
    assert (waiting.tolist(), settled.tolist()) == ([20 * 10 * 100 + 700, 0], [700, 0])
