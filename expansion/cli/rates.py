"""``expansion rates``: the numbers behind a study, how they differ from others, and how to set one."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, get_args

from expansion.cli.console import add_command, print_json, print_text
from expansion.cli.layout import Lines, terminal_width, titled, wrap
from expansion.rulebook import Rate, load_rulebook
from expansion.rulebook.book import PROFILES
from expansion.rulebook.changes import Change, change_words, compare_values
from expansion.rulebook.rows import Status
from expansion.rulebook.values import KINDS, RATES, Value, rate_value, values_of
from expansion.runs import read_study
from expansion.runs.loading import load_rules
from expansion.runs.rate_book import RateSet, RateWish, read_values, set_rate, study_values
from expansion.runs.studies import STUDY_FILE

STATUSES = get_args(Status)
CATEGORIES = get_args(Rate.model_fields["category"].annotation)


def add_rates(commands: Any) -> None:
    """Add the command and what it can do."""
    group = commands.add_parser("rates", help="the rates that price a study")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    show = add_command(actions, "show", show_rates, "show every rate, or other numbers of the rule book")
    show.add_argument("study", metavar="STUDY", type=Path, help="a study.toml or its folder")
    show.add_argument("--of", choices=(*KINDS, "all"), default=RATES, help="which numbers (default: rates)")
    show.add_argument("--category", choices=CATEGORIES, help="rates of this category only")
    show.add_argument("--status", choices=STATUSES, help="numbers of this status only")
    show.add_argument("--csv", action="store_true", help="print CSV, whole sources included")
    diff = add_command(actions, "diff", diff_rates, "say how the rates of two studies differ")
    diff.add_argument("before", metavar="A", help=f"a study, a CSV file of rates, or {' or '.join(PROFILES)}")
    diff.add_argument("after", metavar="B", nargs="?", help="another; default: A against the profile it starts from")
    put = add_command(actions, "set", set_rates, "set a rate of a study, in the rates file that it names or begins")
    put.add_argument("study", metavar="STUDY", type=Path, help="a study.toml or its folder")
    put.add_argument("rate", metavar="RATE", help="rate id, as rates show lists them")
    for name, about in (("low", "least"), ("likely", "most likely"), ("high", "highest")):
        put.add_argument(f"--{name}", type=float, metavar="X", help=f"{about} price; left out: in proportion")
    put.add_argument("--source", required=True, metavar="TEXT", help="where the price comes from")
    put.add_argument("--status", choices=STATUSES, default="USER", help="how far it was seen there (default: USER)")
    put.add_argument("--price-year", type=int, metavar="Y", help="year of the price (default: the study's)")
    put.add_argument("--currency", metavar="CUR", help="currency of the price, which must be the study's")
    put.add_argument("--file", default="", metavar="F", help="rates file to begin (default: rates.csv)")


def show_rates(options: argparse.Namespace) -> int:
    """Print the numbers in force, each with source and status."""
    study, folder = read_study(options.study)
    book = load_rules(study, folder)
    values = [value for value in study_values(study, book) if _is_asked(value, options)]
    if options.json:
        rows = [rate.model_dump(mode="json") for rate in book.rates if _is_rate_asked(rate, options)]
        print_json(rows if options.of == RATES else [asdict(value) for value in values])
    elif options.csv:
        _print_csv(values)
    else:
        print_text("\n".join(value_lines(values, terminal_width())) or "none is so")
    return 0


def _is_asked(value: Value, options: argparse.Namespace) -> bool:
    kinds = options.of in (value.kind, "all") and (not options.category or value.category == options.category)
    return bool(kinds and (not options.status or value.status == options.status))


def _is_rate_asked(rate: Rate, options: argparse.Namespace) -> bool:
    category = not options.category or rate.category == options.category
    return bool(category and (not options.status or rate.status == options.status))


def _print_csv(values: Sequence[Value]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([field.name for field in fields(Value)])
    writer.writerows(["" if cell is None else cell for cell in asdict(value).values()] for value in values)


def value_lines(values: Sequence[Value], width: int = 0) -> Lines:
    """Write a table of values under its heading, by kind.

    Parameters
    ----------
    values
        As `expansion.rulebook.values.values_of` lists them.
    width
        Columns to fit: a source then stands below its number. 0 for no limit: a line per number, source at its end.
    """
    kinds = list(dict.fromkeys(value.kind for value in values))
    lines: Lines = []
    for kind in kinds:
        mine = [value for value in values if value.kind == kind]
        if len(kinds) > 1:
            lines += ["", *wrap(f"{kind}, {KINDS[kind]}", width)]
        lines += _table(mine, width)
    return lines[1:] if len(kinds) > 1 else lines


def _table(values: Sequence[Value], width: int) -> Lines:
    """Write values of one kind."""
    rows: list[tuple[str, ...]] = [
        ("rate" if values[0].kind == RATES else "name", "low", "likely", "high", "", "per", "status")
    ]
    for value in values:
        numbers = tuple(_number(number, value) for number in (value.low, value.likely, value.high))
        rows.append((value.name, *numbers, value.currency or "-", value.unit.removeprefix("per "), value.status))
    wide = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    heads = [
        " ".join(
            cell.rjust(wide[column]) if column in (1, 2, 3) else cell.ljust(wide[column])
            for column, cell in enumerate(row)
        )
        for row in rows
    ]
    sources = ["source", *(value.source for value in values)]
    if not width:
        return [f"{head} {source}" for head, source in zip(heads, sources, strict=True)]
    lines = [heads[0].rstrip()]
    for head, source in zip(heads[1:], sources[1:], strict=True):
        lines += [head.rstrip(), *wrap(source, width, indent=4, hang=0)]
    return lines


def _number(number: float, value: Value) -> str:
    """Write a number with the digits that it has, money and shares of rates with at least two."""
    text = f"{number:,.4f}"
    if value.currency or value.kind == RATES:
        return text.removesuffix("00") if text.endswith("00") else text.removesuffix("0")
    return text.rstrip("0").rstrip(".")


def diff_rates(options: argparse.Namespace) -> int:
    """Say which numbers differ and by how much."""
    if options.after is None:
        study, folder = read_study(Path(options.before))
        before, after = values_of(load_rulebook(study.study.profile)), study_values(study, load_rules(study, folder))
        names = (f"profile {study.study.profile}", options.before)
    else:
        before, after = read_values(options.before), read_values(options.after)
        names = (options.before, options.after)
        before, after = _comparable(before, after, names)
    changes = compare_values(before, after)
    if options.json:
        print_json({"before": names[0], "after": names[1], "changes": [change.document() for change in changes]})
    else:
        print_text("\n".join(_told(changes, names, terminal_width())))
    return 0


def _comparable(
    before: tuple[Value, ...], after: tuple[Value, ...], names: tuple[str, str]
) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Keep what both can hold: kinds that both have; and against a file of rates, which lays over others, its rates."""
    files = [name.lower().endswith(".csv") for name in names]
    if files[0] != files[1]:
        own = {value.name for value in (before if files[0] else after)}
        first, second = (tuple(v for v in side if v.kind == RATES and v.name in own) for side in (before, after))
        return first, second
    return before, after


