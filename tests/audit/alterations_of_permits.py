"""Planted alterations of lots, rents, order, state and evidence of permits; see `tests.audit.alterations`."""

from tests.audit.alterations import alteration, first


@alteration("permit terms")
def a_lot_holds_more_poles_than_may_be(plan):
    permits = plan.table("permits")
    row = first(permits["lot"].notna())
    plan.change("permits", row, lot=str(int(permits["crossings"].iloc[row]) + 1))


@alteration("permit terms")
def a_rent_is_forgotten(plan):
    plan.change("permits", 0, rent_year=float(plan.table("permits")["rent_year"].iloc[0]) + 250.0)


@alteration("permit terms")
def a_permit_waits_for_one_that_no_rule_names(plan):
    names = plan.table("permits")["permit_id"]
    plan.change("permits", 0, after_permit_ids=names.iloc[1])


@alteration("permit terms")
def a_permit_is_approved_without_a_day(plan):
    plan.change("permits", 0, state="approved")
    by_state = plan.document["permits"]["by_state"]
    by_state["approved"], by_state["to_file"] = by_state["approved"] + 1, by_state["to_file"] - 1


@alteration("permit terms")
def work_is_allowed_in_a_season_of_its_own(plan):
    plan.change("permits", 0, season_from="04-01", season_to="10-31")


@alteration("permit terms")
def what_was_inferred_is_said_to_be_read(plan):
    permits = plan.table("permits")
    plan.change("permits", first(permits["evidence"] != "design"), evidence="cadastre.gpkg", confidence="high")


@alteration("permit terms")
def a_permit_is_filed_that_the_study_knows_nothing_of(plan):
    plan.change("permits", 0, state="filed", filed="2026-11-02")
    by_state = plan.document["permits"]["by_state"]
    by_state["filed"], by_state["to_file"] = by_state["filed"] + 1, by_state["to_file"] - 1
