"""What Bluesky may have taken is looked up and never sent again; a real PDS's own listing is the judge."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.adapters.channels.bluesky import BlueskyChannel
from core.domain.deliveries import Receipt
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred, PostRefused, Probe
from tests.adapters.bluesky_scene import READ, REMOVE, Scene, opened, says
from tests.contract.bluesky_stage import CREATE
from tests.contract.channels import SAID_AT, KeptInMemory, account, saying
from tests.fakes.misbehaving_proxy import Answer, Mishap
from tests.fakes.one_answer import answering

ROOT = Path(__file__).resolve().parents[2]
FAMILY = "👨‍👩‍👧‍👦"
NEVER_TAKEN, TAKEN = 0, 1
WAYS = {
    "dropped before": (Mishap.DROP_BEFORE, None, OutcomeUnknown, NEVER_TAKEN),
    "dropped after": (Mishap.DROP_AFTER, None, OutcomeUnknown, TAKEN),
    "body cut": (Mishap.CUT_BODY, None, OutcomeUnknown, TAKEN),
    "half the JSON": (Mishap.HALF_JSON, None, OutcomeUnknown, TAKEN),
    "503 before": (Mishap.ANSWER_BEFORE, says(503), OutcomeUnknown, NEVER_TAKEN),
    "500 after": (Mishap.ANSWER_AFTER, says(500, "InternalServerError"), OutcomeUnknown, TAKEN),
    "502 after": (Mishap.ANSWER_AFTER, says(502, "UpstreamFailure"), OutcomeUnknown, TAKEN),
    "409 after": (Mishap.ANSWER_AFTER, says(409, "Conflict"), OutcomeUnknown, TAKEN),
    "a page for an answer": (Mishap.ANSWER_AFTER, says(200), OutcomeUnknown, TAKEN),
    "another record's address": (
        Mishap.ANSWER_AFTER,
        Answer(200, {"Content-Type": "application/json"}, b'{"uri": "at://did:plc:made-up/x/y", "cid": "z"}'),
        OutcomeUnknown,
        TAKEN,
    ),
    "another address": (Mishap.ANSWER_BEFORE, says(307, Location="/xrpc/elsewhere"), OutcomeUnknown, NEVER_TAKEN),
    "400 of a stranger": (Mishap.ANSWER_AFTER, says(400), OutcomeUnknown, TAKEN),
    "403 of a stranger": (Mishap.ANSWER_AFTER, says(403), OutcomeUnknown, TAKEN),
    "400 in its own words": (Mishap.ANSWER_BEFORE, says(400, "InvalidRequest"), PostRefused, NEVER_TAKEN),
    "413 in its own words": (Mishap.ANSWER_BEFORE, says(413, "PayloadTooLarge"), PostRefused, NEVER_TAKEN),
    "403 in its own words": (Mishap.ANSWER_BEFORE, says(403, "Forbidden"), LoginNeeded, NEVER_TAKEN),
    "429": (Mishap.ANSWER_BEFORE, says(429, "RateLimitExceeded"), PostDeferred, NEVER_TAKEN),
}


@pytest.fixture
def scene() -> Iterator[Scene]:
    with opened() as ready:
        yield ready


@pytest.mark.parametrize("way", WAYS.values(), ids=[name.replace(" ", "-") for name in WAYS])
def test_each_way_to_fail_is_read_rightly_and_nothing_is_sent_again(scene, way):
    mishap, answer, error, taken = way
    wanted = saying("Robbery, northbound. 7K3M9X2")
    scene.proxy.order(mishap, path=CREATE, answer=answer)
    with pytest.raises(error):
        scene.channel.publish(scene.teal, wanted)
    assert scene.created() == 1
    assert len(scene.standing()) == taken
    look = scene.look(wanted)
    assert look.complete
    assert ([] if look.found is None else [look.found.platform_id]) == [one.id for one in scene.standing()]


def test_an_answer_that_does_not_come_is_unknown(scene):
    hasty, wanted = scene.facing(answer_seconds=0.3), saying("hello 7K3M9X2")
    scene.channel.who_am_i(scene.teal)  # the session is there: the publishing call is the only one that may be late
    scene.proxy.order(Mishap.LATE_ANSWER, path=CREATE)
    with pytest.raises(OutcomeUnknown):
        hasty.publish(scene.teal, wanted)
    scene.proxy.until_heard()
    assert scene.look(wanted).found is not None
    scene.proxy.release()
    assert len(scene.standing()) == scene.created() == 1


def test_an_effect_that_lands_later_stands_once_and_a_second_try_makes_no_other(scene):
    wanted = saying("hello 7K3M9X2")
    scene.proxy.order(Mishap.LATE_EFFECT, path=CREATE)
    with pytest.raises(OutcomeUnknown):
        scene.channel.publish(scene.teal, wanted)
    assert scene.look(wanted).found is None
    again = scene.channel.publish(scene.teal, wanted)
    scene.proxy.release()
    assert [one.id for one in scene.standing()] == [again.platform_id]


def test_one_delivery_is_one_record_however_often_it_is_sent(scene):
    first = scene.channel.publish(scene.teal, saying("hello 7K3M9X2"))
    for channel in (scene.channel, scene.facing()):
        with pytest.raises(OutcomeUnknown):
            channel.publish(scene.teal, saying("hello 7K3M9X2"))
    assert [one.id for one in scene.standing()] == [first.platform_id]
    assert scene.look(saying("hello 7K3M9X2")).found == first


def test_a_repost_is_one_record_however_often_it_is_sent(scene):
    said = scene.channel.publish(scene.teal, saying("hello 7K3M9X2"))
    first = scene.channel.repost(scene.plum, said)
    scene.facing().repost(scene.plum, said)
    assert [(one.id, one.repost_of) for one in scene.standing(scene.plum)] == [(first.platform_id, said.platform_id)]


@pytest.mark.parametrize("mishap", [Mishap.DROP_BEFORE, Mishap.DROP_AFTER, Mishap.CUT_BODY])
def test_a_removal_whose_end_was_not_seen_is_unknown_and_a_second_one_ends_it(scene, mishap):
    said = scene.channel.publish(scene.teal, saying("hello 7K3M9X2"))
    scene.proxy.order(mishap, path=REMOVE)
    with pytest.raises(OutcomeUnknown):
        scene.channel.remove(scene.teal, said)
    scene.channel.remove(scene.teal, said)
    assert scene.standing() == []


def test_what_was_taken_down_can_be_said_again_under_its_key(scene):
    said = scene.channel.publish(scene.teal, saying("hello 7K3M9X2"))
    scene.channel.remove(scene.teal, said)
    assert scene.channel.publish(scene.teal, saying("hello 7K3M9X2")).platform_id == said.platform_id
    assert len(scene.standing()) == 1


def test_every_part_of_a_thread_names_the_first_and_the_one_before(scene):
    first = scene.channel.publish(scene.teal, saying("part 1/3 7K3M9X2"))
    second = scene.channel.publish(scene.teal, saying("part 2/3 7K3M9X2", reply_to=first))
    scene.facing().publish(scene.teal, saying("part 3/3 7K3M9X2", reply_to=second))
    root, middle, last = scene.records()
    places = [{key: one[key] for key in ("uri", "cid")} for one in (root, middle)]
    answered = [
        {key: one["value"]["reply"][name][key] for key in ("uri", "cid")}
        for one in (middle, last)
        for name in ("root", "parent")
    ]
    assert "reply" not in root["value"]
    assert answered == [places[0], places[0], places[0], places[1]]


@pytest.mark.parametrize(
    "order", [{"mishap": Mishap.DROP_BEFORE}, {"mishap": Mishap.ANSWER_BEFORE, "answer": says(503)}]
)
def test_what_can_not_be_read_is_neither_absent_nor_gone(scene, order):
    said = scene.channel.publish(scene.teal, saying("hello 7K3M9X2"))
    scene.proxy.order(path=READ, times=3, **order)
    with pytest.raises(PostDeferred):
        scene.look(saying("never said 7K3M9X2"))
    with pytest.raises(PostDeferred):
        scene.channel.publish(scene.teal, saying("answer 7K3M9X2", reply_to=said))
    with pytest.raises(PostDeferred):
        scene.channel.repost(scene.plum, said)
    assert scene.created() == 1


@pytest.mark.parametrize(
    "answer", [says(400, "InvalidRequest", "Could not locate record"), says(404), says(400), says(200)]
)
def test_only_the_servers_own_name_for_it_says_that_a_post_is_absent(scene, answer):
    wanted = saying("hello 7K3M9X2")
    scene.channel.publish(scene.teal, wanted)
    scene.proxy.order(Mishap.ANSWER_BEFORE, path=READ, answer=answer)
    with pytest.raises(PostDeferred):
        scene.look(wanted)


def test_only_its_own_server_says_at_once_that_a_post_is_gone(scene):
    said = scene.channel.publish(scene.teal, saying("hello 7K3M9X2"))
    stranger = scene.facing()  # it speaks for the sister alone, as where the lead's post is on another server
    scene.proxy.order(Mishap.ANSWER_BEFORE, path=READ, answer=says(400, "RecordNotFound"), times=2)
    with pytest.raises(PostDeferred):
        stranger.repost(scene.plum, said)
    with pytest.raises(PostRefused):
        stranger.repost(scene.plum, said.model_copy(update={"at": said.at - timedelta(hours=1)}))
    stranger.repost(scene.plum, said)
    assert [one.repost_of for one in scene.standing(scene.plum)] == [said.platform_id]


def test_nobody_takes_down_what_is_not_theirs(scene):
    said = scene.channel.publish(scene.teal, saying("hello 7K3M9X2"))
    with pytest.raises(PostRefused):
        scene.channel.remove(scene.plum, said)
    profile = f"at://{scene.accounts[scene.teal.handle].did}/app.bsky.actor.profile/self"
    for other in ("17", profile, f"{said.platform_id}/more"):
        with pytest.raises(PostRefused):
            scene.channel.remove(scene.teal, Receipt(platform_id=other, at=SAID_AT))
    assert len(scene.standing()) == 1


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"Retry_After": "17"}, 17, 17),
        ({"RateLimit_Reset": "RESET"}, 80, 100),
        ({"RateLimit_Reset": "soon"}, 300, 300),
        ({"Retry_After": "-1", "RateLimit_Reset": "1"}, 1, 1),
        ({"Retry_After": "9999999"}, 86_400, 86_400),
        ({}, 300, 300),
    ],
)
def test_a_platform_that_wants_no_more_is_left_alone_as_long_as_it_says(scene, headers, least, most):
    reset = str(int((datetime.now(UTC) + timedelta(seconds=90)).timestamp()))
    named = {name: reset if value == "RESET" else value for name, value in headers.items()}
    scene.proxy.order(Mishap.ANSWER_BEFORE, path=CREATE, answer=says(429, "RateLimitExceeded", **named))
    with pytest.raises(PostDeferred) as raised:
        scene.channel.publish(scene.teal, saying("hello 7K3M9X2"))
    assert least <= raised.value.seconds <= most


def test_a_server_that_is_not_there_is_tried_again_soon():
    with answering(200, "{}") as gone:
        url = gone.url
    channel = BlueskyChannel(KeptInMemory({"bluesky:teal.test:password": "made-up"}), base_url=url)
    with pytest.raises(PostDeferred) as raised:
        channel.publish(account("bluesky", "teal.test"), saying("hello"))
    assert raised.value.seconds < 30


def test_an_answer_that_drips_is_not_waited_for_without_end():
    kept = KeptInMemory({"bluesky:teal.test:password": "made-up"})
    with answering(200, " " * 2000, {"Content-Type": "application/json"}, drip=0.02) as server:
        channel = BlueskyChannel(kept, base_url=server.url, connect_seconds=0.2, answer_seconds=0.2)
        with pytest.raises(PostDeferred, match="no answer in time"):
            channel.who_am_i(account("bluesky", "teal.test"))


def test_what_can_be_tapped_is_marked_in_bytes(scene):
    other = scene.plum.handle
    text = f"🚇 é: https://fleet.example/é?a=1, #Rückgabe @{other} @nobody.test $3,500 $CASH delays.in both"
    scene.channel.publish(scene.teal, saying(text))
    (record,) = scene.records()
    whole, found = text.encode(), []
    for facet in record["value"]["facets"]:
        (feature,) = facet["features"]
        place = whole[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
        found.append(
            (feature["$type"].partition("#")[2], place, next(iter(feature[key] for key in feature if key != "$type")))
        )
    assert found == [
        ("link", "https://fleet.example/é?a=1", "https://fleet.example/é?a=1"),
        ("tag", "#Rückgabe", "Rückgabe"),
        ("mention", f"@{other}", scene.accounts[other].did),
    ]


def test_a_mention_that_can_not_be_asked_for_holds_the_post_back(scene):
    scene.proxy.order(Mishap.ANSWER_BEFORE, path="resolveHandle", answer=says(502))
    with pytest.raises(PostDeferred):
        scene.channel.publish(scene.teal, saying(f"hello @{scene.plum.handle}"))
    assert scene.standing() == []


@pytest.mark.parametrize(
    ("text", "fits"), [(FAMILY * 120, True), (FAMILY * 121, False), ("x" * 300, True), ("বি" * 301, False)]
)
def test_the_platform_counts_as_the_fleet_does(scene, text, fits):
    if fits:
        scene.channel.publish(scene.teal, saying(text))
    else:
        with pytest.raises(PostRefused):
            scene.channel.publish(scene.teal, saying(text))
    assert [one.text for one in scene.standing()] == ([text] if fits else [])


def test_a_probe_for_nothing_finds_nothing_and_settles_nothing(scene):
    look = scene.channel.find(scene.teal, Probe(outgoing=None, repost_of=None, attempted_at=SAID_AT))
    assert (look.found, look.complete) == (None, False)


@pytest.mark.parametrize("url", ["http://bsky.example", "ftp://127.0.0.1", "https://name:word@bsky.example"])
def test_no_origin_is_taken_that_would_show_the_password(url):
    with pytest.raises(ValueError):
        BlueskyChannel(KeptInMemory({}), base_url=url)


def test_the_sdk_is_loaded_at_the_first_call_only():
    code = (
        "import sys, core.adapters.channels.bluesky;"
        "print(sorted({'atproto', 'atproto_client', 'httpx', 'requests'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
