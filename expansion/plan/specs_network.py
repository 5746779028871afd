"""Declared tables of the design: locations with outcome, areas, sites, spans, cables, paths."""

from __future__ import annotations

from expansion.tables import Column, TableSpec

STATUSES = frozenset({"served", "underserved", "unserved"})
OUTCOMES = frozenset({"fiber", "fixed_wireless", "dsl", "satellite", "not_chosen", "unreachable", "none"})
SITE_KINDS = frozenset({"co", "fiber_tap", "hut", "hub", "closure", "terminal", "cabinet", "tower"})
LIGHT_LIMITS = frozenset({"loss up", "loss down", "reach of the study", "reach of the class", "differential reach"})
TIERS = frozenset({"feeder", "distribution", "drop"})
FUSED = frozenset({"splice", "splitter in", "splitter out"})  # fusion splices that are made and paid

LOCATIONS = TableSpec(
    name="locations",
    key="location_id",
    geometry="Point",
    about="Every location with its status, and for eligible ones the outcome.",
    columns=(
        Column("location_id", "text", "Identifier of the serviceable location"),
        Column("units", "integer", "Dwellings and businesses behind it", unit="count", least=1),
        Column("kind", "text", "Building type, where known", nullable=True),
        Column("status", "text", "Best reliable service on offer today", among=STATUSES),
        Column("reason", "text", "The deciding row and rule, in words"),
        Column("eligible", "flag", "May be funded"),
        Column("area_id", "text", "Service area, for eligible ones that a road reaches", nullable=True),
        Column(
            "outcome",
            "text",
            "What the plan does for it; empty where not eligible",
            among=OUTCOMES,
            nullable=True,
        ),
        Column("outcome_reason", "text", "Why that outcome; empty where not eligible", nullable=True),
        Column("hub_id", "text", "Hub that feeds it", nullable=True),
        Column("terminal_id", "text", "Terminal that its drop starts from", nullable=True),
        Column("drop_m", "number", "Length of its drop", unit="m", least=0, nullable=True),
        Column("loss_db", "number", "Largest link loss", unit="dB", least=0, nullable=True),
        Column("origin", "text", "Where the row comes from"),
    ),
)

AREAS = TableSpec(
    name="areas",
    key="area_id",
    geometry="Polygon|MultiPolygon",
    about="Service areas: the unit of selection.",
    columns=(
        Column("area_id", "text", "Identifier of the area"),
        Column("parent_area_id", "text", "Area that its feeder comes through", nullable=True),
        Column("locations", "integer", "Eligible locations in it", least=1),
        Column("units", "integer", "Units behind them", least=1),
        Column("hub_ids", "text", "Hubs, joined by commas", nullable=True),
        Column("phase", "integer", "Build phase, from 1", least=1, nullable=True),
        Column("year", "integer", "Year of build", nullable=True),
        Column("cost_base", "number", "Cost at likely rates: as designed if chosen, else as a candidate", least=0),
        Column("cost_p50", "number", "Median cost; of areas that are built with the risks of the register", least=0),
        Column("cost_p80", "number", "Cost not exceeded in 80 of 100 draws; risks as in cost_p50", least=0),
        Column("cost_escalated", "number", "Base cost in money of the build year; empty if not built", nullable=True),
        Column("contingency", "number", "Its part of the program's contingency; empty if not built", nullable=True),
        Column("benefit", "number", "What choosing it is worth to the portfolio", least=0),
        Column("chosen", "flag", "Built under this plan"),
        Column("reason", "text", "Why chosen or not, in words"),
        Column("npv", "number", "Net present value, see business_areas; empty where not chosen", nullable=True),
        Column("subsidy_needed", "number", "Grant with which it is worth 0", least=0, nullable=True),
        Column(
            "payback_years", "number", "From its build year; empty where never", unit="years", least=0, nullable=True
        ),
    ),
)

