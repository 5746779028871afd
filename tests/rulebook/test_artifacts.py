"""Each thing that a gate asks for lies in a table that is declared, in an export that is written, or in a document."""

from expansion.export.formats import EXPORTS
from expansion.plan.specs import declared
from expansion.rulebook import load_rulebook

BOOK = load_rulebook("generic")
TABLES = {spec.name for spec in declared()}


def test_what_gates_ask_for_has_a_place():
    placed = {row.artifact.casefold() for row in BOOK.artifacts}
    asked = {part.strip().casefold() for gate in BOOK.gates for part in gate.artifacts.split(";")}
    assert asked <= placed


def test_places_exist():
    for row in BOOK.artifacts:
        known = {"table": TABLES, "export": set(EXPORTS), "document": {""}}[row.held_in]
        assert row.name in known


def test_each_kind_of_office_rules_the_same_topics_gates_and_stages():
    for rows, key in ((BOOK.governance, "topic"), (BOOK.gates, "gate"), (BOOK.inspection_points, "stage")):
        kinds = [{getattr(row, key) for row in rows if row.pmo == pmo} for pmo in ("supportive", "controlling")]
        assert kinds[0] == kinds[1] == {getattr(row, key) for row in rows if row.pmo == "directive"}
