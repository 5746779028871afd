"""Check what tables repeat: rows of the rule book and of the study, and figures of other tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from expansion.audit.cash import area_facts
from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import optical_class, rows_of, section

Row = dict[str, Any]
OF_RULES = (
    ("surveys", "survey_id", "surveys", "survey_id", "name factor resolves source status"),
    ("schedule_checks", "check_id", "schedule_checks", "check_id", "name better unit threshold source status"),
    ("review_targets", "target_id", "review_targets", "target_id", "topic name better owner_role source status"),
    ("review_targets", "target_id", "review_targets", "target_id", "filled_from"),
    ("quality", "check_id", "quality", "check_id", "unit stage gate method sample record acceptance source status"),
    ("communications", "message_id", "communications", "message_id", "message channel owner_role source status"),
    ("gate_artifacts", "artifact", "artifacts", "artifact", "held_in name role source status"),
    ("options", "technology", "technologies", "technology", "low_latency"),
)
"""Table with its key, rule table with its key, and the columns that both have."""
PAIRS = (
    ("in_cable", "in_fiber"), ("in_tube_color", "in_fiber_color"),
    ("out_cable", "out_fiber"), ("out_tube_color", "out_fiber_color"),
)  # fmt: skip


def check_repeated(saved: SavedPlan) -> Check:
    """Check columns that stand elsewhere as well, and cells that are filled only together."""
    ledger = Ledger("repeated")
    for table, key, rules, rule_key, columns in OF_RULES:
        _check_rows(ledger, saved, (table, key), (rules, rule_key), columns.split())
    _check_units(ledger, saved)
    _check_packages(ledger, saved)
    _check_initiatives(ledger, saved)
    _check_business_areas(ledger, saved)
    _check_options(ledger, saved)
    _check_ports(ledger, saved)
    _check_sides(ledger, saved)
    _check_choices(ledger, saved)
    _check_cables(ledger, saved)
    return ledger.close()


def _check_rows(
    ledger: Ledger, saved: SavedPlan, here: tuple[str, str], there: tuple[str, str], columns: list[str]
) -> None:
    """Compare columns of a table with the row of the rule book that it names; rows of no rule are left alone."""
    table, known = saved.table(here[0]), dict[str, Row]()
    for row in rows_of(saved, there[0]):
        known.setdefault(str(row[there[1]]), row)
    ids = texts(table, here[1])
    for column in columns:
        told = [_plain(value) for value in (table[column] if len(table) else [])]
        off = [name in known and cell != _plain(known[name][column]) for name, cell in zip(ids, told, strict=True)]
        ledger.none(off, ids, f"{here[0]}.{column} is not that of the rule book")


def _plain(value: Any) -> Any:
    """Give a cell as it compares: "" for nothing, numbers as floats."""
    if value is None or value != value or type(value).__name__ == "NAType":
        return ""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    return value if isinstance(value, str) else round(float(value), 9)


def _check_units(ledger: Ledger, saved: SavedPlan) -> None:
    """Check in what surveys and targets are counted, and that a target has a number or a date as its unit asks."""
    price = {row["rate_id"]: row["unit"] for row in rows_of(saved, "rates")}
    survey = {row["survey_id"]: price.get(row["rate_id"], "") for row in rows_of(saved, "surveys")}
    table = saved.table("surveys")
    rows = zip(texts(table, "survey_id"), texts(table, "unit"), strict=True)
    ledger.nothing([name for name, unit in rows if survey.get(name, unit) != unit], "surveys in another unit")
    money = section(saved, "study")["currency"]
    unit = {r["target_id"]: money if r["unit"] == "money" else r["unit"] for r in rows_of(saved, "review_targets")}
    targets = saved.table("review_targets")
    ids, told = texts(targets, "target_id"), texts(targets, "unit")
    ledger.none([unit.get(a, b) != b for a, b in zip(ids, told, strict=True)], ids, "targets in another unit")
    dated = np.array(texts(targets, "target_date"), dtype=object) != ""
    ledger.none(dated == ~np.isnan(numbers(targets, "target")), ids, "targets are a number or a date, not both")


def _check_packages(ledger: Ledger, saved: SavedPlan) -> None:
    """Check phase, role and gate of every task of an area against the work package of its code."""
    tasks, packages = saved.table("tasks"), {row["wbs"]: row for row in rows_of(saved, "work_packages")}
    ids, areas = texts(tasks, "task_id"), texts(tasks, "area_id")
    columns = {"wbs_phase": "phase", "role": "responsible", "gate": "gate"}
    found = [_package(wbs, packages) if area else None for wbs, area in zip(texts(tasks, "wbs"), areas, strict=True)]
    for column, rule in columns.items():
        off = [row is not None and row[rule] != cell for row, cell in zip(found, texts(tasks, column), strict=True)]
        ledger.none(off, ids, f"tasks.{column} is not that of the work package")


def _package(wbs: str, packages: dict[str, Row]) -> Row | None:
    parts = wbs.split(".")[1:]
    return next((row for n in range(len(parts), 0, -1) if (row := packages.get(".".join(parts[:n])))), None)


def _check_initiatives(ledger: Ledger, saved: SavedPlan) -> None:
    """Check name, kind, staff and order of initiatives against the study, and that only those chosen begin."""
    table = saved.table("initiatives")
    asked = {row["id"]: row for row in section(saved, "portfolio")["initiatives"]}
    ids, begun = texts(table, "initiative_id"), np.isfinite(numbers(table, "start_year"))
    ledger.none(begun != flags(table, "chosen"), ids, "initiatives begin that are not chosen, or the other way round")
    for column in ("name", "kind", "roles", "before", "after"):
        told = texts(table, column)
        off = [name in asked and _asked(asked[name], column) != text for name, text in zip(ids, told, strict=True)]
        ledger.none(off, ids, f"initiatives.{column} is not the study's")


def _asked(row: Row, column: str) -> str:
    """Write what the study asks of an initiative as its table writes it."""
    if column == "roles":
        return ", ".join(f"{role} {days:g}" for role, days in sorted(row["staff"].items()) if days)
    if column in ("before", "after"):
        return ", ".join(row[column])
    return str(row[column] or row["id"])


def _check_business_areas(ledger: Ledger, saved: SavedPlan) -> None:
    """Check phase, locations and grants of judged areas, and what plan.json says of phases beside money."""
    table, facts = saved.table("business_areas"), area_facts(saved)
    ids = texts(table, "area_id")
    for column in ("phase", "locations"):
        off = [name in facts and int(n) != facts[name][column] for name, n in
               zip(ids, integers(table, column), strict=True)]  # fmt: skip
        ledger.none(off, ids, f"business_areas.{column} is not the area's")
    flows = saved.table("business")
    of, granted = np.array(texts(flows, "area_id"), dtype=object), np.round(100 * numbers(flows, "subsidy"))
    summed = np.array([granted[of == name].sum() for name in ids])
    ledger.none(np.round(100 * numbers(table, "subsidy")) != summed, ids, "business_areas.subsidy is not that paid")
    connected = np.round(numbers(flows, "connected"), 6)
    for part in saved.document["business"]["phases"]:
        mine = [name for name, fact in facts.items() if fact["phase"] == part["phase"]]
        years = {int(facts[name]["year"]) for name in mine}
        ledger.that(part["year"] in years, f"business of phase {part['phase']}: built in another year")
        last = sum(float(connected[of == name].max(initial=0.0)) for name in mine)
        ledger.equal(part["connected"], last, f"business of phase {part['phase']}: connected", 0.001)


def _check_options(ledger: Ledger, saved: SavedPlan) -> None:
    """Check speeds and running cost of options, and that what cannot be had has no cost.

    What fiber would cost may be told where the study does not allow it.
    """
    options, rules = saved.table("options"), {row["technology"]: row for row in rows_of(saved, "technologies")}
    ids, available = texts(options, "option_id"), flags(options, "is_available")
    units = dict(
        zip(texts(saved.table("locations"), "location_id"), integers(saved.table("locations"), "units"), strict=True)
    )
    kind = texts(options, "technology")
    allowed = np.isin(kind, list(section(saved, "technology")["allow"]))
    for column in ("capital", "lifetime_cost", "down_mbps", "up_mbps"):
        filled = np.isfinite(numbers(options, column))
        ledger.none(available & ~filled, ids, f"options that can be had lack {column}")
        if column in ("capital", "lifetime_cost"):
            ledger.none(filled & ~available & allowed, ids, f"options that cannot be had have {column}")
    for column in ("down_mbps", "up_mbps"):
        told = numbers(options, column)
        off = [
            bool(np.isfinite(speed)) and bool(rules[name][column]) and speed != rules[name][column]
            for name, speed in zip(kind, told, strict=True)
        ]
        ledger.none(off, ids, f"options.{column} is not that of the rule book")
    running = [
        rules[name]["opex_per_year"] * int(units.get(home, 0))
        for name, home in zip(kind, texts(options, "location_id"), strict=True)
    ]
    off = ~(np.abs(numbers(options, "operating_cost_per_year") - np.array(running, dtype=float)) <= 0.006)
    ledger.none(off, ids, "options.operating_cost_per_year is not that of the rule book")


def _check_ports(ledger: Ledger, saved: SavedPlan) -> None:
    """Check names, class and limits of the ports of line terminals."""
    table, kind = saved.table("optics"), optical_class(saved)
    ids = texts(table, "port_id")
    named = [f"{office}/{port}" for office, port in
             zip(texts(table, "office_id"), integers(table, "olt_port").tolist(), strict=True)]  # fmt: skip
    ledger.none([a != b for a, b in zip(ids, named, strict=True)], ids, "optics.port_id is not office and port")
    ledger.none([name != kind["pon_class"] for name in texts(table, "pon_class")], ids, "optics.pon_class")
    margin = next(row["loss_db"] for row in rows_of(saved, "optical_losses") if row["parameter"] == "margin")
    limits = {
        "differential_max_m": kind["differential_max_m"], "least_db": kind["min_loss_db"],
        "budget_db": kind["max_loss_db"] - margin,
    }  # fmt: skip
    for column, limit in limits.items():
        ledger.none(~(np.abs(numbers(table, column) - limit) <= 1e-6), ids, f"optics.{column} is not the class's")
    paths, hubs = saved.table("paths"), saved.table("sites")
    sites = set(np.array(texts(hubs, "site_id"), dtype=object)[np.array(texts(hubs, "kind"), dtype=object) == "hub"])
    ledger.none([hub not in sites for hub in texts(table, "hub_id")], ids, "optics.hub_id is no hub")
    lit = set(zip(texts(paths, "office_id"), texts(paths, "hub_id"), strict=True))
    pairs = zip(texts(table, "office_id"), texts(table, "hub_id"), strict=True)
    ledger.none([pair not in lit for pair in pairs], ids, "optics.hub_id is fed by another office")


def _check_sides(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that each side of a splice names a fiber with its colors or a port, and strands in use their two ends."""
    splices, strands = saved.table("splices"), saved.table("strands")
    ids = texts(splices, "splice_id")
    filled = {name: np.array([bool(text) for text in texts(splices, name)]) for name in
              ("in_cable", "in_fiber", "in_tube_color", "in_fiber_color", "in_port", "out_cable", "out_fiber",
               "out_tube_color", "out_fiber_color", "out_port")}  # fmt: skip
    for whole, part in PAIRS:
        ledger.none(filled[whole] != filled[part], ids, f"splices have {whole} or {part} alone")
    for side in ("in", "out"):
        ledger.none(filled[f"{side}_cable"] == filled[f"{side}_port"], ids, f"splices have fiber and port on {side}")
    used = np.array(texts(strands, "use"), dtype=object) == "in use"
    for name in ("carries", "from_port", "to_port"):
        told = np.array([bool(text) for text in texts(strands, name)])
        ledger.none(told != used, texts(strands, "strand_id"), f"strands that rest have {name}, or others lack it")


