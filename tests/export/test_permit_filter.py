"""Boxes of the HTML report that hide permits."""

import pandas as pd

from expansion.export.permit_filter import filter_classes, filter_controls

FACTS = pd.DataFrame(
    {
        "permit_id": ["R-1", "W-1", "W-2"], "agency": ["Rail <b>", "Water board", "Water board"],
        "wait": ["short", "long", "long"], "state": ["to_file"] * 3,
    }
)  # fmt: skip


def test_each_permit_bears_a_class_per_filter():
    assert filter_classes(FACTS) == {"R-1": "pa-0 pw-1 ps-0", "W-1": "pa-1 pw-0 ps-0", "W-2": "pa-1 pw-0 ps-0"}


def test_a_box_that_is_not_ticked_hides_its_class_and_one_value_needs_no_box():
    told = filter_controls(FACTS)
    assert told.count("checkbox") == 4
    assert "body:has(#show-pa-1:not(:checked)) .pa-1" in told
    assert "Water board (2)" in told
    assert "State" not in told


def test_no_text_of_a_study_is_markup():
    assert "<b>" not in filter_controls(FACTS)
    assert filter_controls(FACTS[1:]) == ""
