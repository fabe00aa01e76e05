"""Both fleets that come with the program load clean, and say what their files say."""

import json

import jsonschema
import pytest
import yaml

from core.domain.lines import AccountMode
from core.settings.catalogue_files import languages_in
from core.settings.line_checks import contrast
from core.settings.load import SHIPPED, check_settings, load_settings
from core.settings.mistakes import Mistakes
from core.settings.policy_pack import NUMBERS, read_pack
from core.settings.schema import SCHEMA_FILE, schema_json
from tests.settings.conftest import EXAMPLE, NYC


@pytest.mark.parametrize("path", [NYC, EXAMPLE], ids=["nyc", "example"])
def test_a_fleet_that_ships_has_no_mistake(path):
    assert check_settings(path, {}) == ()
    fleet = load_settings(path, {})
    assert fleet.notes == ()
    assert {account.channel for account in fleet.accounts()} == {"local", "x"}
    assert {account.mode for account in fleet.accounts() if account.channel == "x"} == {AccountMode.PRACTICE}
    assert all(contrast(line.colour, line.text_colour) >= 4.5 for line in fleet.lines)


@pytest.mark.parametrize("path", [NYC, EXAMPLE], ids=["nyc", "example"])
def test_the_schema_accepts_the_fleets_that_ship(path):
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    schema = json.loads(schema_json())
    jsonschema.Draft202012Validator.check_schema(schema)
    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(tree)] == []
    tree["lines"]["extra"] = {"nmae": "none"}
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(tree))


def test_the_schema_beside_lines_yaml_is_fresh():
    fresh = "run: python -m core.settings.schema"
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_json(), fresh


def test_every_key_of_the_schema_says_what_it_means():
    schema = json.loads(schema_json())
    shapes = [schema, *schema["$defs"].values()]
    silent = [
        f"{shape['title']}.{name}"
        for shape in shapes
        for name, key in shape.get("properties", {}).items()
        if not key.get("description") and shape["title"] != "MayAssert"
    ]
    assert silent == []


def test_every_line_of_the_network_has_one_handle():
    fleet = load_settings(NYC, {})
    ids = [str(line.id) for line in fleet.lines]
    assert " ".join(ids) == "A C E B D F M G J Z L N Q R W 1 2 3 4 5 6 7 SIR FS GS H"
    assert [line.handle for line in fleet.lines] == [f"NYPD{line_id}train" for line_id in ids]
    assert [line.symbol for line in fleet.lines][-3:] == ["S", "S", "S"]
    routes = sorted(route for line in fleet.lines for route in line.routes)
    assert " ".join(routes) == "1 2 3 4 5 5X 6 6X 7 7X A B C D E F FS FX G GS H J L M N Q R SI W Z"


@pytest.mark.parametrize("file", sorted((SHIPPED / "packs").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_number_of_a_pack_names_its_source(file):
    mistakes = Mistakes()
    pack = read_pack(file, mistakes)
    assert mistakes.found == []
    assert pack is not None
    assert pack.name == file.stem
    assert set(pack.values) == NUMBERS
    assert "adult_age" in pack.nevers


def test_both_agencies_ship_their_languages():
    assert {folder.name: languages_in(folder) for folder in (SHIPPED / "nyc", SHIPPED / "example")} == {
        "nyc": ["en", "es"],
        "example": ["en", "es"],
    }
