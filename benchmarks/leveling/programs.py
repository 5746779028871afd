"""Make up build programs: areas of drawn size, with the packages, permits, crews and closures of the product."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd

from expansion.rulebook import Rulebook, load_rulebook
from expansion.schedule.applications import make_applications
from expansion.schedule.build import areas_of_tasks, goal_of, work_graph
from expansion.schedule.chosen import ChosenArea, Part
from expansion.schedule.leveling import Goal
from expansion.schedule.links import link_program
from expansion.schedule.packages import Package, packages_present, read_packages
from expansion.schedule.quantities import QUANTITIES
from expansion.schedule.sections import Section
from expansion.schedule.tasks import draft_tasks
from expansion.schedule.workgraph import WorkGraph
from expansion.study import Study, parse_study

CREWS = {"aerial": 2, "buried": 3, "bore": 2, "splice": 2, "test": 2, "install": 4}
OFFICE = {"survey": 2, "design": 4, "permit": 6, "technician": 3}
CLOSURE = {"from": "12-15", "to": "03-01", "methods": ["buried", "bore"]}
ON_POLES = ("aerial_m", "poles")
IN_GROUND = ("plow_m", "trench_m", "bore_m", "buried_m", "underground_m", "opened_m", "plow_restored_m")
PERMITS_EACH = 11  # with the packages of an area about 43 tasks


def made_up_program(areas: int, seed: int) -> tuple[WorkGraph, Goal, np.ndarray[Any, np.dtype[np.int64]]]:
    """Make a program of some areas: its tasks, what its schedule shall be, and the area of each task.

    Parameters
    ----------
    areas
        Number of areas, all of one year; each takes about 43 tasks.
    seed
        Of sizes and permits.
    """
    random = np.random.default_rng(seed)
    rulebook = load_rulebook("generic")
    study = _study()
    template = read_packages(rulebook)
    permits = _permits(areas, random, rulebook)
    chosen = []
    for number in range(areas):
        quantities = _quantities(random, rulebook)
        hosted = tuple(range(number * PERMITS_EACH, (number + 1) * PERMITS_EACH))
        packages, name = packages_present(template, quantities), f"A{number + 1:03d}"
        parts = _parts(template, name, quantities)
        chosen.append(ChosenArea(name, number, number + 2, 2027, hosted, quantities, packages, parts))
    applications = make_applications(rulebook, chosen, permits, study.study.start)
    draft = draft_tasks(study, rulebook, chosen, applications, permits, _bill(chosen))
    parents = SimpleNamespace(area_parent=np.array([number // 3 - 1 for number in range(areas)], dtype=np.int64))
    link_program(draft, applications, chosen, cast(Any, parents), permits)
    graph = work_graph(study, draft.tasks, draft.links)
    return graph, goal_of(draft.tasks, chosen), areas_of_tasks(draft.tasks, chosen)


def _parts(template: tuple[Package, ...], area_id: str, quantities: dict[str, float]) -> tuple[Part, ...]:
    """Part the build of an area into what is underground and what is on poles; each permit holds up all of its kind."""
    found = []
    for number, (method, others) in enumerate((("buried", ON_POLES), ("aerial", IN_GROUND)), start=1):
        own = quantities | dict.fromkeys(others, 0.0)
        present = packages_present(template, own)
        packages = {code: package for code, package in present.items() if package.row.per == "section"}
        found.append(Part(Section(f"{area_id}-S{number}", area_id, number, method, (), ()), own, packages))
    return tuple(found)


def _study() -> Study:
    crews = [{"kind": kind, "count": count} for kind, count in (CREWS | OFFICE).items()]
    return parse_study(
        {
            "study": {"name": "made-up", "start": "2027-01-04"},
            "inputs": {"osm": {"file": "none.osm"}},
            "schedule": {"crews": crews, "calendar": {"winter_closure": CLOSURE}},
        }
    )


def _quantities(random: np.random.Generator, rulebook: Rulebook) -> dict[str, float]:
    """Work of one area: 40 to 300 locations, 60 to 140 m of route each, a third to nine tenths in the ground."""
    locations = int(random.integers(40, 301))
    route = locations * float(random.uniform(60, 140))
    ground = float(random.uniform(0.35, 0.9))
    plow, trench, bore = route * ground * 0.75, route * ground * 0.22, route * ground * 0.03
    orders = int(np.ceil(locations * rulebook.engineering_value("take_rate")))
    return dict.fromkeys(QUANTITIES, 0.0) | {
        "plow_m": plow,
        "trench_m": trench,
        "bore_m": bore,
        "aerial_m": route * (1 - ground),
        "route_m": route,
        "buried_m": plow + trench,
        "underground_m": plow + trench + bore,
        "opened_m": trench,
        "plow_restored_m": plow,
        "poles": round(route * (1 - ground) / 45),
        "cable_m": route * 1.2,
        "splices": locations * 2.5,
        "fibers": locations * 1.3,
        "hubs": 1 + locations // 200,
        "cabinets": 1 + locations // 200,
        "locations": locations,
        "orders": orders,
        "electronics": locations // 30,
        "permits": PERMITS_EACH,
    }


def _permits(areas: int, random: np.random.Generator, rulebook: Rulebook) -> pd.DataFrame:
    """Permits of drawn rules, each for one area, at the rule's typical lead time give or take a third."""
    rules = [rule for rule in rulebook.permit_rules if rule.lead_typical > 0]
    drawn = [rules[number] for number in random.integers(0, len(rules), areas * PERMITS_EACH)]
    stretch = random.uniform(0.67, 1.33, len(drawn))
    count = len(drawn)
    return pd.DataFrame(
        {
            "permit_id": [f"P{number:04d}" for number in range(count)],
            "rule_id": [rule.rule_id for rule in drawn],
            "permit": [rule.permit for rule in drawn],
            "granted_for": [f"place {number}" for number in range(count)],
            "authority": [None] * count,
            "authority_kind": [rule.authority_kind for rule in drawn],
            "lead_time_calendar_days": [round(rule.lead_typical * by) for rule, by in zip(drawn, stretch, strict=True)],
            "area_ids": [f"A{number // PERMITS_EACH + 1:03d}" for number in range(count)],
            "after_permit_ids": [None] * count,
            "season_from": [None] * count,
            "season_to": [None] * count,
            "state": ["to_file"] * count,
            "filed": [None] * count,
        }
    )


def _bill(chosen: list[ChosenArea]) -> pd.DataFrame:
    """Items that areas buy, as far as their lead times count."""
    items = [("cable", "cable_96"), ("passive", "hub_288"), ("electronics", "olt_port"), ("drop", "drop_aerial_m")]
    rows = [(area.area_id, category, item) for area in chosen for category, item in items]
    return pd.DataFrame(rows, columns=["area_id", "category", "item"])
