"""Name the permits that each edge would need if it alone were built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.permits.prices import expected_cents
from expansion.permits.register import DUG, permit_id
from expansion.permits.rules import rules_in_force
from expansion.permits.states import approved_ids
from expansion.plan.graph import Triggers
from expansion.plan.inputs import Inputs
from expansion.rulebook import PermitRule
from expansion.study import Study


def name_edge_permits(study: Study, inputs: Inputs, triggers: Triggers, placement: NDArray[np.object_]) -> pd.DataFrame:
    """List which permits each edge asks for under its placement.

    Parameters
    ----------
    study, inputs
        Rules in force.
    triggers
        From `find_triggers`.
    placement
        Per edge: how it would be built.

    Returns
    -------
    DataFrame
        edge, rule_id, permit_id (as `register_permits` names it), lead_days (typical lead time in calendar days; 0
        where the rule blocks no work), one row per edge and permit, ascending. Permits for any digging and those
        granted per area are left out: no choice of route avoids them. A rule that counts only from a length or
        number on is listed for every edge that adds to it.
    """
    rules = {rule.rule_id: rule for rule in rules_in_force(study, inputs.rulebook)}
    met = triggers.meetings
    met = met[(met["grant_key"] != "area").to_numpy(dtype=bool)]
    met = met[_concerned(met, rules, placement)]
    grants = met[["rule_id", "grant_key"]].drop_duplicates()
    authority = met.groupby(["rule_id", "grant_key"], sort=True)["authority"].agg(_first)
    names = {
        (rule, key): permit_id(rule, authority.get((rule, key)), key)
        for rule, key in zip(grants["rule_id"], grants["grant_key"], strict=True)
    }
    pairs = list(zip(met["rule_id"], met["grant_key"], strict=True))
    lead = {name: rule.lead_typical if rule.blocks != "none" else 0 for name, rule in rules.items()}
    table = pd.DataFrame(
        {
            "edge": met["edge"].to_numpy(dtype=np.int64),
            "rule_id": pd.array([rule for rule, _ in pairs], dtype="str"),
            "permit_id": pd.array([names[pair] for pair in pairs], dtype="str"),
            "lead_days": np.array([lead[rule] for rule, _ in pairs], dtype=np.int64),
        }
    )
    return table.drop_duplicates(["edge", "permit_id"]).sort_values(["edge", "permit_id"], ignore_index=True)


def without_poles(study: Study, inputs: Inputs, triggers: Triggers) -> Triggers:
    """Return what edges meet if no pole may be used: every edge is built in the ground, and no pole owner is asked."""
    rules = {rule.rule_id: rule for rule in rules_in_force(study, inputs.rulebook)}
    met = triggers.meetings[(triggers.meetings["relation"] != "uses").to_numpy(dtype=bool)].reset_index(drop=True)
    count = len(triggers.pole_count)
    return replace(
        triggers,
        meetings=met,
        pole_count=np.zeros(count, dtype=np.int64),
        pole_owner=np.full(count, "", dtype=object),
        permit_cost_cents=expected_cents(met, rules, study.permits.delay_cost_per_day, count, approved_ids(inputs)),
    )


def _first(values: pd.Series) -> str | None:
    """Smallest name; None where there is none."""
    return min((name for name in values.to_list() if isinstance(name, str)), default=None)


def _concerned(met: pd.DataFrame, rules: Mapping[str, PermitRule], placement: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which meetings ask for a permit under the placement of their edge."""
    blocks = np.array([rules[rule].blocks for rule in met["rule_id"]], dtype=object)
    placed = placement[met["edge"].to_numpy(dtype=np.int64)]
    aerial, dug = placed == "aerial", np.isin(placed.astype(str), DUG)
    uses = (met["relation"] == "uses").to_numpy(dtype=bool)
    concerned = ~(np.isin(blocks, ("buried", "dig")) & ~dug) & ~((blocks == "aerial") & ~aerial) & ~(uses & ~aerial)
    return np.asarray(concerned, dtype=bool)
