"""The list for a customer system holds every row of the plan, read back; the charters are pages of their own."""

import pandas as pd

from expansion.export.charters import write_charters
from expansion.export.crm import write_crm
from tests.export.hostile import hostile

DATES = ["invite_date", "install_from", "install_to"]


def test_every_customer_is_read_back(planned, tmp_path):
    told = planned.tables["onboarding"]
    texts = {name: "str" for name in told.columns if pd.api.types.is_string_dtype(told[name].dtype)}
    back = pd.read_csv(write_crm(planned, tmp_path / "crm.csv"), dtype=texts)
    back = back.sort_values("location_id", ignore_index=True)
    pd.testing.assert_frame_equal(back, told.sort_values("location_id", ignore_index=True), check_dtype=False)


def test_hostile_text_stays_text_in_the_list_and_on_the_pages(planned, tmp_path):
    poisoned = hostile(planned)
    back = pd.read_csv(write_crm(poisoned, tmp_path / "crm.csv"), dtype=str).drop(columns=["longitude", "latitude"])
    live = back.apply(lambda column: column.str.lstrip(" ").str.startswith(("=", "+", "-", "@")).fillna(False))
    assert not live.to_numpy().any()
    page = write_charters(poisoned, tmp_path / "charters.html").read_text("utf-8")
    assert "<script" not in page
    assert "<img" not in page


def test_each_area_has_its_page_with_its_cost(planned, tmp_path):
    page = write_charters(planned, tmp_path / "charters.html").read_text("utf-8")
    areas = planned.tables["areas"]
    chosen = areas[areas["chosen"].to_numpy()]
    assert page.count("<article>") == len(chosen)
    for area, cost in zip(chosen["area_id"], chosen["cost_p50"], strict=True):
        assert f"Charter of area {area}" in page
        assert f"{cost:,.2f}" in page
