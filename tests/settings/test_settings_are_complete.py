"""Defaults, overrides and the environment come together into one frozen whole."""

from dataclasses import FrozenInstanceError
from datetime import date, time, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from core.domain.lines import AccountMode, LineId, ThreadForm
from core.domain.staff import Actor, NotAllowed, Role
from core.settings.catalogue_files import sign_catalogue
from core.settings.load import SHIPPED, check_settings, load_settings
from core.settings.source_shapes import FolderSource, HttpSource, PagePaging, SocrataSource

REVIEWER = Actor(id="reviewer.made-up", roles=frozenset({Role.REVIEWER}), via="cli")
OFFICER = Actor(id="officer.made-up", roles=frozenset({Role.OFFICER}), via="cli")
MORE_SOURCES = """
  - name: api
    kind: http
    url: https://records.example/api
    columns: bureau
    from: start
    records: result.items
    paging: {style: page, size: 50}
    cursor: {field: changed, parameter: since}
    headers: {Authorization: api_token}
  - name: open-rows
    kind: socrata
    url: https://rows.example
    dataset: abcd-1234
    columns: bureau
    app_token: rows_token
"""


def test_a_line_overrides_what_all_lines_share(bent):
    fleet = load_settings(bent.write(), {})
    green, red, blue = fleet.lines
    (_, green_x), (red_local, red_x) = green.accounts, red.accounts
    assert (green_x.id, green_x.languages, green_x.thread) == ("x:ExampleGreen", ("en", "es"), ThreadForm.THREAD)
    assert (red_x.languages, red_x.thread) == (("en",), ThreadForm.NUMBERED)
    assert (red_local.languages, red_local.mode) == (("en", "es"), AccountMode.LIVE)
    assert (red_x.limit, red_x.price_post, red_x.price_link_post) == (280, 0.015, 0.2)
    assert (green.daily_limit, blue.daily_limit) == (None, 1)
    assert green.routes == ("GB", "GC", "GD", "GE")
    assert fleet.line(LineId("Red")) is red


def test_the_local_timeline_is_there_without_being_named(bent):
    fleet = load_settings(bent.write(("    local: {mode: live}\n", "")), {})
    assert [account.mode for account in fleet.accounts() if account.channel == "local"] == [AccountMode.LIVE] * 3


def test_an_account_in_which_nobody_wrote_a_mode_only_practises(bent):
    fleet = load_settings(bent.write(("x: {mode: practice}", "x: {}")), {})
    assert {account.mode for account in fleet.accounts() if account.channel == "x"} == {AccountMode.PRACTICE}


def test_a_channel_that_is_off_everywhere_needs_no_figures(bent):
    fleet = load_settings(bent.write(("x: {mode: practice}", "x: {mode: off}")), {})
    assert list(fleet.channels) == ["local"]


def test_the_record_clock_is_for_local_timelines(bent):
    fleet = load_settings(bent.write(("clock: wall", "clock: record"), ("x: {mode: practice}", "x: {mode: off}")), {})
    assert fleet.clock == "record"


def test_words_that_yaml_elsewhere_takes_for_something_else_stay_words(bent):
    fleet = load_settings(bent.write(("  Red:", "  01:"), ("routes: [Red]", "routes: [1, 07, no]")), {})
    assert fleet.lines[1].id == "01"
    assert fleet.lines[1].routes == ("1", "07", "no")
    assert fleet.notes == ("No handle of this fleet speaks for Red, which the gazetteer's stations name.",)


def test_the_fleets_own_numbers_lie_over_the_pack(bent):
    plain = load_settings(bent.write(), {}).policy
    assert (plain.name, plain.daily_limit, plain.digest_at) == ("strict", 3, time(18, 0))
    own = load_settings(bent.write(("daily_limit: 3", "daily_limit: 3\n  life: 90m\n  digest_at: 20:30")), {}).policy
    assert (own.life, own.digest_at) == (timedelta(minutes=90), time(20, 30))
    assert own.too_old_happened == plain.too_old_happened


def test_the_policys_hash_changes_with_every_number_and_with_nothing_else(bent):
    first = load_settings(bent.write(), {}).policy.hash
    assert (
        load_settings(bent.write(("policy:", "# a remark\npolicy:"), ("port: 8421", "port: 1")), {}).policy.hash
        == first
    )
    for change in [
        ("daily_limit: 3", "life: 5h"),
        ("daily_limit: 1", "daily_limit: 2"),
        ("pack: strict", "pack: us-ny"),
    ]:
        assert load_settings(bent.write(change), {}).policy.hash != first


def test_places_stand_beside_the_file_and_the_environment_overrides_them(bent, tmp_path):
    path = bent.write(("state: ../../state/example", "state: here"))
    fleet = load_settings(path, {})
    assert fleet.state_dir == tmp_path / "here"
    assert fleet.store_url == f"sqlite:///{tmp_path}/here/fleet.db"
    assert fleet.keys_url == f"sqlite:///{tmp_path}/here/keys.db"
    assert fleet.secrets_path.parent == fleet.state_dir
    assert not fleet.state_dir.exists()
    environ = {"SUBWAY_FLEET_HOME": "/elsewhere", "SUBWAY_FLEET_STORE": "postgresql+psycopg://u:p@host/fleet"}
    moved = load_settings(path, environ)
    assert (moved.state_dir, moved.store_url) == (Path("/elsewhere"), environ["SUBWAY_FLEET_STORE"])
    assert moved.keys_url == "sqlite:////elsewhere/keys.db"
    assert load_settings(path, {"SUBWAY_FLEET_KEYS": "sqlite:///k.db"}).keys_url == f"sqlite:///{tmp_path}/k.db"


