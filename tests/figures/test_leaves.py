from expansion.figures.leaves import leaf_table, plan_leaves
from tests.plans import document


def leaf(key):
    return next(one for one in plan_leaves(document()) if one.key == key)


def test_entries_of_lists_are_numbered_from_0():
    assert leaf("portfolio.phases[0].cost").value == 1500.75
    assert leaf("findings[0].where[0]").value == "a"


def test_money_lengths_and_losses_carry_their_unit():
    units = {key: leaf(key).unit for key in ("cost.p80", "cost.by_category.civil", "route.length_m", "route.gap")}
    assert units == {"cost.p80": "USD", "cost.by_category.civil": "USD", "route.length_m": "m", "route.gap": "fraction"}
    assert leaf("network.worst_loss_db").unit == "dB"
    assert leaf("findings[0].amount").unit == "km"
    assert leaf("study.price_year").unit == ""


def test_what_is_unknown_is_neither_number_nor_text():
    budget = leaf("portfolio.budget")
    assert (budget.value, budget.number, budget.text, budget.unit) == (None, None, None, "")


def test_the_table_has_a_row_per_leaf():
    table = leaf_table(document())
    assert len(table) == len(plan_leaves(document()))
    assert table.set_index("key").loc["counts.locations", "number"] == 2
    assert not table["key"].duplicated().any()
