"""Raise a risk where this plan's route, permits, suppliers or crews give cause, with the figure that does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from expansion.delivery.counting import AreaWork, count_work
from expansion.delivery.register import left_by_study, ranked, risk_row
from expansion.plan.plan import Areas, Cost, Network, Permits, Portfolio
from expansion.plan.selection import ChosenInitiative
from expansion.rulebook import Material, Rulebook
from expansion.study import Study
from expansion.wording import count


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a risk may be raised from."""

    study: Study
    rulebook: Rulebook
    network: Network
    permits: list[Any]
    cost: Cost
    work: tuple[AreaWork, ...]
    resources: pd.DataFrame | None
    initiatives: tuple[ChosenInitiative, ...]

    def limit(self, parameter: str) -> float:
        """Value of the rule book from which a risk is raised."""
        return self.rulebook.engineering_value(parameter)

    def permits_on(self, area: AreaWork, *layers: str) -> list[Any]:
        """Permits first needed by the area, not granted yet, whose rule watches one of these layers, by id."""
        mine = (self.permits[number] for number in area.hosted if self.permits[number].state != "approved")
        return sorted((permit for permit in mine if permit.layer in layers), key=lambda permit: str(permit.permit_id))


Raised = Iterator[tuple[AreaWork | None, str]]


