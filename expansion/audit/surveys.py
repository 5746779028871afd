"""Value every survey again, and count again what there is to survey."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from expansion.audit.draws import STREAM, Line, draw_scores, read_lines, spend
from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import rows_of, section

FloatArray = NDArray[np.float64]
_SIGNALS = 9
_SHARE = 4e-6


def check_surveys(saved: SavedPlan) -> Check:
    """Check what each survey costs, and by how much it narrows P80 - P50."""
    ledger = Ledger("surveys")
    table, rules = saved.table("surveys"), rows_of(saved, "surveys")
    lines = read_lines(saved)
    ledger.that(
        texts(table, "survey_id") == ([row["survey_id"] for row in rules] if lines else []), "surveys of another list"
    )
    if not lines or len(table) != len(rules):
        return ledger.close()
    scores, amounts = draw_scores(saved), _amounts(saved)
    chance = {name: ndtr(score) for name, score in scores.items()}
    total = spend(lines, chance, None)
    rates = {row["rate_id"]: row for row in rows_of(saved, "rates")}
    before, error = _reserve(total), 0.021 + _SHARE * float(total.max())
    columns = {name: numbers(table, name) for name in ("quantity", "cost", "reserve_before", "reserve_after", "freed")}
    for place, rule in enumerate(rules):
        name, amount = rule["survey_id"], amounts[rule["counts"]]
        after = _known(saved, lines, chance, rule, 1 + place)
        told = {key: float(values[place]) for key, values in columns.items()}
        cost = told["quantity"] * float(rates[rule["rate_id"]]["likely"])
        ledger.equal(told["quantity"], amount, f"surveys.quantity of {name}", 0.0011)
        ledger.equal(told["cost"], cost, f"surveys.cost of {name}", 0.0051)
        ledger.equal(told["reserve_before"], before, f"surveys.reserve_before of {name}", error)
        ledger.equal(told["reserve_after"], after, f"surveys.reserve_after of {name}", error)
        ledger.equal(told["freed"], told["reserve_before"] - told["reserve_after"], f"surveys.freed of {name}", 0.0101)
    worth = (columns["freed"] > columns["cost"]) & (columns["quantity"] > 0)
    ledger.none(flags(table, "is_worth_it") != worth, texts(table, "survey_id"), "surveys.is_worth_it")
    return ledger.close()


def _known(
    saved: SavedPlan, lines: list[Line], chance: dict[str, FloatArray], rule: dict[str, object], number: int
) -> float:
    """Mean reserve over what a survey may find; other factors as drawn."""
    share, factor = float(str(rule["resolves"])), str(rule["factor"])
    count = len(chance[factor])
    seed = np.random.SeedSequence(int(section(saved, "study")["seed"]), spawn_key=(STREAM, number))
    order = np.random.Generator(np.random.PCG64(seed)).permutation(count)
    noise = ndtri((order + 0.5) / count)
    found = []
    for step in range(_SIGNALS):
        signal = float(ndtri((step + 0.5) / _SIGNALS))
        score = np.sqrt(share) * signal + np.sqrt(1 - share) * noise
        found.append(_reserve(spend(lines, chance | {factor: ndtr(score)}, None)))
    return float(np.mean(found))


def _reserve(total: FloatArray) -> float:
    return float(np.quantile(total, 0.8) - np.quantile(total, 0.5))


def _amounts(saved: SavedPlan) -> dict[str, float]:
    """Kilometers of new route and of it in the ground, poles, permits, one."""
    spans = saved.table("spans")
    new = ~flags(spans, "is_existing")
    hung = np.array(texts(spans, "placement"), dtype=object) == "aerial"
    meters = numbers(spans, "length_m")
    return {
        "route_km": float(meters[new].sum()) / 1000,
        "dug_km": float(meters[new & ~hung].sum()) / 1000,
        "poles": float(integers(spans, "pole_count")[new & hung].sum()),
        "permits": float(len(saved.table("permits"))),
        "one": 1.0,
    }
