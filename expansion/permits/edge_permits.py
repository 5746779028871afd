"""Name the permits that each edge would need if it alone were built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.permits.columns import listed, per_rule
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
    lead = {name: rule.lead_typical if rule.blocks != "none" else 0 for name, rule in rules.items()}
    table = pd.DataFrame(
        {
            "edge": met["edge"].to_numpy(dtype=np.int64),
            "rule_id": pd.array(met["rule_id"].to_numpy(dtype=object), dtype="str"),
            "permit_id": pd.array(_permit_names(met), dtype="str"),
            "lead_days": np.array([lead[rule] for rule in listed(met["rule_id"])], dtype=np.int64),
        }
    )
    return table.drop_duplicates(["edge", "permit_id"]).sort_values(["edge", "permit_id"], ignore_index=True)


def price_edge_permits(
    study: Study, inputs: Inputs, triggers: Triggers, placement: NDArray[np.object_]
) -> pd.DataFrame:
    """Say what each permit that an edge would need costs once, what the edge adds to it, and how long it takes.

    Parameters
    ----------
    study, inputs, triggers, placement
        As for `name_edge_permits`.

    Returns
    -------
    DataFrame
        edge, permit_id, by_area (granted per area: a permit in each area that needs it), lead_days (0 where it blocks
        nothing or is approved), fixed_cents (once per permit), cents (crossings and meters of this edge); one row per
        edge and permit, ascending. Lots, and the meters from which a rule counts, are left to the register.
    """
    rules = {rule.rule_id: rule for rule in rules_in_force(study, inputs.rulebook)}
    met = triggers.meetings[_concerned(triggers.meetings, rules, placement)]
    asked = [rules[name] for name in listed(met["rule_id"])]
    names = _permit_names(met)
    approved = approved_ids(inputs)
    lead = [
        0 if rule.blocks == "none" or name in approved else rule.lead_typical
        for rule, name in zip(asked, names, strict=True)
    ]
    crossings, meters = met["count"].to_numpy(), met["length_m"].to_numpy()
    here = np.array([rule.fee_crossing for rule in asked]) * crossings
    here = here + np.array([rule.fee_meter for rule in asked]) * meters
    table = pd.DataFrame(
        {
            "edge": met["edge"].to_numpy(dtype=np.int64), "permit_id": pd.array(names, dtype="str"),
            "by_area": (met["grant_key"] == "area").to_numpy(dtype=bool), "lead_days": np.array(lead, dtype=np.int64),
            "fixed_cents": np.round(np.array([rule.fee_fixed for rule in asked]) * 100).astype(np.int64),
            "cents": np.round(here * 100).astype(np.int64),
        }
    )  # fmt: skip
    each = {"by_area": "first", "lead_days": "max", "fixed_cents": "first", "cents": "sum"}
    return table.groupby(["edge", "permit_id"], sort=True, as_index=False).agg(each)


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


def _permit_names(met: pd.DataFrame) -> list[str]:
    """Name the permit of each meeting as `register_permits` does."""
    authority = met.groupby(["rule_id", "grant_key"], sort=True)["authority"].agg(_first)
    pairs = list(zip(listed(met["rule_id"]), listed(met["grant_key"]), strict=True))
    names = {pair: permit_id(pair[0], authority.get(pair), pair[1]) for pair in dict.fromkeys(pairs)}
    return [names[pair] for pair in pairs]


def _first(values: pd.Series) -> str | None:
    """Smallest name; None where there is none."""
    return min((name for name in values.to_list() if isinstance(name, str)), default=None)


def _concerned(met: pd.DataFrame, rules: Mapping[str, PermitRule], placement: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which meetings ask for a permit under the placement of their edge."""
    blocks = per_rule(met["rule_id"], rules, lambda rule: rule.blocks, object)
    placed = placement[met["edge"].to_numpy(dtype=np.int64)]
    aerial, dug = placed == "aerial", np.isin(placed.astype(str), DUG)
    uses = (met["relation"] == "uses").to_numpy(dtype=bool)
    concerned = ~(np.isin(blocks, ("buried", "dig")) & ~dug) & ~((blocks == "aerial") & ~aerial) & ~(uses & ~aerial)
    return np.asarray(concerned, dtype=bool)
