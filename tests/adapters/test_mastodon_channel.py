"""How the Mastodon channel reads what goes wrong: refused, deferred, unknown, a person's business; nothing twice."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.adapters.channels.mastodon import MastodonChannel
from core.domain.deliveries import Receipt
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred, PostRefused
from tests.adapters.mastodon_scene import PLUM, TEAL, Scene, facing, opened
from tests.contract.channels import SAID_AT, saying
from tests.fakes.mastodon_server import Fault
from tests.fakes.one_answer import answering

STATUS = {"id": "7", "content": "<p>hello</p>", "url": "https://social.example/7", "reblog": None}
RESET = "X-RateLimit-Reset"


@pytest.fixture
def scene() -> Iterator[Scene]:
    with opened() as ready:
        yield ready


@pytest.mark.parametrize(
    ("fault", "expected", "stands"),
    [
        (Fault.DROP_BEFORE, OutcomeUnknown, False),
        (Fault.DROP_AFTER, OutcomeUnknown, True),
        (Fault.LATE_EFFECT, OutcomeUnknown, False),
        (Fault.FAIL_BEFORE, OutcomeUnknown, False),
        (Fault.FAIL_AFTER, OutcomeUnknown, True),
        (Fault.CUT_JSON, OutcomeUnknown, True),
        (Fault.CUT_BODY, OutcomeUnknown, True),
        (Fault.HTML_BEFORE, OutcomeUnknown, False),
        (Fault.HTML_AFTER, OutcomeUnknown, True),
        (Fault.TOO_MANY, PostDeferred, False),
        (Fault.TOO_MANY_BARE, PostDeferred, False),
        (Fault.INVALID, PostRefused, False),
        (Fault.NOT_ALLOWED, PostRefused, False),
        (Fault.DISABLED, LoginNeeded, False),
        (Fault.UNCONFIRMED, LoginNeeded, False),
        (Fault.SCOPES, LoginNeeded, False),
        (Fault.REVOKED, LoginNeeded, False),
        (Fault.NOBODY, LoginNeeded, False),
    ],
)
def test_each_way_to_fail_is_read_rightly_and_nothing_is_sent_again(scene, fault, expected, stands):
    target = scene.channel.publish(PLUM, saying("in full"))
    for act in (
        lambda: scene.channel.publish(TEAL, saying("once")),
        lambda: scene.channel.repost(TEAL, target),
    ):
        before, stood = scene.posted(), len(scene.server.posts(TEAL.handle))
        scene.server.misbehave(fault, method="POST")
        with pytest.raises(expected):
            act()
        assert scene.posted() == before + 1
        assert len(scene.server.posts(TEAL.handle)) == stood + stands


@pytest.mark.parametrize("fault", list(Fault))
def test_a_look_up_that_fails_is_never_read_as_not_found(scene, fault):
    scene.channel.publish(TEAL, saying("stands"))
    order = scene.server.misbehave(fault, method="GET", path=".*/statuses", times=None)
    if fault is Fault.ANSWER_LATE:
        order.release()
        assert scene.look("stands").found is not None
        return
    with pytest.raises((PostDeferred, LoginNeeded)):
        scene.look("absent")


@pytest.mark.parametrize("fault", [one for one in Fault if one is not Fault.ANSWER_LATE])
def test_who_the_account_is_is_never_guessed(scene, fault):
    scene.server.misbehave(fault, method="GET", times=None)
    with pytest.raises((PostDeferred, LoginNeeded)):
        scene.channel.who_am_i(TEAL)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.DROP_AFTER, OutcomeUnknown),
        (Fault.FAIL_BEFORE, OutcomeUnknown),
        (Fault.HTML_AFTER, OutcomeUnknown),
        (Fault.TOO_MANY, PostDeferred),
        (Fault.DISABLED, LoginNeeded),
        (Fault.NOT_ALLOWED, PostRefused),
    ],
)
def test_a_removal_that_fails_is_told_and_can_be_done_again(scene, fault, expected):
    said = scene.channel.publish(PLUM, saying("in full"))
    for act in (scene.channel.publish(TEAL, saying("wrong")), scene.channel.repost(TEAL, said)):
        scene.server.misbehave(fault)
        with pytest.raises(expected):
            scene.channel.remove(TEAL, act)
        scene.channel.remove(TEAL, act)
    assert scene.server.live(TEAL.handle) == ()
    assert scene.texts(PLUM) == ["in full"]


def test_the_post_of_another_account_can_not_be_removed(scene):
    said = scene.channel.publish(PLUM, saying("of the other"))
    with pytest.raises(PostRefused):
        scene.channel.remove(TEAL, said)
    assert scene.texts(PLUM) == ["of the other"]


def test_a_repost_that_stands_is_not_made_again(scene):
    said = scene.channel.publish(TEAL, saying("once"))
    first, second = scene.channel.repost(PLUM, said), scene.channel.repost(PLUM, said)
    assert first.platform_id == second.platform_id
    assert len(scene.server.posts(PLUM.handle)) == 1


def test_every_post_bears_its_deliverys_key_and_is_public_and_at_once(scene):
    outgoing = saying("hello", language="es")
    scene.channel.publish(TEAL, outgoing)
    (call,) = scene.server.requests
    assert call.headers["idempotency-key"] == outgoing.platform_key
    assert {name: call.form(name) for name in ("visibility", "language", "scheduled_at", "status")} == {
        "visibility": "public",
        "language": "es",
        "scheduled_at": None,
        "status": "hello",
    }
    assert [(one.visibility, one.language) for one in scene.server.live(TEAL.handle)] == [("public", "es")]


def test_the_same_key_again_is_the_first_status(scene):
    scene.server.misbehave(Fault.DROP_AFTER, method="POST")
    with pytest.raises(OutcomeUnknown):
        scene.channel.publish(TEAL, saying("once"))
    receipt = scene.channel.publish(TEAL, saying("once"))
    assert [one.id for one in scene.server.posts(TEAL.handle)] == [receipt.platform_id]


def test_where_keys_are_ignored_the_look_up_still_finds_it_before_it_is_sent_again(scene):
    scene.server.ignore_keys()
    scene.server.misbehave(Fault.DROP_AFTER, method="POST")
    attempted_at = scene.now()
    with pytest.raises(OutcomeUnknown):
        scene.channel.publish(TEAL, saying("once"))
    look = scene.look("once", attempted_at)
    assert look.found is not None
    assert [one.id for one in scene.server.posts(TEAL.handle)] == [look.found.platform_id]
    scene.channel.publish(TEAL, saying("once"))
    assert scene.texts() == ["once", "once"], "the server shows a double where the fleet would be careless"


def test_an_answer_that_does_not_come_is_unknown(scene):
    hasty = MastodonChannel(scene.kept, base_url=scene.server.url, answer_seconds=0.3)
    order = scene.server.misbehave(Fault.ANSWER_LATE, method="POST")
    with pytest.raises(OutcomeUnknown, match="no answer in time"):
        hasty.publish(TEAL, saying("slow"))
    assert order.struck.wait(10)
    order.release()
    assert (scene.texts(), scene.posted()) == (["slow"], 1)


def test_an_answer_that_drips_is_not_waited_for_without_end():
    said = json.dumps({**STATUS, "content": "a" * 200})
    with answering(200, said, drip=0.02) as server, pytest.raises(OutcomeUnknown, match="no answer in time"):
        facing(server.url, connect_seconds=0.2, answer_seconds=0.2).publish(TEAL, saying("hello"))
    assert len(server.asked) == 1


def test_a_server_that_can_not_be_reached_has_surely_taken_nothing():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    channel = facing(f"http://127.0.0.1:{port}")
    for act in (lambda: channel.publish(TEAL, saying("hello")), lambda: channel.who_am_i(TEAL)):
        with pytest.raises(PostDeferred, match="can't be reached") as deferred:
            act()
        assert deferred.value.seconds == 5


def test_a_used_up_window_is_waited_for_as_the_server_says(scene):
    scene.fleet_ahead = timedelta(hours=3)
    scene.server.misbehave(Fault.TOO_MANY)
    with pytest.raises(PostDeferred) as deferred:
        scene.channel.publish(TEAL, saying("two"))
    assert 5 < deferred.value.seconds <= 21, "twenty seconds by the server's own clock, whatever ours says"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 300),
        ({RESET: (SAID_AT + timedelta(seconds=40)).isoformat()}, 40),
        ({RESET: "2026-03-02T08:00:40.000000Z"}, 40),
        ({RESET: str(int(SAID_AT.timestamp()) + 40)}, 40),
        ({RESET: "2026-03-02T08:00:40.000000Z", "Date": "Mon, 02 Mar 2026 08:00:10 GMT"}, 30),
        ({RESET: "2026-03-02T08:00:40"}, 300),
        ({RESET: "soon"}, 300),
        ({RESET: "99999999999"}, 86_400),
        ({RESET: "1"}, 1),
    ],
)
def test_how_long_to_wait(headers, expected):
    with answering(429, '{"error": "Too many requests"}', headers) as server, pytest.raises(PostDeferred) as deferred:
        facing(server.url).publish(TEAL, saying("hello"))
    assert (deferred.value.seconds, len(server.asked)) == (expected, 1)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, "[]", OutcomeUnknown),
        (200, "", OutcomeUnknown),
        (200, "{}", OutcomeUnknown),
        (200, '{"id": 7}', OutcomeUnknown),
        (200, '{"id": ""}', OutcomeUnknown),
        (200, '{"error": "queue is full"}', OutcomeUnknown),
        (200, json.dumps({**STATUS, "reblog": {"id": "3"}}), OutcomeUnknown),
        (202, "", OutcomeUnknown),
        (307, "", OutcomeUnknown),
        (400, "<p>Bad Request", OutcomeUnknown),
        (400, '{"error": "param is missing or the value is empty: status"}', PostRefused),
        (401, "<p>Unauthorized", LoginNeeded),
        (401, '{"error": "The access token is invalid"}', LoginNeeded),
        (403, "<p>Forbidden", OutcomeUnknown),
        (403, '{"error": "Words that nobody has seen yet."}', OutcomeUnknown),
        (403, '{"error": "Your login is currently pending approval"}', LoginNeeded),
        (403, '{"error": "your account has been suspended"}', LoginNeeded),
        (404, '{"error": "Record not found"}', OutcomeUnknown),
        (404, "<p>Not Found", OutcomeUnknown),
        (409, '{"error": "Conflict"}', OutcomeUnknown),
        (422, '{"error": "Validation failed: Text character limit of 500 exceeded"}', PostRefused),
        (422, '{"error": "Duplicate record"}', OutcomeUnknown),
        (422, '{"error": "Validation failed: Reblog of status already exists"}', OutcomeUnknown),
        (422, "<p>Unprocessable", OutcomeUnknown),
        (500, '{"error": "This action is not allowed"}', OutcomeUnknown),
        (504, "<p>Gateway Timeout", OutcomeUnknown),
    ],
)
def test_only_words_of_the_server_itself_settle_that_nothing_was_taken(status, body, expected):
    with answering(status, body, {"Location": "/elsewhere"}) as server, pytest.raises(expected):
        facing(server.url).publish(TEAL, saying("hello"))
    assert server.asked == ["POST /api/v1/statuses"]


def test_a_limit_that_can_not_be_read_beside_a_yes_is_no_refusal():
    with answering(200, json.dumps(STATUS), {RESET: "soon"}) as server, pytest.raises(OutcomeUnknown):
        facing(server.url).publish(TEAL, saying("hello"))
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("body", "stands"),
    [
        ({**STATUS, "id": "9", "reblog": STATUS}, True),
        ({**STATUS, "reblogged": True}, True),
        ({**STATUS, "reblogged": False}, False),
        ({**STATUS, "id": "9", "reblog": {**STATUS, "id": "8"}}, False),
        ({}, False),
    ],
)
def test_a_repost_counts_only_when_the_answer_confirms_it(body, stands):
    with answering(200, json.dumps(body)) as server:
        try:
            receipt = facing(server.url).repost(TEAL, Receipt(platform_id="7", at=SAID_AT))
        except OutcomeUnknown:
            assert not stands
        else:
            assert stands
            assert receipt == Receipt(platform_id="repost:7", url="https://social.example/7", at=SAID_AT)
    assert server.asked == ["POST /api/v1/statuses/7/reblog"]


@pytest.mark.parametrize("body", ["[]", '{"error": "later"}', '{"id": "7", "reblogged": true}', "null"])
def test_a_removal_that_is_not_confirmed_is_unknown(body):
    with answering(200, body) as server, pytest.raises(OutcomeUnknown):
        facing(server.url).remove(TEAL, Receipt(platform_id="repost:7", at=SAID_AT))
    assert server.asked == ["POST /api/v1/statuses/7/unreblog"]


@pytest.mark.parametrize("number", ["repost:12", "../accounts", "1/reblog", "1?x", "", "ü"])
def test_a_receipt_that_is_no_post_of_mastodon_is_refused_before_any_call(scene, number):
    odd = Receipt(platform_id=number, at=SAID_AT)
    acts = [lambda: scene.channel.publish(TEAL, saying("hello", reply_to=odd)), lambda: scene.channel.repost(TEAL, odd)]
    if not number.startswith("repost:"):
        acts.append(lambda: scene.channel.remove(TEAL, odd))
    for act in acts:
        with pytest.raises(PostRefused, match="no post on Mastodon"):
            act()
    assert scene.server.requests == ()