def identify_risks(
    study: Study,
    rulebook: Rulebook,
    areas: Areas,
    portfolio: Portfolio,
    network: Network,
    permits: Permits,
    cost: Cost,
    resources: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """List the risks that this plan raises and its study keeps, largest expected cost first.

    Parameters
    ----------
    study, rulebook
        Calendar, crews and governance; risk rules with chance and impact.
    areas, portfolio, network, permits, cost
        The chosen areas, what is built there, its permits and what it costs.
    resources
        Crews as scheduled; where some have hardly a day off, these figures replace the estimate of busy crews.

    Returns
    -------
    DataFrame
        After `RISKS`; one row per rule and area, or per rule for the whole program. The impact in money is the rule's
        share of the area's base cost (of the program's, where it concerns all). What each risk does to P80 is not known
        yet: `rank_risks` says.

    Raises
    ------
    StudyError
        ``E_RULE_UNKNOWN`` where ``risks.remove`` names a rule that there is not.
    """
    work = tuple(count_work(rulebook, areas, portfolio, network, permits, cost))
    asked = portfolio.selection.carried_out
    situation = Situation(study, rulebook, network, _with_layer(rulebook, permits), cost, work, resources, asked)
    rows: list[dict[str, object]] = []
    for rule in rulebook.risks if work else ():
        for area, cause in _CAUSES.get(rule.rule_id, _nothing)(situation):
            rows.append(risk_row(rule, area.area_id if area else None, cause, area.base if area else cost.base))
    return ranked(left_by_study(study, rulebook, rows))


def _with_layer(rulebook: Rulebook, permits: Permits) -> list[Any]:
    """List the permits, each with the layer that its rule watches."""
    layers = {rule.rule_id: rule.layer for rule in rulebook.permit_rules}
    plain = pd.DataFrame(
        permits.table[["permit_id", "rule_id", "authority", "lead_time_calendar_days", "lead_time_max", "state"]]
    )
    plain = plain.assign(layer=[layers.get(rule, "") for rule in plain["rule_id"].to_list()])
    return list(plain.itertuples(index=False))


def _nothing(_: Situation) -> Raised:
    return iter(())


def _on_layers(words: str, *layers: str) -> Callable[[Situation], Raised]:
    """Raise per area where permits on these layers are needed, with their number and lead times."""

    def cause(situation: Situation) -> Raised:
        for area in situation.work:
            found = situation.permits_on(area, *layers)
            if found:
                typical = max(permit.lead_time_calendar_days for permit in found)
                longest = max(permit.lead_time_max for permit in found)
                ids = ", ".join(str(permit.permit_id) for permit in found[:3]) + (" …" if len(found) > 3 else "")
                yield area, f"{words}: {len(found)} ({ids}); {typical} days typical, up to {longest}"

    return cause


def _where(name: str, words: str, least: float = 0.0) -> Callable[[Situation], Raised]:
    """Raise per area where a quantity exceeds `least`; `words` holds the figure's place."""

    def cause(situation: Situation) -> Raised:
        for area in situation.work:
            if area.counts[name] > least:
                yield area, words.format(area.counts[name])

    return cause


def _escalation(situation: Situation) -> Raised:
    last, year = max(area.year for area in situation.work), situation.study.study.price_year
    if last > year:
        yield None, f"prices of {year}, last build year {last}: {count(last - year, 'year')} of change"


def _long_leads(situation: Situation) -> Raised:
    items = sorted(set(situation.cost.bom["item"].to_list()))
    leads = {item: lead_time(situation.rulebook, item) for item in items}
    least = situation.limit("risk_lead_days")
    long = [f"{item} {days} days" for item, days in leads.items() if days is not None and days >= least]
    if long:
        yield None, f"lead times of {least / 7:g} weeks or more: {', '.join(long[:5])}"


def lead_time(rulebook: Rulebook, item: str) -> int | None:
    """Lead time of a bought item: its own row, else the longest prefix row; None where it is not bought."""
    material = material_of(rulebook, item)
    return material.lead_time_calendar_days if material else None


def material_of(rulebook: Rulebook, item: str) -> Material | None:
    """Row of a bought item: its own, else that of the longest prefix; None where it is not bought."""
    rows = [row for row in rulebook.materials if row.item == item or _begins(row.item, item)]
    return max(rows, key=lambda row: (row.item == item, len(row.item), row.item)) if rows else None


def _begins(prefix: str, item: str) -> bool:
    return prefix.endswith("*") and item.startswith(prefix[:-1])


def _winter(situation: Situation) -> Raised:
    closure = situation.study.schedule.calendar.winter_closure
    for area in situation.work if closure else ():
        if area.counts["underground_m"] > 0 and closure:
            yield area, f"{area.counts['underground_m']:,.0f} m underground; closed {closure.start} to {closure.end}"


_CREW_OF = (
    ("underground_m", "plow_day", "buried"),
    ("aerial_m", "aerial_day", "aerial"),
    ("bore_m", "bore_day", "bore"),
)


def _busy_crews(situation: Situation) -> Raised:
    """Say which crews the schedule leaves hardly a day off; where it knows of none, what a year's load comes to."""
    busy = _scheduled_busy(situation) if situation.resources is not None else []
    if busy:
        yield None, f"crews at work between first and last use: {', '.join(busy)}"
    else:
        yield from _estimated_busy(situation)


def _scheduled_busy(situation: Situation) -> list[str]:
    """Kinds of crews above the busy share in the schedule, with their utilization."""
    crews, most, least = situation.resources, situation.limit("risk_busy_share"), situation.limit("risk_busy_days")
    if crews is None:
        return []
    crews = crews[(crews["kind"] == "crew").to_numpy(dtype=bool)]
    rows = zip(*(crews[name].to_list() for name in ("resource_id", "utilization", "crew_days")), strict=True)
    return [f"{kind} {100 * share:.0f} %" for kind, share, days in rows if share > most and days >= least]


def _estimated_busy(situation: Situation) -> Raised:
    counts, rules = situation.study.schedule.crew_counts(), situation.study.schedule.calendar
    offered = situation.limit("working_weeks") * len(rules.workdays)
    busy = []
    for year in sorted({area.year for area in situation.work}):
        for name, production_id, kind in _CREW_OF:
            meters = sum(area.counts[name] for area in situation.work if area.year == year)
            days = meters / situation.rulebook.production_rate(production_id).per_day
            share = days / max(offered * counts.get(kind, 0), 1)
            if share > situation.limit("risk_busy_share"):
                busy.append(f"{kind} {year}: {100 * share:.0f} %")
    if busy:
        yield None, f"crews needed over crews on offer: {', '.join(busy)}"


def _take_rate(situation: Situation) -> Raised:
    locations = sum(area.counts["locations"] for area in situation.work)
    orders = sum(area.counts["orders"] for area in situation.work)
    if orders:
        yield None, f"{count(round(orders), 'order')} from {count(round(locations), 'location')} counted on"


def _near_budget(situation: Situation) -> Raised:
    budget = round(situation.network.loss_budget_db, 3)
    for area in situation.work:
        worst = area.counts["worst_loss_db"]
        if worst > budget - situation.limit("risk_near_budget_db"):
            yield area, f"largest link loss {worst:.2f} dB of {budget:.2f} dB"


def _single_hub(situation: Situation) -> Raised:
    for area in situation.work:
        if area.counts["feeding_hubs"] == 1 and area.counts["locations"] > situation.limit("risk_hub_locations"):
            yield area, f"one hub feeds {area.counts['locations']:.0f} locations over one feeder"


def _wireless(situation: Situation) -> Raised:
    wireless = int((situation.network.location_outcome == "fixed_wireless").sum())
    if wireless:
        yield None, f"{count(wireless, 'location')} by fixed wireless"


def _grant(situation: Situation) -> Raised:
    last = max(area.year for area in situation.work)
    if situation.rulebook.profile == "us-bead":
        yield None, f"grant with milestones; last build year {last}, start {situation.study.study.start}"


def _weak_control(situation: Situation) -> Raised:
    if situation.study.governance.pmo == "supportive":
        yield None, f"a supportive PMO advises only; {count(len(situation.work), 'area shares', 'areas share')} crews"


def _rules_change(situation: Situation) -> Raised:
    authorities = {permit.authority for permit in situation.permits if isinstance(permit.authority, str)}
    if situation.rulebook.profile == "us-bead" or len(authorities) >= 5:
        granting = count(len(authorities), "authority", "authorities")
        yield None, f"{granting} and {count(len(situation.permits), 'permit')} under current rules"


def _field_data(situation: Situation) -> Raised:
    locations = sum(area.counts["locations"] for area in situation.work)
    if locations:
        yield None, f"{count(round(locations), 'location')} to confirm in the field"


def _one_supplier(situation: Situation) -> Raised:
    bom = situation.cost.bom
    cents: dict[str, int] = {}
    for item, cost in zip(bom["item"].to_list(), bom["cost"].to_list(), strict=True):
        if lead_time(situation.rulebook, item) is not None:
            cents[item] = cents.get(item, 0) + round(cost * 100)
    total = sum(cents.values())
    large = [item for item in sorted(cents) if total and cents[item] > 0.25 * total]
    if large:
        shares = ", ".join(f"{item} {100 * cents[item] / total:.0f} %" for item in large)
        yield None, f"a quarter or more of material spend on one item: {shares}"


def _initiatives(situation: Situation) -> Raised:
    """Raise for initiatives that areas or other initiatives wait for, with how many do."""
    holding = [one for one in situation.initiatives if one.holds]
    if holding:
        told = "; ".join(
            f"{one.name}, {count(one.duration_days, 'day')}, holds {len(one.holds)}" for one in holding[:3]
        )
        more = " …" if len(holding) > 3 else ""
        yield None, f"{count(len(holding), 'initiative')} that work waits for: {told}{more}"


_CAUSES: dict[str, Callable[[Situation], Raised]] = {
    "R01": _on_layers("railroad permits", "rail"),
    "R02": _where("poles", "poles of other owners: {:,.0f}"),
    "R03": _on_layers("permits on federal, tribal or military land", "federal", "tribal", "military"),
    "R04": _on_layers("permits near historic places", "historic"),
    "R05": _on_layers("permits at water or wetland", "water", "wetland"),
    "R06": _where("plow_hard_m", "{:,.0f} m of plowing in hard or rocky ground"),
    "R07": _escalation,
    "R08": _long_leads,
    "R09": _winter,
    "R10": _busy_crews,
    "R11": _take_rate,
    "R12": _near_budget,
    "R13": _where("splices", "{:,.0f} splices in one area", least=500),
    "R14": _on_layers("crossings of pipelines or power lines", "pipeline", "powerline"),
    "R15": _grant,
    "R16": _on_layers("private parcels", "parcel"),
    "R17": _field_data,
    "R18": _wireless,
    "R19": _weak_control,
    "R20": _where("trench_paved_m", "{:,.0f} m of open trench in paved road"),
    "R21": _rules_change,
    "R22": _one_supplier,
    "R23": _single_hub,
    "R24": _initiatives,
}
