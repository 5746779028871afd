"""A plan in which whatever a stranger could have written is an attempt to run a script."""

from dataclasses import replace

import pandas as pd
from pandas.api.types import is_string_dtype

PAYLOADS = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror="window.pwned=1">',
    "'><svg onload='window.pwned=1'>",
    "</title></style></script><script>window.pwned=1</script>",
    "javascript:window.pwned=1",
    "${window.pwned=1}`${window.pwned=1}`",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;",
    "]]><script>window.pwned=1</script><![CDATA[",
    '--><iframe srcdoc="<script>parent.pwned=1</script>"></iframe><!--',
    '=HYPERLINK("javascript:window.pwned=1","x")\x00\x1b{{constructor.constructor(\'window.pwned=1\')()}}',
)
_WORDS = {  # values that the program itself chose among
    "kind", "tier", "placement", "status", "outcome", "wbs_phase", "highway", "start", "finish", "layer", "surface",
    "not_before", "date", "week", "need_by", "order_by", "marketing_start", "structure", "wbs", "accepted",
    "scope", "planned_finish", "finish_p50", "finish_p80", "finish_p90", "joint_finish", "verdict", "better",
    "next_date", "last_date", "due", "target_date", "invite_date", "install_from", "install_to",
    "support_until", "letter", "held_in", "point", "bottleneck", "section", "first_date", "subject",
}  # fmt: skip
_AREAS = ("area_id", "area_ids", "parent_area_id")
_TASKS = ("task_id", "predecessor_id", "successor_id")


def payload(number, text=""):
    return f"{PAYLOADS[number % len(PAYLOADS)]}{text}"


def hostile(plan):
    """Put the payloads into every name, id, reason and description of a plan."""
    areas = {area: payload(number, area) for number, area in enumerate(plan.tables["areas"]["area_id"])}
    tasks = {task: payload(number, str(number)) for number, task in enumerate(plan.tables["tasks"]["task_id"])}
    tables = {name: _poisoned(table, areas | tasks) for name, table in plan.tables.items()}
    own = plan.document
    findings = [
        one
        | {name: payload(number + place) for place, name in enumerate(("message", "repair", "code"))}
        | {"where": [payload(number + 3)]}
        for number, one in enumerate(own["findings"] * 4)
    ]
    inputs = [
        one | {"name": payload(number), "license": payload(number + 5)} for number, one in enumerate(own["inputs"])
    ]
    by_rule = {payload(number, str(number)): count for number, count in enumerate(own["permits"]["by_rule"].values())}
    changes = {"findings": findings, "inputs": inputs, "permits": own["permits"] | {"by_rule": by_rule}}
    return replace(plan, tables=tables, document=own | changes | {"study": own["study"] | {"name": payload(1)}})


def _poisoned(table, own):
    table = table.copy()
    for column in table.columns:
        if column in _AREAS + _TASKS:
            table[column] = table[column].map(own).astype("str")
        elif column not in _WORDS and is_string_dtype(table[column].dtype):
            texts = [payload(number, str(number)) for number in range(len(table))]
            table[column] = pd.array(texts, dtype="str")
    return table
