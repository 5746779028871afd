"""Sections of the proposal on phases: a map each, the schedule by phase and by area, why areas were chosen."""

from __future__ import annotations

from expansion.export.html_parts import amount, plain_table, register, section
from expansion.figures.palette import WORK
from expansion.figures.svg_gantt import draw_gantt_pages, draw_phase_gantt
from expansion.figures.svg_phases import PhaseMap, draw_phases
from expansion.markup import safe
from expansion.plan.saved import SavedPlan
from expansion.wording import count, percent

_AREAS = {
    "area_id": "Area", "phase": "Phase", "year": "Year", "locations": "Locations", "units": "Units",
    "cost_base": "Base", "cost_p50": "P50", "cost_p80": "P80", "contingency": "Contingency", "reason": "Why",
}  # fmt: skip
_LEFT_OUT = {
    "area_id": "Area", "locations": "Locations", "units": "Units", "cost_p50": "P50, by itself", "reason": "Why not",
}  # fmt: skip
_CHOICES = {
    "area_id": "Area", "chosen": "Chosen", "year": "Year", "value": "Value", "force_price": "Price of the opposite",
    "cost_change": "Its cost", "reason": "Why",
}  # fmt: skip


def phases_section(plan: SavedPlan) -> str:
    """Write a small map per build phase with what it builds."""
    maps = draw_phases(plan.tables)
    if not maps:
        return ""
    told = {int(one["phase"]): one for one in plan.document["portfolio"]["phases"]}
    shown = "".join(_figure(one, told.get(one.phase, {}), plan.document["cost"]["currency"]) for one in maps)
    lead = "Each map shows what its phase adds, in color, over what stands by then, in gray; black dots are hubs."
    return section("phases", "What each phase builds", lead, f'<div class="phases">{shown}</div>', own_page=True)


def _figure(one: PhaseMap, told: dict[str, float], money: str) -> str:
    """Write a map with its caption."""
    facts = ""
    if told:
        facts = (
            f"{count(int(told['areas']), 'area')}, {count(int(told['locations']), 'location')}, "
            f"{amount(told['cost'])} {money} of base cost"
        )
    return (
        f'<div class="phase"><h3><i style="background:{one.color}"></i>Phase {one.phase} · {one.year}</h3>'
        f"{one.drawing}<p>{safe(facts)}</p></div>"
    )


def schedule_section(plan: SavedPlan) -> str:
    """Write the schedule by phase, and how good it is proven to be."""
    schedule = plan.document["schedule"]
    drawing = draw_phase_gantt(
        plan.tables["tasks"], plan.tables["areas"], plan.tables["gates"],
        finish_p80=schedule["finish_p80"], title="Schedule by phase",
    )  # fmt: skip
    if not drawing:
        return section("schedule", "When it is built", "Nothing is scheduled.", "")
    lead = (
        f"{count(plan.document['counts']['tasks'], 'task')} from {schedule['start']} to {schedule['finish']}, "
        f"{count(schedule['makespan_days'], 'day')}; with these crews no schedule is shorter than "
        f"{count(schedule['lower_bound_days'], 'day')} (gap {percent(schedule['gap'])}). "
        f"{count(schedule['critical_tasks'], 'task is', 'tasks are')} critical: a day lost there is lost at the end."
    )
    return section("schedule", "When it is built", lead, f"{drawing}{_keys()}")


def _keys() -> str:
    """Say which color stands for which phase of work."""
    keys = "".join(f'<li><i style="background:{color}"></i>{safe(work)}</li>' for work, color in WORK.items())
    return f'<ul class="keys">{keys}</ul>'


def gantt_section(plan: SavedPlan) -> str:
    """Write the schedule by area, in parts that fit on a page."""
    drawings = draw_gantt_pages(
        plan.tables["tasks"], plan.tables["areas"], finish_p80=plan.document["schedule"]["finish_p80"],
        title="Schedule by area",
    )  # fmt: skip
    if not drawings:
        return ""
    lead = "A bar per phase of work in each area; critical tasks are underlined in red."
    return section("gantt", "Schedule by area", lead, f"{_keys()}{''.join(drawings)}", own_page=True)


def areas_section(plan: SavedPlan) -> str:
    """Write the chosen areas by phase, and why areas were or were not chosen."""
    areas = plan.tables["areas"]
    chosen = areas[areas["chosen"].to_numpy(dtype=bool)].sort_values(["phase", "area_id"])
    others = _left_out(plan)
    if not len(chosen):
        return section("areas", "Areas", f"None of {count(len(areas), 'area')} is built.", others)
    built = count(len(chosen), "area is", "areas are")
    lead = (
        f"{built} built of {len(areas)}, and why; money in {plan.document['cost']['currency']}. Base is the area's "
        "share of all that is built for it; of its own is what it adds to areas that share its feeder."
    )
    shown = chosen.astype({"phase": "int64", "year": "int64"})
    body = register(shown, _AREAS, by="phase", name="areas", key="area_id") + others
    return section("areas", "Areas, and why they were chosen", lead, body)


def _left_out(plan: SavedPlan) -> str:
    """Write the areas that were not chosen, most locations first, each with its reason."""
    areas = plan.tables["areas"]
    others = areas[~areas["chosen"].to_numpy(dtype=bool)].sort_values(["locations", "area_id"], ascending=[False, True])
    shown = plain_table(others, _LEFT_OUT, name="areas", key="area_id") if len(others) else ""
    return f"<h3>Not chosen, and why</h3>{shown}" if shown else ""


def choices_section(plan: SavedPlan) -> str:
    """Write why each area was or was not chosen and what the opposite would cost; "" where the plan does not say."""
    shown = register(plan.tables.get("choices"), _CHOICES, by="chosen")
    if not shown:
        return ""
    lead = f"The price is what the best plan loses when the choice is forced the other way; money in {_money(plan)}."
    return section("choices", "Why these areas", lead, shown)


def _money(plan: SavedPlan) -> str:
    """Name the currency."""
    return str(plan.document["cost"]["currency"])
