"""Count and measure what a network is made of, per area and rate id.

Quantities are kept in whole thousandths (millimeters, thousandths of a piece), so that sums are exact and do not depend
on the order of rows. Only what is built counts: spans along existing fiber and sites that stand already are left out.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from expansion.plan.plan import Network
from expansion.plan.specs_network import FUSED
from expansion.rulebook import Rulebook
from expansion.study import Study

POLE_ITEMS = ("make_ready_pole", "pole_application")
COLUMNS = ["area_id", "item", "thousandths"]


def measure_quantities(study: Study, rulebook: Rulebook, network: Network) -> pd.DataFrame:
    """Measure every quantity of a network.

    Parameters
    ----------
    study
        Split ratio and optical class.
    rulebook
        Spacing of handholes.
    network
        The design; its tables in any row order.

    Returns
    -------
    DataFrame
        area_id, item (rate id), thousandths (integer, above 0), one row per area and item, ascending.
    """
    spans = network.spans[~network.spans["is_existing"].to_numpy()]
    area_of_site = site_areas(network)
    pieces = [
        *_civil(spans),
        *_poles(spans),
        *_handholes(spans, network.sites, area_of_site, rulebook.engineering_value("handhole_spacing_m")),
        *_feeder_meters(network),
        *_cables(network),
        *_splices(network, area_of_site),
        *_sites(
            network.sites,
            area_of_site,
            max(study.network.terminal_ports),
            int(rulebook.engineering_value("hut_capacity")),
        ),
        *_fit_outs(network.sites, area_of_site),
        *_ports(study, network, area_of_site),
        *_drops(network),
        *_attenuators(network),
        *_connections(rulebook, network),
    ]
    lines = pd.concat(pieces, ignore_index=True)
    lines = lines.groupby(["area_id", "item"], as_index=False, sort=True)["thousandths"].sum()
    return lines[lines["thousandths"] > 0].reset_index(drop=True)


def _piece(area: object, item: object, thousandths: object) -> pd.DataFrame:
    """Make lines of one kind; `item` may be one rate id for all."""
    values = np.asarray(thousandths, dtype=np.int64)
    columns = {"area_id": area, "item": item, "thousandths": values}
    table = pd.DataFrame(columns, index=range(len(values)))
    return table.astype({"area_id": "str", "item": "str"})


def _milli(values: pd.Series) -> np.ndarray:
    """Round to whole thousandths."""
    return np.asarray(np.rint(values.to_numpy(dtype=np.float64) * 1000.0), dtype=np.int64)


def _civil(spans: pd.DataFrame) -> list[pd.DataFrame]:
    """Civil works as the edges were priced: by method and slope, bores, the carriageway crossed and poles for that."""
    area = spans["area_id"].to_numpy()
    return [
        *(
            _piece(area, spans[f"{which}_item"].fillna("").to_numpy(), _milli(spans[f"{which}_m"]))
            for which in ("bore", "over")
        ),
        _piece(area, spans["item"].to_numpy(), _milli(spans["item_m"])),
        _piece(area, "crossing_pole", spans["over_poles"].to_numpy() * 1000),
    ]


def _poles(spans: pd.DataFrame) -> Iterable[pd.DataFrame]:
    """Make-ready of, and application for, every pole that aerial spans use."""
    aerial = spans[(spans["placement"] == "aerial").to_numpy()]
    for item in POLE_ITEMS:
        yield _piece(aerial["area_id"].to_numpy(), item, aerial["pole_count"].to_numpy() * 1000)


def _handholes(
    spans: pd.DataFrame, sites: pd.DataFrame, area_of_site: pd.Series, spacing_m: float
) -> Iterable[pd.DataFrame]:
    """One handhole per `spacing_m` of buried route begun in an area, and one where terminals stand off poles."""
    is_buried = (spans["placement"] == "buried").to_numpy()
    buried = pd.Series(_milli(spans["length_m"]), dtype="int64")[is_buried]
    meters = buried.groupby(spans["area_id"].to_numpy()[is_buried]).sum()
    along = -(-meters.to_numpy() // max(round(spacing_m * 1000), 1))
    yield _piece(meters.index.to_numpy(), "handhole", along * 1000)
    on_poles = spans.loc[(spans["placement"] == "aerial").to_numpy(), ["u", "v"]].to_numpy().ravel()
    stands = _places(sites, "terminal")
    in_ground = stands[~stands["node"].isin(on_poles).to_numpy()]
    yield _each(area_of_site[in_ground["site_id"]].to_numpy(), "handhole")


def _places(sites: pd.DataFrame, *kinds: str) -> pd.DataFrame:
    """Take the first new site, in the order of `kinds`, that each hub has at a node: all share what is set there."""
    new = sites[(sites["kind"].isin(kinds) & sites["is_new"]).to_numpy()]
    new = new.sort_values("kind", key=lambda names: names.map(kinds.index), kind="stable")
    return new.drop_duplicates(["parent_site_id", "node"])


def _each(areas: object, item: object) -> pd.DataFrame:
    """One piece per row."""
    return _piece(areas, item, np.full(len(areas), 1000))  # type: ignore[arg-type]


def _cable_items(cables: pd.DataFrame) -> np.ndarray:
    """Rate id per cable."""
    return np.asarray(("cable_" + cables["fibers"].astype("str")).to_numpy())


def _feeder_meters(network: Network) -> Iterable[pd.DataFrame]:
    """Share the meters of each feeder cable among the areas that pay for the spans it lies in.

    By length of span, each part down to the millimeter; what is left over is of the area that pays for the cable.
    """
    cables = network.cables[(network.cables["tier"] == "feeder").to_numpy()]
    spans = network.spans.set_index("span_id")[["area_id", "length_m"]]
    total, home = _milli(cables["length_m"]), cables["area_id"].to_numpy()
    parts = cables["span_ids"].str.split(",").explode()
    lies = pd.DataFrame({"row": np.repeat(np.arange(len(cables)), parts.groupby(level=0).size()[cables.index])})
    lies["area_id"] = spans["area_id"].reindex(parts.to_numpy()).to_numpy()
    lies["length"] = np.rint(spans["length_m"].reindex(parts.to_numpy()).to_numpy() * 1000.0)
    lies = lies.groupby(["row", "area_id"], as_index=False, sort=True)["length"].sum()
    row, length = lies["row"].to_numpy(), lies["length"].to_numpy().astype(np.int64)
    along = np.bincount(row, weights=length, minlength=len(cables)).astype(np.int64)
    share = length * total[row] // np.maximum(along[row], 1)
    rest = total - np.bincount(row, weights=share, minlength=len(cables)).astype(np.int64)
    items = _cable_items(cables)
    yield _piece(lies["area_id"].to_numpy(), items[row], share)
    yield _piece(home, items, rest)


def _cables(network: Network) -> Iterable[pd.DataFrame]:
    """Meters of distribution cable by size; those of feeders are shared by the areas along them."""
    cables = network.cables[(network.cables["tier"] == "distribution").to_numpy()]
    yield _piece(cables["area_id"].to_numpy(), _cable_items(cables), _milli(cables["length_m"]))


def _splices(network: Network, area_of_site: pd.Series) -> Iterable[pd.DataFrame]:
    """Count fusion splices and closures.

    Every splice of the table that is fused is paid by the area of its row. A closure stands where a cable leaves
    another, where new terminals stand (one for all of a hub at a node; that of a branch serves them too), at each joint
    of reels that has none yet, and at each tap of existing fiber.
    """
    fused = network.splices[network.splices["kind"].isin(FUSED).to_numpy(dtype=bool)]
    yield _each(fused["area_id"].to_numpy(), "splice")
    yield _piece(network.reels["area_id"].to_numpy(), "closure", network.reels["closures"].to_numpy() * 1000)
    sites, cables = network.sites, network.cables
    yield _each(area_of_site[_places(sites, "closure", "terminal")["site_id"]].to_numpy(), "closure")
    taps = sites.loc[(sites["kind"] == "fiber_tap").to_numpy(), "site_id"]
    tapped = cables[cables["from_site"].isin(taps).to_numpy()].groupby("from_site")["area_id"].min()
    yield _each(tapped.to_numpy(), "closure")


def _sites(sites: pd.DataFrame, area_of_site: pd.Series, most_ports: int, hut_ports: int) -> Iterable[pd.DataFrame]:
    """Count new hubs and terminals by size, a stack as the terminals of `most_ports` in it; new huts by module."""
    new = sites[sites["is_new"].to_numpy()]
    area = area_of_site[new["site_id"]].to_numpy()
    size = new["capacity"].fillna(new["used"]).astype("int64").clip(lower=1).to_numpy()
    stacked = np.where((new["kind"] == "terminal").to_numpy(), -(-size // most_ports), 1)
    named = (new["kind"] + "_" + np.where(stacked > 1, most_ports, size).astype("str")).to_numpy()
    sized = new["kind"].isin(["hub", "terminal"]).to_numpy()
    yield _piece(area[sized], named[sized], stacked[sized] * 1000)
    huts = new["kind"].isin(["hut", "co"]).to_numpy()
    yield _piece(area[huts], "hut", -(-size[huts] // hut_ports) * 1000)


def _fit_outs(sites: pd.DataFrame, area_of_site: pd.Series) -> Iterable[pd.DataFrame]:
    """Count standing offices that feed hubs and are not known to hold OLT ports: they are fitted out for them."""
    offices = sites[((sites["kind"] == "co") & ~sites["is_new"] & (sites["used"] > 0)).to_numpy(dtype=bool)]
    bare = offices[offices["capacity"].isna().to_numpy()]
    yield _each(area_of_site[bare["site_id"]].to_numpy(), "co_upgrade")


def _ports(study: Study, network: Network, area_of_site: pd.Series) -> Iterable[pd.DataFrame]:
    """Splitters per hub with an OLT and an ODF port each, and those at terminals where light is split twice.

    As many splitters as the light paths use, and at a new hub as many as its ports in use fill (a location of several
    units takes several ports).
    """
    first, *second = study.network.stages
    on_paths = network.paths.groupby("hub_id")["splitter_input"].nunique()
    hubs = network.sites[((network.sites["kind"] == "hub") & network.sites["is_new"]).to_numpy()]
    filled = pd.Series(-(-hubs["used"].to_numpy() // first), index=hubs["site_id"].to_numpy())
    names = sorted({*on_paths.index, *filled.index})
    count = np.maximum(on_paths.reindex(names).fillna(0), filled.reindex(names).fillna(0)).to_numpy().astype(np.int64)
    area = area_of_site[names].to_numpy()
    is_xgs = study.network.pon_class[:1] in ("N", "E")
    for item in (f"splitter_{first}", "olt_port_xgs" if is_xgs else "olt_port", "odf_port"):
        yield _piece(area, item, count * 1000)
    for outputs in second:
        terminals = network.sites[(network.sites["kind"] == "terminal").to_numpy()]
        splitters = -(-terminals["used"].to_numpy() // outputs)
        yield _piece(area_of_site[terminals["site_id"]].to_numpy(), f"splitter_{outputs}", splitters * 1000)


def _drops(network: Network) -> Iterable[pd.DataFrame]:
    """Measure drops from the road on, for the span has paid the way along it, and their cable; one ONT per unit."""
    drops = network.drops
    area = drops["area_id"].to_numpy()
    rate_id = np.where(drops["placement"].to_numpy() == "aerial", "drop_aerial_m", "drop_buried_m")
    yield _piece(area, rate_id, _milli(drops["setback_m"]))
    yield _each(area, "drop_fixed")
    cables = network.cables[(network.cables["tier"] == "drop").to_numpy()]
    cable_m = drops["location_id"].map(cables.groupby("to_site")["length_m"].sum()).fillna(drops["drop_m"])
    yield _piece(area, "drop_cable", _milli(cable_m))
    yield _piece(area, "ont_install", drops["units"].to_numpy() * 1000)


def _attenuators(network: Network) -> Iterable[pd.DataFrame]:
    """Count an attenuator per unit of a path whose light would overload its receiver."""
    strong = network.paths[(network.paths["attenuator_db"] > 0).to_numpy()]
    homes = network.drops.set_index("location_id")["area_id"]
    yield _piece(strong["location_id"].map(homes).to_numpy(), "attenuator", strong["units"].to_numpy() * 1000)


def _connections(rulebook: Rulebook, network: Network) -> Iterable[pd.DataFrame]:
    """Count what stands at customers of other technologies, per unit, and the DSL ports of those lines."""
    table = network.connections
    equipment = {rule.technology: rule.equipment for rule in rulebook.technologies}
    area, units = table["area_id"].to_numpy(), table["units"].to_numpy() * 1000
    yield _piece(area, table["technology"].map(equipment).to_numpy(), units)
    wired = table["port"].notna().to_numpy()
    yield _piece(area[wired], table["port"].to_numpy()[wired], units[wired])
    stations = network.stations
    is_tower, is_new = (stations["kind"] == "tower").to_numpy(), stations["is_new"].to_numpy(dtype=bool)
    payer = stations["area_id"].to_numpy()
    yield _each(payer, np.where(is_tower, np.where(is_new, "tower", "tower_upgrade"), "cabinet_upgrade"))
    yield _each(payer, "backhaul_port")
    yield _piece(payer, "sector_radio", stations["sectors"].to_numpy() * 1000)


def site_areas(network: Network) -> pd.Series:
    """Area that pays for each site: its own, else the first area with a light path through it, else the first area."""
    homes = network.drops.set_index("location_id")["area_id"]
    path_area = network.paths["location_id"].map(homes)
    users = [
        pd.DataFrame({"site_id": network.paths[column].to_numpy(), "area_id": path_area.to_numpy()})
        for column in ("office_id", "hub_id", "terminal_id")
    ]
    first_user = pd.concat(users).dropna().groupby("site_id")["area_id"].min()
    own = network.sites.set_index("site_id")["area_id"]
    anywhere = pd.concat([network.spans["area_id"], network.drops["area_id"]]).dropna()
    names = own.index.union(first_user.index, sort=True)
    return own.reindex(names).fillna(first_user.reindex(names)).fillna(anywhere.min() if len(anywhere) else "")
