"""Two plans stand side by side: figures with their difference, and every area that came, went or moved."""

import pandas as pd

from expansion.figures.comparing import compare_areas, compare_figures


def areas(**years):
    """A table of areas: the build year of each; None where it is not built."""
    return pd.DataFrame(
        {
            "area_id": list(years),
            "locations": [10 * place for place in range(1, len(years) + 1)],
            "year": pd.array(list(years.values()), dtype="Int64"),
            "reason": [f"{name} in {year}" for name, year in years.items()],
        }
    )


def document(base, finish, locations):
    return {
        "counts": {"areas_chosen": 2, "locations_chosen": locations},
        "cost": {"base": base, "p50": base, "p80": base},
        "portfolio": {"budget": None},
        "network": {"route_m": 1500.0},
        "permits": {"count": 0},
        "schedule": {"finish": finish, "finish_p80": finish},
    }


def test_areas_that_came_went_or_moved_are_listed_most_locations_first():
    found = compare_areas(areas(A=2027, B=2027, C=None, D=2028), areas(A=2027, B=None, C=2028, D=2029))
    assert found.to_numpy().tolist() == [
        ["D", 40, "2028", "2029", "D in 2029"],
        ["C", 30, "not built", "2028", "C in 2028"],
        ["B", 20, "2027", "not built", "B in None"],
    ]


def test_an_area_that_one_plan_does_not_know_keeps_the_other_reason():
    found = compare_areas(areas(A=2027, B=2028), areas(A=2027))
    assert found.to_numpy().tolist() == [["B", 20, "2028", "not built", "B in 2028"]]


def test_figures_stand_side_by_side_with_their_difference():
    found = compare_figures(document(1e6, "2029-01-31", 90), document(1.25e6, "2029-02-01", 80)).set_index("figure")
    assert found.loc["Base cost"].tolist() == ["1,000,000", "1,250,000", "+250,000"]
    assert found.loc["Locations served"].tolist() == ["90", "80", "-10"]
    assert found.loc["Finish as scheduled"].tolist() == ["2029-01-31", "2029-02-01", "+1 day"]
    assert found.loc["New route, km"].tolist() == ["1.5", "1.5", "0"]
    assert "Net present value" not in found.index


def test_what_one_plan_does_not_say_is_a_dash():
    found = compare_figures(document(1e6, "", 0), document(1e6, "2029-01-01", 5)).set_index("figure")
    assert found.loc["Finish P80"].tolist() == ["–", "2029-01-01", "–"]
