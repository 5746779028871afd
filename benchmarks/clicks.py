"""How long the app takes to answer: ``python -m benchmarks.clicks [STUDY …] [--times N]``.

A click on an area, a box, the list, a plan of two areas,
its cancelling, and a change of page, each timed in Chromium from the action until the page shows
what it asked for. Prints CSV: study, action, times, median_seconds, p90_seconds.
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.serving import INSIDE, Visit, browser, served

_COUNT = """(wanted) => [...document.querySelectorAll("[data-testid='stMetric']")].some((shown) =>
    shown.innerText.startsWith("Areas") && shown.innerText.trim().endsWith(wanted))"""
_CHANGED = """(before) => [...document.querySelectorAll("[data-testid='stMetric']")].some((shown) =>
    shown.innerText.startsWith("Areas") && !shown.innerText.trim().endsWith("\\n" + before))"""
_TITLE = "(wanted) => document.querySelector('h1.page-title')?.innerText === wanted"
_SHOWN = "(wanted) => document.body.innerText.includes(wanted)"
_MOST_PLANS = 3
_PATIENCE_MS = 60_000
_PAGES = ("Coverage map", "Areas and routes", "Plan", "Export")


def main() -> None:
    """Time every action on every study."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clicks", description=__doc__)
    parser.add_argument("studies", nargs="*", default=["liechtenstein", "three-rivers"], metavar="STUDY")
    parser.add_argument("--times", type=int, default=9, metavar="N", help="repetitions of each action (default: 9)")
    options = parser.parse_args()
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["study", "action", "times", "median_seconds", "p90_seconds"])
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder)) as address,
        sync_playwright() as playwright,
        browser(playwright) as opened,
    ):
        for study in options.studies:
            for action, seconds in time_study(Visit(opened), address, study, options.times):
                ninth = statistics.quantiles(seconds, n=10)[8]
                out.writerow([study, action, len(seconds), f"{statistics.median(seconds):.3f}", f"{ninth:.3f}"])
                sys.stdout.flush()


def time_study(visit: Visit, address: str, study: str, times: int) -> Iterator[tuple[str, list[float]]]:
    """Yield each action with the seconds that it took, on a study that is already open.

    Parameters
    ----------
    visit, address
        A browser's page, and where the app is.
    study
        Id of the study.
    times
        Repetitions of each action.
    """
    page = visit.page
    page.goto(f"{address}/areas?study={study}")
    visit.settle()
    frame = visit.map()
    names = frame.evaluate(
        "Object.values(map._layers).map((one) => one.feature?.id).filter((id) => /^A\\d+$/.test(id)).sort()"
    )
    spots = [spot for name in names if (spot := frame.evaluate(INSIDE, name))][:times]
    places = [visit.spot(*spot) for spot in spots]
    clicks = [_timed(visit, _COUNT, str(n + 1), _click(visit, at)) for n, at in enumerate(places)]
    yield "click on an area", clicks
    yield "undo", [_timed(visit, _COUNT, str(n), _undo(visit)) for n in reversed(range(len(places)))]
    yield "box", [seconds for _ in range(times) for seconds in _box(visit)]
    listed = [_timed(visit, _COUNT, str(n + 1), _list(visit, name)) for n, name in enumerate(names[:times])]
    yield "choose in the list", listed
    yield "cancel a plan", [_cancel(visit, address, study, pair) for pair in _pairs(names, times)]
    yield "plan two areas", [_plan(visit, address, study, pair) for pair in _pairs(names, min(times, _MOST_PLANS))]
    page.keyboard.press("Escape")  # the open list hides the rest of the page from whoever asks for roles
    titles = [_PAGES[turn % len(_PAGES)] for turn in range(times)]
    yield "change of page", [_timed(visit, _TITLE, title, _turn(visit, title)) for title in titles]


def _timed(visit: Visit, holds: str, wanted: str, act: Callable[[], Any]) -> float:
    """Seconds from an action until the page shows what is wanted; then wait until it is at rest."""
    began = time.perf_counter()
    act()
    visit.page.wait_for_function(holds, arg=wanted, timeout=_PATIENCE_MS)
    seconds = time.perf_counter() - began
    visit.settle()
    return seconds


def _pairs(names: list[str], many: int) -> list[list[str]]:
    """Pairs of areas drawn at random, the same each time."""
    draw = random.Random(1)
    return [draw.sample(names, 2) for _ in range(many)]


def _begin(visit: Visit, address: str, study: str, pair: list[str]) -> None:
    """Open a page with two areas chosen, ready to be planned."""
    visit.page.goto(f"{address}/areas?study={study}&areas={','.join(sorted(pair))}")
    visit.settle()
    visit.map()


def _plan(visit: Visit, address: str, study: str, pair: list[str]) -> float:
    """Seconds from the click on Plan until the cost of two areas is on the page."""
    _begin(visit, address, study, pair)
    act = visit.page.get_by_role("button", name="Plan 2 areas").click
    return _timed(visit, _SHOWN, "Cost P50", act)


def _cancel(visit: Visit, address: str, study: str, pair: list[str]) -> float:
    """Seconds from the click on Cancel until the page says that the plan is cancelled."""
    _begin(visit, address, study, pair)
    visit.page.get_by_role("button", name="Plan 2 areas").click()
    button = visit.page.get_by_role("button", name="Cancel")
    button.wait_for()
    return _timed(visit, _SHOWN, "Cancelled. Nothing was changed.", button.click)


def _click(visit: Visit, at: tuple[float, float]) -> Callable[[], Any]:
    return lambda: visit.page.mouse.click(*at)


def _undo(visit: Visit) -> Callable[[], Any]:
    return lambda: visit.page.get_by_role("button", name="Undo").click()


def _list(visit: Visit, name: str) -> Callable[[], Any]:
    """Type an id into the list and take it."""
    field = visit.page.get_by_role("combobox", name="Chosen areas")

    def act() -> None:
        field.fill(name)
        visit.page.get_by_role("option", name=name).click()

    return act


def _turn(visit: Visit, title: str) -> Callable[[], Any]:
    return lambda: visit.page.get_by_role("link", name=title).click()


def _box(visit: Visit) -> Iterator[float]:
    """Draw a box over the map, and undo it."""
    frame, mouse = visit.map(), visit.page.mouse
    at = visit.page.locator("iframe[src*='map_widget.map']").bounding_box()
    frame.click("button.box")
    mouse.move(at["x"] + 60, at["y"] + 110)
    mouse.down()
    mouse.move(at["x"] + 300, at["y"] + 400, steps=3)
    yield _timed(visit, _CHANGED, "0", mouse.up)
    _timed(visit, _COUNT, "0", _undo(visit))


if __name__ == "__main__":
    main()
