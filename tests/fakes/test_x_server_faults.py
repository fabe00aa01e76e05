"""Each way of misbehaving does what it says, to the client and to the server's record."""

from __future__ import annotations

import threading

import pytest
import requests
import tweepy

from tests.fakes.loopback_transport import tweepy_client
from tests.fakes.x_server import Fault, XServer


def texts(x) -> list[str]:
    return [one.text for one in x.posts()]


@pytest.mark.parametrize(
    ("fault", "seen_by_client", "effects"),
    [
        (Fault.DROP_BEFORE, requests.ConnectionError, 0),
        (Fault.DROP_AFTER, requests.ConnectionError, 1),
        (Fault.LATE_EFFECT, requests.ConnectionError, 0),
        (Fault.FAIL_BEFORE, tweepy.TwitterServerError, 0),
        (Fault.FAIL_AFTER, tweepy.TwitterServerError, 1),
        (Fault.CUT_JSON, requests.JSONDecodeError, 1),
        (Fault.CUT_BODY, requests.exceptions.ChunkedEncodingError, 1),
        (Fault.HTML_BEFORE, requests.JSONDecodeError, 0),
        (Fault.HTML_AFTER, requests.JSONDecodeError, 1),
        (Fault.TOO_MANY, tweepy.TooManyRequests, 0),
        (Fault.TOO_MANY_BARE, tweepy.TooManyRequests, 0),
        (Fault.DUPLICATE, tweepy.Forbidden, 0),
        (Fault.SUSPENDED, tweepy.Forbidden, 0),
        (Fault.LOCKED, tweepy.Forbidden, 0),
        (Fault.NOT_PERMITTED, tweepy.Forbidden, 0),
        (Fault.USAGE_CAP, tweepy.Forbidden, 0),
        (Fault.REPLY_NOT_ALLOWED, tweepy.Forbidden, 0),
    ],
)
def test_the_client_sees_the_fault_and_the_record_shows_the_effect(x, speaks, fault, seen_by_client, effects):
    order = x.misbehave(fault)
    with pytest.raises(seen_by_client):
        speaks.create_tweet(text="once", user_auth=True)
    assert (len(texts(x)), order.applied) == (effects, 1)
    speaks.create_tweet(text="the next call is well", user_auth=True)
    assert texts(x)[-1] == "the next call is well"


def test_a_late_answer_has_its_effect_at_once_and_comes_when_released(x, speaks):
    order = x.misbehave(Fault.ANSWER_LATE)
    answers = []
    asking = threading.Thread(target=lambda: answers.append(speaks.create_tweet(text="slow", user_auth=True)))
    asking.start()
    assert order.struck.wait(10)
    assert (texts(x), answers) == (["slow"], [])
    order.release()
    asking.join(10)
    assert answers[0].data["id"] == x.posts()[0].id


def test_a_late_answer_is_a_timeout_for_a_client_that_does_not_wait(x, teal):
    hasty = tweepy_client(teal, (x.consumer_key, x.consumer_secret), x.url, timeout=0.2)
    order = x.misbehave(Fault.ANSWER_LATE)
    with pytest.raises(requests.ReadTimeout):
        hasty.create_tweet(text="slow", user_auth=True)
    assert order.struck.wait(10)
    assert texts(x) == ["slow"]


def test_a_late_effect_lands_when_released(x, speaks):
    order = x.misbehave(Fault.LATE_EFFECT)
    with pytest.raises(requests.ConnectionError):
        speaks.create_tweet(text="stray", user_auth=True)
    assert texts(x) == []
    order.release()
    assert texts(x) == ["stray"]


def test_a_late_effect_lands_after_further_requests(x, speaks):
    x.misbehave(Fault.LATE_EFFECT, after_requests=2)
    with pytest.raises(requests.ConnectionError):
        speaks.create_tweet(text="stray", user_auth=True)
    seen = []
    for _ in range(3):
        speaks.get_me(user_auth=True)
        seen.append(len(texts(x)))
    assert seen == [0, 0, 1]


def test_a_429_comes_with_its_reset_or_bare(x, speaks):
    x.misbehave(Fault.TOO_MANY)
    x.misbehave(Fault.TOO_MANY_BARE)
    found = []
    for _ in range(2):
        with pytest.raises(tweepy.TooManyRequests) as refused:
            speaks.create_tweet(text="once", user_auth=True)
        found.append(
            {name.lower() for name in refused.value.response.headers if name.lower().startswith(("x-", "retry"))}
        )
    assert found == [{"x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset"}, set()]


def test_each_403_says_its_kind_in_the_detail_only(x, speaks):
    details = set()
    kinds = [one for one in Fault if one.value.startswith("403")]
    for kind in kinds:
        x.misbehave(kind)
        with pytest.raises(tweepy.Forbidden) as refused:
            speaks.create_tweet(text="once", user_auth=True)
        assert refused.value.api_codes == []
        details.add(refused.value.response.json()["detail"])
    assert len(details) == len(kinds) == 6


def test_an_order_is_for_its_method_path_account_and_number_of_times_only(x, teal, speaks):
    plum = x.add_account("PlumLineTest")
    other = tweepy_client(plum, (x.consumer_key, x.consumer_secret), x.url)
    order = x.misbehave(Fault.FAIL_BEFORE, times=2, method="POST", path="/2/tweets", account="TealLineTest")
    speaks.get_me(user_auth=True)
    other.create_tweet(text="of another", user_auth=True)
    for _ in range(2):
        with pytest.raises(tweepy.TwitterServerError):
            speaks.create_tweet(text="mine", user_auth=True)
    speaks.create_tweet(text="mine", user_auth=True)
    assert (texts(x), order.applied) == (["of another", "mine"], 2)


def test_a_standing_order_goes_on(x, speaks):
    x.misbehave(Fault.SUSPENDED, times=None)
    for _ in range(5):
        with pytest.raises(tweepy.Forbidden, match="suspended"):
            speaks.create_tweet(text="once", user_auth=True)
    assert texts(x) == []


def lost(x, speaks, number: int) -> list[bool]:
    """Which of so many publishing replies did not come; reads always do."""
    answers = []
    for one in range(number):
        speaks.get_me(user_auth=True)
        try:
            speaks.create_tweet(text=f"number {one}", user_auth=True)
            answers.append(False)
        except requests.ConnectionError:
            answers.append(True)
    return answers


def test_a_lossy_server_loses_its_share_before_and_after_the_effect_alike_on_each_run():
    runs = []
    for _ in range(2):
        with XServer() as x:
            speaks = tweepy_client(x.add_account("TealLineTest"), (x.consumer_key, x.consumer_secret), x.url)
            x.lossy(0.5, seed=7)
            runs.append((lost(x, speaks, 60), [one.fault for one in x.requests if one.fault], len(x.posts())))
    assert runs[0] == runs[1]
    losses, faults, posts = runs[0]
    assert 20 <= sum(losses) <= 40
    assert faults.count("drop before") + posts == 60
    assert min(faults.count("drop before"), faults.count("drop after")) >= 8
