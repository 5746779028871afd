"""One page per area: why it is built, what, for how much, when, who decides, and what may go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from expansion.delivery.counting import AreaWork
from expansion.delivery.governance import governance_rule
from expansion.delivery.review import Built, area_figures
from expansion.delivery.tables import make_table
from expansion.plan.specs_governance import CHARTERS
from expansion.wording import count

TOP = 3
_SCOPE = (
    ("route_m", "New route", "m"), ("underground_m", "Of it in the ground", "m"), ("aerial_m", "Of it on poles", "m"),
    ("cable_m", "Cable of feeder and distribution", "m"), ("poles", "Poles of other owners", "pole"),
    ("cabinets", "Hubs, shelters and offices fitted out", "site"), ("terminals", "Terminals", "terminal"),
    ("splices", "Splices", "splice"), ("permits", "Permits", "permit"),
    ("locations", "Locations connected", "location"), ("orders", "Orders counted on", "order"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a charter."""

    section: str
    label: str
    held_in: str
    text: str | None = None
    number: float | None = None
    unit: str | None = None
    date: str | None = None


def write_charters(built: Built) -> pd.DataFrame:
    """Write the charter of every chosen area, line by line, from the plan's own tables.

    Returns
    -------
    DataFrame
        After `CHARTERS`, by phase and area as the areas are built.
    """
    rows: list[tuple[object, ...]] = []
    for area in built.work:
        for number, line in enumerate(_lines(built, area), start=1):
            rows.append(
                (
                    f"{area.area_id}-{number:02d}", area.area_id, line.section, line.label, line.text, line.number,
                    line.unit, line.date, line.held_in,
                )
            )  # fmt: skip
    return make_table(CHARTERS, rows)


def _lines(built: Built, area: AreaWork) -> Iterator[Line]:
    yield from _purpose(built, area)
    yield from (
        Line("scope", label, "review_targets" if name in ("route_m", "locations", "orders") else "spans, cables, sites",
             number=round(area.counts[name], 3), unit=unit)
        for name, label, unit in _SCOPE if area.counts.get(name)
    )  # fmt: skip
    yield from _money(built, area)
    yield from _dates(built, area)
    yield from _initiatives(built, area)
    yield from _grants(built, area)
    yield from _gates(built, area)
    yield from _risks(built, area)
    yield from _permits(built, area)
    yield from _people(built, area)
    yield from _limits(built, area)
    yield from _approval(built, area)


def _purpose(built: Built, area: AreaWork) -> Iterator[Line]:
    row = built.by_area.areas[area.area_id]
    homes = int(row["locations"])
    yield Line("purpose", "Locations", "areas", number=float(homes), unit="location")
    yield Line("purpose", "Units", "areas", number=float(row["units"]), unit="unit")
    if "unserved" in row:
        share = round(float(row["unserved"]) / homes, 6)
        yield Line("purpose", "Share of locations that are unserved", "areas", number=share, unit="fraction")
    yield Line("purpose", "Why this area", "areas", text=built.reasons[area.area_id])
    yield Line("purpose", "Built in", "areas", text=f"phase {area.phase}", number=float(area.year), unit="year")


def _money(built: Built, area: AreaWork) -> Iterator[Line]:
    currency, figures = built.study.study.currency, area_figures(built, area)
    money = built.by_area.money[area.area_id]
    named = (("Cost at likely rates", "cost_base"), ("Cost, P80", "cost_p80"), ("Contingency", "contingency"),
             ("Cost at likely rates per location", "cost_per_location"))  # fmt: skip
    yield Line("cost", "Cost, P50", "areas", number=round(float(money["p50"]), 2), unit=currency)
    for label, name in named:
        if name in figures:
            yield Line("cost", label, "review_targets", number=float(figures[name]), unit=currency)
    worth = built.by_area.worth.get(area.area_id)
    for label, name in (("Net present value", "npv"), ("Grant with which it is worth 0", "subsidy_needed")):
        if worth is not None:
            yield Line("benefit", label, "business_areas", number=round(float(worth[name]), 2), unit=currency)


def _dates(built: Built, area: AreaWork) -> Iterator[Line]:
    mine = built.by_area.tasks[area.area_id]
    rows = zip(mine["wbs_phase"].to_list(), mine["crew_kind"].to_list(), mine["start"].to_list(), strict=True)
    works = [start for phase, crew, start in rows if phase == "execution" and isinstance(crew, str)]
    own = built.by_area.waves.get(area.area_id, ())
    told = built.by_area.forecasts.get(area.area_id, {})
    yield Line("milestones", "First task", "tasks", date=min(mine["start"]))
    if works:
        yield Line("milestones", "First day of construction", "tasks", date=min(works))
    if isinstance(own, pd.DataFrame):
        yield Line("milestones", "First customers connected", "waves", date=min(own["start"]))
        yield Line("milestones", "Last customers connected", "waves", date=max(own["finish"]))
    yield Line("milestones", "Last task", "tasks", date=max(mine["finish"]))
    for share in ("P50", "P80") if told else ():
        yield Line("milestones", f"Last task, {share}", "forecasts", date=str(told[f"finish_{share.lower()}"]))


