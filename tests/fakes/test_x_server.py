"""What a bot does on the loopback X through tweepy, judged by the server's own record."""

from __future__ import annotations

from datetime import timedelta

import pytest
import tweepy

from tests.fakes.conftest import BEGAN
from tests.fakes.loopback_transport import tweepy_client
from tests.fakes.x_server import Fault, Limits, XAccount, XServer

FIELDS = ["created_at", "referenced_tweets", "entities", "text"]


def client(x: XServer, account: XAccount) -> tweepy.Client:
    return tweepy_client(account, (x.consumer_key, x.consumer_secret), x.url)


def say(x: XServer, account: XAccount, text: str, **more) -> str:
    return str(client(x, account).create_tweet(text=text, user_auth=True, **more).data["id"])


def read(x: XServer, account: XAccount, **more) -> list[str]:
    page = client(x, account).get_users_tweets(account.id, user_auth=True, tweet_fields=FIELDS, **more)
    return [one.text for one in page.data or []]


def test_a_token_says_who_it_is(x, teal, plum):
    assert client(x, teal).get_me(user_auth=True).data.id == int(teal.id)
    assert client(x, teal).get_user(username=plum.username, user_auth=True).data.id == int(plum.id)


def test_an_unknown_name_is_an_error_inside_a_good_answer(x, teal):
    answer = client(x, teal).get_user(username="NobodyAtAll", user_auth=True)
    assert answer.data is None
    assert answer.errors[0]["type"].endswith("/resource-not-found")


@pytest.mark.parametrize("wrong", ["token", "secret"])
def test_a_wrong_token_or_secret_is_turned_away_without_effect(x, teal, wrong):
    held = {"token": teal.token, "secret": teal.secret} | {wrong: "made-up"}
    stranger = XAccount(teal.id, teal.username, held["token"], held["secret"])
    with pytest.raises(tweepy.Unauthorized):
        say(x, stranger, "nobody may say this")
    assert x.posts() == ()


def test_a_post_is_kept_as_sent_and_shown_with_short_links_and_escaped_signs(x, teal):
    text = "Trains <skip> Elm & Oak: https://transit.example/a?b=1&c=2"
    post_id = say(x, teal, text)
    shown = client(x, teal).get_tweet(post_id, user_auth=True, tweet_fields=FIELDS).data
    assert x.posts("TealLineTest")[0].text == text
    assert shown.text.startswith("Trains &lt;skip&gt; Elm &amp; Oak: https://t.co/")
    link = shown.entities["urls"][0]
    assert link["expanded_url"] == "https://transit.example/a?b=1&c=2"
    assert shown.text[link["start"] : link["end"]] == link["url"]
    assert shown.created_at == BEGAN


def test_an_answer_names_its_parent(x, teal):
    first = say(x, teal, "first")
    second = say(x, teal, "second", in_reply_to_tweet_id=first)
    shown = client(x, teal).get_tweet(second, user_auth=True, tweet_fields=FIELDS).data
    assert [(one.type, str(one.id)) for one in shown.referenced_tweets] == [("replied_to", first)]
    assert x.posts()[1].reply_to == first


def test_the_same_text_again_is_a_duplicate_for_this_account_only(x, teal, plum):
    first = say(x, teal, "said once")
    with pytest.raises(tweepy.Forbidden, match="duplicate content"):
        say(x, teal, "said once")
    say(x, plum, "said once")
    client(x, teal).delete_tweet(first, user_auth=True)
    say(x, teal, "said once")
    assert [(one.username, one.deleted) for one in x.posts()] == [
        ("TealLineTest", True),
        ("PlumLineTest", False),
        ("TealLineTest", False),
    ]


def test_without_the_duplicate_rule_a_double_post_shows_twice(x, teal):
    x.refuse_duplicates(False)
    say(x, teal, "said")
    say(x, teal, "said")
    assert [one.text for one in x.live("TealLineTest")] == ["said", "said"]