SITES = TableSpec(
    name="sites",
    key="site_id",
    geometry="Point",
    about="Offices, huts, hubs and terminals.",
    columns=(
        Column("site_id", "text", "Identifier of the site"),
        Column("kind", "text", "What stands there", among=SITE_KINDS),
        Column("capacity", "integer", "Ports; empty is unlimited", least=0, nullable=True),
        Column("used", "integer", "Ports in use", least=0),
        Column("area_id", "text", "Area that it belongs to", nullable=True),
        Column("node", "integer", "Graph node", least=0),
        Column("parent_site_id", "text", "Site that feeds it", nullable=True),
        Column("is_new", "flag", "Built under this plan"),
    ),
)

SPANS = TableSpec(
    name="spans",
    key="span_id",
    geometry="LineString",
    about="Stretches of physical route; civil works count once, however many cables lie in them.",
    columns=(
        Column("span_id", "text", "Identifier of the stretch"),
        Column("u", "integer", "Graph node at the start", least=0),
        Column("v", "integer", "Graph node at the end", least=0),
        Column("placement", "text", "How it is built", among=frozenset({"aerial", "buried", "duct", "bore"})),
        Column("method", "text", "Rate id of the civil works"),
        Column("is_existing", "flag", "The operator's fiber already lies there; civil works are free"),
        Column("plant_id", "text", "Fiber that lies there", nullable=True),
        Column("length_m", "number", "Length on the ellipsoid", unit="m", least=0),
        Column("item", "text", "Rate id of what is built along it: the method, on a slope with its class"),
        Column("item_m", "number", "Meters at that rate: along the slope, without bores", unit="m", least=0),
        Column("bore_item", "text", "Rate id of bores here"),
        Column("bore_m", "number", "Bored under rail, water or another road, maybe beyond its ends", unit="m", least=0),
        Column("over_item", "text", "Rate id of crossing the road's own carriageway; empty for none", nullable=True),
        Column("over_m", "number", "Meters of its own road's carriageway that are crossed", unit="m", least=0),
        Column("over_poles", "integer", "Poles set on the other side of the road", least=0),
        Column("pole_count", "integer", "Utility poles used", least=0),
        Column("pole_owners", "text", "Owners with their number of poles: Power Co 9; unknown 2", nullable=True),
        Column("build_cost", "number", "Price on the edges that were optimized", least=0),
        Column("reason", "text", "Why it is built so: road and surface, slope, carriageway crossed"),
        Column("tier", "text", "Highest tier of a cable in it", among=TIERS),
        Column("area_id", "text", "Area that pays for it"),
        Column("edge_ids", "text", "Edges of the graph, joined by commas"),
    ),
)

CABLES = TableSpec(
    name="cables",
    key="cable_id",
    geometry="",
    about="Cables between sites; optical length is cable length.",
    columns=(
        Column("cable_id", "text", "Identifier of the cable"),
        Column("tier", "text", "Tier", among=TIERS),
        Column("from_site", "text", "Site toward the core"),
        Column("to_site", "text", "Site, or for a drop the location, toward the customer"),
        Column("fibers", "integer", "Fibers in the sheath", least=1),
        Column("used_fibers", "integer", "Fibers in use", least=1),
        Column("length_m", "number", "Cable meters: route, sag and slack", unit="m", least=0),
        Column("span_ids", "text", "Spans that it lies in, from the core outward, joined by commas"),
        Column("area_id", "text", "Area that pays for it"),
    ),
)