def _told(changes: Sequence[Change], names: tuple[str, str], width: int) -> Lines:
    """Write changes under the kind that they are of."""
    if not changes:
        return [f"{names[0]} and {names[1]} hold the same values"]
    lines = wrap(f"from {names[0]} to {names[1]}", width)
    for kind in dict.fromkeys(change.any.kind for change in changes):
        mine = [change_words(change) for change in changes if change.any.kind == kind]
        lines += titled(kind.capitalize(), mine, width)
    return lines


def set_rates(options: argparse.Namespace) -> int:
    """Set one rate and say what changed."""
    wish = RateWish(
        options.rate, options.source, options.low, options.likely, options.high, options.status, options.price_year,
        options.currency,
    )  # fmt: skip
    done = set_rate(options.study, wish, file=options.file)
    if options.json:
        before = done.before and done.before.model_dump(mode="json")
        after = done.after.model_dump(mode="json")
        print_json({"before": before, "after": after, "file": str(done.file), "study_changed": done.is_wired})
    elif not options.quiet:
        print_text("\n".join(wrap(_set_words(done), terminal_width())))
    return 0


def _set_words(done: RateSet) -> str:
    """Say what a rate was and is, and which files were written."""
    before, after = (None if rate is None else rate_value(rate) for rate in (done.before, done.after))
    wired = f", which {STUDY_FILE} now names in [inputs.rates]" if done.is_wired else ""
    return f"{change_words(Change(before, after))}; written to {done.file}{wired}"
