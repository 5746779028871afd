"""Planted alterations: each changes a saved plan as a forger would; `seal` then makes fingerprint and manifest match.

Sums that plan.json or other tables repeat are changed along with what is forged where a forger would think of them,
so that an alteration is found for what it is and not for a sum that no longer adds.
"""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.affinity import translate

from expansion.audit.folder import SavedPlan
from expansion.plan.fingerprint import fingerprint
from expansion.runs.saving import document_text, hash_file, read_arrays, write_arrays, write_table

ALTERATIONS = {}


def alteration(found_by):
    """Register an alteration by its name, with the check that has to find it."""

    def register(function):
        ALTERATIONS[function.__name__] = (found_by, function)
        return function

    return register


class Folder:
    """A saved plan that can be changed in place."""

    def __init__(self, folder):
        self.folder = folder
        self.document = json.loads((folder / "plan.json").read_text("utf-8"))

    def table(self, name):
        path = self.folder / "tables" / f"{name}.parquet"
        table = gpd.read_parquet(path) if self.has_geometry(name) else pd.read_parquet(path)
        return table.copy()

    def has_geometry(self, name):
        layers = ("locations", "areas", "sites", "edges", "spans", "drops", "permits", "triggers", "reels", "sections")
        return name in (*layers, "design_locks", "hub_areas", "phase_areas")

    def write(self, name, table):
        write_table(table, self.folder / "tables" / f"{name}.parquet")

    def change(self, name, row, **values):
        """Set cells of one row."""
        table = self.table(name)
        for column, value in values.items():
            table.loc[table.index[row], column] = value
        self.write(name, table)

    def arrays(self, name):
        return read_arrays(self.folder / "certificate" / f"{name}.npz")

    def write_arrays(self, name, arrays):
        write_arrays(arrays, self.folder / "certificate" / f"{name}.npz")

    def write_document(self):
        """Write plan.json as it is, which is all that a check reads of it which does not recompute the fingerprint."""
        (self.folder / "plan.json").write_text(document_text(self.document), "utf-8")

    def seal(self):
        """Write plan.json with the fingerprint of what stands in the folder, and the manifest with its hashes."""
        saved = SavedPlan(self.folder)
        tables = {name: saved.table(name) for name in saved.table_names()}
        certificates = {name: saved.arrays(name) for name in ("curve", "network", "route", "siting")}
        self.document["fingerprint"] = fingerprint(self.document, saved.study, tables, certificates)
        self.write_document()
        path = self.folder / "manifest.json"
        manifest = json.loads(path.read_text("utf-8"))
        manifest["files"] = {name: hash_file(self.folder / name) for name in manifest["files"]}
        path.write_text(document_text(manifest), "utf-8")


def first(mask):
    """Row of the first true value."""
    return int(np.flatnonzero(np.asarray(mask, dtype=bool))[0])


# --- the budget curve ----------------------------------------------------------------------------------------------


def _cheaper_point(plan, row, share):
    """Let a point cost less, with gap and marginal costs to match."""
    table = plan.table("curve")
    table.loc[row, "cost"] = round(table.loc[row, "cost"] * share, 2)
    steps = table["cost"].diff() / table["locations"].diff()
    table["marginal_cost"] = steps.round(2)
    for name in ("lower_bound", "certified_lower_bound"):
        table[name] = np.minimum(table[name], table["cost"])
    table["gap"] = ((table["cost"] - table["lower_bound"]) / table["cost"].clip(lower=0.01)).round(6)
    plan.write("curve", table)


@alteration("curve")
def a_point_of_the_curve_costs_less(plan):
    _cheaper_point(plan, 1, 0.9)


@alteration("curve")
def a_point_of_the_curve_reaches_one_location_more(plan):
    plan.change("curve", 1, locations=int(plan.table("curve")["locations"].iloc[1]) + 1)


@alteration("curve")
def a_point_of_the_curve_leaves_an_edge_out(plan):
    arrays = plan.arrays("curve")
    start = int(arrays["point_offsets"][1])
    arrays["point_edges"] = np.delete(arrays["point_edges"], start)
    arrays["point_offsets"][2:] -= 1
    plan.write_arrays("curve", arrays)


