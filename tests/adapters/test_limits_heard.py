"""What X, Mastodon and Bluesky say of their limits is read from every answer, and by the fleet's own clock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from core.adapters.channels.bluesky import BlueskyChannel
from core.adapters.limit_headers import limit_in
from core.adapters.limits_heard import LimitsHeard
from core.domain.lines import AccountId
from core.ports.channel import LimitKind, LimitSeen, PostDeferred
from tests.adapters import bluesky_scene, mastodon_scene, x_scene
from tests.contract.bluesky_stage import CREATE, bluesky_secrets
from tests.contract.channels import SAID_AT, account, saying
from tests.fakes.mastodon_server import Fault as MastodonFault
from tests.fakes.misbehaving_proxy import Answer, Mishap
from tests.fakes.pds import Pds
from tests.fakes.x_server import Fault

X, MASTODON = x_scene.TEAL, mastodon_scene.TEAL
RESET = int(SAID_AT.timestamp()) + 900


def read(**headers: str) -> LimitSeen | None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return limit_in(named, "x", SAID_AT, name="post", kind=LimitKind.POST, shared=False)


def test_x_tells_the_accounts_windows_and_the_apps():
    with x_scene.opened() as scene:
        said = scene.channel.publish(X, saying("hello 7K3M9X2"))
        posted = {one.name: one for one in scene.channel.limits(X)}
        assert {name: (one.kind, one.limit, one.remaining, one.shared) for name, one in posted.items()} == {
            "post-15min": (LimitKind.POST, 100, 99, False),
            "post-user-24h": (LimitKind.POST, 10_000, 9_999, False),
            "post-app-24h": (LimitKind.POST, 10_000, 9_999, True),
        }
        assert posted["post-15min"].resets_at - scene.now() == timedelta(minutes=15)
        scene.channel.remove(X, said)
        scene.look("hello 7K3M9X2")
        heard = {(one.name, one.kind, one.remaining) for one in scene.channel.limits(X)}
        assert ("remove-15min", LimitKind.REMOVE, 49) in heard
        assert LimitKind.READ in {kind for _, kind, _ in heard}


def test_x_tells_its_limit_in_a_refusal_too_and_a_fleet_whose_clock_is_off_reads_the_same_wait():
    with x_scene.opened() as scene:
        scene.fleet_ahead = timedelta(minutes=7)
        scene.server.misbehave(Fault.TOO_MANY, method="POST")
        with pytest.raises(PostDeferred):
            scene.channel.publish(X, saying("too many 7K3M9X2"))
        (heard,) = scene.channel.limits(X)
        assert (heard.name, heard.remaining) == ("post-15min", 0)
        assert heard.resets_at - scene.now() == timedelta(minutes=15)


def test_a_used_up_window_for_reposts_keeps_back_no_post():
    with x_scene.opened() as scene:
        said = scene.channel.publish(x_scene.PLUM, saying("in full 7K3M9X2"))
        scene.channel.repost(X, said)
        assert scene.channel.limits(X) == ()


def test_mastodon_counts_statuses_with_reblogs_and_deletions_apart():
    with mastodon_scene.opened() as scene:
        said = scene.channel.publish(MASTODON, saying("hello 7K3M9X2"))
        scene.channel.remove(MASTODON, said)
        heard = {one.name: (one.kind, one.limit, one.shared) for one in scene.channel.limits(MASTODON)}
        assert heard == {
            "post-window": (LimitKind.POST, 300, False),
            "remove-window": (LimitKind.REMOVE, 30, False),
        }
        scene.server.misbehave(MastodonFault.TOO_MANY, method="POST")
        with pytest.raises(PostDeferred):
            scene.channel.publish(MASTODON, saying("too many 7K3M9X2"))
        (heard_last,) = scene.channel.limits(MASTODON)
        assert (heard_last.name, heard_last.remaining) == ("post-window", 0)
        assert timedelta(0) < heard_last.resets_at - scene.now() < timedelta(minutes=1)


def test_blueskys_points_are_told_in_posts_and_in_removals():
    with bluesky_scene.opened() as scene:
        headers = {
            "RateLimit-Limit": "5000",
            "RateLimit-Remaining": "20",
            "RateLimit-Reset": "4102444800",
            "RateLimit-Policy": "5000;w=3600",
        }
        scene.proxy.order(Mishap.ANSWER_BEFORE, path=CREATE, answer=Answer(429, headers))
        with pytest.raises(PostDeferred):
            scene.channel.publish(scene.teal, saying("too many 7K3M9X2"))
        told = {(one.name, one.kind, one.limit, one.remaining) for one in scene.channel.limits(scene.teal)}
        assert told == {
            ("points-post-3600s", LimitKind.POST, 1666, 6),
            ("points-remove-3600s", LimitKind.REMOVE, 5000, 20),
        }


def test_a_bluesky_server_that_counts_calls_tells_them_as_one_limit_of_all_accounts():
    running = Pds(limited=True)
    try:
        opened = running.add_account("TealLine")
        who = account("bluesky", opened.handle)
        channel = BlueskyChannel(bluesky_secrets(opened), base_url=running.url)
        channel.publish(who, saying("hello 7K3M9X2"))
        (heard,) = channel.limits(who)
        assert (heard.name, heard.kind, heard.limit, heard.shared) == ("calls-read-300s", LimitKind.READ, 3000, True)
        assert heard.remaining < 3000
    finally:
        running.close()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x_remaining": "4"},
        {"x_remaining": "-4", "x_reset": str(RESET)},
        {"x_remaining": "4", "x_reset": "soon"},
        {"x_remaining": "٤", "x_reset": str(RESET)},
        {"x_remaining": "4", "x_reset": "2026-03-02T08:15:00"},
        {"x_remaining": "4", "x_reset": "9" * 40},
    ],
)
def test_headers_that_say_nothing_readable_say_nothing(headers):
    assert read(**headers) is None


@pytest.mark.parametrize("reset", [str(RESET), "2026-03-02T08:15:00Z", "2026-03-02T03:15:00.000-05:00"])
def test_a_reset_is_read_as_seconds_or_as_a_date(reset):
    seen = read(x_remaining="4", x_reset=reset)
    assert seen is not None
    assert (seen.limit, seen.remaining, seen.resets_at) == (None, 4, datetime.fromtimestamp(RESET, UTC))


def test_the_newest_word_counts_and_none_is_lost_between_threads():
    heard = LimitsHeard()
    who = AccountId("x:ExampleGreen")
    some = [
        LimitSeen(name=f"{n % 4}", kind=LimitKind.POST, shared=False, limit=None, remaining=n, resets_at=SAID_AT)
        for n in range(40)
    ]
    for one in some:
        heard.hear(who, [one])
    assert [one.remaining for one in heard.taken(who)] == [36, 37, 38, 39]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: heard.hear(who, [one]), some))
    assert {one.name for one in heard.taken(who)} == {"0", "1", "2", "3"}
    assert heard.taken(who) == ()
