"""A whole fleet speaks on a Bluesky that loses replies: by the server's own record, once each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bots.fleet import fleet as make_bots
from core.domain.incidents import Incident
from core.flow.connect import connect
from core.wiring import Wiring
from tests.contract.bluesky_stage import CREATE, bluesky_secrets, standing_on
from tests.fakes.clocks import SteppedClock
from tests.fakes.example_fleet import write_fleet
from tests.fakes.misbehaving_proxy import MisbehavingProxy, misbehaving
from tests.fakes.odd_platform import OddPlatform
from tests.fakes.pds import PdsAccount, shared_pds
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage

EACH = 8


@contextmanager
def on_bluesky(folder: Path) -> Iterator[tuple[Stage, MisbehavingProxy, dict[str, PdsAccount]]]:
    """The example fleet with its three accounts connected to a real PDS; the wiring made its channel. Last: the
    accounts there by their lines' handles."""
    pds = shared_pds()
    opened_there = {name: pds.add_account(name) for name in (GREEN, RED, BLUE)}
    with misbehaving(pds.url) as proxy:
        path = write_fleet(folder)
        said = path.read_text("utf-8").replace("  x: {limit: 280}", f"  bluesky: {{base_url: '{proxy.url}'}}")
        said = said.replace("    x: {mode: live}", "    bluesky: {mode: live}")
        for name, there in opened_there.items():
            own = f"handle: {name}, accounts: {{bluesky: {{handle: {there.handle}}}}}"
            said = said.replace(f"handle: {name}}}", f"{own}}}")
        path.write_text(said, "utf-8")
        wiring, clock = Wiring(make_bots, {}), SteppedClock()
        with wiring.open(wiring.settings(path)) as opened:
            fleet = replace(opened, clock=clock)
            kept = bluesky_secrets(*opened_there.values())
            for name in kept.names():
                fleet.secrets.put(name, kept.get(name) or "")
            house, office = replace(fleet.house, clock=clock), replace(fleet.office, clock=clock)
            for account in house.know.accounts.values():
                if account.channel == "bluesky":
                    connect(OFFICER, fleet.store, clock, fleet.channels["bluesky"], account)
            stage = Stage(fleet, clock, house, office, OddPlatform(clock.now))
            yield stage, proxy, opened_there


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


def test_everything_is_said_once_although_replies_are_lost(tmp_path):
    with on_bluesky(tmp_path) as (stage, proxy, there):
        proxy.lossy(0.3, seed=3, path=CREATE)
        stage.go(*robberies(stage))
        standing = {name: standing_on(shared_pds(), account) for name, account in there.items()}
        for name, account in there.items():
            assert stage.states(account.handle, "bluesky") == ["delivered"] * EACH
            assert len(standing[name]) == EACH
        for name in (GREEN, RED):
            assert sorted(one.text for one in standing[name]) == sorted(set(stage.texts(name)))
        assert {one.repost_of for one in standing[BLUE]} == {one.id for one in standing[RED]}
        assert proxy.count(CREATE) > 3 * EACH, "some were lost before they had an effect"
        assert proxy.count("createSession") == len(there), "one login each, however much went wrong"