PATHS = TableSpec(
    name="paths",
    key="location_id",
    geometry="",
    about="The light path of every connected location, from its drop to the OLT port.",
    columns=(
        Column("location_id", "text", "Location"),
        Column("terminal_id", "text", "Terminal"),
        Column("terminal_port", "integer", "First port at the terminal, from 1", least=1),
        Column(
            "splitter2_input", "integer", "First splitter at the terminal, from 1; empty where the hub alone splits",
            least=1, nullable=True,
        ),
        Column(
            "splitter2_output", "integer", "First output of that splitter, from 1; empty where the hub alone splits",
            least=1, nullable=True,
        ),
        Column("distribution_fiber", "integer", "First fiber between terminal and hub, from 1 per hub", least=1),
        Column("hub_id", "text", "Hub"),
        Column("splitter_output", "integer", "First splitter output at the hub, from 1 per hub", least=1),
        Column("splitter_input", "integer", "Splitter at the hub, from 1", least=1),
        Column("feeder_fiber", "integer", "Fiber between hub and office, from 1 per hub", least=1),
        Column("odf_port", "integer", "Port at the optical distribution frame, from 1 per office", least=1),
        Column("olt_port", "integer", "OLT port, from 1 per office", least=1),
        Column("office_id", "text", "Office or hut that holds the OLT"),
        Column("loss_db", "number", "Largest link loss", unit="dB", least=0),
        Column("loss_up_db", "number", "Largest loss upstream, at the class's wavelength", unit="dB", least=0),
        Column("loss_down_db", "number", "Largest loss downstream, at the class's wavelength", unit="dB", least=0),
        Column("loss_min_db", "number", "Least loss, of the direction that loses less", unit="dB", least=0),
        Column("attenuator_db", "number", "Attenuator bought against overload; 0 for none", unit="dB", least=0),
        Column("margin_db", "number", "Budget left: class less aging margin, loss and attenuator", unit="dB"),
        Column("headroom_m", "number", "Meters of fiber until the first limit is met; below 0 it is broken", unit="m"),
        Column("binds", "text", "Limit that would be met first", among=LIGHT_LIMITS),
        Column("reach_m", "number", "Optical length from OLT to ONT", unit="m", least=0),
        Column("splices", "integer", "Splices on the path", least=0),
        Column("units", "integer", "Units, and so ports and fibers that it takes", least=1),
        Column("cable_ids", "text", "Cables on the path, from the office outward, joined by commas"),
    ),
)  # fmt: skip

DROPS = TableSpec(
    name="drops",
    key="location_id",
    geometry="LineString",
    about="The last stretch to every connected location.",
    columns=(
        Column("location_id", "text", "Location"),
        Column("terminal_id", "text", "Terminal that it starts from"),
        Column("drop_m", "number", "Length: along the road and to the structure", unit="m", least=0),
        Column("along_m", "number", "Of which along the road, in a span", unit="m", least=0),
        Column("setback_m", "number", "Of which from the road to the structure", unit="m", least=0),
        Column("over_m", "number", "Carriageway between the cable's side of the road and the house", unit="m", least=0),
        Column("cable_m", "number", "Cable meters: drop, sag and slack", unit="m", least=0),
        Column("placement", "text", "How it is built", among=frozenset({"aerial", "buried"})),
        Column("reason", "text", "Whether the carriageway is crossed, how, and which span pays for it"),
        Column("units", "integer", "Units behind it, and so ONTs", least=1),
        Column("area_id", "text", "Area that pays for it"),
    ),
)

STRANDS = TableSpec(
    name="strands",
    key="strand_id",
    geometry="",
    about="Every fiber of every cable: one row per fiber in use, one per run of spare or dead fibers of a tube.",
    columns=(
        Column("strand_id", "text", "Identifier of the strand: cable and fiber"),
        Column("cable_id", "text", "Cable; one that ends with -E is the operator's fiber between office and tap"),
        Column("fiber", "integer", "Fiber in the cable, from 1; of a run the first", least=1),
        Column("last_fiber", "integer", "Last fiber of a run, else the same", least=1),
        Column("sheath", "integer", "Sheath, from 1, where the cable is several side by side", least=1),
        Column("tube", "integer", "Buffer tube in the sheath, from 1; empty in the operator's fiber", nullable=True),
        Column("tube_color", "text", "Color of the tube after TIA-598", nullable=True),
        Column("fiber_color", "text", "Color of the fiber in its tube; of a run the first and the last", nullable=True),
        Column(
            "use", "text", "Dead is what lies behind the place where a fiber leaves its cable",
            among=frozenset({"in use", "spare", "dead"}),
        ),
        Column("carries", "text", "What its light is for", nullable=True),
        Column("from_site", "text", "Site toward the core at which it begins"),
        Column("from_port", "text", "Port, splitter output or cable:fiber that it is joined to there", nullable=True),
        Column("to_site", "text", "Site, or for a drop the location, at which it ends"),
        Column("to_port", "text", "Port, splitter input or cable:fiber that it is joined to there", nullable=True),
    ),
)  # fmt: skip

