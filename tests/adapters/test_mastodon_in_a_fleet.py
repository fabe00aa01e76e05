"""A whole fleet speaks on a Mastodon that loses replies and takes no notice of keys: by its record, once each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bots.fleet import fleet as make_bots
from core.domain.incidents import Incident
from core.flow.connect import connect
from core.wiring import Wiring
from tests.contract.mastodon_stage import mastodon_secrets, mastodon_with
from tests.fakes.clocks import SteppedClock
from tests.fakes.example_fleet import write_fleet
from tests.fakes.mastodon_server import MastodonServer
from tests.fakes.odd_platform import OddPlatform
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage

EACH = 8
HANDLES = (GREEN, RED, BLUE)


@contextmanager
def on_mastodon(folder: Path) -> Iterator[tuple[Stage, MastodonServer]]:
    """The example fleet with its three accounts connected to a loopback Mastodon; the wiring made its channel."""
    kept = mastodon_secrets(*HANDLES)
    with mastodon_with(kept) as server:
        path = write_fleet(folder)
        said = path.read_text("utf-8").replace("  x: {limit: 280}", f"  mastodon: {{base_url: '{server.url}'}}")
        path.write_text(said.replace("    x: {mode: live}", "    mastodon: {mode: live}"), "utf-8")
        wiring, clock = Wiring(make_bots, {}), SteppedClock()
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
