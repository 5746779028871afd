"""How far the evidence of a permit may be trusted."""

import geopandas as gpd

from expansion.permits.evidence import read_evidence, weigh

FEATURES = gpd.GeoDataFrame(
    {
        "trigger_id": ["f1", "f2", "lateral:x", "road:w1-0"], "source": ["osm", "nwi.gpkg", "derived", "osm"],
        "attributes": ['{"confidence": "medium"}', '{"confidence": "high"}', "{}", "{}"],
    }
)  # fmt: skip
EVIDENCE = read_evidence(FEATURES)


def test_the_least_confidence_counts_and_every_source_is_named():
    assert weigh(["f1", "f2"], "wetland:W", EVIDENCE) == ("nwi.gpkg,osm", "medium")
    assert weigh(["f2"], "wetland:W", EVIDENCE) == ("nwi.gpkg", "high")


def test_private_ground_that_only_follows_from_a_lateral_is_inferred():
    assert weigh(["lateral:x"], "parcel:x", EVIDENCE) == ("inferred", "low")


def test_what_the_design_alone_asks_for_needs_no_evidence():
    assert weigh([""], "area:A1", EVIDENCE) == ("design", "high")


def test_a_boundary_that_is_not_known_leaves_the_authority_in_doubt():
    assert weigh(["road:w1-0"], "road:B1|unknown", EVIDENCE) == ("osm", "low")
    assert weigh(["road:w1-0"], "road:B1|Triesen", EVIDENCE) == ("osm", "medium")
