"""How the X channel reads what goes wrong: refused, deferred, unknown or a person's business; never sent twice."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.adapters.channels.x import XChannel
from core.domain.deliveries import Receipt
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred, PostRefused
from tests.adapters.x_scene import PLUM, TEAL, Scene, facing, opened
from tests.contract.channels import SAID_AT, saying
from tests.fakes.one_answer import answering
from tests.fakes.x_server import Fault, Limits


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
        (Fault.DUPLICATE, OutcomeUnknown, False),
        (Fault.TOO_MANY, PostDeferred, False),
        (Fault.TOO_MANY_BARE, PostDeferred, False),
        (Fault.USAGE_CAP, PostDeferred, False),
        (Fault.NOT_PERMITTED, PostRefused, False),
        (Fault.REPLY_NOT_ALLOWED, PostRefused, False),
        (Fault.SUSPENDED, LoginNeeded, False),
        (Fault.LOCKED, LoginNeeded, False),
    ],
)
def test_each_way_to_fail_is_read_rightly_and_nothing_is_sent_again(scene, fault, expected, stands):
    target = scene.channel.publish(PLUM, saying("in full"))
    scene.channel.who_am_i(TEAL)
    for path, act in {
        "/2/tweets": lambda: scene.channel.publish(TEAL, saying("once")),
        "/2/users/.*/retweets": lambda: scene.channel.repost(TEAL, target),
    }.items():
        before, stood = scene.posted(), len(scene.server.live(TEAL.handle))
        scene.server.misbehave(fault, method="POST", path=path)
        with pytest.raises(expected):
            act()
        assert scene.posted() == before + 1
        assert len(scene.server.live(TEAL.handle)) == stood + stands


@pytest.mark.parametrize("fault", list(Fault))
def test_a_look_up_that_fails_is_never_read_as_not_found(scene, fault):
    scene.channel.publish(TEAL, saying("stands"))
    scene.channel.who_am_i(TEAL)
    order = scene.server.misbehave(fault, method="GET", times=None)
    if fault is Fault.ANSWER_LATE:
        order.release()
        assert scene.look("stands").found is not None
        return
    with pytest.raises((PostDeferred, LoginNeeded)):
        scene.look("absent")
    with pytest.raises((PostDeferred, LoginNeeded)):
        scene.channel.who_am_i(TEAL)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.DROP_AFTER, OutcomeUnknown),
        (Fault.FAIL_BEFORE, OutcomeUnknown),
        (Fault.HTML_AFTER, OutcomeUnknown),
        (Fault.TOO_MANY, PostDeferred),
        (Fault.SUSPENDED, LoginNeeded),
        (Fault.NOT_PERMITTED, PostRefused),
    ],
)
def test_a_removal_that_fails_is_told_and_can_be_done_again(scene, fault, expected):
    for said in (scene.channel.publish(TEAL, saying("wrong")), _reposted(scene)):
        scene.server.misbehave(fault, method="DELETE")
        with pytest.raises(expected):
            scene.channel.remove(TEAL, said)
        scene.channel.remove(TEAL, said)
    assert scene.server.live(TEAL.handle) == ()


def test_the_post_of_another_account_can_not_be_removed(scene):
    said = scene.channel.publish(PLUM, saying("of the other"))
    with pytest.raises(PostRefused, match="not authorized"):
        scene.channel.remove(TEAL, said)
    assert scene.texts(PLUM) == ["of the other"]


def test_the_same_text_or_repost_again_may_be_ours(scene):
    said = scene.channel.publish(TEAL, saying("once"))
    with pytest.raises(OutcomeUnknown):
        scene.channel.publish(TEAL, saying("once"))
    scene.channel.repost(PLUM, said)
    with pytest.raises(OutcomeUnknown):
        scene.channel.repost(PLUM, said)


def test_an_answer_that_does_not_come_is_unknown(scene):
    hasty = XChannel(scene.kept, base_url=scene.server.url, answer_seconds=0.2)
    order = scene.server.misbehave(Fault.ANSWER_LATE, method="POST")
    with pytest.raises(OutcomeUnknown, match="no answer in time"):
        hasty.publish(TEAL, saying("slow"))
    assert order.struck.wait(10)
    order.release()
    assert (scene.texts(), scene.posted()) == (["slow"], 1)


def test_an_answer_that_drips_is_not_waited_for_without_end():
    said = json.dumps({"data": {"id": "1", "text": "a" * 200}})
    with answering(201, said, drip=0.02) as server, pytest.raises(OutcomeUnknown, match="no answer in time"):
        facing(server.url, connect_seconds=0.2, answer_seconds=0.2).publish(TEAL, saying("hello"))
    assert len(server.asked) == 1


def test_a_server_that_can_not_be_reached_has_surely_taken_nothing(scene):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    channel = XChannel(scene.kept, base_url=f"http://127.0.0.1:{port}")
    for act in (lambda: channel.publish(TEAL, saying("hello")), lambda: channel.who_am_i(TEAL)):
        with pytest.raises(PostDeferred, match="can't be reached") as deferred:
            act()
        assert deferred.value.seconds == 5


def test_a_used_up_window_is_waited_for_by_the_platforms_own_clock(scene):
    scene.server.site.budget.limits = Limits(post=1)
    late = XChannel(scene.kept, base_url=scene.server.url, now=lambda: SAID_AT + timedelta(hours=3))
    late.publish(TEAL, saying("one"))
    scene.seconds.advance(100)
    with pytest.raises(PostDeferred) as deferred:
        late.publish(TEAL, saying("two"))
    assert deferred.value.seconds == 800


def test_a_used_up_day_is_waited_for_although_the_quarter_hour_is_free(scene):
    scene.server.site.budget.limits = Limits(post=100, app_day=1)
    scene.channel.publish(PLUM, saying("one"))
    scene.seconds.advance(3600)
    with pytest.raises(PostDeferred) as deferred:
        scene.channel.publish(TEAL, saying("two"))
    assert deferred.value.seconds == 86_400 - 3600


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (429, {}, 900),
        (429, {"x-rate-limit-reset": str(int(SAID_AT.timestamp()) + 40)}, 40),
        (429, {"x-rate-limit-reset": "99999999999"}, 86_400),
        (429, {"x-rate-limit-reset": "1"}, 1),
        (429, {"x-rate-limit-remaining": "7", "x-rate-limit-reset": str(int(SAID_AT.timestamp()) + 40)}, 900),
        (402, {}, 3600),
        (403, {}, 3600),
        (403, {"x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": str(int(SAID_AT.timestamp()) + 7)}, 7),
    ],
)
def test_how_long_to_wait(status, headers, expected):
    said = json.dumps({"detail": "Usage cap exceeded: Monthly product cap"})
    with answering(status, said, headers) as server, pytest.raises(PostDeferred) as deferred:
        facing(server.url).publish(TEAL, saying("hello"))
    assert (deferred.value.seconds, len(server.asked)) == (expected, 1)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, "[]", OutcomeUnknown),
        (201, '{"data": {}}', OutcomeUnknown),
        (201, '{"data": {"id": "not a number"}}', OutcomeUnknown),
        (202, "", OutcomeUnknown),
        (307, "", OutcomeUnknown),
        (400, "<p>Bad Request", OutcomeUnknown),
        (400, '{"detail": "Your Tweet text is too long."}', PostRefused),
        (400, '{"errors": [{"message": "The text is odd."}]}', PostRefused),
        (401, "<p>Unauthorized", LoginNeeded),
        (403, "<p>Forbidden", OutcomeUnknown),
        (403, '{"detail": "Words that nobody has seen yet."}', OutcomeUnknown),
        (403, '{"detail": "Forbidden", "type": "https://api.x.com/2/problems/client-forbidden"}', LoginNeeded),
        (404, '{"detail": "Not Found"}', OutcomeUnknown),
        (404, "<p>Not Found", OutcomeUnknown),
        (409, '{"detail": "Conflict"}', OutcomeUnknown),
        (500, '{"detail": "duplicate content"}', OutcomeUnknown),
        (504, "<p>Gateway Timeout", OutcomeUnknown),
    ],
)
def test_only_words_of_x_itself_settle_that_nothing_was_taken(status, body, expected):
    with answering(status, body, {"Location": "/elsewhere"}) as server, pytest.raises(expected):
        facing(server.url).publish(TEAL, saying("hello"))
    assert server.asked == ["POST /2/tweets"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [('{"data": {"id": "7", "username": "TealLineTest"}}', OutcomeUnknown), ('{"data": {}}', PostDeferred)],
    ids=["confirms nothing", "names no account"],
)
def test_a_yes_that_confirms_nothing_is_no_yes(body, expected):
    """The server says 200 to everything; a repost asks first who the account is, and isn't tried without that."""
    said = Receipt(platform_id="4712", at=SAID_AT)
    with answering(200, body) as server:
        channel = facing(server.url)
        with pytest.raises(expected):
            channel.repost(TEAL, said)
        with pytest.raises(OutcomeUnknown):
            channel.remove(TEAL, said)
    assert (("POST /2/users/7/retweets") in server.asked) == (expected is OutcomeUnknown)


def test_a_receipt_that_is_no_post_of_x_is_refused_before_any_call(scene):
    odd = Receipt(platform_id="repost:12", at=SAID_AT)
    for act in (
        lambda: scene.channel.publish(TEAL, saying("hello", reply_to=odd)),
        lambda: scene.channel.repost(TEAL, odd),
    ):
        with pytest.raises(PostRefused, match="no post on X"):
            act()
    assert scene.server.requests == ()


def _reposted(scene: Scene) -> Receipt:
    return scene.channel.repost(TEAL, scene.channel.publish(PLUM, saying("in full")))
