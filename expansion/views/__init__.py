"""Streamlit pages: widgets only; what they show is made by `expansion.figures`, what they start by `expansion.runs`."""

from expansion.views.areas import show_areas
from expansion.views.coverage import show_coverage
from expansion.views.design import show_design
from expansion.views.export import show_export
from expansion.views.home import show_home
from expansion.views.phases import show_phases
from expansion.views.plan import show_plan
from expansion.views.proposal import show_proposal
from expansion.views.running import show_trouble

__all__ = [
    "show_areas",
    "show_coverage",
    "show_design",
    "show_export",
    "show_home",
    "show_phases",
    "show_plan",
    "show_proposal",
    "show_trouble",
]