SPLICES = TableSpec(
    name="splices",
    key="splice_id",
    geometry="",
    about="Every place where two fibers, or a fiber and a port, are joined.",
    columns=(
        Column("splice_id", "text", "Identifier: site, and number in the order in which they lie there"),
        Column("site_id", "text", "Closure, hub, terminal or office, or the joint of two reels"),
        Column(
            "kind", "text", "Splice, splitter in and splitter out are fused and paid; a connector is plugged; existing "
            "is the operator's own at the frame",
            among=FUSED | {"connector", "existing"},
        ),
        Column("tray", "integer", "Tray of a fusion splice, from 1 per site", nullable=True, least=1),
        Column("place", "integer", "Place in the tray, from 1", nullable=True, least=1),
        Column("in_cable", "text", "Cable toward the core", nullable=True),
        Column("in_fiber", "integer", "Fiber of it", nullable=True, least=1),
        Column("in_tube_color", "text", "Color of its tube after TIA-598", nullable=True),
        Column("in_fiber_color", "text", "Color of that fiber", nullable=True),
        Column(
            "in_port", "text", "Port or splitter output toward the core, where no cable is; after its site, if another",
            nullable=True,
        ),
        Column("out_cable", "text", "Cable toward the customer", nullable=True),
        Column("out_fiber", "integer", "Fiber of it", nullable=True, least=1),
        Column("out_tube_color", "text", "Color of its tube after TIA-598", nullable=True),
        Column("out_fiber_color", "text", "Color of that fiber", nullable=True),
        Column("out_port", "text", "Port or splitter input toward the customer, where no cable is", nullable=True),
        Column("carries", "text", "What its light is for; empty for fibers that are spare or dead", nullable=True),
        Column("area_id", "text", "Area that pays for it; empty where it stands already", nullable=True),
    ),
)  # fmt: skip

REELS = TableSpec(
    name="reels",
    key="piece_id",
    geometry="Point",
    about="Cut list: the pieces of every cable but drops, where each ends, and the reel that it is cut from.",
    columns=(
        Column("piece_id", "text", "Identifier of the piece"),
        Column("cable_id", "text", "Cable"),
        Column("tier", "text", "Tier of the cable", among=TIERS),
        Column("sheath", "integer", "Sheath, from 1, where the cable is several side by side", least=1),
        Column("piece", "integer", "Number along the cable from the core outward", least=1),
        Column("fibers", "integer", "Fibers in the sheath", least=1),
        Column("length_m", "number", "Cable meters, slack at both ends included", unit="m", least=0),
        Column("from_site", "text", "Site or joint toward the core"),
        Column("to_site", "text", "Site or joint toward the customer; the point of the row"),
        Column("closures", "integer", "1 where the piece ends at a joint with a closure of its own", least=0, most=1),
        Column("reel_id", "text", "Reel that it is cut from"),
        Column("reel_from_m", "number", "Cable cut from that reel before it", unit="m", least=0),
        Column("area_id", "text", "Area that pays for it"),
    ),
)

REEL_SIZES = TableSpec(
    name="reel_sizes",
    key="fibers",
    geometry="",
    about="Reels per size of cable, and what is left on them.",
    columns=(
        Column("fibers", "integer", "Fibers in the sheath", least=1),
        Column("pieces", "integer", "Pieces in the cut list", least=1),
        Column("length_m", "number", "Meters of all pieces", unit="m", least=0),
        Column("reel_m", "number", "Meters on a full reel", unit="m", least=0),
        Column("reels", "integer", "Reels that the pieces are packed on", least=1),
        Column("least_reels", "integer", "Reels that no packing can do without", least=1),
        Column("waste_m", "number", "Meters left on the reels", unit="m", least=0),
        Column("waste_share", "number", "Of all meters on the reels", unit="fraction", least=0, most=1),
    ),
)
