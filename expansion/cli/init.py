"""``expansion init``: make a study."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from expansion.cli.console import add_command, print_json, print_text
from expansion.rulebook.book import PROFILES
from expansion.runs import StudyParts, init_study

_FILES = {
    "locations": "locations that a provider could serve",
    "plant": "the operator's offices, fiber, duct",
    "poles": "utility poles",
    "awards": "areas or locations with another award",
    "dem": "elevation, GeoTIFF",
    "rates": "the study's own rates, CSV",
}


def add_init(commands: Any) -> None:
    """Add the command."""
    parser = add_command(commands, "init", init_command, "make a study from an OpenStreetMap extract")
    parser.add_argument("directory", metavar="DIR", type=Path, help="folder to make")
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument("--osm", type=Path, metavar="FILE", help="an extract: .osm.pbf, .osm, .osm.gz")
    origin.add_argument("--place", default="", metavar="NAME", help="download a named place (online)")
    for name, about in _FILES.items():
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=about)
    parser.add_argument("--coverage", type=Path, nargs="+", default=[], metavar="FILE", help="who offers which service")
    parser.add_argument("--layers", nargs="+", default=[], metavar="FILE", help="land layers, FILE or KIND=FILE")
    parser.add_argument("--profile", choices=PROFILES, default="generic", help="default: generic")


def init_command(options: argparse.Namespace) -> int:
    """Make the study and say what comes next."""
    parts = StudyParts(
        osm=options.osm,
        place=options.place,
        coverage=tuple(options.coverage),
        layers=tuple(options.layers),
        **{name: getattr(options, name) for name in _FILES},
    )
    made = init_study(options.directory, parts, profile=options.profile)
    if options.json:
        print_json({"study": str(made)})
    elif not options.quiet:
        folder = options.directory
        print_text(f"made {made}\nnext: expansion check {folder}; expansion plan {folder} --out {folder}-plan")
    return 0
