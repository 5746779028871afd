"""Lay what people know of their permits over the register: states, dates, contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from expansion.plan.findings import Finding, find
from expansion.plan.inputs import Inputs
from expansion.plan.specs_permits import PERMIT_STATE_ROWS

CARRIED = ("state", "filed", "decided", "contact", "reference", "note")
_UNTOUCHED: dict[str, object] = dict.fromkeys(CARRIED) | {"state": "to_file"}


def state_cells(permit_id: str, states: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """Return the cells of one permit that the status file gives; a permit that it lacks is still to file."""
    told = states.get(permit_id, _UNTOUCHED)
    return {name: told[name] for name in CARRIED}


def read_states(told: pd.DataFrame | None) -> dict[str, dict[str, object]]:
    """Return the rows of the status file by permit id, empty cells as None."""
    if told is None:
        return {}
    rows = told.astype(object).where(told.notna(), None).to_dict("records")
    return {str(row["permit_id"]): {name: row[name] for name in CARRIED} for row in rows}


def approved_ids(inputs: Inputs) -> frozenset[str]:
    """Ids of the permits that are approved, for which nobody waits any more."""
    told = inputs.permit_states
    return frozenset() if told is None else frozenset(told.loc[told["state"] == "approved", "permit_id"])


def keep_states(states: Mapping[str, Mapping[str, object]], needed: frozenset[str]) -> pd.DataFrame:
    """Lay every row of the status file in a table, and say which of the permits this plan needs."""
    ids = sorted(states)
    columns: dict[str, object] = {name: [states[one][name] for one in ids] for name in CARRIED}
    return PERMIT_STATE_ROWS.build({"permit_id": ids, **columns, "is_needed": [one in needed for one in ids]})


def judge_states(records: Sequence[Mapping[str, object]], states: Mapping[str, Mapping[str, object]]) -> list[Finding]:
    """Find refused permits with the spans that may not be built, and rows whose permit the plan does not need.

    Parameters
    ----------
    records
        permit_id, permit, granted_for, span_ids, state, decided and rule_id per permit of the plan.
    states
        The status file by permit id.
    """
    found = [_refused(row) for row in records if row["state"] == "refused"]
    strays = sorted(set(states) - {str(row["permit_id"]) for row in records})
    if strays:
        decided = sum(states[name]["state"] != "to_file" for name in strays)
        words = (
            f"rows of permits.status name permits that this plan does not need, {decided} of them filed or decided: "
            "another route, area or rule; they stay in table permit_states and in the next export"
        )
        repair = "withdraw what was filed, or keep the row until the plan needs it again"
        found.append(find("W_PERMIT_GONE", "warning" if decided else "info", words, strays, repair=repair))
    return found


def _refused(row: Mapping[str, object]) -> Finding:
    """Word the finding for one refused permit."""
    name, spans = str(row["permit_id"]), [one for one in str(row["span_ids"]).split(",") if one]
    words = (
        f"{name} ({row['permit']}, {row['granted_for']}) was refused on {row['decided']}: its spans may not be built"
    )
    repair = (
        f'avoid what needs it with network.route.avoid_permits = ["{name}"], or appeal and set its state to filed; if '
        f"another permit takes its place, disable {row['rule_id']} and give that one in permits.rules"
    )
    return Finding("W_PERMIT_REFUSED", "error", words, (name, *sorted(spans)), len(spans), repair=repair)
