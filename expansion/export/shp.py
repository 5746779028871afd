"""Shapefile: a folder of layers in longitude and latitude, with the key to their ten-character names beside them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pandas.api import types as dtypes

from expansion.export.specs import SPECS
from expansion.figures.leaves import leaf_table
from expansion.plan.saved import SavedPlan

NAME_LIMIT = 10
TEXT_LIMIT = 254
_DATE = "1980-01-01"
_FAMILIES = {"Point": (0, 4), "LineString": (1, 5, 2), "Polygon": (3, 6)}
_SUFFIXES = {"Point": "point", "LineString": "line", "Polygon": "polygon"}
_KEY = ("file", "field", "column", "unit", "holds", "cut")
_README = """Layers are in EPSG:4326 (WGS 84, longitude and latitude), text in UTF-8 (.cpg).
Lengths in the columns are meters on the ellipsoid, whatever the projection.
A field name has at most ten characters, a text at most 254 bytes: fields.csv names for every field the column of the
plan that it holds, with its unit, and how many texts were cut. A table of several kinds of geometry is parted into
_point, _line and _polygon. plan.dbf holds every value of plan.json by key.
"""


def write_shp(plan: SavedPlan, path: Path) -> Path:
    """Write a folder of shapefiles (EPSG:4326) and dBASE tables, UTF-8; equal plans give equal bytes.

    Beside them lie ``fields.csv``, which says for every file and field the column of the plan, unit, meaning and the
    number of texts cut to 254 bytes, and ``README.txt``.

    References
    ----------
    ESRI Shapefile Technical Description (1998).
    """
    path.mkdir(parents=True, exist_ok=True)
    rows: list[tuple[str, ...]] = []
    for name, table in sorted((plan.tables | {"plan": leaf_table(plan.document)}).items()):
        for file, family, part in _parts(name, table):
            rows += _write_layer(path, name, file, part, family)
    with (path / "fields.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([_KEY, *rows])
    (path / "README.txt").write_text(_README, encoding="utf-8")
    return path


def _parts(name: str, table: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Part a table by family of geometry; one of a single family keeps its name."""
    if not isinstance(table, gpd.GeoDataFrame):
        yield name, "", table
        return
    shown = table.to_crs(4326)
    shown[shown.geometry.name] = shapely.force_2d(shown.geometry.to_numpy())
    split = _split_collections(shown)
    families = _declared_families(name, split)
    for family in families:
        mine = _of_one_kind(split[_in_family(split, family)], family)
        yield (f"{name}_{_SUFFIXES[family]}" if len(families) > 1 else name), family, mine


def _declared_families(name: str, table: gpd.GeoDataFrame) -> list[str]:
    """Families of geometry that a table may hold, by its spec; of what it holds, where it has none."""
    spec = SPECS.get(name)
    declared = set(spec.geometry.split("|")) if spec is not None and spec.geometry else set(table.geom_type.dropna())
    return [family for family in _FAMILIES if any(family in kind for kind in declared)] or ["Point"]


def _in_family(table: gpd.GeoDataFrame, family: str) -> pd.Series:
    """Whether each row's geometry is of a family."""
    return pd.Series(shapely.get_type_id(table.geometry.to_numpy()), index=table.index).isin(_FAMILIES[family])


def _of_one_kind(table: gpd.GeoDataFrame, family: str) -> gpd.GeoDataFrame:
    """Make every geometry a multiple one where some are: a file holds one shape type."""
    if not table.geom_type.str.startswith("Multi").any():
        return table
    make = {"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}[family]
    shapes = [make([shape]) if shape.geom_type == family else shape for shape in table.geometry]
    return table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=table.crs))


def _split_collections(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Part mixed collections into their members, a row each; other rows stay whole."""
    mixed = shapely.get_type_id(table.geometry.to_numpy()) == 7
    if not mixed.any():
        return table
    members = table[mixed].explode(ignore_index=True)
    return pd.concat([table[~mixed], members], ignore_index=True)


def _write_layer(folder: Path, name: str, file: str, table: pd.DataFrame, family: str) -> list[tuple[str, ...]]:
    """Write one layer and return its rows of the field key."""
    has_shape = family != ""
    columns = [column for column in table.columns if not (has_shape and column == table.geometry.name)]
    short = short_names(columns)
    cut = {column: _too_long(table[column]) for column in columns}
    pyogrio.write_dataframe(
        _shortened(table, cut).rename(columns=short),
        folder / (f"{file}.shp" if has_shape else f"{file}.dbf"),
        driver="ESRI Shapefile",
        geometry_type=_kind(table, family) if has_shape else None,
        layer_options={"ENCODING": "UTF-8", "DBF_DATE_LAST_UPDATE": _DATE},
    )
    notes = {column.name: column for column in SPECS[name].columns} if name in SPECS else {}
    return [
        (
            file, short[column], column, notes[column].unit if column in notes else "",
            notes[column].about if column in notes else "", str(int(cut[column].sum())),
        )
        for column in columns
    ]  # fmt: skip


def _kind(table: gpd.GeoDataFrame, family: str) -> str:
    """Shape type of a layer: multiple where a row is."""
    return f"Multi{family}" if table.geom_type.str.startswith("Multi").any() else family


def _too_long(values: pd.Series) -> pd.Series:
    """Say which texts have more bytes than a field holds."""
    if not dtypes.is_string_dtype(values.dtype):
        return pd.Series(False, index=values.index)
    return values.fillna("").map(lambda text: len(text.encode("utf-8")) > TEXT_LIMIT).astype(bool)


def _shortened(table: pd.DataFrame, cut: dict[str, pd.Series]) -> pd.DataFrame:
    """Cut texts at the last whole character that fits."""
    shown = table.copy()
    for column, long in cut.items():
        if long.any():
            shown[column] = shown[column].mask(long, shown[column].map(cut_text, na_action="ignore"))
    return shown


def cut_text(text: str) -> str:
    """Cut a text to 254 bytes of UTF-8, between characters."""
    return text.encode("utf-8")[:TEXT_LIMIT].decode("utf-8", errors="ignore")


def short_names(columns: Iterable[str]) -> dict[str, str]:
    """Give every column a name of at most ten characters, all different whatever their case.

    Words lose their inner vowels, then their ends; where two would be equal the later one ends in a number.

    Examples
    --------
    >>> short_names(["area_id", "lead_time_min", "lead_time_max", "raci_planning"])
    {'area_id': 'area_id', 'lead_time_min': 'ld_tm_min', 'lead_time_max': 'ld_tm_max', 'raci_planning': 'rc_plnnng'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for column in columns:
        name = _unlike(_squeeze(column), taken)
        taken.add(name.lower())
        names[column] = name
    return names


def _squeeze(column: str) -> str:
    """Shorten one name: vowels inside words go from the left until it fits, then ends of its longest words."""
    words = [word for word in column.split("_") if word]
    for place, word in enumerate(words):
        if len("_".join(words)) <= NAME_LIMIT:
            break
        words[place] = word[0] + "".join(letter for letter in word[1:] if letter not in "aeiou")
    while len("_".join(words)) > NAME_LIMIT and max(map(len, words)) > 1:
        longest = max(range(len(words)), key=lambda place: (len(words[place]), place))
        words[longest] = words[longest][:-1]
    return "_".join(words)[:NAME_LIMIT]


def _unlike(name: str, taken: set[str]) -> str:
    """Add a number to a name that is taken already."""
    number, unlike = 1, name
    while unlike.lower() in taken:
        number += 1
        unlike = f"{name[: NAME_LIMIT - len(str(number))]}{number}"
    return unlike
