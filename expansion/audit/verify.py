"""Run every validator over a plan folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from expansion.audit.areas import check_areas
from expansion.audit.bounds import check_bound
from expansion.audit.broken_rules import check_broken_rules
from expansion.audit.business import check_business
from expansion.audit.cables import check_cables, check_drops
from expansion.audit.cash_flow import check_cash_flow
from expansion.audit.certificate import check_certificate
from expansion.audit.curve import check_curve
from expansion.audit.dates_at_risk import check_drawn_dates
from expansion.audit.delivery import check_delivery
from expansion.audit.document import check_document
from expansion.audit.fingerprint import check_files
from expansion.audit.folder import SavedPlan
from expansion.audit.forecasts import check_forecasts
from expansion.audit.frontier import check_frontier
from expansion.audit.governance import check_governance
from expansion.audit.grounds import check_grounds
from expansion.audit.ledger import Check
from expansion.audit.light import check_light
from expansion.audit.links import check_links
from expansion.audit.locks import check_locks
from expansion.audit.money import check_money
from expansion.audit.optics import check_optics
from expansion.audit.outcomes import check_outcomes
from expansion.audit.papers import check_papers
from expansion.audit.percentiles import check_draws
from expansion.audit.permit_comparison import check_permit_comparison
from expansion.audit.permit_measures import check_measures
from expansion.audit.permit_meetings import check_meetings
from expansion.audit.permit_terms import check_terms
from expansion.audit.permits import check_reach, check_register
from expansion.audit.poles import check_poles
from expansion.audit.portfolio import check_portfolio
from expansion.audit.ports import check_ports
from expansion.audit.prices import check_prices
from expansion.audit.prospects import check_prospects
from expansion.audit.quantities import check_quantities
from expansion.audit.reels import check_reels
from expansion.audit.repeated import check_repeated
from expansion.audit.resource_weeks import check_resource_weeks
from expansion.audit.retold import check_retold
from expansion.audit.schedule import check_crews, check_dates, check_logic, check_permit_tasks
from expansion.audit.schedule_checks import check_schedule_checks
from expansion.audit.sections import check_sections
from expansion.audit.selection import check_selection
from expansion.audit.sides import check_sides
from expansion.audit.siting import check_siting
from expansion.audit.spans import check_lengths, check_network, check_spans
from expansion.audit.spending import check_spending
from expansion.audit.splices import check_splices
from expansion.audit.strands import check_strands
from expansion.audit.surveys import check_surveys
from expansion.audit.tables import check_tables
from expansion.audit.technology import check_technology
from expansion.audit.work import check_work
from expansion.errors import PlanningError

CHECKS: tuple[tuple[str, Callable[[SavedPlan], Check]], ...] = (
    ("files", check_files),
    ("tables", check_tables),
    ("document", check_document),
    ("outcomes", check_outcomes),
    ("technology", check_technology),
    ("certificate", check_certificate),
    ("curve", check_curve),
    ("locks", check_locks),
    ("lengths", check_lengths),
    ("spans", check_spans),
    ("sides", check_sides),
    ("prices", check_prices),
    ("cables", check_cables),
    ("drops", check_drops),
    ("ports", check_ports),
    ("siting", check_siting),
    ("light", check_light),
    ("strands", check_strands),
    ("splices", check_splices),
    ("reels", check_reels),
    ("optics", check_optics),
    ("rules", check_broken_rules),
    ("network", check_network),
    ("areas", check_areas),
    ("grounds", check_grounds),
    ("portfolio", check_portfolio),
    ("selection", check_selection),
    ("prospects", check_prospects),
    ("frontier", check_frontier),
    ("sums", check_money),
    ("quantities", check_quantities),
    ("draws", check_draws),
    ("business", check_business),
    ("spending", check_spending),
    ("surveys", check_surveys),
    ("permits", check_register),
    ("permit terms", check_terms),
    ("permit reach", check_reach),
    ("permit meetings", check_meetings),
    ("permit measures", check_measures),
    ("permit comparison", check_permit_comparison),
    ("poles", check_poles),
    ("sections", check_sections),
    ("dates", check_dates),
    ("crews", check_crews),
    ("logic", check_logic),
    ("links", check_links),
    ("drawn dates", check_drawn_dates),
    ("forecasts", check_forecasts),
    ("schedule bound", check_bound),
    ("schedule checks", check_schedule_checks),
    ("work", check_work),
    ("permit tasks", check_permit_tasks),
    ("delivery", check_delivery),
    ("governance", check_governance),
    ("resource weeks", check_resource_weeks),
    ("cash flow", check_cash_flow),
    ("papers", check_papers),
    ("repeated", check_repeated),
    ("retold", check_retold),
)


def verify_plan(folder: Path) -> list[Check]:
    """Check the saved plan in `folder`.

    Parameters
    ----------
    folder
        Holds plan.json, study.json, tables/, certificate/ and manifest.json. Nothing in it is changed.

    Returns
    -------
    list of Check
        In the order of `CHECKS`. A file that is missing, cannot be read or lacks a column is a failure of every check
        that needs it; nothing is raised.
    """
    saved = SavedPlan(Path(folder))
    return [run_check(name, check, saved) for name, check in CHECKS]


def run_check(name: str, check: Callable[[SavedPlan], Check], saved: SavedPlan) -> Check:
    """Run one validator; whatever it trips over is a failure, for a sound plan trips nothing."""
    try:
        return check(saved)
    except PlanningError as error:
        return Check(name, False, 0, (str(error),))
    except Exception as error:  # a damaged plan may break any assumption
        return Check(name, False, 0, (f"cannot be checked: {type(error).__name__}: {error}",))
