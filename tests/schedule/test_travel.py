"""An area 1 m wide and a depot 200 km east: 2 x 200 km x 1.3 at 50 km/h are 10.4 h, 1.3 days of 8 h."""

from pyproj import Transformer

from expansion.schedule import schedule_build
from tests.schedule.programs import CRS, program, study_of


def placed(east):
    longitude, latitude = Transformer.from_crs(CRS, 4326, always_xy=True).transform(east, 0.0)
    depot = {"longitude": longitude, "latitude": latitude}
    return schedule_build(**program((2027,), study=study_of(schedule={"depot": depot}))).tasks.set_index("task_id")


def test_the_way_joins_the_set_up_of_each_crews_work_and_of_nothing_else():
    near, far = placed(0.5), placed(200_000.5)
    longer = (far["duration_days"] - near["duration_days"])[near["duration_days"] > 0]
    measured = near["crew_kind"].notna() & ~near.index.to_series().str.fullmatch(r"A001-(3.9|4.4)")
    assert set(longer[measured.reindex(longer.index)]) == {1, 2}
    assert (longer[~measured.reindex(longer.index)] == 0).all()
    assert far.loc["A001-1.2", "crew_count"] == near.loc["A001-1.2", "crew_count"]


def test_without_a_depot_set_up_days_alone_count():
    tasks = schedule_build(**program((2027,))).tasks.set_index("task_id")
    assert (tasks["duration_days"] == placed(0.5)["duration_days"]).all()
