"""Put the reader's tables together: join coverage, choose the CRS, project once, record what was read."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
from pyproj import CRS

from expansion.crs import choose_crs
from expansion.errors import PlanningError, SourceError, raise_all
from expansion.plan.findings import Finding, find, ordered
from expansion.plan.inputs import Elevation, InputRecord, Inputs
from expansion.plan.specs_inputs import FEATURES, LOCATIONS_IN, MARKS, PERMIT_STATES_IN, PLANT, ROADS
from expansion.rulebook import Rulebook
from expansion.sources.awards import award_features
from expansion.sources.elevation import find_gaps, make_elevation, record_elevation
from expansion.sources.exchange import Reading, geometries
from expansion.sources.extent import Extent
from expansion.sources.join import Places, empty_coverage, join_offers
from expansion.sources.layer_rules import error_with_rules, finding_with_rules, rules_of_layer
from expansion.sources.paths import find_file
from expansion.sources.project import empty_table, project_table, require_true_lengths
from expansion.sources.records import make_record
from expansion.sources.sandbox import Task, read_tasks
from expansion.study import InputFiles, SourceFile, Study

_OSM_LICENSE = "ODbL-1.0"


@dataclass(slots=True)
class _Work:
    """Tasks of a study, by the role of what they read."""

    tasks: list[Task] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    errors: list[PlanningError] = field(default_factory=list)
    later: list[Task] = field(default_factory=list)
    rulebook: Rulebook | None = None

    def add(self, role: str, kind: str, folder: Path, text: str, options: dict[str, Any]) -> None:
        """Add a file to read; a bad path is kept as an error."""
        try:
            task = Task(kind, find_file(folder, text), text, options)
            if role == "dem":  # read once the study's extent is known
                self.later.append(task)
                return
            self.tasks.append(task)
            self.roles.append(role)
        except SourceError as error:
            self.errors.append(error_with_rules(error, options.get("kind", ""), self.rules(role, options)))

    def rules(self, role: str, options: dict[str, Any]) -> str:
        """Name the permit rules that ask for what is read, "" for all but layers."""
        return rules_of_layer(self.rulebook, options["kind"]) if role == "layer" else ""


def read_study_inputs(study: Study, folder: Path, *, rulebook: Rulebook) -> Inputs:
    """Read, check and project the inputs of a study; see `expansion.sources.read_inputs`."""
    work = _list_work(study, folder, rulebook)
    with tempfile.TemporaryDirectory(prefix="expansion-") as scratch:
        readings = read_tasks(work.tasks, Path(scratch))
        errors = list(work.errors)
        for role, task, reading in zip(work.roles, work.tasks, readings, strict=True):
            kind, rules = task.options.get("kind", ""), work.rules(role, task.options)
            errors += [error_with_rules(error, kind, rules) for error in reading.errors]
            reading.findings = [finding_with_rules(finding, kind, rules) for finding in reading.findings]
        by_role: dict[str, list[tuple[Task, Reading]]] = {}
        for role, task, reading in zip(work.roles, work.tasks, readings, strict=True):
            by_role.setdefault(role, []).append((task, reading))
        errors += _require_content(study.inputs, by_role)
        raise_all(errors)
        assembly = _Assembly(study, by_role, rulebook)
        return assembly.inputs(_read_heights(work.later, assembly.bounds, Path(scratch)))


def _read_heights(tasks: list[Task], bounds: tuple[float, float, float, float], scratch: Path) -> Reading | None:
    """Read the elevation around the study, where one is given."""
    around = [replace(task, options=task.options | {"bounds": list(bounds)}) for task in tasks]
    readings = read_tasks(around, scratch)
    raise_all([error for reading in readings for error in reading.errors])
    return readings[0] if readings else None


def _list_work(study: Study, folder: Path, rulebook: Rulebook | None) -> _Work:
    """List every file that the study names."""
    work, inputs = _Work(rulebook=rulebook), study.inputs
    buildings = {"buildings": inputs.locations is None, "min_building_m2": study.demand.min_building_m2}
    work.add("osm", "osm", folder, inputs.osm.file, buildings)
    if inputs.locations is not None:
        work.add("locations", "locations", folder, inputs.locations.file, _options(inputs.locations))
    if inputs.plant is not None:
        work.add("plant", "plant", folder, inputs.plant.file, _options(inputs.plant))
    for kind, drawn in (("pin", study.network.route.pins), ("avoid", study.network.route.avoid)):
        if drawn:
            work.add("marks", "marks", folder, drawn, {"kind": kind})
    if study.permits.status:
        work.add("permit_states", "permit_states", folder, study.permits.status, {})
    for layer in inputs.layers:
        role = "dem" if layer.kind == "dem" else "layer"
        work.add(role, role, folder, layer.file, _options(layer) | {"kind": layer.kind})
    dems = [layer.file for layer in inputs.layers if layer.kind == "dem"]
    if len(dems) > 1:
        hint = "merge them into one GeoTIFF"
        work.errors.append(SourceError("more than one elevation is given", code="E_DEM_MANY", where=dems, hint=hint))
    if inputs.coverage is not None:
        cover = inputs.coverage
        for file in cover.files:
            options = {"kind": cover.kind, "join": cover.join, "columns": cover.columns}
            work.add("coverage", "coverage", folder, file, options)
    return work


def _options(source: SourceFile) -> dict[str, Any]:
    return {"layer": source.layer, "columns": source.columns, "crs": source.crs}


def _require_content(files: InputFiles, by_role: dict[str, list[tuple[Task, Reading]]]) -> list[PlanningError]:
    """Require roads and locations in files that were read without error."""
    errors: list[PlanningError] = []
    for task, reading in by_role.get("osm", []):
        if not reading.errors and not reading.tables["roads"].num_rows:
            hint = "take an extract with roads: highway=residential, service, track and the like"
            errors.append(
                SourceError("the extract holds no usable road", code="E_NO_ROADS", where=[task.name], hint=hint)
            )
    role = "osm" if files.locations is None else "locations"
    for task, reading in by_role.get(role, []):
        if not reading.errors and not reading.tables["locations"].num_rows:
            text = (
                "the extract holds no building or address that counts"
                if role == "osm"
                else "the file holds no location"
            )
            hint = "give a file of locations, or lower demand.min_building_m2"
            errors.append(SourceError(text, code="E_NO_LOCATIONS", where=[task.name], hint=hint))
    return errors


class _Assembly:
    """Builds `Inputs` from readings without errors."""

    def __init__(self, study: Study, by_role: dict[str, list[tuple[Task, Reading]]], rulebook: Rulebook) -> None:
        self._study, self._by_role, self._rulebook = study, by_role, rulebook
        self._findings: list[Finding] = [
            finding for role in sorted(by_role) for _, reading in by_role[role] for finding in reading.findings
        ]
        self._records: list[InputRecord] = []
        osm = by_role["osm"][0][1]
        self._roads, self._osm_features = osm.tables["roads"], osm.tables["features"]
        self._extent = Extent.of(geometries(self._roads))
        self._crs: CRS = choose_crs(self._extent.bounds, study.study.crs)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the roads, degrees."""
        return self._extent.bounds

    def inputs(self, heights: Reading | None) -> Inputs:
        """Assemble in the order of the contract: roads, locations, coverage, plant, features; then elevation."""
        files = self._study.inputs
        osm_license = files.osm.license or _OSM_LICENSE
        roads = project_table(self._roads, ROADS, self._crs)
        require_true_lengths(roads, self._study.study.crs)
        self._record("roads", roads, osm_license)
        locations, places = self._locations()
        self._record("locations", locations, files.locations.license if files.locations else osm_license)
        coverage = self._coverage(places)
        plant = self._plant()
        features = self._features(locations, osm_license)
        marks = self._marks()
        elevation = self._elevation(heights, roads)
        return Inputs(
            crs=self._crs,
            roads=roads,
            locations=locations,
            coverage=coverage,
            plant=plant,
            features=features,
            rulebook=self._rulebook,
            records=tuple(self._records),
            findings=ordered(self._findings),
            marks=marks,
            elevation=elevation,
            permit_states=self._permit_states(),
        )

    def _elevation(self, heights: Reading | None, roads: gpd.GeoDataFrame) -> Elevation | None:
        if heights is None:
            return None
        layer = next(layer for layer in self._study.inputs.layers if layer.kind == "dem")
        elevation = make_elevation(heights.tables["dem"], layer.file)
        self._findings += [*heights.findings, *find_gaps(elevation, roads)]
        self._records.append(record_elevation(elevation, layer.license))
        return elevation

    def _record(self, name: str, table: pd.DataFrame, license_text: str) -> None:
        self._records.append(make_record(name, table, license_text))

    def _locations(self) -> tuple[gpd.GeoDataFrame, Places]:
        """Locations in the study CRS, and as offers see them; those too far away to be meant are left out."""
        role = "osm" if self._study.inputs.locations is None else "locations"
        task, reading = self._by_role[role][0]
        table = reading.tables["locations"]
        near = self._extent.near(geometries(table), table["location_id"].to_pylist(), task.name, self._findings)
        table = table.filter(pa.array(near))
        if not table.num_rows:
            hint = "check the coordinates and the extract"
            raise SourceError("no location lies near the roads", code="E_NO_LOCATIONS", where=[task.name], hint=hint)
        blocks = table["block_geoid"].to_pylist() if "block_geoid" in table.column_names else [None] * table.num_rows
        places = Places(table["location_id"].to_pylist(), geometries(table), blocks)
        return project_table(table, LOCATIONS_IN, self._crs, drop=("block_geoid", "row")), places

    def _coverage(self, places: Places) -> pd.DataFrame:
        cover = self._study.inputs.coverage
        if cover is None:
            text = "no coverage given: every location counts as unserved"
            self._findings.append(find("W_NO_COVERAGE", "warning", text, repair="name coverage files in study.toml"))
            return empty_coverage()
        files = []
        for task, reading in self._by_role["coverage"]:
            tables = reading.tables
            files.append((task.name, tables["offers"] if "offers" in tables else tables["areas"]))
        coverage, findings = join_offers(files, places, cover.join)
        self._findings += findings
        self._record("coverage", coverage, cover.license)
        return coverage

    def _plant(self) -> gpd.GeoDataFrame:
        source = self._study.inputs.plant
        if source is None:
            return empty_table(PLANT, self._crs)
        task, reading = self._by_role["plant"][0]
        table = reading.tables["plant"]
        near = self._extent.near(geometries(table), table["plant_id"].to_pylist(), task.name, self._findings)
        table = table.filter(pa.array(near))
        if not set(table["kind"].to_pylist()) & {"co", "fiber"}:
            hint = "check the coordinates and the extract"
            raise SourceError("no office or fiber lies near the roads", code="E_NO_PLANT", where=[task.name], hint=hint)
        plant = project_table(table, PLANT, self._crs)
        self._record("plant", plant, source.license)
        return plant

    def _features(self, locations: gpd.GeoDataFrame, osm_license: str) -> gpd.GeoDataFrame:
        """Features of the extract and of the layers together; each layer is recorded by itself."""
        from_osm = self._projected_features(self._osm_features)
        self._record("features", from_osm, osm_license)
        parts = [from_osm]
        layers = [layer for layer in self._study.inputs.layers if layer.kind != "dem"]
        for (task, reading), layer in zip(self._by_role.get("layer", []), layers, strict=True):
            if "award_ids" in reading.tables:
                part = award_features(reading.tables["award_ids"], task.name, locations, self._findings)
            else:
                part = self._projected_features(self._clip(reading.tables["features"], task.name, layer.kind))
            if layer.kind == "ground":
                self._findings += unknown_ground(part, task.name, self._rulebook)
            self._record(f"layer {layer.kind} {task.name}", part, layer.license)
            parts.append(part)
        return _concat(parts, self._crs)

    def _marks(self) -> gpd.GeoDataFrame | None:
        """Pins and polygons to avoid, each file recorded by itself; None where the study names none."""
        parts = []
        for task, reading in self._by_role.get("marks", []):
            part = project_table(reading.tables["marks"], MARKS, self._crs)
            self._record(f"{part['kind'].iloc[0]} {task.name}", part, "")
            parts.append(part)
        if not parts:
            return None
        both = pd.concat(parts, ignore_index=True)
        repeats = both.groupby("mark_id").cumcount().to_numpy()
        both["mark_id"] = [f"{n}~{k}" if k else n for n, k in zip(both["mark_id"], repeats, strict=True)]
        return gpd.GeoDataFrame(MARKS.check(gpd.GeoDataFrame(both, crs=self._crs), self._crs))

    def _permit_states(self) -> pd.DataFrame | None:
        """How far permits are, by id; None where the study names no such file."""
        for task, reading in self._by_role.get("permit_states", []):
            told = reading.tables["permit_states"].to_pylist()
            ordered = sorted(told, key=lambda row: str(row["permit_id"]))
            columns = {column.name: [row[column.name] for row in ordered] for column in PERMIT_STATES_IN.columns}
            table = PERMIT_STATES_IN.build(columns)
            self._record(f"permit states {task.name}", table, "")
            return table
        return None

    def _projected_features(self, table: pa.Table) -> gpd.GeoDataFrame:
        return project_table(table, FEATURES, self._crs) if table.num_rows else empty_table(FEATURES, self._crs)

    def _clip(self, table: pa.Table, name: str, kind: str) -> pa.Table:
        """Leave out features that no route could meet; a layer of which nothing is left is worth a look."""
        keep = self._extent.touches(geometries(table))
        if not keep.all():
            words = f"{name}: features farther than 5 km from the roads' extent were left out"
            partly = find("W_LAYER_CLIPPED", "info", words, [name], count=int((~keep).sum()))
            words = f"{name}: nothing of the layer {kind} lies within 5 km of the roads, all of it was left out"
            repair = "check that the file covers the study, and its CRS"
            wholly = find("W_LAYER_CLIPPED", "warning", words, [name], count=len(keep), repair=repair)
            rules = rules_of_layer(self._rulebook, kind)
            self._findings.append(partly if keep.any() else finding_with_rules(wholly, kind, rules))
        return table.filter(pa.array(keep))