def _grants(built: Built, area: AreaWork) -> Iterator[Line]:
    """Tell each milestone of a grant, and what this area brings to it by its day."""
    if not len(built.selection.milestones):
        return
    mine = built.by_area.tasks[area.area_id]
    rows = zip(mine["wbs_phase"].to_list(), mine["finish"].to_list(), strict=True)
    accepted = max((finish for phase, finish in rows if phase == "quality control"), default="")
    homes = float(area.counts["locations"])
    for row in built.selection.milestones.to_dict("records"):
        counts = bool(accepted) and accepted <= row["date"]
        met = "met" if row["met"] else "missed"
        text = f"{met}: {row['accepted']} of {row['needed']} locations are accepted by then; of this area"
        yield Line(
            "milestones", f"Grant, {row['share']:.0%} of {row['of']} locations", "milestones", text=text,
            number=homes if counts else 0.0, unit="location", date=str(row["date"]),
        )  # fmt: skip


def _initiatives(built: Built, area: AreaWork) -> Iterator[Line]:
    """Tell what has to be in place before this area is connected."""
    for row in built.selection.carried_out:
        if area.area_id in row.holds:
            yield Line(
                "milestones", f"Waits for {row.name}", "initiatives", number=float(row.start_year), unit="year",
                text=f"{row.kind}, {count(row.duration_days, 'working day')} from its start until it is in place",
            )  # fmt: skip


def _gates(built: Built, area: AreaWork) -> Iterator[Line]:
    for row in built.by_area.decided.get(area.area_id, ()):
        steps = f"; {row['releases']} releases, the first {row['first_date']}" if row["releases"] > 1 else ""
        text = f"{row['approver_role']}, {row['mode']}{steps}"
        yield Line("gates", f"{row['gate']} {row['name']}", "gates", text=text, date=str(row["date"]))


def _risks(built: Built, area: AreaWork) -> Iterator[Line]:
    """Tell the largest risks of the area, then of the program, up to three."""
    own = [row for row in built.by_area.risks if row["area_id"] == area.area_id]
    common = [row for row in built.by_area.risks if not isinstance(row["area_id"], str)]
    for row in (own + common)[:TOP]:
        yield Line(
            "risks", str(row["risk"]), "risks", number=round(float(row["exposure_cost"]), 2),
            text=f"{row['cause']}; response: {row['response']}; owner: {row['owner_role']}",
            unit=built.study.study.currency,
        )  # fmt: skip


def _permits(built: Built, area: AreaWork) -> Iterator[Line]:
    """Tell the permits on the critical path; where there is none, the one that takes longest."""
    known = [built.by_area.permits[row] for row in area.permits]
    finish, critical = built.by_area.answers, built.by_area.critical
    shown = sorted((row for row in known if row["permit_id"] in critical), key=lambda row: str(row["permit_id"]))
    place = "On the critical path"
    if not shown:
        place = "None on the critical path; the longest"
        shown = sorted(known, key=lambda row: (-row["lead_time_calendar_days"], row["permit_id"]))[:1]
    for row in shown:
        body = row["authority"] if isinstance(row["authority"], str) else row["authority_kind"]
        yield Line(
            "permits", place, "permits", text=f"{row['permit_id']}: {row['permit']}, {body}",
            number=float(row["lead_time_calendar_days"]), unit="calendar days", date=finish.get(row["permit_id"]),
        )  # fmt: skip
    if not known:
        yield Line("permits", "Permits", "permits", text="none is needed", number=0.0, unit="permit")


def _people(built: Built, area: AreaWork) -> Iterator[Line]:
    mine = built.by_area.tasks[area.area_id]
    yield Line("team", "Leads the area", "raci", text="Area PM")
    yield Line("team", "Responsible for its tasks", "tasks", text=", ".join(sorted(set(mine["role"]))))
    crews = sorted(set(mine["crew_kind"].dropna()))
    if crews:
        yield Line("team", "Crews", "tasks", text=", ".join(crews))


def _limits(built: Built, area: AreaWork) -> Iterator[Line]:
    study, book = built.study, built.rulebook
    take = book.engineering_value("take_rate")
    yield Line("assumptions", "Share of locations that order", "study.json", number=take, unit="fraction")
    yield Line("assumptions", "Prices of", "study.json", number=float(study.study.price_year), unit="year")
    closure = study.schedule.calendar.winter_closure
    if closure is not None:
        text = f"{', '.join(closure.methods)} stand still from {closure.start} to {closure.end}"
        yield Line("assumptions", "Winter", "study.json", text=text)
    general = round(built.by_area.guessed.get(area.area_id, 0.0), 2)
    share = round(general / area.base, 6) if area.base else 0.0
    yield Line("assumptions", "Share of the cost at planning values", "bom", number=share, unit="fraction")
    left = int(built.by_area.areas[area.area_id]["locations"]) - int(area.counts["locations"])
    if left:
        text = "stay without a connection under this plan: see locations.outcome"
        yield Line("out of scope", "Locations of the area", "locations", text=text, number=float(left), unit="location")
    text = f"customers beyond the {count(round(area.counts['orders']), 'order')} counted on are connected as they order"
    yield Line("out of scope", "Later customers", "waves", text=text)
    yield Line("out of scope", "Operation after gate G4", "gates", text="handed over to operations at closure")


def _approval(built: Built, area: AreaWork) -> Iterator[Line]:
    """Tell how far cost and days may move without a new decision, and who signs the charter."""
    for label, topic in (("Tolerance of cost", "cost_tolerance"), ("Tolerance of dates", "date_tolerance")):
        rule = governance_rule(built.study, built.rulebook, topic)
        unit = "fraction" if rule.unit == "share" else rule.unit or None
        yield Line("approval", label, "governance", number=rule.value, unit=unit)
    for row in built.by_area.decided.get(area.area_id, ())[:1]:
        words = f"{row['approver_role']}: name, date, signature"
        yield Line("approval", f"Accepted at {row['gate']}", "gates", text=words)
    yield Line("approval", "Taken over", "raci", text="Area PM: name, date, signature")
