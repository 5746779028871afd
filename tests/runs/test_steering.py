"""Locks made in the app become changes that the study reads back; what the study fixes itself stays."""

from expansion.runs import find_embedded, read_study
from expansion.runs.steering import LockWish, changes_of

STUDY = find_embedded("three-rivers")
OWN = ('network.route.avoid_roads=["primary"]', 'network.locks.hubs=[{name="own",longitude=1,latitude=2,capacity=9}]')


def steered(*wishes, own=()):
    study, _ = read_study(STUDY, own)
    return read_study(STUDY, [*own, *changes_of(wishes, study)])[0].network


def test_no_lock_changes_nothing():
    assert changes_of([], read_study(STUDY)[0]) == ()


def test_every_kind_of_lock_reaches_the_study():
    network = steered(
        LockWish("pin", "w1-0.1"), LockWish("avoid", "w2-0.1"), LockWish("road", "track"), LockWish("rule", "US-FLOOD")
    )
    route = network.route
    assert (route.pin_edges, route.avoid_edges) == (("w1-0.1",), ("w2-0.1",))
    assert (route.avoid_roads, route.avoid_rules) == (("track",), ("US-FLOOD",))


def test_locks_come_on_top_of_the_studys_own():
    network = steered(LockWish("road", "track"), LockWish("road", "primary"), LockWish("hub", "map-1", 3, 4), own=OWN)
    assert network.route.avoid_roads == ("primary", "track")
    assert [(hub.name, hub.longitude, hub.capacity) for hub in network.locks.hubs] == [("own", 1, 9), ("map-1", 3, 288)]


def test_a_name_cannot_leave_its_text():
    name = 'x"]\nevil = ["'
    assert steered(LockWish("pin", name)).route.pin_edges == (name,)


def test_the_order_of_locks_changes_nothing():
    wishes = [LockWish("pin", "b"), LockWish("pin", "a")]
    study = read_study(STUDY)[0]
    assert changes_of(wishes, study) == changes_of(wishes[::-1], study)


def test_sites_and_assignments_reach_the_study_beside_its_own():
    own = (
        'network.locks.terminals=[{name="own",longitude=1,latitude=2}]',
        'network.locks.huts=[{name="own",longitude=1,latitude=2}]',
    )
    wishes = [
        LockWish("terminal", "map-1", 3, 4), LockWish("hut", "map-1", 5, 6), LockWish("no_hut", "not-1", 7, 8),
        LockWish("assign", "b", 0, 0, "terminal-map-1"), LockWish("assign", "a", 0, 0, "terminal-map-1"),
        LockWish("assign", "c", 0, 0, "terminal-own"),
    ]  # fmt: skip
    locks = steered(*wishes, own=own).locks
    assert [(lock.name, lock.longitude) for lock in locks.terminals] == [("own", 1), ("map-1", 3)]
    assert [(lock.name, lock.stands) for lock in locks.huts] == [("own", True), ("map-1", True), ("not-1", False)]
    fed = {lock.to: lock.locations for lock in locks.assignments}
    assert fed == {"terminal-own": ("c",), "terminal-map-1": ("a", "b")}


def test_an_assignment_goes_with_the_lock_that_feeds_it():
    assert steered(LockWish("assign", "a", 0, 0, "hub-map-1")).locks.assignments == ()
