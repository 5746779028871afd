"""``expansion route``: what a study's route costs, what its locks cost, and what else could be built."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from expansion.cli.console import add_command, print_json, print_text
from expansion.cli.layout import Lines, terminal_width, titled
from expansion.cli.words import amount, kilometers
from expansion.errors import StudyError
from expansion.runs.routing import RouteAnswer, RouteQuestion, ask_route, write_variants
from expansion.wording import count, percent

KINDS = {
    "cheapest": "cheapest", "fewest_permits": "fewest permits", "soonest_permits": "shortest time to permit",
    "mostly_aerial": "mostly aerial", "mostly_buried": "mostly buried",
}  # fmt: skip
_SHOWN = 5


def add_route(commands: Any) -> None:
    """Add the command."""
    about = "route a study without planning it: what locks cost, other routes to an area, second ways to hubs"
    parser = add_command(commands, "route", route_command, about)
    parser.add_argument("study", metavar="STUDY", type=Path, help="a study.toml or its folder")
    parser.add_argument("--area", default="", metavar="A", help="area to look at")
    parser.add_argument("--alternatives", action="store_true", help="routes to the area that differ in kind")
    parser.add_argument("--protect", action="store_true", help="a second way to each hub, of the area or of all")
    parser.add_argument("--pin", default="", metavar="FILE", help="lines to use, instead of network.route.pins")
    parser.add_argument("--avoid", default="", metavar="FILE", help="polygons not to enter, instead of avoid")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the variants as GeoJSON")
    parser.add_argument(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="KEY=VALUE",
        dest="changes",
        help="lay over study.toml; KEY= leaves a key out",
    )


def route_command(options: argparse.Namespace) -> int:
    """Route, answer, and write the variants where asked."""
    if options.alternatives and not options.area:
        hint = "name it, such as --area A001"
        raise StudyError("--alternatives needs an area", code="E_USAGE", where=["--area"], hint=hint)
    asked = RouteQuestion(
        tuple(options.changes), options.pin, options.avoid, options.area, options.alternatives, options.protect
    )
    answer = ask_route(options.study, asked)
    if options.out is not None:
        write_variants(answer.features, options.out)
    if options.json:
        print_json(answer.as_json())
    elif not options.quiet:
        print_text(_words(answer, terminal_width()))
    return 0


def _words(answer: RouteAnswer, width: int) -> str:
    """Write the answer, a paragraph per subject."""
    money = answer.currency
    parts = {
        "Route": _route(answer.route, money),
        "Locks": [_lock(row, money) for row in answer.locks],
        "Area": [_option(row, money) for row in answer.alternatives],
        "Protection": _ways(answer.protection, money),
    }
    return "\n".join(line for title, body in parts.items() if body for line in titled(title, body, width))


def _route(row: Mapping[str, Any], money: str) -> Lines:
    cost, bound = amount(row["cost"], money), amount(row["lower_bound"], money)
    cut = f"; {count(row['cut_off'], 'location')} cut off by what is avoided" if row["cut_off"] else ""
    reach = f"{kilometers(row['length_m'])} of new build to {count(row['locations'], 'location')}"
    return [f"{reach}: {cost}, proven to cost at least {bound} (gap {percent(row['gap'])}){cut}"]


def _lock(row: Mapping[str, Any], money: str) -> str:
    """One lock with its price."""
    cut = f"; keeps {count(row['locations_cut_off'], 'location')} off" if row["locations_cut_off"] else ""
    if row["price"] is None:
        return f"{row['what']}: not priced{cut}"
    low, high = amount(row["price_low"], money), amount(row["price_high"], money)
    between = f" (between {low} and {high})" if low != high else ""
    return f"{row['what']}: {amount(row['price'], money)} more{between}{cut}"


def _option(row: Mapping[str, Any], money: str) -> str:
    """One alternative; one that is another's route says only that."""
    name = KINDS[row["kind"]]
    if row["same_as"]:
        return f"{name}: the same route as {KINDS[row['same_as']]}"
    rules = ", ".join(f"{number} {rule}" for rule, number in sorted(row["permits_by_rule"].items())) or "none"
    least = "where no pole may be used"
    if row["kind"] != "mostly_buried":
        least = f"at most {percent(row['gap'])} over the least that any route costs"
    return (
        f"{name}: {amount(row['cost'], money)}, {least}; "
        f"{kilometers(row['length_m'])}, {percent(row['aerial_share'])} on poles; "
        f"{count(row['permits'], 'permit')} ({rules}), the slowest {count(row['longest_lead_calendar_days'], 'day')}"
    )


def _ways(rows: Sequence[Mapping[str, Any]], money: str) -> Lines:
    """Second ways, hub by hub, and what all of them cost together."""
    if not rows:
        return []
    total = sum(row["added_cost"] for row in rows)
    return [*(_way(row, money) for row in rows), f"all of them together: {amount(total, money)}"]


def _way(row: Mapping[str, Any], money: str) -> str:
    """One second way; edges that both ways must share are named."""
    if not row["length_m"]:
        return f"{row['hub_id']} stands at {row['office_id']}, which feeds it: no way to protect"
    text = f"{row['hub_id']} from {row['office_id']}: {amount(row['cost'], money)} for a second way of "
    text += kilometers(row["length_m"])
    if row["is_disjoint"]:
        return text
    shared = row["shared_edge_ids"]
    names = ", ".join(shared[:_SHOWN]) + (", …" if len(shared) > _SHOWN else "")
    return f"{text}, which shares {count(len(shared), 'edge')} that nothing bypasses: {names}"
