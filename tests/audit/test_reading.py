"""What is missing or damaged fails; nothing is raised."""

import numpy as np
import pandas as pd
import pytest

from expansion.audit import verify_plan
from expansion.audit.draws import triangular
from expansion.audit.fingerprint import canonical_text, recompute_fingerprint
from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.ledger import Ledger
from expansion.errors import SourceError
from expansion.plan.fingerprint import table_text


def test_an_empty_folder_fails_every_check(tmp_path):
    assert not any(check.ok for check in verify_plan(tmp_path))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.json", "{"),
        ("plan.json", '{"counts": NaN}'),
        ("study.json", "[]"),
        ("tables/spans.parquet", "PAR1"),
        ("certificate/route.npz", "PK"),
    ],
)
def test_a_damaged_file_fails(plan_copy, name, content):
    (plan_copy / name).write_text(content)
    failed = [check for check in verify_plan(plan_copy) if not check.ok]
    assert "files" in {check.name for check in failed}
    assert all(check.failures for check in failed)


def test_a_file_that_changed_after_saving_fails(plan_copy):
    with (plan_copy / "study.json").open("a") as stream:
        stream.write("\n")
    failures = next(check.failures for check in verify_plan(plan_copy) if check.name == "files")
    assert failures == ("files differ from the manifest: study.json",)


def test_a_file_beside_the_plan_fails(plan_copy):
    (plan_copy / "tables" / "more.parquet").write_bytes((plan_copy / "tables" / "bom.parquet").read_bytes())
    assert not verify_plan(plan_copy)[0].ok


def test_the_fingerprint_is_that_of_the_planner(sound_plan):
    saved = SavedPlan(sound_plan)
    assert recompute_fingerprint(saved) == saved.document["fingerprint"]


def test_canonical_text_is_that_of_the_planner_for_every_kind_of_cell():
    table = pd.DataFrame(
        {
            "name": pd.array(["b", None, "ä"], dtype="str"),
            "count": pd.array([1, None, -3], dtype="Int64"),
            "share": [-0.0000001, np.nan, 2.5],
            "flag": [True, False, True],
        }
    )
    assert canonical_text(table) == table_text(table.sample(frac=1, random_state=1)[["share", "flag", "name", "count"]])


def test_columns_read_as_plain_values():
    table = pd.DataFrame({"a": pd.array(["x", None], dtype="str"), "b": pd.array([1, None], dtype="Int64")})
    assert texts(table, "a") == ["x", ""]
    assert np.isnan(numbers(table, "b")[1])
    with pytest.raises(SourceError, match="empty"):
        integers(table, "b")


def test_a_ledger_names_five_places_and_counts_the_rest():
    ledger = Ledger("demo")
    ledger.none(np.ones(7, dtype=bool), list("abcdefg"), "wrong")
    check = ledger.close()
    assert (check.ok, check.checked) == (False, 7)
    assert check.failures == ("wrong: a, b, c, d, e and 2 more",)


def test_a_ledger_compares_numbers_within_and_words_exactly():
    ledger = Ledger("demo")
    assert ledger.equal(1.004, 1.0, "cost", 0.005)
    assert not ledger.equal(None, 0.0, "cost", 0.005)
    assert not ledger.equal("a", "b", "word")


def test_the_median_of_a_triangle_parts_its_area():
    assert triangular(np.array([0.0, 0.5, 1.0]), 0.0, 1.0, 2.0).tolist() == [0.0, 1.0, 2.0]
    assert triangular(np.array([0.25]), 0.0, 1.0, 4.0)[0] == pytest.approx(1.0)
