"""Designs with unusual numbers of units, down to the last fiber; light split twice."""

import pytest

from expansion.audit.folder import SavedPlan
from expansion.audit.verify import CHECKS, run_check
from expansion.errors import StudyError
from expansion.network.ports import Split
from expansion.runs.planning import plan_study
from expansion.runs.saving import load_plan
from tests.audit.small_study import write_small_study
from tests.network.fibers import joined, walk_to_olt
from tests.villages import design, locations, point, roads, study, village
from tests.villages import plant as plant_of

CABLES = ("cables", "drops", "ports", "light", "optics", "network", "strands", "splices", "reels", "quantities", "sums")


def house(units, **network):
    """One building of a number of units, 300 m along a road from the office."""
    street = roads([(0, 0), (300, 0)])
    inputs = village(
        roads=street, locations=locations(("big", 290, 10, units)), plant=plant_of(("co", "co", None, point(0, 0)))
    )
    return design(inputs, areas={"max_locations": 20_000}, network=network).network


def test_a_building_of_ten_thousand_units_gets_no_fiber_and_no_strand():
    network = house(10_000)
    assert set(network.location_outcome) == {"none"}
    assert len(network.strands) == len(network.splices) == len(network.reels) == 0


def test_a_building_as_large_as_a_hub_may_be_is_lit_unit_by_unit():
    network = house(1_500, hub_capacity=2_000)
    made = joined(network.splices)
    ends = {walk_to_olt(made, ("X-big", unit), Split(32, 1))[-1] for unit in range(1, 1_501)}
    assert ends == {("co", f"olt {number}") for number in range(1, 48)}  # 1,500 / 32, begun
    drop = network.strands[network.strands["cable_id"] == "X-big"]
    assert drop["sheath"].tolist() == [1] * 864 + [2] * 636


def test_a_hub_with_one_location_has_a_chain_of_its_own():
    network = house(1)
    fused = network.splices[network.splices["kind"] != "connector"]
    assert len(fused) == network.paths["splices"].iloc[0]
    assert walk_to_olt(joined(network.splices), ("X-big", 1), Split(32, 1))[-1] == ("co", "olt 1")
    assert network.reels["length_m"].sum() == pytest.approx(
        network.cables.loc[network.cables["tier"] != "drop", "length_m"].sum()
    )


def test_stages_must_multiply_to_the_split_ratio():
    with pytest.raises(StudyError, match="cascade 4 x 4 is not the split ratio 32"):
        study(network={"architecture": "cascaded", "cascade": [4, 4]})
    assert study(network={"architecture": "centralized", "cascade": [4, 4]}).network.stages == (32,)


#   11 units on terminals of 8 ports at most: 1:4 in the hub, 1:8 at the terminals
def test_light_split_twice_counts_fibers_at_the_hub_and_both_losses():
    once, twice = (house(11, terminal_ports=(8,), architecture=word) for word in ("centralized", "cascaded"))
    hubs = [made.sites.set_index("site_id").loc["A001-H1", "used"] for made in (once, twice)]
    assert hubs == [11, 2]
    assert twice.paths.loc[0, ["splitter2_input", "splitter2_output", "splitter_input"]].tolist() == [1, 1, 1]
    gain = twice.paths["loss_db"].iloc[0] - once.paths["loss_db"].iloc[0]
    assert gain == pytest.approx(7.2 + 10.8 - 17.5, abs=1e-3)


def test_a_study_split_twice_verifies_and_buys_both_stages(tmp_path):
    folder = write_small_study(tmp_path / "study")
    text = (folder / "study.toml").read_text("utf-8")
    split = 'split_ratio = 8\narchitecture = "cascaded"\ncascade = [2, 4]'
    (folder / "study.toml").write_text(text.replace("split_ratio = 8", split), encoding="utf-8")
    plan_study(folder, tmp_path / "plan")
    saved = SavedPlan(tmp_path / "plan")
    assert [c.failures for c in (run_check(name, dict(CHECKS)[name], saved) for name in CABLES) if not c.ok] == []
    bought = load_plan(tmp_path / "plan").tables["bom"].groupby("item")["quantity"].sum()
    assert bought["splitter_2"] == bought["olt_port"] < bought["splitter_4"]
