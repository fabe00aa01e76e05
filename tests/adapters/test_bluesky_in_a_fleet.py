"""A whole fleet speaks on a Bluesky that loses replies: by the server's own record, once each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bots.fleet import fleet as make_bots
from core.adapters.clock import WallClock
from core.domain.accounts import AccountState
from core.domain.deliveries import Delivery
from core.domain.incidents import Incident
from core.domain.lines import AccountId
from core.domain.taking_back import Because
from core.flow.connect import connect
from core.flow.retract import retract
from core.flow.sweep import Compared
from core.flow.unlock import open_strays, take_it_down
from core.wiring import Wiring
from tests.contract.bluesky_stage import CREATE, bluesky_secrets, pictures_on, standing_on
from tests.fakes.clocks import SteppedClock
from tests.fakes.example_fleet import write_fleet
from tests.fakes.misbehaving_proxy import MisbehavingProxy, misbehaving
from tests.fakes.odd_platform import OddPlatform
from tests.fakes.pds import POST, PdsAccount, shared_pds
from tests.flow.stage import BLUE, GREEN, OFFICER, RED, Stage
from tests.flow.sweep_scene import account_state, swept
from tests.flow.test_prepared_pictures import ANN, BOB, approved, prepared, wanted

EACH = 8


@contextmanager
def on_bluesky(
    folder: Path, clock: SteppedClock | None = None
) -> Iterator[tuple[Stage, MisbehavingProxy, dict[str, PdsAccount]]]:
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
            said = said.replace(f"handle: {name}", own)
        path.write_text(said, "utf-8")
        wiring, clock = Wiring(make_bots, {}), clock or SteppedClock()
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


def by_hand(who: PdsAccount, words: str) -> str:
    """Somebody who holds the account posts without the fleet; the record's address."""
    pds = shared_pds()
    entered = pds.call(
        "POST", "com.atproto.server.createSession", json={"identifier": who.handle, "password": who.owner}
    )
    record = {"$type": POST, "text": words, "createdAt": WallClock().now().isoformat()}
    said = pds.call(
        "POST",
        CREATE,
        json={"repo": who.did, "collection": POST, "record": record},
        headers={"Authorization": f"Bearer {entered['accessJwt']}"},
    )
    return str(said["uri"])


def test_a_sweep_finds_what_is_foreign_and_double_and_an_operator_settles_it(tmp_path):
    with on_bluesky(tmp_path, SteppedClock(WallClock().now() - timedelta(hours=10))) as (stage, _, there):
        assert swept(stage, 0) == Compared(accounts=3)
        stage.clock.step(hours=10)
        stage.go(stage.incident("1"), stage.incident("2", station="Central"))
        assert swept(stage) == Compared(accounts=3), "posts and reposts as the server lists them are ours"
        [ours] = standing_on(shared_pds(), there[GREEN])
        by_hand(there[GREEN], ours.text)
        stranger = by_hand(there[GREEN], "Buy made-up coins")
        assert swept(stage) == Compared(accounts=3, foreign=1, doubles=1)
        assert {one.id for one in standing_on(shared_pds(), there[GREEN])} == {ours.id, stranger}
        account = stage.house.know.accounts[AccountId(f"bluesky:{there[GREEN].handle}")]
        assert account_state(stage, account.id) is AccountState.LOCKED
        [stray] = open_strays(stage.fleet.store, account)
        assert take_it_down(OFFICER, stage.office, account, stray.platform_id)
        assert [one.id for one in standing_on(shared_pds(), there[GREEN])] == [ours.id]
        assert swept(stage) == Compared(accounts=3)


def test_a_picture_that_two_people_approved_stands_there_with_its_alt_text_and_is_taken_back_with_its_notice(tmp_path):
    with on_bluesky(tmp_path) as (stage, _, there):
        stage.go(wanted(stage))
        shown = prepared(stage)
        approved(stage, ANN, BOB)
        stage.time_passes(60)
        stage.work()
        [(content, alt)] = pictures_on(shared_pds(), there[GREEN])
        assert hashlib.sha256(content).hexdigest() == shown.sha256
        assert "black hair" in alt
        [said] = {row.reference for row in _deliveries(stage) if row.post is not None and row.post.picture is not None}
        retract(ANN, stage.fleet.store, stage.house.know, stage.clock, said, Because.EXPIRY)
        stage.work()
        assert pictures_on(shared_pds(), there[GREEN]) == []


def _deliveries(stage: Stage) -> list[Delivery]:
    with stage.fleet.store.begin() as tx:
        return list(tx.outbox.recent(20))
