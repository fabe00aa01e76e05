"""`check` tells every mistake at once, with its place; online it asks each platform and posts nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.conftest import Fleet
from tests.fakes.x_server import XAccount, XServer


@pytest.fixture
def x() -> Iterator[XServer]:
    with XServer() as server:
        yield server


def credentials(x: XServer, handle: str, account: XAccount) -> dict[str, str]:
    mine = f"SUBWAY_FLEET_SECRET_X_{handle.upper()}"
    return {
        "SUBWAY_FLEET_SECRET_X_APP_KEY": x.consumer_key,
        "SUBWAY_FLEET_SECRET_X_APP_SECRET": x.consumer_secret,
        f"{mine}_TOKEN": account.token,
        f"{mine}_TOKEN_SECRET": account.secret,
    }


@pytest.fixture
def red(x: XServer) -> XAccount:
    return x.add_account("ExampleRed")


@pytest.fixture
def on_x(desk: Fleet, x: XServer, red: XAccount) -> Fleet:
    """The fleet with one live account on X, whose credentials stand in the environment."""
    live = "x: {mode: live, languages: [en]"
    desk.bend(("price_post: 0.015,", f'price_post: 0.015, base_url: "{x.url}",'), ("x: {languages: [en]", live))
    desk.environ |= credentials(x, "ExampleRed", red)
    return desk


def says(called) -> dict[str, str]:
    return {account: row["says"] for account, row in called.json["accounts"].items()}


def test_the_example_has_no_mistakes(example: Fleet):
    assert "nothing wrong. 3 lines, 2 sources, 0 live accounts" in example("check").out
    found = example("check", "--json")
    assert found.json == {"well": True, "mistakes": [], "draft_catalogues": ["en", "es"], "accounts": {}}
    assert (found.code, found.err) == (0, "")
    assert not example.state.exists(), "check makes nothing"


def test_all_mistakes_are_told_at_once_in_order_with_their_places(example: Fleet):
    example.bend(
        ("daily_limit: 3", "daily_limit: many"),
        ("x: {mode: practice}", "x: {mode: live}"),
        ("columns: incident_export", "columns: nowhere"),
        ("handle: ExampleRed", "handle: ExampleGreen"),
    )
    example.state.write_text("in the way", "utf-8")
    told = example("check")
    assert (told.code, told.out) == (2, "")
    places = [int(line.removeprefix(f"{example.config}:").split(":")[0]) for line in told.err.splitlines()]
    assert places == sorted(places)
    for mistake in ("daily_limit", "nowhere", "ExampleGreen"):
        assert mistake in told.err
    as_json = example("check", "--json")
    assert as_json.code == 2
    assert as_json.err == ""
    assert [m["line"] for m in as_json.json["mistakes"]] == places
    assert set(as_json.json["mistakes"][0]) == {"file", "line", "column", "what", "instead"}


def test_missing_credentials_of_live_accounts_stand_beside_a_state_without_a_place(example: Fleet):
    example.bend(("x: {mode: practice}", "x: {mode: live}"))
    missing = example("check")
    assert missing.code == 2
    assert missing.err.count("credentials are missing") == 3
    assert "accounts connect x:ExampleGreen" in missing.err


def test_an_environment_that_is_wrong_is_named(example: Fleet):
    told = example("check", SUBWAY_FLEET_STORE="mysql://nowhere", SUBWAY_FLEET_KEYS="nonsense")
    assert told.code == 2
    assert [line.split(":")[0] for line in told.err.splitlines()] == ["$SUBWAY_FLEET_KEYS", "$SUBWAY_FLEET_STORE"]
    (example.folder / "file").write_text("", "utf-8")
    assert "$SUBWAY_FLEET_HOME" in example("check", SUBWAY_FLEET_HOME=str(example.folder / "file")).one_line(2)
    assert "32 bytes" in example("check", SUBWAY_FLEET_SECRETS_KEY="short").one_line(2)


def test_practice_needs_no_credentials_yet(example: Fleet):
    tried = example("check", "--online")
    assert tried.code == 0
    assert "3 accounts in practice without credentials yet" in tried.out


def test_an_account_that_answers_must_be_connected_first_and_is_well_then(on_x: Fleet, x: XServer, red: XAccount):
    asked = on_x("check", "--online")
    assert asked.code == 1
    assert "not connected: accounts connect x:ExampleRed" in asked.out
    connected = on_x("accounts", "connect", "x:ExampleRed")
    assert connected.code == 0, connected.err
    assert "Nothing was posted" in connected.out
    asked = on_x("check", "--online", "--json")
    assert (asked.code, asked.json["well"]) == (0, True)
    assert says(asked)["x:ExampleRed"] == "well"
    assert asked.json["accounts"]["x:ExampleGreen"]["mode"] == "practice"
    row = next(row for row in on_x("accounts", "--json").json if row["account"] == "x:ExampleRed")
    assert row["platform_id"] == red.id
    assert x.posts() == ()


def test_a_wrong_secret(on_x: Fleet):
    on_x.environ["SUBWAY_FLEET_SECRET_X_EXAMPLERED_TOKEN_SECRET"] = "wrong"
    asked = on_x("check", "--online", "--json")
    assert asked.code == 1
    assert "ExampleRed" in says(asked)["x:ExampleRed"]
    assert "wrong" not in asked.out


def test_credentials_of_another_handle(on_x: Fleet, x: XServer):
    on_x.environ |= credentials(x, "ExampleRed", x.add_account("SomebodyElse"))
    asked = on_x("check", "--online", "--json")
    assert asked.code == 1
    assert "SomebodyElse" in says(asked)["x:ExampleRed"]
    assert "SomebodyElse" in on_x("accounts", "connect", "x:ExampleRed").one_line()


def test_dead_credentials_are_told_with_the_way_to_new_ones(on_x: Fleet, x: XServer):
    on_x.environ |= {"SUBWAY_FLEET_SECRET_X_EXAMPLERED_TOKEN": "dead"}
    said = on_x("accounts", "connect", "x:ExampleRed").one_line()
    assert "SUBWAY_FLEET_SECRET_X_EXAMPLERED_TOKEN" in said
    assert "run `accounts connect" not in said


def test_a_handle_that_another_account_took_over(on_x: Fleet, x: XServer, red: XAccount):
    assert on_x("accounts", "connect", "x:ExampleRed").code == 0
    red.username = "SoldHandle"
    on_x.environ |= credentials(x, "ExampleRed", x.add_account("ExampleRed"))
    asked = on_x("check", "--online", "--json")
    assert asked.code == 1
    assert "was pinned" in says(asked)["x:ExampleRed"]
    assert "pinned" in on_x("accounts", "connect", "x:ExampleRed").one_line()


def test_a_platform_that_does_not_answer(on_x: Fleet, x: XServer):
    on_x.bend((x.url, "http://127.0.0.1:9"))
    asked = on_x("check", "--online")
    assert asked.code == 1
    assert "x:ExampleRed: " in asked.out
