"""Draw the present value of the business case again, from the seed and the bill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from expansion.audit.cash import FLOWS, dear, moment, reached
from expansion.audit.draws import Line, draw_scores, read_lines, triangular
from expansion.audit.folder import SavedPlan
from expansion.audit.money import TO_CONNECT
from expansion.audit.quantities import BUILD
from expansion.audit.rules import rows_of, section

FloatArray = NDArray[np.float64]
Flows = dict[str, dict[int, dict[str, float]]]
Factor = Callable[[dict[str, Any], int], float]
STREAM = 14
DRAWN = ("take_rate", "arpu_per_month", "opex_per_subscriber", "pole_rental")


def draw_worth(
    saved: SavedPlan, facts: dict[str, Any], told: dict[str, Any], flows: Flows, factor: Factor
) -> tuple[float, float, float, float]:
    """Draw the present value of all areas: P10, P50, P90, and the share of draws in which it is at least 0."""
    ratio = _ratios(saved, told)
    now = dict.fromkeys((*FLOWS, "pole_rental", "permit_rent", "subscribers"), 0.0)
    for rows in flows.values():
        for year, row in rows.items():
            for name in now:
                grown = (1 + told["opex_growth"]) ** (year - told["price_year"]) if name == "subscribers" else 1.0
                now[name] += factor(told, year) * grown * row[name] / 100
    churned = 1200 * told["churn_per_month"] * told["reconnect_cost"] * now["subscribers"]
    running = (now["opex"] - now["pole_rental"] - now["permit_rent"] - churned) * ratio["opex_per_subscriber"] + churned
    worth = ratio["take_rate"] * (now["revenue"] * ratio["arpu_per_month"] - running)
    worth += now["subsidy"] + now["terminal_value"] - now["permit_rent"]
    worth -= now["pole_rental"] * ratio["pole_rental"]
    worth -= _capital(saved, facts, told, flows, factor, ratio["take_rate"])
    low, middle, high = np.quantile(worth, (0.1, 0.5, 0.9)).tolist()
    return low, middle, high, float(np.mean(worth >= 0))


def _ratios(saved: SavedPlan, told: dict[str, Any]) -> dict[str, FloatArray]:
    """Draw what is drawn of customers and prices, over its likely value."""
    count, own = int(section(saved, "cost")["draws"]), section(saved, "business")
    seed = np.random.SeedSequence(int(section(saved, "study")["seed"]), spawn_key=(STREAM,))
    random = np.random.Generator(np.random.PCG64(seed))
    rules = {row["parameter"]: row for row in rows_of(saved, "business")}
    found = {}
    for name in DRAWN:
        chance = (random.permutation(count) + random.uniform(0.0, 1.0, count)) / count
        row, value = rules[name], float(told[name])
        low, high = (value * row[key] / row["likely"] if row["likely"] else value for key in ("low", "high"))
        if own.get(name) is not None and value != row["likely"] and row["unit"] == "ratio":
            high = max(min(high, 1.0), value)
        found[name] = triangular(chance, low, value, high) / value if value else np.ones(count)
    return found


def _capital(
    saved: SavedPlan, facts: dict[str, Any], told: dict[str, Any], flows: Flows, factor: Factor, take: FloatArray
) -> FloatArray:
    """Present value of all capital per draw, line by line of the bill."""
    chance = {name: ndtr(score) for name, score in draw_scores(saved).items()}
    weights = {name: _weights(area, told, flows[name], factor) for name, area in facts.items()}
    build, other, ordered, share = (np.zeros(len(take)) for _ in range(4))
    for line in read_lines(saved):
        rate = triangular(chance[line.factor], *line.levels)
        if line.growth:
            rate = rate * triangular(chance[line.growth[0]], *line.growth[1:])
        if line.category == "soft":
            share = share + rate
        elif line.category in TO_CONNECT:
            ordered += rate * _weighed(line, weights, "connect", "customer")
        else:
            paid = rate * _weighed(line, weights, "pass", "")
            build, other = (build + paid, other) if line.category in BUILD else (build, other + paid)
            other = other + rate * _weighed(line, weights, "", "electronics")
    return np.asarray(build * (1 + share) + other + take * ordered)


def _weighed(line: Line, weights: dict[str, dict[str, float]], kind: str, category: str) -> float:
    """Quantity of a line, that of each area times what a unit of it takes off the present value."""
    kinds = [name for name in (kind, category) if name and (name == kind or name == line.category)]
    return sum(amount * weights[area][name] for area, amount in line.quantity.items() for name in kinds)


def _weights(
    area: dict[str, Any], told: dict[str, Any], rows: dict[int, dict[str, float]], factor: Factor
) -> dict[str, float]:
    """Present value of a unit of each kind of capital of an area."""

    def paid(year: int) -> float:
        return factor(told, year) * dear(told, year)

    life = round(told["electronics_life_years"])
    opened = moment(area["accepted"])
    share = {year: told["take_rate"] * reached(year + 1 - opened, told["curve"]) for year in rows}
    new = {year: share[year] - share.get(year - 1, 0.0) for year in rows}
    ready = int(area["accepted"][:4])
    due = {year: life and year > ready and (year - ready) % life == 0 for year in rows}
    again = {
        year: sum(part for past, part in new.items() if life and year > past and (year - past) % life == 0)
        for year in rows
    }
    return {
        "pass": paid(area["year"]),
        "connect": sum(paid(year) * part for year, part in new.items()),
        "electronics": sum(paid(year) for year in rows if due[year]),
        "customer": sum(paid(year) * part for year, part in again.items()),
    }
