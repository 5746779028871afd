"""The areas of the plan with what there is to do in them, as a whole and section by section."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from expansion.plan.plan import Areas, Network, Portfolio
from expansion.rulebook import Rulebook
from expansion.schedule.packages import Package, packages_present, read_packages
from expansion.schedule.quantities import AreaTables, area_quantities, area_spans, section_quantities
from expansion.schedule.sections import Section, Waits, part_areas


@dataclass(frozen=True, slots=True)
class Part:
    """A section with what there is to do in it: quantities, and the packages that it has of its own."""

    section: Section
    quantities: dict[str, float]
    packages: dict[str, Package]

    @property
    def methods(self) -> frozenset[str]:
        """Build that it holds."""
        work = {"buried": "underground_m", "aerial": "aerial_m"}
        return frozenset(method for method, name in work.items() if self.quantities[name] > 0)


@dataclass(frozen=True, slots=True)
class ChosenArea:
    """An area of the plan: its place in the WBS, its year, packages, sections and the permits that it applies for."""

    area_id: str
    row: int
    number: int
    year: int
    hosted: tuple[int, ...]
    quantities: dict[str, float]
    packages: dict[str, Package]
    parts: tuple[Part, ...] = ()

    def parts_with(self, code: str) -> list[Part]:
        """Sections that have a package."""
        return [part for part in self.parts if code in part.packages]

    def task_ids(self, code: str, part: Part | None = None) -> list[str]:
        """Tasks of a package, all of them or those of one section; none where the area lacks it."""
        package = self.packages.get(code)
        if package is None or package.is_permit:
            return []
        if package.row.per != "section":
            return [f"{self.area_id}-{code}"]
        having = self.parts_with(code)
        one = len(having) == 1
        return [
            f"{self.area_id}-{code}" if one else f"{self.area_id}-{code}-S{own.section.number}"
            for own in having
            if part is None or own is part
        ]


def chosen_areas(
    rulebook: Rulebook,
    areas: Areas,
    portfolio: Portfolio,
    network: Network,
    permits: pd.DataFrame,
    bom: pd.DataFrame,
) -> list[ChosenArea]:
    """List the chosen areas by phase and id, each with its quantities and what is left of the template.

    The build of an area is one section underground and one on poles, until `part_chosen` parts it.
    """
    template = read_packages(rulebook)
    ids = areas.table["area_id"].to_list()
    rows = [row for row in range(len(ids)) if portfolio.phase[row] >= 0 and portfolio.year[row] >= 0]
    rows.sort(key=lambda row: (int(portfolio.phase[row]), ids[row]))
    tables = AreaTables.of(network, bom)
    sections = part_areas(rulebook, network.spans, permits, [ids[row] for row in rows])
    hosts = _hosts([ids[row] for row in rows], permits)
    found = []
    for number, row in enumerate(rows, start=2):
        hosted = tuple(permit for permit, host in enumerate(hosts) if host == ids[row])
        quantities = area_quantities(rulebook, tables, ids[row], len(hosted))
        packages = packages_present(template, quantities)
        parts = tuple(_part(tables.spans, template, one, quantities) for one in sections[ids[row]])
        year = int(portfolio.year[row])
        found.append(ChosenArea(ids[row], row, number, year, hosted, quantities, packages, parts))
    return found


def part_chosen(
    rulebook: Rulebook, chosen: list[ChosenArea], network: Network, permits: pd.DataFrame, waits: Waits
) -> list[ChosenArea]:
    """Part the build of areas where some of it would wait for permits of the rest."""
    template, spans = read_packages(rulebook), area_spans(network)
    sections = part_areas(rulebook, network.spans, permits, [area.area_id for area in chosen], waits)
    parted = []
    for area in chosen:
        mine = sections[area.area_id]
        if [one.span_ids for one in mine] != [part.section.span_ids for part in area.parts]:
            area = replace(area, parts=tuple(_part(spans, template, one, area.quantities) for one in mine))
        parted.append(area)
    return parted


def _part(
    spans: dict[str, pd.DataFrame], template: tuple[Package, ...], section: Section, quantities: dict[str, float]
) -> Part:
    """Measure a section and find its packages."""
    own = section_quantities(spans, section.area_id, quantities, section.span_ids)
    present = packages_present(template, own)
    return Part(section, own, {code: package for code, package in present.items() if package.row.per == "section"})


def areas_of(permits: pd.DataFrame) -> list[list[str]]:
    """Areas per permit."""
    return [[part for part in str(text).split(",") if part] for text in permits["area_ids"].to_list()]


def _hosts(ids: list[str], permits: pd.DataFrame) -> list[str]:
    """Per permit the first chosen area that needs it ("" for none); `ids` are in order of phase and id."""
    return [next((area for area in ids if area in needing), "") for needing in map(set, areas_of(permits))]
