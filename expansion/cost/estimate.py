"""The cost of a network: base to the cent, and percentiles of prices and quantities."""

from __future__ import annotations

import logging
import time

import numpy as np
import pandas as pd

from expansion.cost.bom import TO_CONNECT, price_lines
from expansion.cost.quantities import measure_quantities
from expansion.cost.shares import split_by_weight
from expansion.cost.uncertainty import area_levels, percentiles, tabulate, total_draws
from expansion.errors import StudyError
from expansion.plan.findings import Finding, find, ordered
from expansion.plan.plan import Cost, Draws, Network, Permits
from expansion.plan.specs_cost import DRIVERS
from expansion.rulebook import Rulebook
from expansion.rulebook.escalation import yearly_escalation
from expansion.study import Study

logger = logging.getLogger(__name__)


def estimate_cost(study: Study, rulebook: Rulebook, network: Network, permits: Permits, draws: Draws) -> Cost:
    """Price a network: BOM x likely rates is the base, draws of prices and quantities give percentiles.

    Parameters
    ----------
    study
        Currency, split ratio, optical class.
    rulebook
        Rates in force; money in the study's currency.
    network
        The design; new spans, sites, cables and drops are priced, whatever stands already is free.
    permits
        Permits of the same network; their fees are lines of the bill.
    draws
        Common factors from `draw_factors`. The same draws for candidates and chosen make the two comparable.

    Returns
    -------
    Cost
        ``base`` is the sum of the lines to the cent, and so are ``by_category`` and ``to_pass + to_connect``;
        percentiles are those of prices and quantities, before `settle_cost` adds what may go wrong, and those of areas
        never add to those of the total. An empty network costs 0.

    Raises
    ------
    StudyError
        ``E_CURRENCY`` where rates are in another currency than the study, ``E_NO_RATE`` where one is missing.
    """
    began = time.perf_counter()
    _require_currency(study, rulebook)
    bom = price_lines(rulebook, measure_quantities(study, rulebook, network), permits, study.study.currency)
    cents = np.rint(bom["cost"].to_numpy() * 100).astype(np.int64)
    category = bom["category"].to_numpy().astype(str)
    connect = int(cents[np.isin(category, TO_CONNECT)].sum())
    bill = tabulate(bom, rulebook)
    p10, p50, p80, p90 = percentiles(total_draws(bill, draws.scores)).tolist() if len(bom) else [0.0] * 4
    reserve = contingency_cents(study, int(cents.sum()), p50, p80)
    cost = Cost(
        bom=bom,
        base=int(cents.sum()) / 100,
        p10=p10, p50=p50, p80=p80, p90=p90,
        by_category=_sums(cents, category),
        by_component=_sums(cents, bom["component"].to_numpy().astype(str)),
        contingency=reserve / 100,
        to_pass=(int(cents.sum()) - connect) / 100,
        to_connect=connect / 100,
        per_area=area_costs(bom, cents, *area_levels(bill, draws), reserve),
        drivers=DRIVERS.empty(),
        findings=ordered(_findings(study, rulebook, bom)),
    )  # fmt: skip
    logger.info("cost: %d lines, base %.2f in %.2f s", len(bom), cost.base, time.perf_counter() - began)
    return cost


def _sums(cents: np.ndarray, words: np.ndarray) -> dict[str, float]:
    """Money per word, by word; the sums add to the whole."""
    return {name: int(cents[words == name].sum()) / 100 for name in sorted(set(words.tolist()))}


def _require_currency(study: Study, rulebook: Rulebook) -> None:
    """Refuse to add money of two currencies."""
    wanted = study.study.currency
    strays = [f"{rate.rate_id} {rate.currency}" for rate in rulebook.rates if rate.currency not in ("", wanted)]
    if strays:
        raise StudyError(
            f"the study counts in {wanted} and {len(strays)} rates do not",
            code="E_CURRENCY",
            where=strays,
            hint="give rates in the study's currency, or set study.currency to the rate book's",
        )


