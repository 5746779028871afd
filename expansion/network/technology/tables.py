"""Write a choice of technologies down: outcomes, reasons in words, and the table of options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.network.technology.curve import technologies_of
from expansion.network.technology.decide import Choice
from expansion.network.technology.market import Market
from expansion.network.technology.scene import Scene
from expansion.plan.findings import Finding, find
from expansion.plan.graph import IntArray
from expansion.plan.inputs import Inputs
from expansion.plan.plan import Eligibility
from expansion.plan.technology import (
    OPTIONS,
    TECHNOLOGIES,
    Decision,
    Station,
    Technology,
    empty_technology_curve,
)
from expansion.wording import count

WORDS = {"fiber": "fiber", "dsl": "DSL", "fixed_wireless": "fixed wireless", "satellite": "satellite"}


@dataclass(frozen=True, slots=True)
class Told:
    """Per row of the study's locations: outcome, offer taken (-1 for none), and what fiber costs (-1 for unknown)."""

    outcome: NDArray[np.object_]
    offer: IntArray
    fiber_cost: IntArray


def told(scene: Scene, choice: Choice, eligibility: Eligibility, curve: pd.DataFrame) -> Technology:
    """Write a choice down."""
    count_all = len(scene.units)
    outcome, offer = np.full(count_all, "", dtype=object), np.full(count_all, -1, dtype=np.int64)
    figure = np.full(count_all, -1, dtype=np.int64)
    mine = scene.rows[scene.fits]
    figure[mine] = choice.figure
    outcome[mine[choice.fiber.takes]] = "fiber"
    outcome[choice.rest] = technologies_of(choice.market, choice.cover.offer)
    offer[choice.rest] = choice.cover.offer
    own = Told(outcome, offer, figure)
    stations, station = _stations(choice.market, offer)
    offers, taken = choice.market.offers, offer >= 0

    def of_offer(values: NDArray[Any], otherwise: object) -> NDArray[Any]:
        found = np.full(count_all, otherwise, dtype=values.dtype)
        found[taken] = values[offer[taken]]
        return found

    return Technology(
        options=_options(scene, choice, eligibility, own), outcome=outcome, reason=_reasons(scene, choice, own),
        station=station, sector=of_offer(offers.sector, 0), port=of_offer(offers.port, ""),
        distance_m=of_offer(offers.distance_m, np.nan), down_mbps=of_offer(offers.down_mbps, np.nan),
        up_mbps=of_offer(offers.up_mbps, np.nan), meets=of_offer(offers.meets, False), stations=stations,
        fiber=decision_of(choice.fiber.cost, choice.fiber.lower_bound),
        others=decision_of(choice.cover.cost, choice.cover.lower_bound), curve=curve,
        findings=tuple(_findings(scene, choice, own)),
    )  # fmt: skip


def decision_of(cost: int, lower_bound: int) -> Decision:
    """Put a cost and its bound, in cents, into money."""
    status = "empty" if not cost else "optimal" if cost - lower_bound <= max(1e-6 * cost, 2) else "feasible"
    return Decision(cost / 100, lower_bound / 100, status)


def _stations(market: Market, offer: IntArray) -> tuple[tuple[Station, ...], IntArray]:
    """Stations in use by id, and per row the place of its own."""
    site = np.full(len(offer), -1, dtype=np.int64)
    site[offer >= 0] = market.offers.site[offer[offer >= 0]]
    used = sorted(np.unique(site[site >= 0]).tolist(), key=lambda one: market.sites[one].station.site_id)
    place = {one: number for number, one in enumerate(used)}
    stations = tuple(market.sites[one].station for one in used)
    return stations, np.array([place.get(one, -1) for one in site.tolist()], dtype=np.int64)


def _reasons(scene: Scene, choice: Choice, own: Told) -> NDArray[np.object_]:
    """Why each location has its technology, in words with the figures."""
    money, rules = scene.study.study.currency, scene.study.technology
    reason = np.full(len(own.outcome), "", dtype=object)
    worth = np.full(len(own.outcome), -1, dtype=np.int64)
    worth[scene.rows[scene.fits]] = choice.worth
    limit = "the threshold" if rules.rule == "threshold" else "its worth beside the best other technology"
    for row in scene.rows.tolist():
        price, bound = own.fiber_cost[row], f"{limit} of {worth[row] / 100:,.0f}"
        if own.outcome[row] == "fiber":
            reason[row] = f"fiber costs {price / 100:,.0f} {money} per location here, under {bound}"
            continue
        if "fiber" not in scene.allowed:
            first = "fiber is not among technology.allow"
        elif price < 0:
            first = f"more units than a hub can serve ({scene.study.network.hub_capacity})"
        else:
            first = f"fiber would cost {price / 100:,.0f} {money} per location here, {bound}"
        reason[row] = f"{first}; {_what_comes(scene, choice, own, row)}"
    return reason


