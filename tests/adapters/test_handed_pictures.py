"""A picture is handed to an endpoint as a link, which shows it while it may be seen there, and to nobody else."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.domain.deliveries import Act, DeliveryKey
from core.domain.lines import AccountId
from core.domain.staff import Role
from core.domain.taking_back import Because
from core.flow.handed import link_to
from core.flow.pause import pause
from core.flow.retract import retract
from core.flow.seal import seal
from core.flow.staff import add_person
from core.ports.channel import PostDeferred
from tests.adapters.persons_scene import (
    ANYONE,
    HUB,
    LINKED,
    NAME,
    PROVEN,
    approve,
    asked,
    at_once,
    ever_handed,
    hand_over,
    handed,
    on_the_handle,
    pages,
    picture_of,
    prove,
    rotate,
)
from tests.adapters.webhook_scene import handing_over, opened
from tests.fakes.endpoint import Endpoint
from tests.flow.reviewing import ANN, waiting
from tests.flow.stage import GREEN, OFFICER, RED, Stage

Partner = tuple[Stage, Endpoint]


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[Partner]:
    with handing_over(tmp_path, PROVEN, f"{LINKED}, feeds: true, intake: true") as both:
        prove(both[0])
        yield both


def approved_picture(stage: Stage) -> str:
    """What the handle shows, by its own record: its hash."""
    [shown] = [post.picture for post in stage.posts(GREEN) if post.picture is not None]
    return shown.address.removeprefix("/picture/").partition(".")[0]


def status(stage: Stage, path: str) -> int:
    return int(pages(stage).get(path).status_code)


def test_the_link_shows_the_approved_bytes_with_its_words_and_nobody_keeps_it(partner: Partner) -> None:
    stage, endpoint = partner
    hand_over(stage)
    [held] = handed(endpoint)
    assert held.picture is not None
    assert "black hair" in held.picture["alt"]
    assert NAME not in held.picture["alt"]
    answer = pages(stage).get(picture_of(endpoint))
    assert (answer.status_code, answer.headers["content-type"]) == (200, held.picture["media_type"])
    assert hashlib.sha256(answer.content).hexdigest() == approved_picture(stage)
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert set(held.picture) == {"url", "media_type", "alt", "width", "height"}, "no byte of it is handed over"


def by_retraction(stage: Stage, endpoint: Endpoint, reference: str) -> None:
    retract(ANN, stage.fleet.store, stage.house.know, stage.clock, reference, Because.EXPIRY)


def by_seal(stage: Stage, endpoint: Endpoint, reference: str) -> None:
    seal(ANN, stage.fleet.store, stage.house.know, stage.clock, reference, "SO-2026-17")


def by_time_alone(stage: Stage, endpoint: Endpoint, reference: str) -> None:
    """Nothing of the fleet runs any more but its pages."""
    stage.clock.step(hours=73)


def by_another_key(stage: Stage, endpoint: Endpoint, reference: str) -> None:
    rotate(stage, endpoint)
    prove(stage)


def by_no_key(stage: Stage, endpoint: Endpoint, reference: str) -> None:
    stage.fleet.secrets.forget("webhook:key")


def by_a_slow_trial(stage: Stage, endpoint: Endpoint, reference: str) -> None:
    prove(stage, 900)


def by_a_failed_trial(stage: Stage, endpoint: Endpoint, reference: str) -> None:
    endpoint.misbehave("notice.withdrawn", "mute")
    with pytest.raises(PostDeferred):
        prove(stage)


ENDS = [by_retraction, by_seal, by_time_alone, by_another_key, by_no_key, by_a_slow_trial, by_a_failed_trial]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_it_shows_nothing_from_that_moment_on_whatever_the_endpoint_says(
    partner: Partner, end: Callable[[Stage, Endpoint, str], None]
) -> None:
    stage, endpoint = partner
    reference = hand_over(stage)
    path = picture_of(endpoint)
    assert status(stage, path) == 200
    end(stage, endpoint, reference)
    assert status(stage, path) == 404


def test_it_shows_nothing_before_it_is_handed_over_and_nothing_while_it_is_paused(partner: Partner) -> None:
    stage, endpoint = partner
    asked(stage)
    path = the_link(stage)
    assert status(stage, path) == 404, "nobody approved it"
    approve(stage)
    at_once(stage)
    assert status(stage, path) == 404, "it may still be undone"
    pause(OFFICER, stage.fleet.store, stage.house.know, stage.clock, f"account {HUB}")
    stage.work()
    assert ever_handed(endpoint) == []
    assert status(stage, path) == 404


def the_link(stage: Stage, account: AccountId = HUB, revision: int = 2) -> str:
    """The link that only the fleet can make."""

    proposal = waiting(stage)
    key = DeliveryKey(
        notice_id=proposal.notice_id, revision=revision, account=account, language="en", act=Act.POST, part=1
    )
    link = link_to(stage.house.know, key)
    assert link is not None
    return link.removeprefix("https://police.example.org")


class TestWhoWantsIt:
    def test_a_partner_s_token_opens_nothing(self, partner: Partner) -> None:
        stage, endpoint = partner
        add_person(None, stage.fleet.store, stage.clock, "made-up-op", frozenset({Role.OPERATOR}))
        token = add_person(OFFICER, stage.fleet.store, stage.clock, "hub", frozenset({Role.PARTNER}))
        reference = hand_over(stage)
        path, everything = picture_of(endpoint), pages(stage)
        bearer = {"Authorization": f"Bearer {token}"}
        name = path.rpartition("/")[2]
        notice, revision, channel, handle, language, key = name.split(".")
        whose = f"{notice}.{revision}.{channel}"
        for guess in (
            f"/handed/{reference}",
            f"/handed/{whose}.{handle}.{language}.{'0' * 40}",
            f"/handed/{name[:-1]}{'0' if name[-1] != '0' else '1'}",
            f"/handed/{notice}.{int(revision) - 1}.{channel}.{handle}.{language}.{key}",
            f"/handed/{whose}.{RED}.{language}.{key}",
            f"/handed/{whose}.{handle}.es.{key}",
            f"/handed/{notice}.{revision}.local.{handle}.{language}.{key}",
            f"/handed/{name.upper()}",
            f"/handed/{name}.png",
            f"/handed/{name}/",
            f"/handed/../handed/{name}x",
            f"/handed/{name}%0a",
            "/handed/",
            f"/api/partner/pictures/{name}",
            f"/feeds/{name}",
        ):
            assert everything.get(guess, headers=bearer).status_code in (401, 404, 405), guess

    def test_the_link_of_another_account_or_revision_opens_nothing(self, partner: Partner) -> None:
        stage, endpoint = partner
        asked(stage)
        other = the_link(stage, AccountId(f"webhook:{RED}"))
        place = the_link(stage, revision=1)
        approve(stage)
        stage.work()
        assert status(stage, picture_of(endpoint)) == 200
        assert (status(stage, other), status(stage, place)) == (404, 404)

    def test_nothing_of_a_person_stands_in_any_public_feed(self, partner: Partner) -> None:
        stage, endpoint = partner
        hand_over(stage)
        hashed, everything = approved_picture(stage), pages(stage)
        assert NAME in on_the_handle(stage)[0]
        seen = everything.get("/feeds/index.json").json()["feeds"]
        for address in seen:
            answer = everything.get(address.removeprefix("https://police.example.org"))
            assert answer.status_code == 200
            for word in (NAME, ANYONE, "hair", hashed, picture_of(endpoint), "CASE-1"):
                assert word.encode() not in answer.content, (address, word)
        assert len(seen) >= 20


def test_without_a_public_address_it_is_handed_words_alone(tmp_path: Path) -> None:
    with handing_over(tmp_path, PROVEN) as (stage, endpoint):
        prove(stage)
        hand_over(stage)
        [held] = handed(endpoint)
        assert NAME in held.text
        assert held.picture is None
        assert status(stage, "/handed/x") == 404


def test_switched_off_again_every_link_is_dead(partner: Partner, tmp_path: Path) -> None:
    stage, endpoint = partner
    hand_over(stage)
    path = picture_of(endpoint)
    file = tmp_path / "lines.yaml"
    file.write_text(file.read_text("utf-8").replace(PROVEN, ", persons: never"), "utf-8")
    with opened(file, stage.clock) as off:
        assert status(off, path) == 404