def contingency_cents(study: Study, base: int, p50: float, p80: float) -> int:
    """Cents held in reserve: P80 less P50, or the share of base cost that the study names."""
    share = study.cost.contingency
    return round((p80 - p50) * 100) if share is None else round(base * share)


def area_costs(
    bom: pd.DataFrame, cents: np.ndarray, levels: np.ndarray, shared: np.ndarray, reserve: int
) -> pd.DataFrame:
    """List base, percentiles and contingency per area, by area.

    An area holds contingency in proportion to the covariance of its cost with that of all areas, which is what it adds
    to their common spread; areas of no spread share by base cost.
    """
    areas, row = np.unique(bom["area_id"].to_numpy().astype(str), return_inverse=True)
    base = np.zeros(len(areas), dtype=np.int64)
    np.add.at(base, row, cents)
    table = {"area_id": pd.array(areas.tolist(), dtype="str"), "base": base / 100}
    spread = shared if len(shared) and shared.max() > 0 else base.astype(np.float64)
    held = np.array(split_by_weight(reserve, spread), dtype=np.int64)
    named = {name: levels[:, k] for k, name in enumerate(("p10", "p50", "p80", "p90"))}
    return pd.DataFrame(table | named | {"contingency": held / 100})


def _findings(study: Study, rulebook: Rulebook, bom: pd.DataFrame) -> list[Finding]:
    """Say what a reader should know about the rates behind the total."""
    used = bom.drop_duplicates("item")
    work = used[~used["category"].isin(["permits", "soft"]).to_numpy()]
    known = {rate.rate_id: rate for rate in rulebook.rates}
    derived = [item for item in work["item"] if item not in known]
    found = []
    if derived:
        found.append(find("W_RATE_DERIVED", "info", "sizes without a rate were priced from their neighbors", derived))
    free = work.loc[(work["rate_likely"] == 0).to_numpy(), "item"]
    if len(free):
        found.append(find("W_RATE_ZERO", "warning", "rates of zero price work at nothing", free, repair="set a rate"))
    return found + _price_years(study, rulebook, set(work["item"])) + _general_share(study, bom)


def _price_years(study: Study, rulebook: Rulebook, used: set[str]) -> list[Finding]:
    """Say which rates stand in prices of other years than the study's, and what was done about it."""
    stated = {rate.rate_id: rate for rate in rulebook.rates_as_stated or rulebook.rates}
    known = {rate.rate_id: rate for rate in rulebook.rates}
    wanted = study.study.price_year
    others = sorted({row.price_year for name, row in stated.items() if name in used and row.price_year != wanted})
    if not others:
        return []
    span = f"{others[0]} to {others[-1]}" if others[1:] else f"{others[0]}"
    moved = any(known[name].price_year != row.price_year for name, row in stated.items() if name in known)
    yearly = yearly_escalation(rulebook, study.cost.escalation)[1]
    words = f"rates in prices of {span} were brought to {wanted} at {100 * yearly:g} % a year"
    if not moved:
        words = f"rates of {span} stand as published, not escalated to {wanted}"
    return [find("W_PRICE_YEAR", "info", words, repair="give rates of the study's price year in inputs.rates")]


def _general_share(study: Study, bom: pd.DataFrame) -> list[Finding]:
    """Say how much of the base rests on planning values that nobody has confirmed yet."""
    total = float(bom["cost"].sum())
    general = float(bom.loc[(bom["status"] == "GENERAL").to_numpy(), "cost"].sum())
    if not total or not general:
        return []
    share = round(general / total, 6)
    words = f"{100 * share:.0f} % of the base cost rests on planning values (status GENERAL)"
    repair = "confirm these rates with quotes and put them into the study's rates file"
    return [find("W_RATE_GENERAL", "info", words, amount=round(general, 2), unit=study.study.currency, repair=repair)]