@alteration("curve")
def the_bound_of_a_point_is_raised(plan):
    table = plan.table("curve")
    row = len(table) - 2
    plan.change("curve", row, certified_lower_bound=round(float(table["certified_lower_bound"].iloc[row]) - 1, 2))


@alteration("curve")
def the_potentials_of_the_curve_are_doubled(plan):
    arrays = plan.arrays("curve")
    arrays["potentials"] = arrays["potentials"] * 2
    plan.write_arrays("curve", arrays)


@alteration("curve")
def a_location_is_counted_at_the_plant(plan):
    arrays = plan.arrays("curve")
    arrays["nodes_of_rows"][0] = arrays["root"][0]
    plan.write_arrays("curve", arrays)


@alteration("curve")
def the_tail_of_the_curve_is_told_cheaper(plan):
    plan.document["curve"] |= {"tail_locations": 1, "tail_cost": 1.0}


@alteration("curve")
def the_curve_is_left_out(plan):
    plan.write("curve", plan.table("curve").iloc[:0])


@alteration("curve")
def the_curve_promises_more_for_its_money(plan):
    table = plan.table("curve")
    plan.change("curve", 1, locations_most=int(table["locations_most"].iloc[1]) + 1)


# --- certificate and route -----------------------------------------------------------------------------------------


@alteration("certificate")
def dual_raised_at_every_terminal(plan):
    arrays = plan.arrays("route")
    owners = np.repeat(arrays["terminals"], np.diff(arrays["offsets"]))
    at_home = owners == arrays["nodes"]
    arrays["potentials"] = arrays["potentials"] + 500 * at_home
    plan.write_arrays("route", arrays)
    bound = arrays["potentials"][at_home].sum() / 100
    route = plan.document["route"]
    route["certified_lower_bound"] = round(min(bound, route["cost"]), 2)


