"""A QGIS project beside the GeoPackage: its layers in order, drawn, switched and framed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
from pyproj import CRS

from expansion.export.qgis_symbols import Style, renderer
from expansion.markup import safe
from expansion.plan.saved import SavedPlan


def write_project(plan: SavedPlan, package: Path, styles: Sequence[Style]) -> Path:
    """Write the project ``<name>.qgs`` beside a GeoPackage; it names the package by a relative path.

    Parameters
    ----------
    plan
        The saved plan.
    package
        The GeoPackage, already written.
    styles
        Layers to show, the topmost first.
    """
    path = package.with_suffix(".qgs")
    path.write_text(project_text(plan, package.name, styles), encoding="utf-8")
    return path


def project_text(plan: SavedPlan, package: str, styles: Sequence[Style]) -> str:
    """Write the project's XML."""
    areas = plan.tables["areas"]
    crs = _crs_text(CRS.from_user_input(areas.crs))
    title = safe(plan.document["study"]["name"])
    sources = [
        (style, f"./{package}|layername={style.table}" + (f"|geometrytype={style.part}" if style.part else ""))
        for style in styles
    ]
    tree = "".join(_tree_layer(style, source) for style, source in sources)
    layers = "".join(_map_layer(style, source, crs) for style, source in sources)
    order = "".join(f'<layer id="{_layer_id(style)}"/>' for style in styles)
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        f'<qgis version="3.22.0" projectname="{title}">\n<homePath path=""/>\n<title>{title}</title>\n'
        f"<projectCrs>{crs}</projectCrs>\n"
        f"<layer-tree-group><customproperties/>{tree}</layer-tree-group>\n"
        f'<mapcanvas name="theMapCanvas" annotationsVisible="1"><units>meters</units>{_extent(plan)}'
        f"<rotation>0</rotation><destinationsrs>{crs}</destinationsrs></mapcanvas>\n"
        f"<projectlayers>{layers}</projectlayers>\n<layerorder>{order}</layerorder>\n"
        '<properties><Paths><Absolute type="bool">false</Absolute></Paths>'
        '<Measurement><DistanceUnits type="QString">meters</DistanceUnits></Measurement></properties>\n</qgis>\n'
    )


def _layer_id(style: Style) -> str:
    """Name a layer the same way every time."""
    mark = hashlib.sha256(f"{style.table}/{style.shape}".encode()).hexdigest()[:8]
    return f"{style.table}_{style.shape.lower()}_{mark}"


def _tree_layer(style: Style, source: str) -> str:
    """Write a layer's entry in the legend."""
    checked = "Qt::Checked" if style.shown else "Qt::Unchecked"
    return (
        f'<layer-tree-layer id="{_layer_id(style)}" name="{safe(style.title)}" providerKey="ogr" '
        f'source="{safe(source)}" checked="{checked}" expanded="{int(len(style.looks) > 1)}">'
        "<customproperties/></layer-tree-layer>"
    )


def _map_layer(style: Style, source: str, crs: str) -> str:
    """Write a layer: where it is read from, in which CRS, how it is drawn."""
    return (
        f'<maplayer type="vector" geometry="{style.shape}" autoRefreshEnabled="0" hasScaleBasedVisibilityFlag="0">'
        f"<id>{_layer_id(style)}</id><datasource>{safe(source)}</datasource><layername>{safe(style.title)}</layername>"
        f'<srs>{crs}</srs><provider encoding="UTF-8">ogr</provider>{renderer(style)}'
        "<blendMode>0</blendMode><featureBlendMode>0</featureBlendMode><layerOpacity>1</layerOpacity></maplayer>"
    )


def _crs_text(crs: CRS) -> str:
    """Write a CRS by authority code, and by WKT for one that has none."""
    authority = crs.to_authority()
    named = f"<srid>{authority[1]}</srid><authid>{authority[0]}:{authority[1]}</authid>" if authority else ""
    return (
        f"<spatialrefsys><wkt>{safe(crs.to_wkt())}</wkt>{named}<geographicflag>false</geographicflag></spatialrefsys>"
    )


def _extent(plan: SavedPlan) -> str:
    """Frame what is built, or everything where nothing is."""
    shapes = (plan.tables.get(name) for name in ("spans", "areas", "locations"))
    table = next((one for one in shapes if isinstance(one, gpd.GeoDataFrame) and len(one)), None)
    if table is None:
        return ""
    west, south, east, north = (float(value) for value in table.total_bounds)
    pad = 0.05 * max(east - west, north - south, 100.0)
    sides = {"xmin": west - pad, "ymin": south - pad, "xmax": east + pad, "ymax": north + pad}
    return f"<extent>{''.join(f'<{name}>{value:.3f}</{name}>' for name, value in sides.items())}</extent>"
