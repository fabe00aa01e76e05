"""A session is kept and refreshed, never made anew for a post, and nothing of it is told."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.adapters.channels.bluesky import BlueskyChannel
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred, PostRefused
from core.ports.secrets import SecretsBroken
from tests.adapters.bluesky_scene import ENTER, REFRESH, Scene, opened, says
from tests.contract.bluesky_stage import CREATE
from tests.contract.channels import KeptInMemory, account, saying
from tests.fakes.misbehaving_proxy import Mishap
from tests.fakes.pds import Pds, shared_pds

WORN = "eyJhbGciOiJub25lIn0.eyJzY29wZSI6Im1hZGUtdXAifQ.bWFkZS11cA"
"""A token that no server made."""
ERRORS = (LoginNeeded, OutcomeUnknown, PostDeferred, PostRefused)


class Unwritable(KeptInMemory):
    """Secrets on a disk that is full."""

    def put(self, name: str, value: str) -> None:
        raise SecretsBroken("secrets.json can't be written: No space left on device")


class Unreadable(KeptInMemory):
    """Secrets that others can read."""

    def get(self, name: str) -> str | None:
        raise SecretsBroken("secrets.json can be read by others: chmod 600 secrets.json")


@pytest.fixture
def scene() -> Iterator[Scene]:
    with opened() as ready:
        yield ready


def texts(scene: Scene) -> list[str]:
    return [one.text for one in scene.standing()]


def test_posts_and_restarts_log_in_once(scene):
    for number in range(3):
        channel = scene.facing()
        channel.who_am_i(scene.teal)
        channel.publish(scene.teal, saying(f"post {number}"))
    assert (scene.proxy.count(ENTER), scene.proxy.count(REFRESH)) == (1, 0)
    assert len(scene.standing()) == 3


@pytest.mark.parametrize("error", ["ExpiredToken", "InvalidToken"])
def test_a_session_that_is_over_is_refreshed_and_the_post_goes_out_once(scene, error):
    scene.channel.who_am_i(scene.teal)
    before = scene.session()
    scene.proxy.order(Mishap.ANSWER_BEFORE, path=CREATE, answer=says(400, error))
    scene.channel.publish(scene.teal, saying("hello"))
    assert texts(scene) == ["hello"]
    assert (scene.proxy.count(ENTER), scene.proxy.count(REFRESH)) == (1, 1)
    assert scene.session()["refresh"] != before["refresh"]
    scene.facing().publish(scene.teal, saying("after a restart"))
    assert (scene.proxy.count(ENTER), scene.proxy.count(REFRESH)) == (1, 1)


def test_a_worn_token_is_refreshed_by_the_server_itself(scene):
    scene.channel.who_am_i(scene.teal)
    scene.keep(access=WORN)
    scene.facing().publish(scene.teal, saying("hello"))
    assert texts(scene) == ["hello"]
    assert (scene.proxy.count(ENTER), scene.proxy.count(REFRESH)) == (1, 1)


def test_when_nothing_can_be_refreshed_it_logs_in_once_more(scene):
    scene.channel.who_am_i(scene.teal)
    scene.keep(access=WORN, refresh=WORN)
    scene.facing().publish(scene.teal, saying("hello"))
    assert texts(scene) == ["hello"]
    assert (scene.proxy.count(ENTER), scene.proxy.count(REFRESH)) == (2, 1)


def test_many_threads_refresh_once(scene):
    scene.channel.who_am_i(scene.teal)
    scene.keep(access=WORN)
    channel = scene.facing()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: channel.publish(scene.teal, saying(f"post {number}")), range(4)))
    assert sorted(texts(scene)) == [f"post {number}" for number in range(4)]
    assert (scene.proxy.count(ENTER), scene.proxy.count(REFRESH)) == (1, 1)


def test_a_session_that_another_process_refreshed_is_taken_up(scene):
    scene.channel.who_am_i(scene.teal)
    other = scene.facing()
    scene.proxy.order(Mishap.ANSWER_BEFORE, path=CREATE, answer=says(400, "ExpiredToken"))
    other.publish(scene.teal, saying("from the other"))
    scene.proxy.order(Mishap.ANSWER_BEFORE, path=CREATE, answer=says(400, "ExpiredToken"))
    scene.channel.publish(scene.teal, saying("from this one"))
    assert texts(scene) == ["from the other", "from this one"]
    assert (scene.proxy.count(ENTER), scene.proxy.count(REFRESH)) == (1, 1)


@pytest.mark.parametrize("mishap", [Mishap.DROP_AFTER, Mishap.ANSWER_BEFORE])
def test_a_refresh_whose_end_was_not_seen_is_tried_again_and_nothing_was_posted(scene, mishap):
    scene.channel.who_am_i(scene.teal)
    scene.keep(access=WORN)
    scene.proxy.order(mishap, path=REFRESH)
    channel = scene.facing()
    with pytest.raises(PostDeferred):
        channel.publish(scene.teal, saying("hello"))
    assert texts(scene) == []
    channel.publish(scene.teal, saying("hello"))
    assert (texts(scene), scene.proxy.count(ENTER)) == (["hello"], 1)


def test_a_session_that_can_not_be_kept_still_speaks(scene):
    channel = scene.facing(Unwritable({name: scene.kept.get(name) or "" for name in scene.kept.names()}))
    channel.publish(scene.teal, saying("one"))
    channel.publish(scene.teal, saying("two"))
    assert (texts(scene), scene.proxy.count(ENTER)) == (["one", "two"], 1)


@pytest.mark.parametrize("kept", ["{", "[]", '{"did": 1}', '{"made_with": "other"}'])
def test_a_kept_session_that_can_not_be_read_is_made_anew(scene, kept):
    scene.kept.put(f"bluesky:{scene.teal.handle}:session", kept)
    scene.channel.publish(scene.teal, saying("hello"))
    assert texts(scene) == ["hello"]


def test_without_a_password_nothing_is_asked(scene):
    for kept in (KeptInMemory({}), Unreadable({})):
        with pytest.raises(LoginNeeded) as raised:
            scene.facing(kept).publish(scene.teal, saying("hello"))
        assert "accounts connect" in str(raised.value) or "chmod 600" in str(raised.value)
    assert scene.proxy.asked == []


def test_a_password_that_is_not_taken_needs_a_person(scene):
    scene.kept.put(f"bluesky:{scene.teal.handle}:password", "made-up-and-wrong")
    with pytest.raises(LoginNeeded, match="accounts connect"):
        scene.channel.publish(scene.teal, saying("hello"))
    assert (scene.proxy.count(ENTER), scene.created()) == (1, 0)


def test_another_password_is_taken_up_when_the_account_is_asked_who_it_is(scene):
    scene.channel.who_am_i(scene.teal)
    right = scene.kept.get(f"bluesky:{scene.teal.handle}:password") or ""
    scene.kept.put(f"bluesky:{scene.teal.handle}:password", "made-up-and-wrong")
    with pytest.raises(LoginNeeded):
        scene.channel.who_am_i(scene.teal)
    scene.kept.put(f"bluesky:{scene.teal.handle}:password", right)
    scene.channel.publish(scene.teal, saying("hello"))
    assert texts(scene) == ["hello"]


def test_a_suspended_account_needs_a_person_and_speaks_again_afterwards(scene):
    teal = scene.accounts[scene.teal.handle]
    scene.channel.who_am_i(scene.teal)
    scene.pds.suspend(teal)
    for act in (lambda: scene.channel.who_am_i(scene.teal), lambda: scene.channel.publish(scene.teal, saying("no"))):
        with pytest.raises(LoginNeeded, match="AccountTakedown"):
            act()
    scene.pds.lift(teal)
    scene.channel.publish(scene.teal, saying("hello"))
    assert texts(scene) == ["hello"]


def test_a_session_that_is_refused_again_and_again_is_not_asked_for_ever(scene):
    scene.proxy.order(Mishap.ANSWER_BEFORE, path=CREATE, answer=says(401, "AuthMissing"), times=-1)
    with pytest.raises(LoginNeeded):
        scene.channel.publish(scene.teal, saying("hello"))
    assert (scene.created(), scene.proxy.count(ENTER), scene.proxy.count(REFRESH)) == (2, 1, 1)


def test_no_secret_stands_in_any_error_or_log_line(scene, caplog):
    caplog.set_level(logging.DEBUG)
    scene.channel.who_am_i(scene.teal)
    held = [scene.session()[name] for name in ("access", "refresh")]
    secrets = [*held, scene.kept.get(f"bluesky:{scene.teal.handle}:password") or "?"]
    said = []
    for status, error in [(400, "InvalidRequest"), (403, "Forbidden"), (429, "RateLimitExceeded"), (500, "Broken")]:
        scene.proxy.order(Mishap.ANSWER_BEFORE, path=CREATE, answer=says(status, error, f"you sent {secrets}"))
        with pytest.raises(ERRORS) as raised:
            scene.channel.publish(scene.teal, saying("hello"))
        said.append(f"{raised.value!s} {vars(raised.value)} {raised.value.__cause__!r} {raised.value.__context__!r}")
    assert all("[hidden]" in one for one in said)
    scene.kept.put(f"bluesky:{scene.teal.handle}:session", "")
    scene.proxy.order(Mishap.ANSWER_BEFORE, path=ENTER, answer=says(401, "AuthFactor", f"you sent {secrets[-1]}"))
    with pytest.raises(LoginNeeded) as raised:
        scene.channel.who_am_i(scene.teal)
    said.append(f"{raised.value!s} {raised.value.__cause__!r} {raised.value.__context__!r}")
    told = "\n".join([*said, caplog.text, repr(vars(scene.channel))])
    assert [one for one in secrets if one in told] == []


def test_the_servers_own_limit_on_logging_in_defers():
    running = Pds(limited=True)
    try:
        nobody = account("bluesky", "nobody.test")
        channel = BlueskyChannel(KeptInMemory({"bluesky:nobody.test:password": "made-up"}), base_url=running.url)
        with ThreadPoolExecutor(15) as pool:
            list(pool.map(lambda _: running.refused_login("nobody.test"), range(30)))
        with pytest.raises(PostDeferred, match="RateLimitExceeded") as raised:
            channel.who_am_i(nobody)
        assert 1 <= raised.value.seconds <= 300
    finally:
        running.close()


def test_the_server_is_open_to_this_machine_only():
    running = shared_pds()
    assert running.url.startswith("http://127.0.0.1:")
    assert running.directory.startswith("http://127.0.0.1:")
