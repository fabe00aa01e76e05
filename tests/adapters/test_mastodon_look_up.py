"""How far a look-up on Mastodon reads back, by whose clock, and which statuses it takes for ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.channels.mastodon.pages import Page, Shown, page_of, reposting, saying_again, search
from core.adapters.channels.mastodon.speaker import MOST_PAGES, PAGE
from core.domain.deliveries import Receipt
from core.ports.channel import LoginNeeded, OutcomeUnknown, PostDeferred, Probe
from tests.adapters.mastodon_scene import PLUM, TEAL, Scene, opened
from tests.contract.channels import SAID_AT, saying
from tests.fakes.mastodon_server import Fault
from tests.fakes.mastodon_server.showing import shown

HOUR = timedelta(hours=1)
LINK = (
    '<p>see <a href="#"><span class="invisible">https://</span><span class="ellipsis">fleet.example/posts/7K3M9X2?a='
    '</span><span class="invisible">1&amp;b=2</span></a></p>'
)


@pytest.fixture
def scene() -> Iterator[Scene]:
    with opened() as ready:
        yield ready


@pytest.mark.parametrize("minutes", [-600, -2, 0, 2, 600], ids=lambda minutes: f"fleet {minutes} min ahead")
def test_it_reads_back_past_the_attempt_by_the_servers_clock_whatever_ours_says(scene, minutes):
    scene.fleet_ahead = timedelta(minutes=minutes)
    scene.say(*(f"hours before {number}" for number in range(2 * PAGE)), ago=2 * HOUR)
    attempted_at = scene.now()
    scene.server.misbehave(Fault.DROP_AFTER, method="POST")
    with pytest.raises(OutcomeUnknown):
        scene.channel.publish(TEAL, saying("wanted"))
    scene.say(*(f"later {number}" for number in range(PAGE + 2)))
    found = scene.look("wanted", attempted_at)
    assert found.found is not None
    assert found.found.platform_id == next(one.id for one in scene.server.live(TEAL.handle) if one.text == "wanted")
    before = scene.pages_read()
    absent = scene.look("never said", attempted_at)
    assert (absent.found, absent.complete) == (None, True)
    assert scene.pages_read() - before == 2, "the posts since the attempt, then a page whose last is older"


def test_the_usual_look_costs_one_page_and_the_question_who_we_are(scene):
    scene.say(*(f"long ago {number}" for number in range(50)), ago=HOUR)
    assert scene.look("never said").complete
    asked = [one.path.rsplit("/", 1)[-1] for one in scene.server.requests]
    assert asked == ["verify_credentials", "statuses"]


def test_posts_within_the_slack_of_the_clocks_do_not_end_the_look(scene):
    scene.say(*(f"just before {number}" for number in range(2 * PAGE)), ago=timedelta(seconds=30))
    assert scene.look("never said").complete
    assert scene.pages_read() == 3, "two full pages and the empty one that is the end"


def test_a_timeline_with_nothing_was_read_back_past_everything(scene):
    assert scene.look("never said").complete


def test_a_suspended_account_that_shows_nothing_proves_nothing(scene):
    scene.say("stands", ago=HOUR)
    assert scene.look("never said").complete
    scene.server.suspend(TEAL.handle)
    with pytest.raises(LoginNeeded, match="until a person acts"):
        scene.look("never said")


def test_a_look_gives_up_after_a_thousand_posts_and_says_so(scene):
    scene.say(*(f"number {number}" for number in range(MOST_PAGES * PAGE + 1)))
    absent = scene.look("never said")
    assert (absent.found, absent.complete) == (None, False)
    assert scene.pages_read() == MOST_PAGES


def test_a_late_effect_is_found_once_it_landed(scene):
    order = scene.server.misbehave(Fault.LATE_EFFECT, method="POST")
    attempted_at = scene.now()
    with pytest.raises(OutcomeUnknown):
        scene.channel.publish(TEAL, saying("stray"))
    assert scene.look("stray", attempted_at).found is None
    order.release()
    assert scene.look("stray", attempted_at).found is not None


def test_reads_that_lag_are_why_one_look_is_not_enough(scene):
    scene.server.freeze_reads()
    scene.server.misbehave(Fault.DROP_AFTER, method="POST")
    with pytest.raises(OutcomeUnknown):
        scene.channel.publish(TEAL, saying("just said"))
    early = scene.look("just said")
    assert (early.found, early.complete) == (None, True)
    scene.server.thaw_reads()
    assert scene.look("just said").found is not None


@pytest.mark.parametrize(
    ("fault", "expected"),
    [(Fault.TOO_MANY, PostDeferred), (Fault.FAIL_BEFORE, PostDeferred), (Fault.REVOKED, LoginNeeded)],
)
def test_a_look_up_that_the_server_refuses_is_told_as_what_it_is(scene, fault, expected):
    scene.server.misbehave(fault, path=".*/statuses")
    with pytest.raises(expected):
        scene.look("absent")


def test_whoever_looks_twice_before_sending_again_never_doubles_where_keys_are_ignored(scene):
    scene.server.ignore_keys()
    scene.server.lossy(0.3, seed=7)
    texts, lost, sent = [f"number {number} 7K3M9X2" for number in range(40)], 0, 0
    for text in texts:
        while True:
            attempted_at, sent = scene.now(), sent + 1
            try:
                scene.channel.publish(TEAL, saying(text))
                break
            except OutcomeUnknown:
                lost += 1
                if any(scene.look(text, attempted_at).found for _ in range(2)):
                    break
    assert [one.text for one in scene.server.posts(TEAL.handle)] == texts
    assert len(texts) < sent < len(texts) + lost, "some were lost before their effect and some after"


def test_a_found_repost_can_be_undone(scene):
    said = scene.channel.publish(PLUM, saying("in full"))
    scene.server.misbehave(Fault.DROP_AFTER, method="POST")
    with pytest.raises(OutcomeUnknown):
        scene.channel.repost(TEAL, said)
    found = scene.channel.find(TEAL, Probe(outgoing=None, repost_of=said, attempted_at=scene.now())).found
    assert found is not None
    assert (found.platform_id, found.url) == (f"repost:{said.platform_id}", said.url)
    scene.channel.remove(TEAL, found)
    assert scene.server.live(TEAL.handle) == ()


def test_a_look_for_nothing_asks_nobody(scene):
    probe = Probe(outgoing=None, repost_of=None, attempted_at=SAID_AT)
    assert scene.channel.find(TEAL, probe).complete is False
    assert scene.server.requests == ()


@pytest.mark.parametrize("row", [None, 7, {}, {"id": 7}, {"id": ""}, {"id": "7", "reblog": {"id": 3}}])
def test_a_page_with_something_that_can_not_be_read_is_no_complete_look(row):
    older = {"id": "1", "content": "older", "created_at": "2001-01-01T00:00:00.000Z"}
    assert search([page_of([row, older], 0.0)], reposting("1"), SAID_AT) == (None, False)
    assert search([page_of({"error": "no list"}, 0.0)], reposting("1"), SAID_AT) == (None, False)
    assert search([page_of([older], 0.0)], reposting("1"), SAID_AT) == (None, True)


@pytest.mark.parametrize(("at", "ahead"), [(None, 0.0), (SAID_AT - timedelta(days=1), None)])
def test_without_times_only_the_empty_page_completes_a_look(at, ahead):
    more, end = Page((_status("another", at=at),), ahead, True), Page((), ahead, True)
    assert search([more], reposting("9"), SAID_AT) == (None, False)
    assert search([more, end], reposting("9"), SAID_AT) == (None, True)


def test_an_old_status_on_top_does_not_end_the_look():
    pinned, newer = _status("pinned", at=SAID_AT - HOUR), _status("newer", at=SAID_AT + HOUR)
    found = _status("<p>wanted</p>", at=SAID_AT)
    pages = [Page((pinned, newer), 0.0, True), Page((found,), 0.0, True)]
    assert search(pages, saying_again(saying("wanted")), SAID_AT) == (found, True)


@pytest.mark.parametrize(
    "other",
    [
        "Robbery & assault. https://fleet.example/a 7K3M9X2 1/3",
        "Robbery & assault. https://fleet.example/a 7K3M9X3 2/3",
        "Robbery & assault. https://fleet.example/b 7K3M9X2 2/3",
        "Robbery &amp; assault. https://fleet.example/a 7K3M9X2 2/3",
        "Robbery & assault. 7K3M9X2 2/3",
        "Robbery & assault. https://fleet.example/a 7K3M9X2 2/3 and more",
        "RE: Robbery & assault. https://fleet.example/a 7K3M9X2 2/3",
    ],
)
def test_a_like_text_is_not_taken_for_ours(other):
    wanted = saying_again(saying("Robbery & assault. https://fleet.example/a 7K3M9X2 2/3"))
    assert not wanted(_status(shown(other)))


def test_a_repost_with_our_text_is_not_our_post():
    assert not saying_again(saying("said"))(_status("<p>said</p>", repost_of="2"))


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("a < b & c > d", "<p>a &lt; b &amp; c &gt; d</p>"),
        ("“quoted” 'so'", "<p>“quoted” &#39;so&#39;</p>"),
        ("One\n\nTwo\nThree", "<p>One</p><p>Two<br />Three</p>"),
        ("One\nTwo", "One<br>Two"),
        (
            "ask @example@social.example now",
            '<p>ask <span class="h-card"><a href="#">@<span>example</span></a></span> now</p>',
        ),
        ("ask @example@unknown.example now", "<p>ask @example@unknown.example now</p>"),
        ("the #GreenLine", '<p>the <a href="#" rel="tag">#<span>GreenLine</span></a></p>'),
        ("see https://fleet.example/posts/7K3M9X2?a=1&b=2", LINK),
    ],
)
def test_what_a_server_shows_is_known_as_what_was_sent(text, content):
    assert saying_again(saying(text))(_status(content))


_ALPHABET = st.sampled_from(
    [
        *"ab7&<>;é\u0301 \n#@.:/🚇سر線'\"",
        "&amp;",
        "<br>",
        " https://fleet.example/p?a=1&b=2 ",
        "\u2068",
        " @x@y.example ",
    ]
)


@given(st.lists(_ALPHABET, min_size=1, max_size=40).map("".join).filter(str.strip))
def test_whatever_the_text_its_shown_form_is_known_again(text):
    assert saying_again(saying(text))(_status(shown(text)))


def _status(content, at=None, repost_of=None):
    return Shown("1", content, None, at, repost_of)


def test_a_receipt_of_a_like_server_with_letters_in_its_ids_is_taken(scene):
    ulid = Receipt(platform_id="01J8Z3W7Q2VKD4T5B6N7M8X9Y0", at=SAID_AT)
    scene.channel.remove(TEAL, ulid)
    assert scene.server.requests[-1].path.endswith(ulid.platform_id)
