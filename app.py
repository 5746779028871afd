"""The map app: ``expansion serve``, or ``streamlit run app.py``."""

import logging
from pathlib import Path

import streamlit as st

import expansion
from expansion import views

STATIC = Path(expansion.__file__).parent / "views" / "static"

st.set_page_config(page_title="expansion", page_icon=str(STATIC / "icon.png"), layout="wide")
st.html(STATIC / "app.css")
pages = {
    "home": st.Page(views.show_home, title="Home", icon=":material/home:", url_path="home", default=True),
    "coverage": st.Page(views.show_coverage, title="Coverage map", icon=":material/cell_tower:", url_path="coverage"),
    "areas": st.Page(views.show_areas, title="Areas and routes", icon=":material/route:", url_path="areas"),
    "plan": st.Page(views.show_plan, title="Plan", icon=":material/assignment:", url_path="plan"),
    "phases": st.Page(views.show_phases, title="Phases", icon=":material/calendar_month:", url_path="phases"),
    "design": st.Page(views.show_design, title="Design", icon=":material/device_hub:", url_path="design"),
    "proposal": st.Page(views.show_proposal, title="Proposal", icon=":material/approval:", url_path="proposal"),
    "export": st.Page(views.show_export, title="Export", icon=":material/download:", url_path="export"),
}
st.session_state["pages"] = pages
page = st.navigation(list(pages.values()), position="top")
wanted = st.session_state.pop("turn_to", None)
if wanted in pages:
    st.switch_page(pages[wanted])
try:
    page.run()
except Exception:
    logging.getLogger("expansion.app").exception("page %s failed", page.title)
    views.show_trouble()
