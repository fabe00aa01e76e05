"""A whole fleet speaks on a Mastodon that loses replies and takes no notice of keys: by its record, once each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from bots.fleet import fleet as make_bots
from core.adapters.clock import WallClock
from core.domain.accounts import AccountState
from core.domain.incidents import Incident
from core.domain.lines import AccountId
from core.flow.connect import connect
from core.flow.sweep import Compared
from core.flow.unlock import it_is_mine, open_strays, take_it_down
from core.wiring import Wiring
from tests.contract.mastodon_stage import mastodon_secrets, mastodon_with
from tests.fakes.clocks import SteppedClock
from tests.fakes.example_fleet import write_fleet
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.odd_platform import OddPlatform
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage
from tests.flow.sweep_scene import account_state, seen, swept

EACH = 8
HANDLES = (GREEN, RED, BLUE)


@contextmanager
def on_mastodon(folder: Path, clock: SteppedClock | None = None) -> Iterator[tuple[Stage, MastodonServer]]:
    """The example fleet with its three accounts connected to a loopback Mastodon; the wiring made its channel."""
    kept = mastodon_secrets(*HANDLES)
    with mastodon_with(kept) as server:
        path = write_fleet(folder)
        said = path.read_text("utf-8").replace("  x: {limit: 280}", f"  mastodon: {{base_url: '{server.url}'}}")
        path.write_text(said.replace("    x: {mode: live}", "    mastodon: {mode: live}"), "utf-8")
        wiring, clock = Wiring(make_bots, {}), clock or SteppedClock()
        with wiring.open(wiring.settings(path)) as opened:
            fleet = replace(opened, clock=clock)
            for name in kept.names():
                fleet.secrets.put(name, kept.get(name) or "")
            house, office = replace(fleet.house, clock=clock), replace(fleet.office, clock=clock)
            for account in house.know.accounts.values():
                if account.channel == "mastodon":
                    connect(OFFICER, fleet.store, clock, fleet.channels["mastodon"], account)
            yield Stage(fleet, clock, house, office, OddPlatform(clock.now)), server


def robberies(stage: Stage) -> list[Incident]:
    """Half at a station of the Green Line, half where Red leads and Blue reposts; so far apart that none are twins."""
    now, apart = stage.clock.now(), timedelta(minutes=40)
    return [
        stage.incident(
            f"{station} {number}",
            station=station,
            occurred_from=now - number * apart - timedelta(minutes=20),
            known_at=now - number * apart,
        )
        for number in range(EACH)
        for station in ("Harbour", "Central")
    ]


@pytest.mark.parametrize("keys_are_ignored", [False, True])
def test_everything_is_said_once_although_replies_are_lost(tmp_path, keys_are_ignored):
    with on_mastodon(tmp_path) as (stage, server):
        if keys_are_ignored:
            server.ignore_keys()
        server.lossy(0.3, seed=3)
        stage.go(*robberies(stage))
        for handle in HANDLES:
            assert stage.states(handle, "mastodon") == ["delivered"] * EACH
            assert len(server.posts(handle)) == EACH
        for handle in (GREEN, RED):
            assert sorted(one.text for one in server.posts(handle)) == sorted(set(stage.texts(handle)))
        assert {one.repost_of for one in server.posts(BLUE)} == {one.id for one in server.posts(RED)}
        tries = sum(one.method == "POST" for one in server.requests)
        assert tries > 3 * EACH, "some were lost before they had an effect"
        assert any(one.path.endswith("/statuses") and one.method == "GET" for one in server.requests)


def by_hand(server: MastodonServer, handle: str, words: str) -> str:
    """Somebody who holds the account's token posts without the fleet; the status's id."""
    return str(asked_by_hand(server, handle, "POST", "", {"status": words})["id"])


def asked_by_hand(
    server: MastodonServer, handle: str, method: str, path: str, form: dict[str, str] | None = None
) -> dict[str, Any]:
    """A plain call with the account's token, with no part of the channel in it."""
    token = {"Authorization": f"Bearer {mastodon_secrets(handle).get(f'mastodon:{handle}:token')}"}
    said = requests.request(method, f"{server.url}/api/v1/statuses{path}", data=form, headers=token, timeout=10)
    said.raise_for_status()
    body = said.json()
    assert isinstance(body, dict)
    return body


def test_a_sweep_finds_what_is_gone_foreign_and_double_and_an_operator_settles_it(tmp_path):
    with on_mastodon(tmp_path, SteppedClock(WallClock().now() - timedelta(hours=10))) as (stage, server):
        assert swept(stage, 0) == Compared(accounts=3)
        stage.clock.step(hours=10)
        stage.go(stage.incident("1"), stage.incident("2", station="Central"))
        assert swept(stage) == Compared(accounts=3), "links, marks and reposts as the server lists them are ours"
        [ours] = server.live(GREEN)
        [lead] = server.live(RED)
        copy, stranger = by_hand(server, GREEN, ours.text), by_hand(server, GREEN, "Buy made-up coins")
        asked_by_hand(server, BLUE, "POST", f"/{lead.id}/unreblog")  # Mastodon does so itself, its stand-in doesn't
        asked_by_hand(server, RED, "DELETE", f"/{lead.id}")
        assert swept(stage) == Compared(accounts=3, gone=2, foreign=1, doubles=1)
        assert {one.account for one in seen(stage).gone} == {f"mastodon:{RED}", f"mastodon:{BLUE}"}
        assert [one.id for one in server.live(GREEN)] == [ours.id, stranger], copy
        account = stage.house.know.accounts[AccountId(f"mastodon:{GREEN}")]
        assert account_state(stage, account.id) is AccountState.LOCKED
        stage.go(stage.incident("3", offence_code="ASL", known_at=stage.clock.now()))
        assert [one.id for one in server.live(GREEN)] == [ours.id, stranger], "nothing new while it is locked"
        [stray] = open_strays(stage.fleet.store, account)
        assert take_it_down(OFFICER, stage.office, account, stray.url or "")
        stage.work()
        assert len(server.live(GREEN)) == 2, "what waited goes once the stranger's is removed"
        mine = by_hand(server, GREEN, "A word of our own, made up")
        assert swept(stage).foreign == 1
        assert it_is_mine(OFFICER, stage.office, account, mine)
        assert swept(stage) == Compared(accounts=3)