def unknown_ground(features: gpd.GeoDataFrame, name: str, rulebook: Rulebook) -> list[Finding]:
    """Find the kinds of ground in a layer for which the rule book has no surface: they change no price."""
    words = features["subtype"].fillna("").astype(str).str.strip().str.lower()
    strange = [word for word in sorted(set(words)) if rulebook.surface(word) is None]
    if not strange:
        return []
    count = int(words.isin(strange).sum())
    text = f"{name}: {count} areas of ground are of a kind that has no price; they are built as if unknown"
    repair = "name the column of kinds as `subtype`, with words of surfaces.csv such as rock, hard, soft, sand"
    return [
        find("W_GROUND_UNKNOWN", "warning", text, [word or "(empty)" for word in strange], count=count, repair=repair)
    ]


def _concat(parts: Sequence[gpd.GeoDataFrame], crs: CRS) -> gpd.GeoDataFrame:
    """Put tables of features together, by id; ids that two layers share get the layer's number."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return empty_table(FEATURES, crs)
    columns: dict[str, object] = {}
    shapes = np.concatenate([part.geometry.to_numpy() for part in filled])
    ids = np.concatenate([part["feature_id"].to_numpy(dtype=object) for part in filled])
    repeats = pd.Series(ids).groupby(ids).cumcount().to_numpy()
    ids = np.array(
        [f"{name}~{count}" if count else name for name, count in zip(ids, repeats, strict=True)], dtype=object
    )
    order = np.argsort(ids, kind="stable")
    for column in FEATURES.columns:
        columns[column.name] = np.concatenate([part[column.name].to_numpy(dtype=object) for part in filled])[order]
    columns["feature_id"] = ids[order]
    return FEATURES.build(columns, geometry=shapes[order], crs=crs)
