import pytest

from expansion.errors import PlanningError
from expansion.runs.starting import StudyParts, init_study
from expansion.runs.studies import read_study

BDC = (
    "frn,provider_id,brand_name,location_id,technology,max_advertised_download_speed,max_advertised_upload_speed,"
    "low_latency,business_residential_code,state_usps,block_geoid,h3_res8_id\n"
)


@pytest.fixture
def files(tmp_path):
    def make(name, text=""):
        path = tmp_path / "files" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return make


def init(tmp_path, *, profile="generic", **parts):
    made = init_study(tmp_path / "My Valley", StudyParts(**parts), profile=profile)
    return read_study(made)[0]


def test_an_extract_alone_makes_a_study(tmp_path, files):
    study = init(tmp_path, osm=files("liechtenstein-2013.osm.pbf"))
    assert (study.study.name, study.study.currency) == ("my-valley", "USD")
    assert study.inputs.osm.file == "region.osm.pbf"
    assert (tmp_path / "My Valley" / "region.osm.pbf").is_file()


def test_every_part_is_copied_under_a_plain_name(tmp_path, files):
    study = init(
        tmp_path,
        profile="us-bead",
        osm=files("town.osm.gz"),
        locations=files("Fabric June.csv", "location_id,longitude,latitude\n"),
        coverage=(files("bdc_26.csv", BDC),),
        plant=files("plant.geojson"),
        poles=files("joint use.gpkg"),
        layers=(str(files("county_wetlands.gpkg")), f"federal={files('blm.shp.zip')}"),
        awards=files("rdof.csv"),
        dem=files("dem.tif"),
    )
    assert study.inputs.coverage.kind == "bdc"
    assert study.inputs.coverage.join == "location_id"
    kinds = [(layer.kind, layer.file) for layer in study.inputs.layers]
    assert kinds == [
        ("pole", "layer-1-pole.gpkg"),
        ("award", "layer-2-award.csv"),
        ("dem", "layer-3-dem.tif"),
        ("wetland", "layer-4-wetland.gpkg"),
        ("federal", "layer-5-federal.shp.zip"),
    ]
    names = {path.name for path in (tmp_path / "My Valley").iterdir()}
    assert {"region.osm.gz", "locations.csv", "coverage.csv", "plant.geojson", "study.toml"} <= names


def test_bdc_rows_meet_buildings_by_cell(tmp_path, files):
    study = init(tmp_path, osm=files("town.osm"), coverage=(files("bdc.csv", BDC),))
    assert study.inputs.coverage.join == "h3"


def test_the_currency_is_that_of_the_rates(tmp_path, files):
    from expansion.rulebook import load_rulebook

    head = "rate_id,category,item,unit,low,likely,high,currency,price_year,factor\n"
    rows = [
        f"{r.rate_id},{r.category},{r.rate_id},{r.unit},1,2,3,{r.currency and 'CHF'},2026,{r.factor}"
        for r in load_rulebook("generic").rates
    ]
    assert init(tmp_path, osm=files("x.osm"), rates=files("r.csv", head + "\n".join(rows))).study.currency == "CHF"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"osm": "missing.osm"}, "E_NO_FILE"),
        ({"osm": "x.osm", "layers": ("stuff.gpkg",)}, "E_LAYER_KIND"),
        ({"osm": "x.osm", "plant": "plant"}, "E_FORMAT"),
        ({"osm": "x.osm", "locations": "homes.shp"}, "E_SHP_PARTS"),
    ],
)
def test_what_cannot_start_a_study_leaves_no_folder(tmp_path, files, parts, code):
    there = {
        key: value if key == "layers" else files(value) if value != "missing.osm" else tmp_path / value
        for key, value in parts.items()
    }
    with pytest.raises(PlanningError) as caught:
        init(tmp_path, **there)
    assert caught.value.code == code
    assert not (tmp_path / "My Valley").exists()


def test_a_folder_that_holds_a_study_is_never_replaced(tmp_path, files):
    init(tmp_path, osm=files("x.osm"))
    with pytest.raises(PlanningError) as caught:
        init(tmp_path, osm=files("x.osm"))
    assert caught.value.code == "E_OUT_NOT_EMPTY"
