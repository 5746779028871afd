"""Read the work-package template: duration rules, links, and what is left of it where an area lacks a quantity."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from expansion.errors import StudyError, raise_all
from expansion.rulebook import Rulebook, WorkPackage
from expansion.schedule.quantities import QUANTITIES

PERMIT, INITIATIVE = "permit", "initiative"
HELD = ("build", "sales", "installs")
"""Work of an area that an initiative may hold back."""
# What permits block that have a work package of their own: calls before digging are made when all else is ready.
OWN_PACKAGE = ("dig",)
_LINK = re.compile(
    r"(?:(?P<scope>parent|permit|initiative):)?(?P<code>[0-9.]+|buried|aerial|tower|cabinet|dig|none|build|sales|installs)"
    r"(?P<kind>FS|SS|FF|SF)?(?:\+(?P<lag>\d+))?"
)


@dataclass(frozen=True, slots=True)
class Before:
    """A link to a package before; `scope` is "" in the area, parent, or permit or initiative with what they hold."""

    scope: str
    code: str
    kind: str = "FS"
    lag: int = 0

    @property
    def is_word(self) -> bool:
        """Whether `code` is a word for work, not the code of a package."""
        return self.scope in (PERMIT, INITIATIVE)


@dataclass(frozen=True, slots=True)
class Package:
    """A row of the template, read.

    `days` is a fixed duration, `terms` pairs of quantity and production id, `lead` BOM categories of which the longest
    material lead time counts, `wait` calendar days on which nobody works; one of them holds, none for milestones and
    for the permit package.
    """

    row: WorkPackage
    before: tuple[Before, ...]
    days: int = 0
    terms: tuple[tuple[str, str], ...] = ()
    lead: tuple[str, ...] = ()
    wait: int = 0

    @property
    def code(self) -> str:
        """WBS code within the area."""
        return self.row.wbs

    @property
    def is_permit(self) -> bool:
        """Whether it stands for one task per permit."""
        return self.row.duration.partition(":")[0] == PERMIT

    def obtains(self, blocks: str) -> bool:
        """Tell whether permits that block this work are its tasks: locate calls have a package of their own."""
        own = self.row.duration.partition(":")[2]
        return self.is_permit and (own == blocks if own else blocks not in OWN_PACKAGE)


def read_packages(rulebook: Rulebook) -> tuple[Package, ...]:
    """Read the tasks and milestones of the template, in its order.

    Raises
    ------
    StudyError
        ``E_RULE_ROW`` for a duration rule or a link that cannot be read, ``E_RULE_CYCLE`` where links run in a circle.
    """
    rows = [row for row in rulebook.work_packages if row.kind != "summary"]
    packages: list[Package] = []
    errors: list[StudyError] = []
    for row in rows:
        try:
            packages.append(_read(row, rulebook))
        except StudyError as error:
            errors.append(error)
    codes = {row.wbs for row in rows}
    for package in packages:
        lost = [link.code for link in package.before if not link.is_word and link.code not in codes]
        if lost:
            errors.append(_bad(package.row, f"predecessors {lost} do not exist"))
    raise_all(errors)
    _refuse_circles(packages)
    return tuple(packages)


def _bad(row: WorkPackage, message: str) -> StudyError:
    return StudyError(f"work package: {message}", code="E_RULE_ROW", where=[row.wbs], hint="correct the template row")


def _read(row: WorkPackage, rulebook: Rulebook) -> Package:
    """Read one row."""
    if row.needs and row.needs not in QUANTITIES:
        raise _bad(row, f"unknown quantity {row.needs!r}")
    before = tuple(_link(row, text.strip()) for text in row.predecessors.split(";") if text.strip())
    package = Package(row, before)
    rule = row.duration.strip()
    if row.kind == "milestone" or package.is_permit:
        return package
    if rule.isdigit() and int(rule) > 0:
        return replace(package, days=int(rule))
    days = rule.removeprefix("wait:")
    if rule != days and days.isdigit() and int(days) > 0:
        return replace(package, wait=int(days))
    if rule.startswith("lead:"):
        return replace(package, lead=tuple(part.strip() for part in rule.removeprefix("lead:").split(",")))
    return replace(package, terms=tuple(_term(row, text.strip(), rulebook) for text in rule.split("+")))


def _link(row: WorkPackage, text: str) -> Before:
    match = _LINK.fullmatch(text)
    if match is not None:
        link = Before(match["scope"] or "", match["code"], match["kind"] or "FS", int(match["lag"] or 0))
        if link.is_word == link.code.isalpha() and (link.scope == INITIATIVE) == (link.code in HELD):
            return link
    raise _bad(row, f"cannot read the predecessor {text!r}")


def _term(row: WorkPackage, text: str, rulebook: Rulebook) -> tuple[str, str]:
    quantity, slash, production_id = text.partition("/")
    known = {rate.production_id for rate in rulebook.production}
    if not slash or quantity not in QUANTITIES or production_id not in known:
        raise _bad(row, f"cannot read the duration {text!r}")
    return quantity, production_id


def _refuse_circles(packages: list[Package]) -> None:
    """Take packages away whose predecessors are gone, until none is left."""
    waiting = {p.code: {link.code for link in p.before if link.scope == ""} for p in packages}
    while waiting:
        free = [code for code, before in waiting.items() if not before & waiting.keys()]
        if not free:
            raise StudyError(
                "work packages wait for one another in a circle",
                code="E_RULE_CYCLE",
                where=sorted(waiting),
                hint="remove one of the predecessors",
            )
        for code in free:
            del waiting[code]


def work_of(package: Package, quantities: dict[str, float], rulebook: Rulebook) -> tuple[float, float]:
    """Return the crew-days and the set-up days that the terms of a package ask for; both 0 where nothing is to do.

    Crew-days are the sum of quantity over production rate; the set-up is the longest among terms that occur.
    """
    rates = [(quantities[name], rulebook.production_rate(rate_id)) for name, rate_id in package.terms]
    present = [(quantity, rate) for quantity, rate in rates if quantity > 0]
    crew_days = sum(quantity / rate.per_day for quantity, rate in present)
    return crew_days, max((rate.setup_days for _, rate in present), default=0.0)


def packages_present(packages: tuple[Package, ...], quantities: dict[str, float]) -> dict[str, Package]:
    """Leave out what the area does not need and hand its links on, by WBS code.

    A package is left out where the quantity that it needs is 0, or all quantities of its duration are. What waited
    for its start or finish then waits for the finish of what it waited for; lags add, but those behind a start: they
    let work get ahead that is not there.
    """
    left: dict[str, Package] = {}
    links: dict[str, tuple[Before, ...]] = {}
    for package in _in_order(packages):
        before = _handed_on(package.before, links)
        links[package.code] = before
        if _occurs(package, quantities):
            left[package.code] = replace(package, before=before)
            del links[package.code]
    return {package.code: left[package.code] for package in packages if package.code in left}


def _occurs(package: Package, quantities: dict[str, float]) -> bool:
    needed = not package.row.needs or quantities[package.row.needs] > 0
    return needed and (not package.terms or any(quantities[name] > 0 for name, _ in package.terms))


def _in_order(packages: tuple[Package, ...]) -> list[Package]:
    """List packages with every predecessor before its successor, else in template order."""
    done: set[str] = set()
    order: list[Package] = []
    waiting = list(packages)
    while waiting:
        for package in waiting:
            if all(link.code in done for link in package.before if link.scope == ""):
                order.append(package)
                done.add(package.code)
                waiting.remove(package)
                break
    return order


def _handed_on(before: tuple[Before, ...], gone: dict[str, tuple[Before, ...]]) -> tuple[Before, ...]:
    """Replace links to packages that are left out by the links that those had."""
    found: dict[tuple[str, str, str], int] = {}
    for link in before:
        ends = "FF" if link.kind.endswith("F") else "FS"
        if link.scope == "" and link.code in gone:
            lag = 0 if link.kind.startswith("S") else link.lag
            further = [replace(old, kind=ends, lag=old.lag + lag) for old in gone[link.code]]
        else:
            further = [link]
        for each in further:
            key = (each.scope, each.code, each.kind)
            found[key] = max(found.get(key, 0), each.lag)
    return tuple(Before(scope, code, kind, lag) for (scope, code, kind), lag in found.items())
