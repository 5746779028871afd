"""Findings come in one order, whatever the order in which they were seen."""

from hypothesis import given
from hypothesis import strategies as st

from expansion.plan.findings import Finding, find, ordered

FINDINGS = st.builds(
    find,
    st.sampled_from(["W_A", "W_B"]),
    st.sampled_from(["error", "warning", "info"]),
    st.sampled_from(["one", "two"]),
    st.lists(st.sampled_from("xyz"), max_size=3),
)


def test_errors_come_before_warnings_before_what_is_only_said():
    kinds = [find("W_A", "info", "c"), find("W_B", "error", "b"), find("W_A", "warning", "a")]
    assert [finding.severity for finding in ordered(kinds)] == ["error", "warning", "info"]


def test_within_a_severity_they_go_by_code_then_place_then_message():
    one, two, three = find("W_A", "info", "z", ["p"]), find("W_A", "info", "a", ["q"]), find("W_B", "info", "a")
    assert ordered([three, two, one]) == (one, two, three)


@given(st.lists(FINDINGS, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_seeing_does_not_matter(findings, random):
    assert ordered(random.sample(findings, len(findings))) == ordered(findings)


def test_places_are_text_in_order_and_counted():
    assert find("W_A", "info", "m", [3, 10, "b"]) == Finding("W_A", "info", "m", ("10", "3", "b"), 3)


def test_a_finding_without_a_place_counts_one_and_a_count_that_is_given_stands():
    assert find("W_A", "info", "m").count == 1
    assert find("W_A", "info", "m", ["a"], count=70).count == 70
