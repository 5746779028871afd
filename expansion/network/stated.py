"""What the plant states of itself: ports of offices, and strands to spare on fibers."""

from __future__ import annotations

import pandas as pd

from expansion.network.supply import Roots
from expansion.plan.inputs import Inputs


def spare_strands(inputs: Inputs) -> dict[str, int]:
    """Spare strands per fiber that states them."""
    fiber = inputs.plant[(inputs.plant["kind"] == "fiber") & inputs.plant["capacity"].notna()]
    return {str(name): int(count) for name, count in zip(fiber["plant_id"], fiber["capacity"], strict=True)}


def office_capacity(inputs: Inputs) -> dict[str, int | None]:
    """Ports per office of the study; None is unlimited."""
    offices = inputs.plant[inputs.plant["kind"] == "co"]
    return {
        str(name): None if pd.isna(count) else int(count)
        for name, count in zip(offices["plant_id"], offices["capacity"], strict=True)
    }


def ports_of_node(inputs: Inputs, roots: Roots) -> dict[int, int]:
    """Ports per node of an office that states them."""
    capacity = office_capacity(inputs)
    names = dict(zip(roots.office_node.tolist(), roots.office_id, strict=True))
    return {node: ports for node, name in names.items() if (ports := capacity.get(name)) is not None}
