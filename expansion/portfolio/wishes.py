"""Read the planner's wishes as rules on rows: must, never, together, before, only; and whether they can hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from expansion.choosing import PortfolioRules
from expansion.errors import InfeasibleError, PlanningError, StudyError, raise_all
from expansion.plan.graph import IntArray
from expansion.portfolio.circles import require_no_circle
from expansion.portfolio.money import padded
from expansion.portfolio.rules import Rules
from expansion.wording import count


@dataclass(frozen=True, slots=True)
class Links:
    """What initiatives wait for and what waits for them, by item as in `Rules`; `must` names those that must be."""

    waits: tuple[tuple[int, int, int], ...] = ()
    phases: tuple[tuple[int, int, int], ...] = ()
    after_phase: tuple[tuple[int, int], ...] = ()
    initiatives: int = 0
    must: tuple[str, ...] = ()


def read_rules(
    wishes: PortfolioRules, names: tuple[str, ...], parent: IntArray, only: tuple[str, ...], links: Links | None = None
) -> Rules:
    """Turn the study's wishes into rules on rows, and refuse those that contradict each other.

    Parameters
    ----------
    wishes
        The study's `[portfolio]` section.
    names, parent
        Ids of all items, areas first, and per item the row of its parent area (-1 for none).
    only
        Ids of the areas to plan; empty plans freely. They and what they need are then required, all others excluded.
    links
        What initiatives wait for and what waits for them; without it there are no initiatives.

    Raises
    ------
    StudyError
        ``E_AREA_UNKNOWN`` for ids that no area has.
    InfeasibleError
        ``E_RULES`` where must (or only) needs an area that never excludes, or before runs in a circle.
    """
    links = links or Links()
    row = {name: place for place, name in enumerate(names)}
    _require_known(wishes, only, row)
    never = {row[name] for name in wishes.never}
    asked = sorted({row[name] for name in (only or wishes.must)} | {row[name] for name in links.must})
    none = np.zeros(len(names), dtype=bool)
    rules = Rules(
        names=names,
        parent=padded(parent, len(names)),
        required=none,
        asked=_mask(asked, len(names)),
        allowed=~none,
        groups=tuple(tuple(sorted({row[name] for name in group})) for group in wishes.together),
        before=tuple(sorted({(row[first], row[second]) for first, second in wishes.before})),
        waits=links.waits,
        phases=links.phases,
        after_phase=links.after_phase,
        initiatives=links.initiatives,
    )
    require_no_circle(rules)
    required = rules.everything_needed(asked)
    raise_all(_clashes(rules, asked, never, required))
    allowed = _mask(required, len(names)) if only else rules.reachable(never)
    return replace(rules, required=_mask(required, len(names)), allowed=allowed)


def _mask(rows: Iterable[int], count: int) -> NDArray[np.bool_]:
    mask = np.zeros(count, dtype=bool)
    mask[sorted(rows)] = True
    return mask


def _require_known(wishes: PortfolioRules, only: tuple[str, ...], row: dict[str, int]) -> None:
    """Refuse ids that no area has."""
    named = {
        "portfolio.must": wishes.must,
        "portfolio.never": wishes.never,
        "portfolio.together": [name for group in wishes.together for name in group],
        "portfolio.before": [name for pair in wishes.before for name in pair],
        "--areas": only,
    }
    errors: list[PlanningError] = []
    for place, ids in named.items():
        strays = sorted(set(ids) - row.keys())
        if strays:
            known = f"the study has {count(len(row), 'area')}, such as {', '.join(sorted(row)[:3]) or 'none'}"
            errors.append(StudyError(f"{place} names unknown areas", code="E_AREA_UNKNOWN", where=strays, hint=known))
    raise_all(errors)


def _clashes(rules: Rules, asked: list[int], never: set[int], required: set[int]) -> list[InfeasibleError]:
    """Name each area that was asked for and needs one that is excluded."""
    if not required & never:
        return []
    found = []
    for area in asked:
        barred = sorted(rules.everything_needed([area]) & never)
        if barred:
            ids = [rules.names[other] for other in barred]
            words = f"area {rules.names[area]} is asked for and needs areas that portfolio.never excludes"
            hint = "take them out of never, or stop asking for the area"
            found.append(InfeasibleError(words, code="E_RULES", where=ids, hint=hint))
    return found
