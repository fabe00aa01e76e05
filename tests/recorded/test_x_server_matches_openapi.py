"""Holds the loopback X, and what tweepy asks of it, against X's own API description."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
import tweepy

from tests.fakes.loopback_transport import tweepy_client
from tests.fakes.x_proxy import ValidatingProxy, validating_proxy
from tests.fakes.x_server import Fault, Limits, XAccount, XServer

FIELDS = ["created_at", "referenced_tweets", "entities", "text", "attachments", "author_id", "conversation_id"]
PICTURE = base64.b64encode(b"made-up picture").decode()


@pytest.fixture(scope="module")
def x() -> Iterator[XServer]:
    with XServer() as server:
        yield server


@pytest.fixture(scope="module")
def proxy(x: XServer, recorded: Path) -> Iterator[ValidatingProxy]:
    with validating_proxy(recorded / "social" / "x_api_v2_openapi_2026-08.json", x.url) as running:
        yield running


@pytest.fixture
def breaches(proxy: ValidatingProxy) -> Callable[[], tuple[str, ...]]:
    """Gives what was complained about since the test began."""
    before = len(proxy.violations())
    return lambda: proxy.violations()[before:]


@pytest.fixture
def account(x: XServer) -> XAccount:
    """A fresh account for each test."""
    return x.add_account(f"TestLine{len(x.site.world.accounts)}")


@pytest.fixture
def speaks(x: XServer, proxy: ValidatingProxy, account: XAccount) -> tweepy.Client:
    return tweepy_client(account, (x.consumer_key, x.consumer_secret), proxy.url)


def say(speaks: tweepy.Client, text: str, **more) -> str:
    return str(speaks.create_tweet(text=text, user_auth=True, **more).data["id"])


def test_accounts(speaks, account, breaches):
    assert str(speaks.get_me(user_auth=True).data.id) == account.id
    assert speaks.get_user(username=account.username, user_auth=True).data.username == account.username
    assert speaks.get_user(username="NobodyAtAll", user_auth=True).errors
    assert breaches() == ()


def test_post_answer_read_back_and_delete(x, speaks, account, breaches):
    first = say(speaks, "One & two <three> https://transit.example/a?b=1&c=2")
    second = say(speaks, "an answer", in_reply_to_tweet_id=first)
    assert speaks.get_tweet(second, user_auth=True, tweet_fields=FIELDS).data.text == "an answer"
    both = speaks.get_tweets([first, second, "1"], user_auth=True, tweet_fields=FIELDS)
    assert (len(both.data), len(both.errors)) == (2, 1)
    assert speaks.get_tweet("1", user_auth=True).errors
    for post_id in (second, first):
        speaks.delete_tweet(post_id, user_auth=True)
    assert [one.deleted for one in x.posts(account.username)] == [True, True]
    assert breaches() == ()


def test_timelines(speaks, account, breaches):
    assert speaks.get_users_tweets(account.id, user_auth=True).data is None
    for number in range(6):
        say(speaks, f"number {number} of {account.username}")
    pages = tweepy.Paginator(
        speaks.get_users_tweets, account.id, user_auth=True, max_results=5, tweet_fields=FIELDS, exclude=["replies"]
    )
    assert [len(page.data) for page in pages] == [5, 1]
    assert speaks.get_users_tweets("1", user_auth=True).errors
    params = {"post.fields": "created_at,entities,text", "expansions": "referenced_posts"}
    speaks.request("GET", f"/2/users/{account.id}/tweets", params=params, user_auth=True)
    assert breaches() == ()


def test_reposts(x, proxy, speaks, account, breaches):
    lead = x.add_account(f"Lead{account.username}")
    original = say(tweepy_client(lead, (x.consumer_key, x.consumer_secret), proxy.url), "in full")
    speaks.retweet(original, user_auth=True)
    page = speaks.get_users_tweets(account.id, user_auth=True, tweet_fields=FIELDS)
    assert page.data[0].referenced_tweets[0].type == "retweeted"
    with pytest.raises(tweepy.Forbidden):
        speaks.retweet(original, user_auth=True)
    speaks.unretweet(original, user_auth=True)
    assert x.live(account.username) == ()
    assert breaches() == ()


def test_pictures_with_alternative_text(x, speaks, account, breaches):
    body = {"media": PICTURE, "media_category": "tweet_image"}
    whole = speaks.request("POST", "/2/media/upload", json=body, user_auth=True).json()["data"]["id"]
    begin = {"media_category": "tweet_image", "media_type": "image/png", "total_bytes": 15}
    begun = speaks.request("POST", "/2/media/upload/initialize", json=begin, user_auth=True)
    pieces = begun.json()["data"]["id"]
    piece = {"media": PICTURE, "segment_index": 0}
    speaks.request("POST", f"/2/media/upload/{pieces}/append", json=piece, user_auth=True)
    speaks.request("POST", f"/2/media/upload/{pieces}/finalize", user_auth=True)
    alt = {"id": whole, "metadata": {"alt_text": {"text": "A made-up station"}}}
    speaks.request("POST", "/2/media/metadata", json=alt, user_auth=True)
    post_id = say(speaks, "look", media_ids=[whole, pieces])
    shown = speaks.get_tweet(post_id, user_auth=True, tweet_fields=FIELDS).data
    assert shown.attachments == {"media_keys": [f"3_{whole}", f"3_{pieces}"]}
    assert x.media(whole).alt_text == "A made-up station"
    assert breaches() == ()


@pytest.mark.parametrize("fault", [one for one in Fault if one.value[0].isdigit()])
def test_every_refusal_on_order(x, speaks, account, breaches, fault):
    x.misbehave(fault, account=account.username)
    with pytest.raises(tweepy.HTTPException):
        say(speaks, "once")
    assert breaches() == ()


def test_every_refusal_by_rule(x, speaks, account, breaches):
    said = say(speaks, "said")
    account.self_serve = True
    refused = {
        "duplicate": lambda: say(speaks, "said"),
        "too long": lambda: say(speaks, "a" * 281),
        "answer": lambda: say(speaks, "answer", in_reply_to_tweet_id=said),
        "unknown picture": lambda: say(speaks, "picture", media_ids=["1"]),
        "unknown post": lambda: speaks.delete_tweet("1", user_auth=True),
        "unknown repost": lambda: speaks.retweet("1", user_auth=True),
    }
    statuses = {}
    for name, call in refused.items():
        with pytest.raises(tweepy.HTTPException) as caught:
            call()
        statuses[name] = caught.value.response.status_code
    assert list(statuses.values()) == [403, 400, 403, 400, 404, 404]
    assert breaches() == ()


def test_a_used_up_limit(x, speaks, account, breaches):
    before, x.site.budget.limits = x.limits, Limits(post=1)
    say(speaks, "one")
    with pytest.raises(tweepy.TooManyRequests) as refused:
        say(speaks, "two")
    x.site.budget.limits = before
    assert refused.value.reset_time is not None
    assert breaches() == ()


def test_a_wrong_secret(x, proxy, account, breaches):
    stranger = XAccount(account.id, account.username, account.token, "made-up")
    with pytest.raises(tweepy.Unauthorized):
        tweepy_client(stranger, (x.consumer_key, x.consumer_secret), proxy.url).get_me(user_auth=True)
    assert breaches() == ()


def test_the_proxy_sees_a_request_that_breaks_the_description(proxy, speaks, breaches):
    with suppress(tweepy.BadRequest):
        speaks.request("POST", "/2/tweets", json={"text": "hello", "surprise": 1}, user_auth=True)
    requests.get(f"{proxy.url}/2/users/me", timeout=20)
    found = breaches()
    assert any("post /2/tweets" in one and "surprise" in one for one in found)
    assert any("get /2/users/me" in one and "security" in one for one in found)


def test_the_proxy_sees_an_answer_that_breaks_the_description(x, speaks, account, breaches):
    x.misbehave(Fault.HTML_BEFORE, account=account.username)
    with suppress(requests.JSONDecodeError):
        speaks.get_me(user_auth=True)
    assert any("response" in one for one in breaches())
