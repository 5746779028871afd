"""Hand a saved plan on in the formats that other programs read: one module per format."""

from expansion.export.formats import EXPORTS, export_plan

__all__ = ["EXPORTS", "export_plan"]
