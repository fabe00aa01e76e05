"""A whole fleet hands its notices to an endpoint that loses answers: by its record, once each, and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.adapters.signing import WINDOW, is_genuine, signed
from core.domain.lines import AccountMode
from core.domain.staff import Actor, NotAllowed, Role
from core.domain.taking_back import Because
from core.flow.calling import calls_for
from core.flow.endpoint_proof import is_proven, prove_endpoint
from core.flow.partner_status import partner_status
from core.flow.published import published
from core.flow.retract import retract
from core.flow.status import look_at
from core.flow.workers import work_once
from core.ports.channel import NotSupported, PostDeferred
from tests.adapters.webhook_scene import handing_over
from tests.fakes.endpoint import Endpoint
from tests.flow.stage import GREEN, OFFICER, Stage

NOON = datetime(2026, 7, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[tuple[Stage, Endpoint]]:
    with handing_over(tmp_path) as both:
        yield both


def test_each_notice_is_there_once_whatever_got_lost(partner):
    stage, endpoint = partner
    endpoint.misbehave("notice.posted", "cut", 500, 503, "cut")
    stage.go(stage.incident("1"), stage.incident("2", station="Central"))
    held = sorted((one.handle, one.text.splitlines()[0][:7]) for one in endpoint.held.values())
    assert len(held) == 2
    assert {words for _, words in held} == {"Robbery"}
    assert {one.text for one in endpoint.held.values()} >= set(stage.texts(GREEN))


def test_a_sister_line_hands_nothing_over_again(partner):
    stage, endpoint = partner
    stage.go(stage.incident("1", station="Central"))
    assert endpoint.came["notice.posted"] == 1


def test_taking_back_goes_on_until_it_is_acknowledged_and_rings_meanwhile(partner):
    stage, endpoint = partner
    stage.go(stage.incident("1"))
    reference = stage.posts(GREEN)[0].reference
    endpoint.misbehave("notice.withdrawn", *[422, "mute", "cut", 500] * 500)
    retract(OFFICER, stage.fleet.store, stage.house.know, stage.clock, reference, Because.ERROR)
    stage.office = replace(stage.office, batch=1)
    for _ in range(4):
        work_once(stage.office, "worker")
    know, store = stage.house.know, stage.fleet.store
    late = partner_status(OFFICER, store, know, stage.clock, timedelta(days=7), timedelta(hours=1)).unacknowledged
    assert [one.reference for one in late] == [reference]
    soon = look_at(store, stage.clock, [], know=know)
    assert soon.unacknowledged == (), "it has a while to answer"
    stage.clock.step(minutes=6)
    status = look_at(store, stage.clock, [], know=know)
    calls = {call.key for call in calls_for(status, stage.clock.now())}
    assert f"unacknowledged:webhook:{GREEN}" in calls
    assert not status.well
    endpoint.faults.clear()
    stage.work()
    assert look_at(store, stage.clock, [], know=know).unacknowledged == ()
    assert [one.text for one in endpoint.held.values() if "Robbery" in one.text] == []


def test_a_taking_back_waits_a_minute_however_long_the_endpoint_asks_for(partner):
    stage, endpoint = partner
    stage.go(stage.incident("1"))
    endpoint.retry_after = "999999"
    endpoint.misbehave("notice.withdrawn", 503)
    retract(OFFICER, stage.fleet.store, stage.house.know, stage.clock, stage.posts(GREEN)[0].reference, Because.ERROR)
    while work_once(stage.office, "worker"):
        pass
    assert endpoint.came["notice.withdrawn"] == 1
    stage.time_passes(61)
    while work_once(stage.office, "worker"):
        pass
    assert endpoint.came["notice.withdrawn"] == 2


def test_a_changed_endpoint_is_handed_nothing(partner):
    stage, endpoint = partner
    endpoint.key = "another key"
    stage.go(stage.incident("1"))
    assert not endpoint.held
    assert "needs-login" in {row.state.value for row in look_at(stage.fleet.store, stage.clock, []).accounts}


@pytest.mark.parametrize(("local", "listed"), [("live", 1), ("practice", 0)])
def test_what_a_system_alone_was_handed_does_not_stand_publicly(tmp_path: Path, local: str, listed: int):
    with handing_over(tmp_path, local=local) as (stage, endpoint):
        stage.go(stage.incident("1"))
        assert len(endpoint.held) == 1
        long = timedelta(days=3650)
        found = published(stage.fleet.store, stage.house.know, stage.clock.now(), long, long)
        assert len(found) == listed


def test_an_endpoint_is_proven_by_a_test_that_it_takes_back(partner):
    stage, endpoint = partner
    account = next(one for one in stage.house.know.accounts.values() if one.channel == "webhook")
    assert account.mode is AccountMode.LIVE
    channel, store, know = stage.fleet.channels["webhook"], stage.fleet.store, stage.house.know
    ticks = iter([0.0, 2.0, 0.0, 900.0])
    proof = prove_endpoint(OFFICER, store, know, stage.clock, channel, account, lambda: next(ticks))
    assert is_proven(proof, timedelta(minutes=5))
    assert not endpoint.held
    late = prove_endpoint(OFFICER, store, know, stage.clock, channel, account, lambda: next(ticks))
    assert not is_proven(late, timedelta(minutes=5))
    with store.begin() as tx:
        assert tx.partners.proof(account.id) == late
    endpoint.misbehave("notice.withdrawn", "mute")
    with pytest.raises(PostDeferred):
        prove_endpoint(OFFICER, store, know, stage.clock, channel, account)
    with pytest.raises(NotSupported):
        prove_endpoint(OFFICER, store, know, stage.clock, stage.fleet.channels["local"], account)
    nobody = Actor(id="made-up", roles=frozenset({Role.OFFICER}), via="cli")
    with pytest.raises(NotAllowed):
        prove_endpoint(nobody, store, know, stage.clock, channel, account)


def test_a_signature_holds_for_its_body_its_key_and_a_while():
    body = json.dumps({"type": "notice.posted"}).encode()
    header = signed("key", body, NOON)
    assert is_genuine("key", header, body, NOON + WINDOW)
    assert not is_genuine("key", header, body, NOON + WINDOW + timedelta(seconds=1))
    assert not is_genuine("key", header, body, NOON - WINDOW - timedelta(seconds=1))
    assert not is_genuine("key", header, body + b" ", NOON)
    assert not is_genuine("other", header, body, NOON)
    assert not is_genuine("key", header.replace("t=1", "t=2"), body, NOON)
    assert not is_genuine("key", "", body, NOON)