def _what_comes(scene: Scene, choice: Choice, own: Told, row: int) -> str:
    """Say what a location without fiber gets."""
    name, pair, offers = str(own.outcome[row]), int(own.offer[row]), choice.market.offers
    if pair < 0:
        return "no other technology can be had" if len(scene.allowed - {"fiber"}) else "no other technology is allowed"
    years, cost = scene.study.technology.years, offers.lifetime[pair] / 100
    served = "counts as served" if offers.meets[pair] else "does not count as served"
    speed = f"{offers.down_mbps[pair]:g}/{offers.up_mbps[pair]:g} Mbit/s {served}"
    place = ""
    if offers.site[pair] >= 0:
        site = choice.market.sites[int(offers.site[pair])].station.site_id
        place = f" from {site} at {offers.distance_m[pair] / 1000:.2f} km" + (" of copper" if name == "dsl" else "")
    return f"{WORDS[name]}{place} costs {cost:,.0f} {scene.study.study.currency} over {years} years, {speed}"


def _findings(scene: Scene, choice: Choice, own: Told) -> list[Finding]:
    """Say what a reader must know about the choice."""
    ids, found = scene.inputs.locations["location_id"].to_numpy(), []
    nothing = np.flatnonzero(own.outcome == "none")
    if len(nothing):
        many = count(len(nothing), "location gets", "locations get")
        found.append(
            find(
                "W_NO_TECHNOLOGY", "warning", f"{many} nothing: no allowed technology can be had or pays", ids[nothing],
                repair="allow more in technology.allow, or raise technology.threshold_per_location",
            )
        )  # fmt: skip
    by_radio = np.flatnonzero(own.outcome == "fixed_wireless")
    needs = scene.book.radio_band(scene.study.technology.radio_band).needs_sight
    if len(by_radio) and scene.inputs.elevation is None and needs:
        text = "no elevation is given: radio paths are not checked for sight, and reach only as far as through clutter"
        found.append(find("W_NO_SIGHT", "info", text, ids[by_radio], repair="add a layer of kind dem to the study"))
    slow = np.flatnonzero(own.offer >= 0)
    slow = slow[~choice.market.offers.meets[own.offer[slow]]]
    if len(slow):
        many = count(len(slow), "location gets", "locations get")
        text = f"{many} service that does not count as served under the program"
        found.append(find("W_NOT_SERVED", "info", text, ids[slow]))
    return found


def _options(scene: Scene, choice: Choice, eligibility: Eligibility, own: Told) -> pd.DataFrame:
    """Make the table of options: every eligible location, every technology."""
    eligible = np.flatnonzero(eligibility.table["eligible"].to_numpy(dtype=bool))
    parts = [_fiber_rows(scene, own, eligible)]
    parts += [_other_rows(scene, choice, own, eligible, name) for name in TECHNOLOGIES[1:]]
    every = pd.concat(parts, ignore_index=True)
    rank = every["technology"].map({name: place for place, name in enumerate(TECHNOLOGIES)})
    every = every.assign(rank=rank).sort_values(["location_id", "rank"], ignore_index=True)
    every["option_id"] = every["location_id"].astype(str) + "-" + every["technology"].astype(str)
    return OPTIONS.build({column.name: every[column.name].to_numpy() for column in OPTIONS.columns})


