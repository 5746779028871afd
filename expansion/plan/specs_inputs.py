"""Declared tables of what is read: roads, locations, coverage, plant, features."""

from __future__ import annotations

from expansion.tables import Column, TableSpec

ORIGINS = frozenset({"osm", "real", "synthetic", "user", "assumed"})
PLANT_KINDS = frozenset({"co", "hub", "cabinet", "exchange", "fiber", "duct", "pole", "tower"})
FEATURE_KINDS = frozenset(
    {
        "rail", "water", "wetland", "protected", "federal", "state_land", "tribal", "military", "flood", "historic",
        "pipeline", "powerline", "airport", "parcel", "pole", "boundary", "award", "road", "ground",
        "coastal", "tribal_interest",
    }
)  # fmt: skip

ROADS = TableSpec(
    name="roads",
    key="road_id",
    geometry="LineString",
    about="Road segments between shared OSM nodes; a bridge joins only what it shares a node with.",
    columns=(
        Column("road_id", "text", "Way and running number of the segment, such as w123-0"),
        Column("way_id", "text", "OSM way, such as w123"),
        Column("u_ref", "integer", "OSM node at the start"),
        Column("v_ref", "integer", "OSM node at the end"),
        Column("highway", "text", "OSM road class"),
        Column("surface", "text", "paved, unpaved or empty where unknown", nullable=True),
        Column("surface_tag", "text", "Surface as OSM tags it: asphalt, gravel, cobblestone …", nullable=True),
        Column("name", "text", "Street name", nullable=True),
        Column("ref", "text", "Road number", nullable=True),
        Column("operator", "text", "Owner or operator by tag", nullable=True),
        Column("is_bridge", "flag", "Carried over what lies below"),
        Column("is_tunnel", "flag", "Under ground"),
        Column("origin", "text", "Where the row comes from", among=ORIGINS),
        Column("length_m", "number", "Length on the ellipsoid", unit="m", least=0),
    ),
)

LOCATIONS_IN = TableSpec(
    name="locations",
    key="location_id",
    geometry="Point",
    about="Broadband serviceable locations: structures that a provider could serve.",
    columns=(
        Column("location_id", "text", "Identifier of the serviceable location"),
        Column("units", "integer", "Dwellings and businesses behind it", unit="count", least=1, most=100_000),
        Column("kind", "text", "Building type, where known", nullable=True),
        Column("address", "text", "Street address, where known", nullable=True),
        Column("origin", "text", "Where the row comes from", among=ORIGINS),
    ),
)

COVERAGE = TableSpec(
    name="coverage",
    key="",
    geometry="",
    about="Offers of service: one row per location, provider and technology.",
    columns=(
        Column("location_id", "text", "Location that the offer reaches"),
        Column("technology", "integer", "FCC technology code, 50 is fiber to the premises", least=0, most=999),
        Column("down_mbps", "number", "Advertised download", unit="Mbit/s", least=0, nullable=True),
        Column("up_mbps", "number", "Advertised upload", unit="Mbit/s", least=0, nullable=True),
        Column("low_latency", "flag", "At or under 100 ms round trip"),
        Column("customers", "text", "B business only, R residential only, X both", among=frozenset("BRX")),
        Column("provider", "text", "Brand or provider number", nullable=True),
        Column("row", "text", "File and row number that the offer stands in"),
    ),
)

PLANT = TableSpec(
    name="plant",
    key="plant_id",
    geometry="Point|LineString",
    about="What the operator already has: offices, hubs, cabinets, fiber, duct, poles.",
    columns=(
        Column("plant_id", "text", "Identifier of the item"),
        Column("kind", "text", "What it is", among=PLANT_KINDS),
        Column("capacity", "integer", "Ports or spare fibers; empty is unlimited", least=0, nullable=True),
        Column("name", "text", "Name", nullable=True),
        Column("owner", "text", "Owner", nullable=True),
        Column("origin", "text", "Where the row comes from", among=ORIGINS),
    ),
)

FEATURES = TableSpec(
    name="features",
    key="feature_id",
    geometry="Point|LineString|Polygon|MultiPoint|MultiLineString|MultiPolygon",
    about="What a route may cross, enter, use or lose funding in.",
    columns=(
        Column("feature_id", "text", "Stable id: OSM element, or layer and row"),
        Column("kind", "text", "What it is", among=FEATURE_KINDS),
        Column("subtype", "text", "Class within the kind: stream, disused, level 8, 110000 V …", nullable=True),
        Column("name", "text", "Name", nullable=True),
        Column("authority", "text", "Owner, operator or administering body", nullable=True),
        Column("attributes", "text", "Tags or columns that matter, JSON with sorted keys"),
        Column("source", "text", "osm, or the layer's file name"),
        Column(
            "confidence",
            "text",
            "How far the layer may be trusted",
            among=frozenset({"high", "medium", "low"}),
        ),
    ),
)

PERMIT_STATES = frozenset({"to_file", "filed", "approved", "refused"})
PERMIT_STATES_IN = TableSpec(
    name="permit_states_in",
    key="permit_id",
    geometry="",
    about="How far permits are, as people wrote it into the exported register.",
    columns=(
        Column("permit_id", "text", "Permit"),
        Column("state", "text", "How far it is", among=PERMIT_STATES),
        Column("filed", "date", "Day on which it was filed", nullable=True),
        Column("decided", "date", "Day on which it was approved or refused", nullable=True),
        Column("contact", "text", "Whom to ask at the authority", nullable=True),
        Column("reference", "text", "The authority's number of the case", nullable=True),
        Column("note", "text", "What else is worth knowing", nullable=True),
    ),
)

MARKS = TableSpec(
    name="marks",
    key="mark_id",
    geometry="LineString|MultiLineString|Polygon|MultiPolygon",
    about="What the planner drew: lines that the route must use, polygons that it must not enter.",
    columns=(
        Column("mark_id", "text", "File and id of the feature, or a hash of its content"),
        Column("kind", "text", "pin: must be used; avoid: must not be entered", among=frozenset({"pin", "avoid"})),
        Column("name", "text", "Name", nullable=True),
    ),
)