def _check_choices(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that areas that are not built have no year in choices, and cost changes where they have prices."""
    table = saved.table("choices")
    ids, priced = texts(table, "area_id"), np.isfinite(numbers(table, "force_price"))
    ledger.none(np.isfinite(numbers(table, "year")) != flags(table, "chosen"), ids, "choices.year of what is not built")
    for name in ("force_price_low", "cost_change"):
        ledger.none(np.isfinite(numbers(table, name)) != priced, ids, f"choices have {name} without a price")


def _check_cables(ledger: Ledger, saved: SavedPlan) -> None:
    """Check hubs of terminals, tiers of reels and feeder fibers of hubs against light paths, cables and splitters."""
    sites, paths = saved.table("sites"), saved.table("paths")
    hub = dict(zip(texts(paths, "terminal_id"), texts(paths, "hub_id"), strict=True))
    ids = texts(sites, "site_id")
    off = [name in hub and hub[name] != above for name, above in zip(ids, texts(sites, "parent_site_id"), strict=True)]
    ledger.none(off, ids, "sites.parent_site_id is not the hub of the terminal")
    cables, reels = saved.table("cables"), saved.table("reels")
    tier = dict(zip(texts(cables, "cable_id"), texts(cables, "tier"), strict=True))
    pieces = texts(reels, "piece_id")
    told = zip(texts(reels, "cable_id"), texts(reels, "tier"), strict=True)
    ledger.none([tier.get(name) != own for name, own in told], pieces, "reels.tier is not that of the cable")
    fills = saved.table("fills")
    used = integers(fills, "feeder_fibers_used") != integers(fills, "splitters")
    ledger.none(used, texts(fills, "hub_id"), "fills.feeder_fibers_used is not a fiber per splitter")
