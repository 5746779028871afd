"""Filter permits in the HTML report by authority, lead time and state: boxes to untick, without any script.

A box that is not ticked hides what bears its class, on screen and on paper; classes are numbered, so that no text of a
study enters the style.
"""

from __future__ import annotations

import pandas as pd

from expansion.markup import safe

_GROUPS = (("agency", "Authority", "pa"), ("wait", "Lead time", "pw"), ("state", "State", "ps"))


def filter_classes(facts: pd.DataFrame) -> dict[str, str]:
    """Name per permit id the classes by which it is hidden, that of its authority first."""
    columns = [
        [f"{prefix}-{number}" for number in pd.factorize(facts[name], sort=True)[0]] for name, _, prefix in _GROUPS
    ]
    return dict(zip(facts["permit_id"].astype(str), map(" ".join, zip(*columns, strict=True)), strict=True))


def filter_controls(facts: pd.DataFrame) -> str:
    """Write the boxes and the rules that hide; a group of one value needs none."""
    rules, groups = [], []
    for name, words, prefix in _GROUPS:
        codes, values = pd.factorize(facts[name], sort=True)
        if len(values) < 2:
            continue
        boxes = []
        for number, value in enumerate(values):
            mark = f"{prefix}-{number}"
            rules.append(f"body:has(#show-{mark}:not(:checked)) .{mark}")
            shown = f"{str(value).replace('_', ' ')} ({int((codes == number).sum())})"
            boxes.append(f'<label><input type="checkbox" id="show-{mark}" checked="checked"/> {safe(shown)}</label>')
        groups.append(f"<details><summary>{words}</summary>{' '.join(boxes)}</details>")
    if not groups:
        return ""
    hidden = ", ".join(rules) + " { display: none }"
    style = f"<style>{hidden} @media print {{ .permit-filter {{ display: none }} }}</style>"
    return f'{style}<div class="permit-filter">{"".join(groups)}</div>'
