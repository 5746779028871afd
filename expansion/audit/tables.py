"""Check that every table has its columns, and that its ids are unique."""

from __future__ import annotations

from expansion.audit.folder import SavedPlan, texts
from expansion.audit.ledger import Check, Ledger

COLUMNS = {
    "locations": "location_id units kind status reason eligible area_id outcome hub_id terminal_id drop_m loss_db "
    "geometry",
    "areas": "area_id parent_area_id locations units hub_ids phase year cost_base cost_p50 cost_p80 "
    "cost_escalated contingency benefit chosen "
    "reason geometry",
    "hub_areas": "hub_id area_id phase locations geometry",
    "phase_areas": "phase year areas hubs locations geometry",
    "sites": "site_id kind capacity used area_id geometry",
    "edges": "edge_id u v length_m build_cost in_route geometry",
    "spans": "span_id u v placement length_m tier area_id edge_ids geometry",
    "cables": "cable_id tier from_site to_site fibers used_fibers length_m span_ids",
    "paths": "location_id terminal_id terminal_port distribution_fiber hub_id splitter_output splitter_input "
    "feeder_fiber odf_port olt_port loss_db loss_up_db loss_down_db loss_min_db attenuator_db margin_db headroom_m "
    "binds reach_m",
    "bom": "area_id category item component quantity unit rate_low rate_likely rate_high cost cost_escalated "
    "source status",
    "permits": "permit_id rule_id authority_kind authority lead_time_min lead_time_calendar_days lead_time_max fee "
    "blocks_task_ids span_ids source status geometry",
    "permit_comparison": "row_id area_id route length_m edge_cost base_cost permits fee lead_time_sum wait_days "
    "wait_cost total over_budget finish permit_ids edge_ids",
    "permit_states": "permit_id state filed decided contact reference note is_needed",
    "tasks": "task_id wbs area_id wbs_phase name start finish duration_days total_float_days free_float_days "
    "is_critical criticality crew_kind crew_count cost permit_id section_id initiative_id",
    "sections": "section_id area_id method span_ids length_m permit_ids start finish geometry",
    "task_links": "predecessor_id successor_id kind lag_days",
    "triggers": "trigger_id kind source layer attributes geometry",
    "resources": "resource_id",
    "schedule_checks": "check_id name threshold better unit value checked found verdict reason task_ids source status",
    "risks": "risk_id rule_id area_id probability impact_days impact_cost p80_days p80_cost task_ids rank",
    "forecasts": "scope id planned_finish finish_p50 finish_p80 finish_p90 cost_base cost_p50 cost_p80 cost_p90 "
    "finish_confidence cost_confidence joint_confidence joint_finish joint_cost",
    "forecast_draws": "draw finish cost risks",
    "quality": "check_row_id",
    "procurement": "lot_id",
    "stakeholders": "stakeholder_id",
    "waves": "wave_id",
    "gates": "gate_row_id",
    "governance": "topic pmo rule value unit role source status",
    "pmo_types": "row_id subject item supportive controlling directive differs chosen",
    "gate_artifacts": "artifact_id gate artifact held_in name role accountable_role approver_role state remaining "
    "template source status",
    "raci": "raci_id wbs wbs_phase package role letter tasks",
    "communications": "communication_id message_id audience message channel owner_role rhythm every_days next_date "
    "last_date times area_id wave_id permits locations contact source status",
    "charters": "charter_row_id area_id section label text number unit date held_in",
    "review_targets": "review_id target_id topic area_id subject_id name about target target_date unit tolerance "
    "better due owner_role filled_from actual actual_date note source status",
    "lessons": "lesson_id topic question evidence targets updates owner_role due answer action source status",
    "onboarding": "location_id address units area_id wave_id technology invite_date install_from install_to equipment "
    "site_id port olt_port loss_db longitude latitude state",
    "resource_weeks": "week resource kind unit demand capacity peak is_peak is_gap is_overload",
    "s_curve": "scope id date planned cumulative paid cumulative_paid contingency p50 p80",
    "drops": "location_id",
    "strands": "strand_id cable_id fiber last_fiber sheath tube tube_color fiber_color use carries from_site from_port "
    "to_site to_port",
    "splices": "splice_id site_id kind tray place in_cable in_fiber in_tube_color in_fiber_color in_port out_cable "
    "out_fiber out_tube_color out_fiber_color out_port carries area_id",
    "reels": "piece_id cable_id tier sheath piece fibers length_m from_site to_site closures reel_id reel_from_m "
    "area_id geometry",
    "reel_sizes": "fibers pieces length_m reel_m reels least_reels waste_m waste_share",
    "cost_drivers": "factor p80_change p80_low p80_high swing",
    "spending": "phase year part component cost cost_escalated",
    "make_ready": "area_id owner poles make_ready application",
    "surveys": "survey_id name factor resolves quantity unit cost reserve_before reserve_after freed is_worth_it "
    "source status",
    "route_locks": "lock_id kind what edges length_m edge_ids node capacity hub_id locations_cut_off cost_with "
    "cost_without price price_low price_high geometry",
    "design_locks": "lock_id kind what location_ids area_ids cost_with cost_without price geometry",
    "rules": "rule_id sentence limit unit checked broken worst worst_place set_by severity code places repair "
    "repair_cost",
    "optics": "port_id office_id olt_port hub_id locations units pon_class reach_min_m reach_max_m differential_m "
    "differential_max_m loss_min_db least_db loss_max_db budget_db attenuators binds",
    "options": "option_id location_id technology is_best is_available why_not meets_served down_mbps up_mbps "
    "low_latency capital site_capital operating_cost_per_year lifetime_cost site_id distance_m source status",
    "technology_curve": "row_id threshold fiber dsl fixed_wireless satellite none fiber_cost capital lifetime_cost "
    "value_cost lower_bound gap",
    "stations": "site_id kind is_new units capacity sectors backhaul_fibers backhaul_m backhaul_node node area_id",
    "connections": "location_id technology site_id sector port distance_m down_mbps up_mbps meets_served units area_id",
    "initiatives": "initiative_id name kind chosen start_year years cost_per_year cost benefit duration_days roles "
    "before after must reason",
    "prospects": "area_id wired_units wireless_units cost_to_pass cost_to_connect cost_electronics cost_customer poles "
    "permit_rent_year anchors npv",
    "prospect_days": "area_id wbs crew_kind amounts crew_days",
    "benefits": "area_id criterion measure amount weight score sentence",
    "milestones": "milestone_id share of date needed locations accepted met",
    "frontier": "point share budget value bound gap ranking_value areas locations cost",
    "choices": "area_id chosen year value force_price force_price_low cost_change reason",
    "curve": "point_id locations locations_share units length_m cost lower_bound certified_lower_bound gap "
    "marginal_cost value_per_location locations_most bound_before bound_after",
}
_NO_KEY = (
    "benefits", "prospect_days", "forecasts", "bom", "make_ready", "spending", "task_links", "resource_weeks",
    "s_curve",
)  # fmt: skip


def check_tables(saved: SavedPlan) -> Check:
    """Check columns and keys of every table; the key is the first column named."""
    ledger = Ledger("tables")
    for name, text in COLUMNS.items():
        table, columns = saved.table(name), text.split()
        ledger.nothing(sorted(set(columns) - set(table.columns)), f"{name} lacks columns", len(columns))
        if name not in _NO_KEY and columns[0] in table:
            keys = texts(table, columns[0])
            seen: set[str] = set()
            twice = [key for key in keys if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
            ledger.nothing(twice, f"{name}: {columns[0]} stands twice", len(keys))
            ledger.that("" not in seen, f"{name}: {columns[0]} is empty")
    return ledger.close()
