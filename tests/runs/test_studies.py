import pytest

from expansion.errors import PlanningError
from expansion.runs.studies import read_study

STUDY = '[study]\nname = "valley"\n[inputs.osm]\nfile = "region.osm.pbf"\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY)
    return tmp_path


def code_of(path, changes=()):
    with pytest.raises(PlanningError) as caught:
        read_study(path, changes)
    return caught.value.code, caught.value.where


def test_a_folder_or_its_file_name_the_same_study(folder):
    assert read_study(folder) == read_study(folder / "study.toml")
    assert read_study(folder)[1] == folder


def test_a_missing_study_is_named(tmp_path):
    assert code_of(tmp_path / "nowhere")[0] == "E_NO_FILE"


@pytest.mark.parametrize(
    ("text", "line"),
    [("[study]\nname = \n", 2), ("a = 1\na = 2\n", 2), ("[[[", 1), ("x = " + "[" * 100_000, 1)],
)
def test_a_toml_error_names_its_line(folder, text, line):
    (folder / "study.toml").write_text(text)
    assert code_of(folder) == ("E_TOML", (f"study.toml: line {line}",))


def test_text_that_is_not_utf8_names_the_byte(folder):
    (folder / "study.toml").write_bytes(b'[study]\nname = "caf\xe9"\n')
    assert code_of(folder) == ("E_ENCODING", ("study.toml: byte 19",))


def test_a_byte_order_mark_is_no_error(folder):
    (folder / "study.toml").write_bytes(b"\xef\xbb\xbf" + STUDY.encode())
    assert read_study(folder)[0].study.name == "valley"


def test_changes_are_laid_over_the_file(folder):
    (folder / "study.toml").write_text(STUDY + "[portfolio]\nbudgets = [{year = 2027, amount = 1}]\n")
    changes = [
        "network.drop_max_m=200",
        "network.architecture=cascaded",
        "portfolio.budgets.0.amount=5e6",
        "study.seed = 7",
    ]
    study, _ = read_study(folder, changes)
    assert (study.network.drop_max_m, study.network.architecture) == (200, "cascaded")
    assert (study.portfolio.budgets[0].amount, study.study.seed) == (5e6, 7)


def test_a_key_without_a_value_is_left_out(folder):
    (folder / "study.toml").write_text(STUDY + "[portfolio]\ntotal_budget = 5\nyears = 2\n")
    study, _ = read_study(folder, ["portfolio.total_budget=", "portfolio.frontier="])
    assert (study.portfolio.total_budget, study.portfolio.frontier, study.portfolio.years) == (None, 0, 2)


@pytest.mark.parametrize("change", ["network", "=3", "network..x=1", "study.name.deep=1", "cost.draws=[1", "a.0.b=1"])
def test_a_change_that_cannot_be_read_is_named(folder, change):
    code, where = code_of(folder, [change])
    assert code in ("E_SET", "E_STUDY_KEY")
    assert where


def test_an_unknown_key_is_an_error(folder):
    assert code_of(folder, ["network.colour=1"]) == ("E_STUDY_KEY", ("network.colour",))