def _money(values: IntArray, known: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.where(known, values / 100, np.nan)


def _fiber_rows(scene: Scene, own: Told, rows: IntArray) -> pd.DataFrame:
    """One row of fiber per location."""
    rule, price = scene.book.technology("fiber"), own.fiber_cost[rows]
    known, reached = price >= 0, np.isin(rows, scene.rows)
    running = scene.units[rows] * scene.running["fiber"]
    why = np.where(reached, f"more units than a hub can serve ({scene.study.network.hub_capacity})",
                   "no road joined to the plant reaches it").astype(object)  # fmt: skip
    why[known] = None
    if "fiber" not in scene.allowed:
        why[:] = "not among technology.allow"
    return pd.DataFrame({
        "location_id": scene.inputs.locations["location_id"].to_numpy()[rows], "technology": "fiber",
        "is_best": own.outcome[rows] == "fiber", "is_available": pd.isna(why), "why_not": why,
        "meets_served": True, "down_mbps": rule.down_mbps, "up_mbps": rule.up_mbps, "low_latency": rule.low_latency,
        "capital": _money(price, known), "site_capital": np.nan,
        "operating_cost_per_year": scene.units[rows] * rule.opex_per_year,
        "lifetime_cost": _money(price + running, known), "site_id": None, "distance_m": np.nan,
        "source": rule.source, "status": rule.status,
    })  # fmt: skip


def _best_offers(scene: Scene, choice: Choice, own: Told, name: str) -> IntArray:
    """Per row of the study's locations the offer of a technology that it takes, or would take alone; -1 for none."""
    offers, sites = choice.market.offers, choice.market.sites
    mine = np.flatnonzero(technologies_of(choice.market, np.arange(len(offers.row))) == name)
    taken = np.unique(own.offer[own.offer >= 0])
    used = np.zeros(len(sites) + 1, dtype=bool)
    used[offers.site[taken]] = True
    opening = np.array([site.price + site.sector for site in sites] + [0], dtype=np.int64)
    share = np.where(used, 0, opening)[offers.site[mine]]
    order = np.lexsort(
        (mine, offers.lifetime[mine] + share, ~offers.meets[mine], ~np.isin(mine, taken), offers.row[mine])
    )
    first = mine[order]
    rows, at = np.unique(offers.row[first], return_index=True)
    best = np.full(len(scene.units), -1, dtype=np.int64)
    best[rows] = first[at]
    return best


def _other_rows(scene: Scene, choice: Choice, own: Told, rows: IntArray, name: str) -> pd.DataFrame:
    """One row per location of a technology that is not fiber."""
    rule, offers = scene.book.technology(name), choice.market.offers
    pair = _best_offers(scene, choice, own, name)[rows]
    has = pair >= 0
    site = np.where(has, offers.site[pair] if len(offers.site) else -1, -1)
    sites = choice.market.sites
    names = np.array([one.station.site_id for one in sites] + [None], dtype=object)
    capital = np.array([one.capital + one.sector for one in sites] + [0], dtype=np.int64)
    why = np.full(len(rows), _why_not(scene, name), dtype=object)
    why[~np.isin(rows, scene.rows)] = "no road joined to the plant reaches it, and so no area holds it"
    why[has] = None

    def of(values: NDArray[np.generic]) -> NDArray[np.float64]:
        found = np.full(len(rows), np.nan)
        found[has] = values[pair[has]]
        return found

    band = scene.book.radio_band(scene.study.technology.radio_band)
    origin = f"{rule.source}; {band.source}" if name == "fixed_wireless" else rule.source
    return pd.DataFrame({
        "location_id": scene.inputs.locations["location_id"].to_numpy()[rows], "technology": name,
        "is_best": own.outcome[rows] == name, "is_available": has, "why_not": why,
        "meets_served": of(offers.meets.astype(float)) == 1.0, "down_mbps": of(offers.down_mbps),
        "up_mbps": of(offers.up_mbps), "low_latency": rule.low_latency, "capital": of(offers.capital / 100),
        "site_capital": np.where(site >= 0, capital[site] / 100, np.nan),
        "operating_cost_per_year": scene.units[rows] * rule.opex_per_year, "lifetime_cost": of(offers.lifetime / 100),
        "site_id": names[site], "distance_m": of(offers.distance_m), "source": origin, "status": rule.status,
    })  # fmt: skip


def _why_not(scene: Scene, name: str) -> str:
    """Say why a location cannot have a technology."""
    if name not in scene.allowed:
        return "not among technology.allow"
    if name == "dsl":
        return "no cabinet or exchange whose copper reaches it"
    return "no tower in reach that sees it"


def nobody(inputs: Inputs, eligibility: Eligibility) -> Technology:
    """Return the choice of a study in which nobody is to be reached: no outcome, and options that cannot be had."""
    count_all, book = len(inputs.locations), inputs.rulebook
    homes = inputs.locations[eligibility.table["eligible"].to_numpy(dtype=bool)]
    units = dict(zip(homes["location_id"].astype(str), homes["units"], strict=True))
    pairs = [(one, book.technology(name)) for one in sorted(units) for name in TECHNOLOGIES]
    columns: dict[str, object] = {
        "option_id": [f"{one}-{rule.technology}" for one, rule in pairs], "location_id": [one for one, _ in pairs],
        "technology": [rule.technology for _, rule in pairs], "is_best": [False] * len(pairs),
        "is_available": [False] * len(pairs), "why_not": ["no road joined to the plant reaches it"] * len(pairs),
        "meets_served": [False] * len(pairs), "low_latency": [rule.low_latency for _, rule in pairs],
        "source": [rule.source for _, rule in pairs], "status": [rule.status for _, rule in pairs],
    }  # fmt: skip
    columns["operating_cost_per_year"] = [float(units[one] * rule.opex_per_year) for one, rule in pairs]
    numbers = ("down_mbps", "up_mbps", "capital", "site_capital", "lifetime_cost", "distance_m")
    columns |= {name: np.full(len(pairs), np.nan) for name in numbers}
    blank, far = np.full(count_all, "", dtype=object), np.full(count_all, np.nan)
    none = np.zeros(count_all, dtype=np.int64)
    empty = Decision(0.0, 0.0, "empty")
    return Technology(
        OPTIONS.build(columns),
        blank,
        blank,
        none - 1,
        none,
        blank,
        far,
        far,
        far,
        none.astype(bool),
        (),
        empty,
        empty,
        empty_technology_curve(),
        (),
    )
