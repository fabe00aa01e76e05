"""The loopback Mastodon is honest: it shows a double twice, keeps what was deleted, and misbehaves as it was told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
import requests

from tests.fakes.mastodon_server import Fault, MastodonServer
from tests.fakes.mastodon_server.showing import shown


@pytest.fixture
def server() -> Iterator[MastodonServer]:
    with MastodonServer({"TealLineTest": "made-up token"}) as ready:
        yield ready


def post(server: MastodonServer, words: str, key: str = "") -> requests.Response:
    headers = {"Authorization": "Bearer made-up token", **({"Idempotency-Key": key} if key else {})}
    return requests.post(f"{server.url}/api/v1/statuses", data={"status": words}, headers=headers, timeout=20)


def read(server: MastodonServer) -> list[str]:
    path = f"/api/v1/accounts/{server.identity('TealLineTest')}/statuses"
    answer = requests.get(server.url + path, headers={"Authorization": "Bearer made-up token"}, timeout=20)
    return [row["content"] for row in answer.json()]


def stood(server: MastodonServer) -> list[tuple[str, bool]]:
    return [(one.text, one.stands) for one in server.posts("TealLineTest")]


def test_a_key_makes_one_status_until_keys_are_ignored(server):
    assert post(server, "once", "k1").json()["id"] == post(server, "once", "k1").json()["id"]
    server.ignore_keys()
    post(server, "once", "k1")
    assert stood(server) == [("once", True), ("once", True)]


def test_what_was_deleted_stays_in_the_record(server):
    made = post(server, "wrong").json()["id"]
    headers = {"Authorization": "Bearer made-up token"}
    requests.delete(f"{server.url}/api/v1/statuses/{made}", headers=headers, timeout=20)
    assert (stood(server), server.live("TealLineTest")) == ([("wrong", False)], ())


def test_the_windows_of_two_accounts_are_counted_apart():
    with MastodonServer({"TealLineTest": "made-up token", "PlumLineTest": "another"}) as server:
        there = f"{server.url}/api/v1/accounts/verify_credentials"
        left = [
            requests.get(there, headers={"Authorization": f"Bearer {token}"}, timeout=20).headers
            for token in ("made-up token", "made-up token", "another")
        ]
    assert [one["X-RateLimit-Remaining"] for one in left] == ["299", "298", "299"]
    assert left[0]["X-RateLimit-Reset"] == left[1]["X-RateLimit-Reset"]


def test_nothing_of_one_test_is_left_for_the_next():
    for _ in range(2):
        with MastodonServer({"TealLineTest": "made-up token"}) as server:
            assert stood(server) == []
            post(server, "hello", "k1")
            assert stood(server) == [("hello", True)]


@pytest.mark.parametrize(
    ("fault", "stands"),
    [(Fault.DROP_BEFORE, False), (Fault.DROP_AFTER, True), (Fault.CUT_BODY, True), (Fault.LATE_EFFECT, False)],
)
def test_a_lost_answer_is_lost_before_or_after_the_effect(server, fault, stands):
    order = server.misbehave(fault)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        post(server, "hello")
    assert (order.struck.is_set(), stood(server)) == (True, [("hello", True)] if stands else [])
    order.release()
    assert stood(server) == ([("hello", True)] if stands or fault is Fault.LATE_EFFECT else [])


def test_a_fifth_of_the_replies_is_lost_and_the_seed_says_which(server):
    def lost(seed: int) -> list[bool]:
        server.lossy(0.2, seed)
        seen = []
        for number in range(40):
            answered = False
            with suppress(requests.ConnectionError):
                answered = post(server, f"{seed} {number}").ok
            seen.append(not answered)
        server.lossy(0, 0)
        return seen

    first = lost(7)
    assert 2 <= sum(first) <= 20
    assert lost(7) == first
    assert 80 - 2 * sum(first) < len(stood(server)) < 80, "some were lost before the effect and some after"


def test_reads_lag_until_they_catch_up(server):
    post(server, "one")
    server.freeze_reads()
    post(server, "two")
    assert read(server) == [shown("one")]
    server.thaw_reads()
    assert read(server) == [shown("two"), shown("one")]


def test_an_answer_to_what_is_gone_is_refused_as_mastodon_does(server):
    headers = {"Authorization": "Bearer made-up token"}
    form = {"status": "hello", "in_reply_to_id": "4711"}
    answer = requests.post(f"{server.url}/api/v1/statuses", data=form, headers=headers, timeout=20)
    assert (answer.status_code, stood(server)) == (404, [])


def test_what_it_shows_has_the_form_that_mastodon_gives_it():
    assert shown("a < b\n\nc & 'd'\ne") == "<p>a &lt; b</p><p>c &amp; &#x27;d&#x27;<br />e</p>"
    link = shown("see https://www.fleet.example/posts/7K3M9X2/1234567890.")
    assert '<span class="invisible">https://www.</span><span class="ellipsis">fleet.example/posts/7K3M9X2/12<' in link
    assert link.endswith('<span class="invisible">34567890</span></a>.</p>')
    assert "@<span>example</span></a></span> and" in shown("@example@other.example and")
