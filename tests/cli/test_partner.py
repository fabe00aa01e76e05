"""`partner`: an endpoint is tried and told of; `check --online` and `status` say what is to be done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.conftest import Fleet
from tests.fakes.endpoint import Endpoint

KEY = "made-up-webhook-key"
PLACES = "nothing about a person goes to webhook:ExampleGreen and 2 more, places alone, since it has not been tried"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(KEY) as one:
        yield one


@pytest.fixture
def handing(desk: Fleet, endpoint: Endpoint) -> Fleet:
    """The example fleet, whose three lines are handed to the endpoint."""
    hooked = f"channels:\n  webhook: {{base_url: '{endpoint.url}', persons: proven}}"
    desk.bend(("channels:", hooked), ("  accounts:", "  accounts:\n    webhook: {mode: live}"))
    desk.environ["SUBWAY_FLEET_SECRET_WEBHOOK_KEY"] = KEY
    for line in ("Green", "Red", "Blue"):
        assert desk("accounts", "connect", f"webhook:Example{line}").code == 0
    return desk


def test_whoever_looks_is_told_that_it_is_handed_places_alone_until_it_is_tried(handing: Fleet):
    online = handing("check", "--online", "--json")
    says = {account: row["says"] for account, row in online.json["accounts"].items() if account.startswith("webhook")}
    assert online.code == 0, "it takes places all the same"
    assert all("places alone, since it has not been tried: `partner prove webhook:" in one for one in says.values())
    assert PLACES in handing("status").out
    assert "places alone" in handing("partner", "status").out
    assert handing("partner", "prove", "webhook").out.count("acknowledged the taking back") == 3
    assert "places alone" not in handing("status").out + handing("check", "--online").out
    assert "is handed what is about persons too, until" in handing("partner", "status").out


def test_one_account_is_tried_by_itself(handing: Fleet):
    proof = handing("partner", "prove", "webhook:ExampleGreen", "--json").json
    assert (proof["account"], proof["in_time"]) == ("webhook:ExampleGreen", True)
    assert "mark" not in proof
    handed = {one["account"]: one["persons"] for one in handing("partner", "status", "--json").json["handed"]}
    assert handed == {"webhook:ExampleGreen": True, "webhook:ExampleRed": False, "webhook:ExampleBlue": False}


def test_an_endpoint_that_does_not_take_back_is_told_in_one_line(handing: Fleet, endpoint: Endpoint):
    endpoint.misbehave("notice.withdrawn", "mute")
    assert "did not pass" in handing("partner", "prove", "webhook:ExampleGreen").one_line()


@pytest.mark.parametrize("name", ["webhook:Nobody", "nothing"])
def test_what_is_no_account_is_said_plainly(handing: Fleet, name: str):
    assert "there is no account" in handing("partner", "prove", name).one_line(2)


def test_a_platform_is_no_endpoint_to_hand_persons_to(desk: Fleet):
    desk.bend(("channels:", "channels:\n  bluesky: {persons: proven}"))
    assert "`persons` is for a system's endpoint, and bluesky is none" in desk("check").err