def test_an_address_in_the_environment_that_is_none_is_told_without_showing_it(bent):
    (mistake,) = check_settings(bent.write(), {"SUBWAY_FLEET_STORE": "mysql://u:made-up-password@host/x"})
    assert "SUBWAY_FLEET_STORE" in str(mistake)
    assert "made-up-password" not in str(mistake)


def test_keys_are_never_kept_in_the_store(bent):
    same = "postgresql+psycopg://host/fleet"
    (mistake,) = check_settings(bent.write(), {"SUBWAY_FLEET_STORE": same, "SUBWAY_FLEET_KEYS": same})
    assert "the keys would be kept in the store" in mistake.what


def test_a_live_account_without_credentials_is_told_how_to_connect(bent):
    path = bent.write(("languages: [en], thread: numbered", "mode: live"))
    assert check_settings(path, {}, lambda name: True) == ()
    (mistake,) = check_settings(path, {}, lambda name: "ExampleRed" not in name)
    assert mistake.line == 60
    assert "run_fleet.py accounts connect x:ExampleRed" in mistake.instead


def test_the_secrets_of_sources_are_looked_for_too(bent):
    path = bent.write(("# In order of lead.", MORE_SOURCES + "# In order of lead."))
    assert check_settings(path, {}, lambda name: True) == ()
    asked = check_settings(path, {}, lambda name: False)
    assert ["api_token" in asked[0].what, "rows_token" in asked[1].what] == [True, True]


def test_every_kind_of_source_is_read(bent):
    bureau, export, api, rows = load_settings(
        bent.write(("# In order of lead.", MORE_SOURCES + "# In order")), {}
    ).sources
    assert (bureau.every, bureau.silent_after, bureau.begin) == (timedelta(seconds=30), timedelta(days=3), "now")
    assert isinstance(bureau, FolderSource)
    assert bureau.path == str(bent.path.parent / "inbox" / "bureau")
    assert isinstance(export, FolderSource)
    assert export.may_assert.states == frozenset({"reported"})
    assert not export.may_assert.persons
    assert isinstance(api, HttpSource)
    assert (api.begin, api.headers, api.time_limit) == ("start", {"Authorization": "api_token"}, timedelta(seconds=20))
    assert isinstance(api.paging, PagePaging)
    assert isinstance(rows, SocrataSource)
    assert (rows.dataset, rows.page_size, rows.app_token) == ("abcd-1234", 1000, "rows_token")


def test_settings_are_frozen(bent):
    fleet = load_settings(bent.write(), {})
    with pytest.raises(FrozenInstanceError):
        fleet.clock = "record"  # type: ignore[misc]


def test_an_agency_beside_the_file_is_taken_before_the_one_that_ships(bent, tmp_path):
    own = copytree(SHIPPED / "example", tmp_path / "agencies" / "example")
    text = (own / "agency.yaml").read_text(encoding="utf-8")
    (own / "agency.yaml").write_text(text.replace("name: Example City", "name: Other City"), encoding="utf-8")
    assert load_settings(bent.write(), {}).agency.name == "Other City"


def test_a_kept_signature_makes_a_catalogue_signed_until_its_words_change(bent, tmp_path):
    own = copytree(SHIPPED / "example", tmp_path / "agencies" / "example")
    before = load_settings(bent.write(), {})
    assert not before.catalogues["es"].signed
    sign_catalogue(REVIEWER, before, "es", "Reader Made-Up", date(2026, 11, 21))
    after = load_settings(bent.path, {}).catalogues
    assert (after["es"].signed, after["en"].signed) == (True, False)
    with (own / "messages" / "es.ftl").open("a", encoding="utf-8") as file:
        file.write("\n# another word\n")
    assert not load_settings(bent.path, {}).catalogues["es"].signed


def test_only_a_reviewer_or_an_operator_signs(bent, tmp_path):
    copytree(SHIPPED / "example", tmp_path / "agencies" / "example")
    fleet = load_settings(bent.write(), {})
    with pytest.raises(NotAllowed):
        sign_catalogue(OFFICER, fleet, "es", "Reader Made-Up", date(2026, 11, 21))
    with pytest.raises(ValueError):
        sign_catalogue(REVIEWER, fleet, "es", " ", date(2026, 11, 21))
    assert not load_settings(bent.path, {}).catalogues["es"].signed


@pytest.mark.parametrize(
    "address",
    [
        "http://records.example/api",
        "https://name:word@records.example/api",
        "ftp://records.example/api",
        "https:///api",
        "https://[records/api",
        "records.example",
    ],
)
def test_an_address_that_must_not_be_asked_is_told(bent, address):
    sources = MORE_SOURCES.replace("https://records.example/api", address)
    (mistake,) = check_settings(bent.write(("# In order of lead.", sources + "# In order of lead.")), {})
    assert "`sources[3].url`" in mistake.what
    assert "an https address without name or password" in mistake.instead


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080/api", "http://localhost/api", "http://[::1]/api"])
def test_plain_http_is_for_this_machine(bent, address):
    sources = MORE_SOURCES.replace("https://records.example/api", address)
    assert check_settings(bent.write(("# In order of lead.", sources + "# In order of lead.")), {}) == ()
