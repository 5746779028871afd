"""Pure plan to pictures: colors, leaves of plan.json, the map and the Gantt chart as SVG; no file, no widget."""

from expansion.figures.leaves import Leaf, leaf_table, plan_leaves

__all__ = ["Leaf", "leaf_table", "plan_leaves"]
