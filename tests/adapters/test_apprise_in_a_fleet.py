"""A fleet speaks through Apprise: the lead once, no repost, nothing about a person, its doubts before somebody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bots.fleet import fleet as make_bots
from core.domain.deliveries import DeliveryState
from core.domain.lines import AccountId, LineId
from core.flow.connect import connect
from core.flow.posts import may_speak
from core.flow.workers import work_once
from core.wiring import Wiring
from tests.contract.apprise_stage import TOKEN, nobody_listens, secret_of
from tests.fakes.clocks import SteppedClock
from tests.fakes.example_fleet import write_fleet
from tests.fakes.odd_platform import OddPlatform
from tests.fakes.receiver import Receiver
from tests.flow.stage import BLUE, OFFICER, RED, Stage

LINES = (LineId("Red"), LineId("Blue"))


@contextmanager
def through_apprise(folder: Path, host: str | None = None) -> Iterator[tuple[Stage, Receiver]]:
    """The example fleet, each line with an address of its own on one receiver, or on `host`."""
    with Receiver() as receiver:
        path = write_fleet(folder)
        said = path.read_text("utf-8").replace("  x: {limit: 280}", "  apprise: {limit: 500}")
        path.write_text(said.replace("    x: {mode: live}", "    apprise: {mode: live}"), "utf-8")
        wiring, clock = Wiring(make_bots, {}), SteppedClock()
        with wiring.open(wiring.settings(path)) as opened:
            fleet = replace(opened, clock=clock)
            house, office = replace(fleet.house, clock=clock), replace(fleet.office, clock=clock)
            for account in house.know.accounts.values():
                if account.channel == "apprise":
                    url = f"json://{host or receiver.host}/{account.handle}/{TOKEN}"
                    fleet.secrets.put(secret_of(account.handle), url)
                    connect(OFFICER, fleet.store, clock, fleet.channels["apprise"], account)
            yield Stage(fleet, clock, house, office, OddPlatform(clock.now)), receiver


def heard(receiver: Receiver, handle: str) -> list[str]:
    return [json.loads(one.body)["message"] for one in receiver.received if one.path.startswith(f"/{handle}/")]


def owed(stage: Stage, handle: str) -> list[str]:
    return stage.states(handle, "apprise")


def test_the_lead_says_it_once_and_its_sister_handle_is_silent(tmp_path):
    with through_apprise(tmp_path) as (stage, receiver):
        stage.go(stage.incident(station="Central"))
        assert heard(receiver, RED) == stage.texts(RED)
        assert len(heard(receiver, RED)) == 1
        assert (heard(receiver, BLUE), owed(stage, BLUE)) == ([], [])
        assert len(stage.posts(BLUE)) == 1, "on the local timeline it reposts"


def test_a_lost_answer_waits_for_a_person_and_is_never_sent_again(tmp_path):
    with through_apprise(tmp_path) as (stage, receiver):
        receiver.answers.append("cut")
        stage.go(stage.incident(station="Central"))
        assert (len(heard(receiver, RED)), owed(stage, RED)) == (1, [DeliveryState.WAITING.value])
        stage.time_passes(3 * 3600)
        stage.work()
        assert len(heard(receiver, RED)) == 1


def test_a_service_that_can_not_be_reached_is_tried_again_without_a_person(tmp_path):
    with through_apprise(tmp_path, nobody_listens()) as (stage, receiver):
        stage.take(stage.incident(station="Central"))
        stage.think()
        while work_once(stage.office, "worker"):
            pass
        assert owed(stage, RED) == [DeliveryState.DUE.value]
        stage.fleet.secrets.put(secret_of(RED), f"json://{receiver.host}/{RED}/{TOKEN}")
        stage.office.checked.add(AccountId(f"apprise:{RED}"))
        stage.time_passes(60)
        stage.work()
        assert len(heard(receiver, RED)) == 1


def test_nothing_about_a_person_goes_where_it_can_not_be_taken_down(tmp_path):
    with through_apprise(tmp_path) as (stage, _):
        know = stage.house.know
        everything, about_one = may_speak(know, LINES), may_speak(know, LINES, person=True)
        gone = {AccountId(f"apprise:{handle}") for handle in (RED, BLUE)}
        assert gone <= everything
        assert everything - about_one == gone


def test_the_account_is_pinned_by_a_fingerprint_and_another_address_stops_it(tmp_path):
    with through_apprise(tmp_path) as (stage, receiver):
        with stage.fleet.store.begin() as tx:
            pinned = tx.accounts.get(AccountId(f"apprise:{RED}")).platform_id
        assert pinned is not None
        assert TOKEN not in pinned
        stage.fleet.secrets.put(secret_of(RED), f"json://{receiver.host}/somebody-else/{TOKEN}")
        stage.go(stage.incident(station="Central"))
        assert receiver.received == []
        with stage.fleet.store.begin() as tx:
            record = tx.accounts.get(AccountId(f"apprise:{RED}"))
        assert record.state.value == "wrong-identity"