@pytest.mark.parametrize(
    ("fits", "too_long"),
    [
        ("a" * 280, "a" * 281),
        ("駅" * 140, "駅" * 140 + "a"),
        ("🚇" * 140, "🚇" * 141),
        ("👩‍👩‍👧‍👦" * 140, "👩‍👩‍👧‍👦" * 140 + "."),
        ("a" * 256 + " https://transit.example/" + "x" * 200, "a" * 257 + " https://transit.example/"),
        ("a" * 256 + " transit.example", "a" * 257 + " transit.example"),
    ],
)
def test_280_by_weight_fit_and_one_more_does_not(x, teal, fits, too_long):
    say(x, teal, fits)
    with pytest.raises(tweepy.BadRequest):
        say(x, teal, too_long)
    assert [one.text for one in x.posts()] == [fits]


def test_ids_grow_with_time_and_hold_it(x, teal, clock):
    ids = []
    for number in range(3):
        ids.append(int(say(x, teal, f"number {number}")))
        clock.advance(60)
    assert ids == sorted(ids)
    assert (ids[2] >> 22) - (ids[0] >> 22) == 120_000


def test_a_timeline_is_newest_first_and_goes_on_page_by_page(x, teal, clock):
    for number in range(12):
        say(x, teal, f"number {number}")
        clock.advance(60)
    pages = tweepy.Paginator(client(x, teal).get_users_tweets, teal.id, user_auth=True, max_results=5)
    texts = [[one.text for one in page.data] for page in pages]
    assert [len(page) for page in texts] == [5, 5, 2]
    assert [text for page in texts for text in page] == [f"number {number}" for number in reversed(range(12))]


def test_a_timeline_can_be_cut_by_time_and_id_and_kind(x, teal, plum, clock):
    other = say(x, plum, "elsewhere")
    ids: list[str] = []
    for number in range(4):
        ids.append(say(x, teal, f"number {number}", in_reply_to_tweet_id=ids[0] if number == 1 else None))
        clock.advance(60)
    client(x, teal).retweet(other, user_auth=True)
    assert read(x, teal, since_id=ids[2], exclude=["retweets"]) == ["number 3"]
    assert read(x, teal, until_id=ids[1]) == ["number 0"]
    assert read(x, teal, start_time=BEGAN + timedelta(seconds=180))[1:] == ["number 3"]
    assert read(x, teal, end_time=BEGAN + timedelta(seconds=60)) == ["number 0"]
    assert read(x, teal, exclude=["replies", "retweets"]) == ["number 3", "number 2", "number 0"]


def test_a_repost_stands_on_the_timeline_and_names_the_original(x, teal, plum):
    original = say(x, teal, "in full")
    assert client(x, plum).retweet(original, user_auth=True).data["retweeted"] is True
    page = client(x, plum).get_users_tweets(plum.id, user_auth=True, tweet_fields=FIELDS)
    assert page.data[0].text == "RT @TealLineTest: in full"
    assert [(one.type, str(one.id)) for one in page.data[0].referenced_tweets] == [("retweeted", original)]
    with pytest.raises(tweepy.Forbidden, match="already retweeted"):
        client(x, plum).retweet(original, user_auth=True)
    assert [(one.kind, one.repost_of) for one in x.live("PlumLineTest")] == [("repost", original)]


def test_a_repost_can_be_undone_and_goes_with_its_original(x, teal, plum):
    first, second = say(x, teal, "one"), say(x, teal, "two")
    for post_id in (first, second):
        client(x, plum).retweet(post_id, user_auth=True)
    client(x, plum).unretweet(first, user_auth=True)
    client(x, teal).delete_tweet(second, user_auth=True)
    assert x.live("PlumLineTest") == ()
    assert [one.text for one in x.live()] == ["one"]


def test_deleting_is_for_ones_own_and_a_second_time_finds_nothing(x, teal, plum):
    post_id = say(x, teal, "mine")
    with pytest.raises(tweepy.Forbidden):
        client(x, plum).delete_tweet(post_id, user_auth=True)
    assert client(x, teal).delete_tweet(post_id, user_auth=True).data == {"deleted": True}
    with pytest.raises(tweepy.NotFound):
        client(x, teal).delete_tweet(post_id, user_auth=True)
    assert client(x, teal).get_tweets([post_id], user_auth=True).errors[0]["resource_id"] == post_id