@alteration("certificate")
def certified_bound_claims_more_than_the_dual(plan):
    arrays = plan.arrays("route")
    arrays["potentials"] = np.maximum(arrays["potentials"] // 2, 1)
    plan.write_arrays("route", arrays)


@alteration("certificate")
def dual_moved_to_a_node_that_nobody_needs(plan):
    arrays = plan.arrays("route")
    edges = plan.table("edges")
    needed = set(arrays["terminals"]) | set(arrays["roots"]) | set(arrays["wanted"])
    stray = next(int(node) for node in sorted(set(edges["u"]) | set(edges["v"])) if node not in needed)
    arrays["terminals"] = np.array([stray])
    arrays["offsets"], arrays["nodes"] = np.array([0, 1]), np.array([stray])
    arrays["potentials"] = np.array([1])
    plan.write_arrays("route", arrays)
    plan.document["route"]["certified_lower_bound"] = 0.01


@alteration("certificate")
def route_loses_an_edge(plan):
    edges = plan.table("edges")
    row = first(edges["in_route"])
    cost, length = edges["build_cost"].iloc[row], edges["length_m"].iloc[row]
    plan.change("edges", row, in_route=False)
    arrays = plan.arrays("route")
    arrays["edges"] = arrays["edges"][arrays["edges"] != row]
    plan.write_arrays("route", arrays)
    route = plan.document["route"]
    route["cost"] = round(route["cost"] - cost, 2)
    route["lower_bound"] = min(route["lower_bound"], route["cost"])
    route["certified_lower_bound"] = min(route["certified_lower_bound"], route["cost"])
    route["length_m"] = round(route["length_m"] - length, 3)


@alteration("prices")
def an_edge_gets_cheaper_everywhere(plan):
    edges, spans = plan.table("edges"), plan.table("spans")
    row = first(edges["in_route"] & ~edges["in_network"] & (edges["length_m"] > 50))
    cut = round(edges["civil_cost"].iloc[row] / 2, 2)
    plan.change(
        "edges", row, build_cost=edges["build_cost"].iloc[row] - cut, civil_cost=edges["civil_cost"].iloc[row] - cut
    )
    route = plan.document["route"]
    for key in ("cost", "lower_bound", "certified_lower_bound"):
        route[key] = round(route[key] - cut, 2)
    assert not spans["edge_ids"].str.contains(edges["edge_id"].iloc[row]).any()


@alteration("certificate")
def lower_bound_above_cost(plan):
    route = plan.document["route"]
    route["lower_bound"] = round(route["cost"] * 1.01, 2)
    route["gap"] = 0.0


@alteration("network")
def gap_made_smaller(plan):
    plan.document["network"]["civil_lower_bound"] = round(plan.document["network"]["civil_cost"] * 0.9, 2)


# --- outcomes and areas --------------------------------------------------------------------------------------------


@alteration("outcomes")
def a_location_becomes_unreachable(plan):
    locations = plan.table("locations")
    row = first(locations["outcome"] == "not_chosen")
    plan.change("locations", row, outcome="unreachable", outcome_reason="no road", area_id=None)
    area = locations["area_id"].iloc[row]
    areas = plan.table("areas")
    mine = first(areas["area_id"] == area)
    plan.change("areas", mine, locations=areas["locations"].iloc[mine] - 1)
    for section, key, step in (
        ("outcomes", "not_chosen", -1), ("outcomes", "unreachable", 1), ("counts", "unreachable", 1),
        ("candidates", "locations", -1),
    ):  # fmt: skip
        plan.document[section][key] += step


@alteration("outcomes")
def an_outcome_loses_its_reason(plan):
    plan.change("locations", first(plan.table("locations")["eligible"]), outcome_reason=None)


@alteration("outcomes")
def a_served_location_is_funded(plan):
    plan.change("locations", first(plan.table("locations")["outcome"] == "fiber"), status="served")
    plan.document["counts"]["served"] += 1
    plan.document["counts"]["unserved"] -= 1


@alteration("areas")
def an_area_grows_over_its_neighbor(plan):
    areas = plan.table("areas")
    wide = areas.geometry.tolist()
    wide[0] = wide[0].union(wide[1])
    plan.write("areas", areas.set_geometry(wide, crs=areas.crs))


@alteration("portfolio")
def a_child_is_built_before_its_parent(plan):
    areas = plan.table("areas")
    child = first(areas["parent_area_id"].notna() & areas["chosen"])
    parent = first(areas["area_id"] == areas["parent_area_id"].iloc[child])
    plan.change("areas", parent, chosen=False, phase=pd.NA, year=pd.NA)


@alteration("portfolio")
def a_phase_spends_over_its_budget(plan):
    plan.document["portfolio"]["phases"][0]["cost"] += 400_000


# --- design --------------------------------------------------------------------------------------------------------


@alteration("lengths")
def a_span_gets_shorter(plan):
    spans = plan.table("spans")
    row = first(~spans["is_existing"] & (spans["length_m"] > 20))
    plan.change("spans", row, length_m=spans["length_m"].iloc[row] - 10)
    plan.document["network"]["route_m"] = round(plan.document["network"]["route_m"] - 10, 3)


@alteration("spans")
def a_span_is_drawn_elsewhere(plan):
    spans = plan.table("spans")
    lines = spans.geometry.tolist()
    lines[3] = translate(lines[3], 25, 25)
    plan.write("spans", spans.set_geometry(lines, crs=spans.crs))


@alteration("ports")
def two_locations_share_a_port(plan):
    paths = plan.table("paths")
    same = paths[paths["terminal_id"] == paths["terminal_id"].mode().iloc[0]]
    row = int(same.index[1])
    plan.change("paths", row, terminal_port=int(same["terminal_port"].iloc[0]))


@alteration("ports")
def two_locations_share_a_splitter_output(plan):
    paths = plan.table("paths")
    same = paths[paths["hub_id"] == paths["hub_id"].iloc[0]].sort_values("splitter_output")
    plan.change("paths", int(same.index[1]), splitter_output=int(same["splitter_output"].iloc[0]))


@alteration("ports")
def two_splitters_share_an_olt_port(plan):
    paths = plan.table("paths")
    ports = sorted(set(paths["olt_port"]))
    paths.loc[paths["olt_port"] == ports[1], "olt_port"] = ports[0]
    plan.write("paths", paths)


@alteration("ports")
def a_terminal_is_over_capacity(plan):
    sites = plan.table("sites")
    row = first((sites["kind"] == "terminal") & (sites["used"] > 2))
    plan.change("sites", row, capacity=2)


@alteration("spans")
def a_span_keeps_the_reason_of_its_placement_to_itself(plan):
    plan.change("spans", 0, reason="")


@alteration("quantities")
def an_office_without_ports_is_not_fitted_out(plan):
    sites = plan.table("sites")
    sites["capacity"] = sites["capacity"].mask(sites["kind"] == "co")
    plan.write("sites", sites)


@alteration("spending")
def money_is_spent_a_year_early(plan):
    table = plan.table("spending")
    rows = table.index[(table["part"] == "connect") & (table["component"] == "labor")][:2].tolist()
    for column in ("cost", "cost_escalated"):
        table.loc[rows, column] = [float(table.loc[rows, column].sum()) - 1.0, 1.0]
    plan.write("spending", table)


@alteration("optics")
def a_path_hides_its_loss(plan):
    paths, locations = plan.table("paths"), plan.table("locations")
    row = int(paths["loss_db"].idxmax())
    told = round(float(paths["loss_db"].iloc[row]) - 1.5, 3)
    plan.change("paths", row, loss_db=told)
    plan.change("locations", first(locations["location_id"] == paths["location_id"].iloc[row]), loss_db=told)
    plan.document["network"]["worst_loss_db"] = round(float(plan.table("paths")["loss_db"].max()), 3)


@alteration("optics")
def a_path_names_another_limit_than_the_one_that_binds(plan):
    plan.change("paths", 0, binds="loss down")


@alteration("optics")
def an_overloaded_receiver_is_passed_over(plan):
    plan.change("paths", 0, loss_min_db=float(plan.table("paths")["loss_min_db"].iloc[0]) - 0.5)


@alteration("optics")
def an_attenuator_is_bought_that_no_path_needs(plan):
    margin = float(plan.table("paths")["margin_db"].iloc[0])
    plan.change("paths", 0, attenuator_db=1.0, margin_db=round(margin - 1, 3))


@alteration("rules")
def a_broken_rule_is_left_out_of_the_ledger(plan):
    plan.change("paths", 0, loss_up_db=26.0)


@alteration("rules")
def a_rule_is_said_to_be_broken_that_holds(plan):
    rules = plan.table("rules")
    row = first(rules["rule_id"] == "drop_length")
    plan.change("rules", row, broken=1, places=plan.table("drops")["location_id"].iloc[0])
    told = plan.document["rules"]
    told["broken"], told["breaches"], told["errors"] = told["broken"] + 1, told["breaches"] + 1, told["errors"] + 1


@alteration("rules")
def a_port_hides_how_far_its_locations_lie_apart(plan):
    plan.change("optics", 0, differential_m=1.0)


@alteration("rules")
def a_rule_leaves_the_ledger(plan):
    rules = plan.table("rules")
    plan.write("rules", rules[(rules["rule_id"] != "reach").to_numpy()])


@alteration("drops")
def a_drop_is_longer_than_allowed(plan):
    drops, locations, cables = plan.table("drops"), plan.table("locations"), plan.table("cables")
    name = drops["location_id"].iloc[0]
    plan.change("drops", 0, drop_m=190.0, cable_m=196.9)
    plan.change("locations", first(locations["location_id"] == name), drop_m=190.0)
    plan.change("cables", first(cables["to_site"] == name), length_m=196.9)


@alteration("cables")
def a_cable_jumps_a_span(plan):
    cables = plan.table("cables")
    row = first((cables["tier"] == "distribution") & (cables["span_ids"].str.count(",") > 1))
    names = cables["span_ids"].iloc[row].split(",")
    plan.change("cables", row, span_ids=",".join([names[0], *names[2:]]))


@alteration("cables")
def a_cable_has_fewer_fibers_than_it_uses(plan):
    cables = plan.table("cables")
    row = int(cables["used_fibers"].where(cables["tier"] != "drop", 0).idxmax())
    plan.change("cables", row, fibers=int(cables["used_fibers"].iloc[row]) - 1)


@alteration("cables")
def a_cable_is_shorter_than_its_way(plan):
    cables = plan.table("cables")
    row = first(cables["tier"] == "feeder")
    cut = 40.0
    plan.change("cables", row, length_m=cables["length_m"].iloc[row] - cut)
    network = plan.document["network"]
    network["cable_m"] = round(network["cable_m"] - cut, 3)
    network["fiber_m"] = round(network["fiber_m"] - cut * int(cables["fibers"].iloc[row]), 3)


# --- money ---------------------------------------------------------------------------------------------------------


@alteration("sums")
def a_bom_line_is_priced_down(plan):
    bom = plan.table("bom")
    row = int(bom["cost"].where(bom["category"] == "civil", 0).idxmax())
    plan.change("bom", row, cost=round(bom["cost"].iloc[row] - 1000, 2))


@alteration("quantities")
def a_bom_quantity_is_cut_with_all_its_sums(plan):
    bom = plan.table("bom")
    row = first(bom["category"] == "customer")
    same = (bom["area_id"] == bom["area_id"].iloc[row]) & (bom["item"] == bom["item"].iloc[row])
    for line in np.flatnonzero(same):
        cut_line(plan, int(line), float(bom["rate_likely"].iloc[line]))


def cut_line(plan, row, cut):
    """Take one unit from a line to connect, and its money from every sum."""
    bom, areas = plan.table("bom"), plan.table("areas")
    plan.change("bom", row, quantity=bom["quantity"].iloc[row] - 1, cost=round(bom["cost"].iloc[row] - cut, 2))
    mine = first(areas["area_id"] == bom["area_id"].iloc[row])
    plan.change("areas", mine, cost_base=round(areas["cost_base"].iloc[mine] - cut, 2))
    cost, portfolio = plan.document["cost"], plan.document["portfolio"]
    for section, key in (
        (cost, "base"), (cost, "cost_to_connect"), (portfolio, "spent"),
        (cost["by_category"], bom["category"].iloc[row]), (cost["by_component"], bom["component"].iloc[row]),
        (portfolio["phases"][int(areas["phase"].iloc[mine]) - 1], "cost"),
    ):  # fmt: skip
        section[key] = round(section[key] - cut, 2)


@alteration("sums")
def a_rate_is_not_that_of_the_book(plan):
    bom = plan.table("bom")
    row = first(bom["item"] == "drop_fixed")
    plan.change("bom", row, rate_high=float(bom["rate_high"].iloc[row]) * 2)


@alteration("draws")
def the_median_cost_is_lowered(plan):
    cost = plan.document["cost"]
    cost["p50"] = round(cost["p50"] - 100, 2)
    cost["per_location_p50"] = round(cost["p50"] / plan.document["counts"]["locations_chosen"], 2)


# --- permits -------------------------------------------------------------------------------------------------------


def drop_permits(plan, mask):
    """Take permits out together with their tasks, links, fees and counts."""
    permits, bom = plan.table("permits"), plan.table("bom")
    gone = set(permits.loc[mask, "permit_id"])
    plan.write("permits", permits[~mask])
    plan.write("bom", bom[~bom["item"].isin(gone)])
    tasks, links = plan.table("tasks"), plan.table("task_links")
    lost = set(tasks.loc[tasks["permit_id"].isin(gone), "task_id"])
    plan.write("tasks", tasks[~tasks["task_id"].isin(lost)])
    plan.write("task_links", links[~(links["predecessor_id"].isin(lost) | links["successor_id"].isin(lost))])
    left = permits[~mask]
    plan.document["counts"]["permits"] = plan.document["permits"]["count"] = len(left)
    plan.document["permits"]["by_rule"] = {k: int(v) for k, v in sorted(left["rule_id"].value_counts().items())}
    plan.document["counts"]["tasks"] -= len(lost)


@alteration("permit meetings")
def the_railway_permit_is_missing(plan):
    drop_permits(plan, plan.table("permits")["rule_id"] == "RAIL-X")


@alteration("permit meetings")
def a_permit_leaves_out_a_span(plan):
    permits = plan.table("permits")
    row = first(permits["rule_id"] == "ROAD-MUNICIPAL")
    names = permits["span_ids"].iloc[row].split(",")
    plan.change("permits", row, span_ids=",".join(names[1:]))


@alteration("permits")
def a_permit_takes_no_time(plan):
    permits, tasks = plan.table("permits"), plan.table("tasks")
    row = int(permits["lead_time_calendar_days"].idxmax())
    plan.change("permits", row, lead_time_min=1, lead_time_calendar_days=1)
    plan.change("tasks", first(tasks["permit_id"] == permits["permit_id"].iloc[row]), duration_days=1)
    plan.document["permits"]["longest_lead_calendar_days"] = int(plan.table("permits")["lead_time_calendar_days"].max())


@alteration("permit reach")
def a_permit_lies_away_from_the_route(plan):
    permits = plan.table("permits")
    shapes = permits.geometry.tolist()
    row = first(permits["rule_id"] == "RAIL-X")
    shapes[row] = translate(shapes[row], 300, 300)
    plan.write("permits", permits.set_geometry(shapes, crs=permits.crs))


# --- schedule ------------------------------------------------------------------------------------------------------


@alteration("dates")
def a_link_gets_a_lead(plan):
    links = plan.table("task_links")
    plan.change("task_links", first(links["kind"] == "FS"), lag_days=-5)


@alteration("dates")
def a_task_starts_before_its_predecessor_ends(plan):
    tasks = plan.table("tasks")
    row = first((tasks["duration_days"] > 2) & tasks["task_id"].str.endswith("-3.6"))
    plan.change("tasks", row, start="2027-03-02")


@alteration("logic")
def a_task_starts_later_than_it_could(plan):
    tasks = plan.table("tasks")
    row = first((tasks["total_float_days"] > 20) & (tasks["duration_days"] == 5) & (tasks["calendar"] == "workdays"))
    for column in ("start", "finish"):
        later = pd.Timestamp(tasks[column].iloc[row]) + pd.Timedelta(days=7)
        plan.change("tasks", row, **{column: str(later.date())})


@alteration("crews")
def two_tasks_take_the_only_crew(plan):
    tasks = plan.table("tasks")
    mine = tasks[tasks["crew_kind"] == "test"].sort_values("start")
    source, target = mine.index[0], mine.index[1]
    plan.change("tasks", int(target), start=mine["start"].loc[source], finish=mine["finish"].loc[source])


@alteration("logic")
def a_task_hangs_loose(plan):
    links = plan.table("task_links")
    name = links["successor_id"].iloc[5]
    plan.write("task_links", links[links["successor_id"] != name])


@alteration("logic")
def a_critical_task_claims_float(plan):
    tasks = plan.table("tasks")
    plan.change("tasks", first(tasks["is_critical"]), is_critical=False, total_float_days=3)
    plan.document["schedule"]["critical_tasks"] -= 1


@alteration("work")
def work_takes_less_time_than_its_meters(plan):
    tasks = plan.table("tasks")
    row = first(tasks["task_id"].str.endswith("-5.1"))
    plan.change("tasks", row, duration_days=5)


@alteration("schedule bound")
def the_schedule_claims_a_better_bound(plan):
    schedule = plan.document["schedule"]
    schedule["lower_bound_days"] = schedule["makespan_days"] + 1
    schedule["gap"] = 0.0


# --- the file itself -----------------------------------------------------------------------------------------------


@alteration("document")
def a_finding_is_left_out(plan):
    plan.document["findings"] = plan.document["findings"][1:]


@alteration("document")
def a_key_is_left_out(plan):
    del plan.document["cost"]["p80"]


@alteration("files")
def a_table_is_left_out(plan):
    (plan.folder / "tables" / "triggers.parquet").unlink()
    path = plan.folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    del manifest["files"]["tables/triggers.parquet"]
    path.write_text(document_text(manifest), "utf-8")


# --- more of each ---------------------------------------------------------------------------------------------------


@alteration("permit meetings")
def a_road_loses_its_permit(plan):
    drop_permits(plan, plan.table("permits")["rule_id"] == "ROAD-MUNICIPAL")


@alteration("permit measures")
def a_permit_counts_a_crossing_twice(plan):
    permits = plan.table("permits")
    row = first(permits["rule_id"] == "LOCATE")
    plan.change("permits", row, crossings=2)


@alteration("poles")
def a_pole_in_use_has_no_permit(plan):
    permits = plan.table("permits")
    row = first(permits["rule_id"] == "POLE")
    names = permits["trigger_ids"].iloc[row].split(",")
    plan.change("permits", row, trigger_ids=",".join(names[1:]), crossings=len(names) - 1)


@alteration("links")
def a_link_is_dropped_that_binds_nothing(plan):
    links = plan.table("task_links")
    row = first((links["predecessor_id"].str.endswith("-2.4")) & (links["successor_id"].str.endswith("-5.2")))
    plan.write("task_links", links.drop(index=links.index[row]))


@alteration("links")
def tests_no_longer_wait_for_the_shared_feeder(plan):
    links = plan.table("task_links")
    before, after = (links[f"{side}_id"].str.partition("-")[0] for side in ("predecessor", "successor"))
    crossing = before.str.startswith("A") & after.str.startswith("A") & (before != after)
    assert crossing.any()
    plan.write("task_links", links[~crossing])


@alteration("drawn dates")
def the_date_at_risk_comes_sooner(plan):
    schedule = plan.document["schedule"]
    schedule["finish_p80"] = str((pd.Timestamp(schedule["finish_p80"]) - pd.Timedelta(days=1)).date())


@alteration("delivery")
def a_lot_is_ordered_too_late(plan):
    lots = plan.table("procurement")
    late = pd.Timestamp(lots["order_by"].iloc[0]) + pd.Timedelta(days=30)
    plan.change("procurement", 0, order_by=str(late.date()))


@alteration("delivery")
def a_risk_looks_smaller(plan):
    risks = plan.table("risks")
    row = first(risks["rank"] == 1)
    plan.change("risks", row, exposure_cost=round(risks["exposure_cost"].iloc[row] / 2, 2))


@alteration("certificate")
def a_root_stands_where_no_plant_is(plan):
    arrays = plan.arrays("route")
    edges = plan.table("edges")
    stray = int(edges.loc[(edges["existing"] == "") & ~edges["u"].isin(arrays["roots"]), "u"].max())
    arrays["roots"] = np.sort(np.append(arrays["roots"], stray))
    plan.write_arrays("route", arrays)


@alteration("spans")
def an_edge_lies_in_two_spans(plan):
    spans = plan.table("spans")
    plan.change("spans", 0, edge_ids=spans["edge_ids"].iloc[0] + "," + spans["edge_ids"].iloc[1].split(",")[0])


@alteration("outcomes")
def a_reason_hides_a_second_outcome(plan):
    locations = plan.table("locations")
    plan.change("locations", first(locations["outcome"] == "not_chosen"), outcome="fiber")
    plan.document["outcomes"]["fiber"] += 1
    plan.document["outcomes"]["not_chosen"] -= 1
    plan.document["technology"]["fiber"] += 1


@alteration("portfolio")
def the_choice_claims_more_benefit(plan):
    portfolio = plan.document["portfolio"]
    portfolio["benefit"] = portfolio["upper_bound"]
    portfolio["benefit"] = round(portfolio["benefit"] + 1, 6)
    portfolio["upper_bound"] = portfolio["benefit"]
    portfolio["gap"] = 0.0
