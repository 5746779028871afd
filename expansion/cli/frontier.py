"""Say in words what other budgets would be worth, and what forcing an area costs."""

from __future__ import annotations

from typing import Any

from expansion.cli.layout import Lines
from expansion.cli.words import amount, value_words
from expansion.wording import count, percent


def frontier_lines(rows: list[dict[str, Any]], money: str) -> Lines:
    """Write one line for each budget: what the best choice is worth, its bound, and what ranking reaches.

    Parameters
    ----------
    rows
        Table `frontier`, by budget; none where the study did not ask for it.
    money
        Currency.
    """
    if not rows:
        return ["not traced; set portfolio.frontier=10 and plan again"]
    return [_point(row, money) for row in rows]


def _point(row: dict[str, Any], money: str) -> str:
    ranked = row["ranking_value"]
    beside = "ranking breaks a rule or floor" if ranked is None else f"ranking {value_words(float(ranked))}"
    bound = f"at most {value_words(float(row['bound']))} (gap {percent(row['gap'])})"
    return (
        f"{amount(row['budget'], money)}: benefit {value_words(float(row['value']))} in "
        f"{count(row['areas'], 'area')}, {bound}, {beside}"
    )


def price_lines(rows: list[dict[str, Any]], money: str) -> Lines:
    """Write one line for each area: what forcing it in or out takes away, the dearest first.

    Parameters
    ----------
    rows
        Table `choices`; none where the study did not ask for it.
    money
        Currency.
    """
    if not rows:
        return ["not priced; set portfolio.force_prices=true and plan again"]
    ranked = sorted(rows, key=lambda row: (row["force_price"] is None, -(row["force_price"] or 0.0), row["area_id"]))
    return [_price(row, money) for row in ranked]


def _price(row: dict[str, Any], money: str) -> str:
    change = row["cost_change"]
    spent = f", {amount(abs(change), money)} {'more' if change > 0 else 'less'} spent" if change else ""
    return f"{row['area_id']} {row['reason']}{spent}"