def test_reads_lag_behind_posts_and_deletions(x, teal, clock):
    x.set_read_lag(30)
    post_id = say(x, teal, "soon to be seen")
    clock.advance(29)
    assert read(x, teal) == []
    assert client(x, teal).get_tweet(post_id, user_auth=True).data is None
    clock.advance(1)
    assert read(x, teal) == ["soon to be seen"]
    client(x, teal).delete_tweet(post_id, user_auth=True)
    assert read(x, teal) == ["soon to be seen"]
    clock.advance(30)
    assert read(x, teal) == []


def test_a_self_serve_account_answers_only_where_it_was_mentioned(x, teal, plum):
    teal.self_serve = True
    own, stranger, asking = say(x, teal, "own"), say(x, plum, "hello"), say(x, plum, "hello @TealLineTest!")
    for parent in (own, stranger):
        with pytest.raises(tweepy.Forbidden, match="not been mentioned"):
            say(x, teal, f"answer to {parent}", in_reply_to_tweet_id=parent)
    say(x, teal, "answer to a question", in_reply_to_tweet_id=asking)
    teal.may_answer_itself = True
    say(x, teal, "answer to myself", in_reply_to_tweet_id=own)
    assert [one.reply_to for one in x.posts("TealLineTest")] == [None, asking, own]


def test_an_answer_to_a_deleted_post_is_refused(x, teal):
    gone = say(x, teal, "gone")
    client(x, teal).delete_tweet(gone, user_auth=True)
    with pytest.raises(tweepy.Forbidden, match="deleted or not visible"):
        say(x, teal, "answer", in_reply_to_tweet_id=gone)


@pytest.mark.parametrize(
    ("tight", "prefix", "wait"),
    [
        (Limits(post=2), "x-rate-limit", 900),
        (Limits(user_day=2), "x-user-limit-24hour", 86_400),
        (Limits(app_day=2), "x-app-limit-24hour", 86_400),
    ],
)
def test_a_used_up_limit_says_when_it_opens_again(x, teal, clock, tight, prefix, wait):
    x.site.budget.limits = tight
    say(x, teal, "one")
    say(x, teal, "two")
    with pytest.raises(tweepy.TooManyRequests) as refused:
        say(x, teal, "three")
    headers = refused.value.response.headers
    assert headers[f"{prefix}-remaining"] == "0"
    assert int(headers[f"{prefix}-reset"]) == int(BEGAN.timestamp()) + wait
    assert "Retry-After" not in headers
    clock.advance(wait)
    say(x, teal, "three")
    assert [one.text for one in x.posts()] == ["one", "two", "three"]


def test_a_body_with_an_unknown_key_is_refused(x, teal):
    with pytest.raises(tweepy.BadRequest):
        client(x, teal).request("POST", "/2/tweets", json={"text": "hello", "surprise": 1}, user_auth=True)
    assert x.posts() == ()


@pytest.mark.parametrize(
    ("wording", "asked", "word"),
    [
        ("as asked", {"tweet.fields": "referenced_tweets"}, "referenced_tweets"),
        ("as asked", {"post.fields": "created_at", "expansions": "referenced_posts"}, "referenced_posts"),
        ("posts", {"tweet.fields": "referenced_tweets"}, "referenced_posts"),
        ("tweets", {"tweet.fields": "referenced_tweets"}, "referenced_tweets"),
    ],
)
def test_an_answer_speaks_of_tweets_or_posts(x, teal, plum, wording, asked, word):
    client(x, plum).retweet(say(x, teal, "in full"), user_auth=True)
    x.answer_in(wording)
    found = client(x, plum).request("GET", f"/2/users/{plum.id}/tweets", params=asked, user_auth=True).json()
    assert found["data"][0][word][0]["type"] == "retweeted"


def test_every_request_stands_in_the_log(x, teal):
    x.misbehave(Fault.FAIL_BEFORE)
    with pytest.raises(tweepy.TwitterServerError):
        say(x, teal, "one")
    say(x, teal, "one")
    assert [(one.method, one.path, one.account, one.status, one.fault) for one in x.requests] == [
        ("POST", "/2/tweets", "TealLineTest", 503, "5xx before"),
        ("POST", "/2/tweets", "TealLineTest", 201, None),
    ]
