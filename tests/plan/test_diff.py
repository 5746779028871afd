"""What differs between two plans is matched by name, code and place, never by position."""

from expansion.plan.diff import diff_documents, diff_findings


def finding(code, *where, message="m"):
    return {"code": code, "where": list(where), "message": message}


FAR, LOW = finding("W_FAR", "a"), finding("W_LOW", "b")


def test_a_finding_that_came_in_between_is_the_only_difference():
    new = finding("W_HUT", "h")
    assert diff_findings([FAR, LOW], [FAR, new, LOW]) == [{"code": "W_HUT", "before": None, "after": new}]


def test_the_order_of_findings_is_no_difference():
    assert diff_findings([FAR, LOW], [LOW, FAR]) == []


def test_a_finding_that_says_something_else_is_matched_by_code_and_place():
    other = finding("W_FAR", "a", message="n")
    assert diff_findings([FAR, LOW], [LOW, other]) == [{"code": "W_FAR", "before": FAR, "after": other}]


def test_a_single_finding_whose_places_changed_is_one_that_changed():
    moved = finding("W_FAR", "c")
    assert diff_findings([FAR], [moved]) == [{"code": "W_FAR", "before": FAR, "after": moved}]


def test_several_of_a_code_are_told_apart_by_place():
    first, second, third = (finding("W_NO_LAYER", name) for name in "xyz")
    assert diff_findings([first, second], [second]) == [{"code": "W_NO_LAYER", "before": first, "after": None}]
    assert len(diff_findings([first, second], [third])) == 3


def test_a_finding_that_stands_twice_and_then_once_is_a_difference():
    assert diff_findings([FAR, FAR], [FAR]) == [{"code": "W_FAR", "before": FAR, "after": None}]


def test_phases_are_matched_by_year_and_inputs_by_name():
    before = {"portfolio": {"phases": [{"year": 2027, "cost": 1.0}, {"year": 2028, "cost": 2.0}]}}
    after = {"portfolio": {"phases": [{"year": 2028, "cost": 2.0}]}}
    assert [row["key"] for row in diff_documents(before, after)] == [
        "portfolio.phases.2027.cost",
        "portfolio.phases.2027.year",
    ]


def test_null_against_missing_is_no_difference():
    assert diff_documents({"portfolio": {"budget": None}}, {"portfolio": {}}) == []


def test_findings_are_no_figures():
    assert diff_documents({"findings": [FAR]}, {"findings": []}) == []
