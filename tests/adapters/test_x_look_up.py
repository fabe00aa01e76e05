"""How far a look-up on X reads back, by whose clock, at which cost, and which posts it takes for ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.channels.x.pages import Page, Shown, page_of, reposting, saying_again, search
from core.adapters.channels.x.speaker import MOST_PAGES, PAGE
from core.ports.channel import OutcomeUnknown, Probe
from tests.adapters.x_scene import PLUM, TEAL, Scene, opened
from tests.contract.channels import SAID_AT, saying
from tests.fakes.x_server import Fault
from tests.fakes.x_server.words import shown


@pytest.fixture
def scene() -> Iterator[Scene]:
    with opened() as ready:
        yield ready


@pytest.mark.parametrize("minutes", [-600, -2, 0, 2, 600], ids=lambda minutes: f"fleet {minutes} min ahead")
def test_it_reads_back_past_the_attempt_by_the_platforms_clock_whatever_ours_says(scene, minutes):
    scene.fleet_ahead = timedelta(minutes=minutes)
    for number in range(20):
        scene.say(f"hours before {number}")
    scene.seconds.advance(7200)
    attempted_at = scene.now()
    scene.server.misbehave(Fault.DROP_AFTER, method="POST")
    with pytest.raises(OutcomeUnknown):
        scene.channel.publish(TEAL, saying("wanted"))
    for number in range(22):
        scene.seconds.advance(1)
        scene.say(f"later {number}")
    found = scene.look("wanted", attempted_at)
    assert found.found is not None
    assert found.found.platform_id == next(one.id for one in scene.server.posts() if one.text == "wanted")
    assert found.found.at == SAID_AT + timedelta(seconds=7200)
    before = scene.pages_read()
    absent = scene.look("never said", attempted_at)
    assert (absent.found, absent.complete) == (None, True)
    assert scene.pages_read() - before == 5, "23 posts since the attempt, then one page's rest that is older"


def test_the_usual_look_costs_one_small_page(scene):
    for number in range(50):
        scene.say(f"long ago {number}")
    scene.seconds.advance(3600)
    scene.channel.who_am_i(TEAL)
    before = len(scene.server.requests)
    assert scene.look("never said", scene.now()).complete
    assert len(scene.server.requests) - before == 1
    assert PAGE == 5


def test_posts_within_the_slack_of_the_clocks_do_not_end_the_look(scene):
    for number in range(PAGE * 2):
        scene.say(f"just before {number}")
    scene.seconds.advance(30)
    before = scene.pages_read()
    assert scene.look("never said", scene.now()).complete
    assert scene.pages_read() - before == 2


def test_a_timeline_with_nothing_was_read_back_past_everything(scene):
    assert scene.look("never said", scene.now()).complete


def test_a_look_gives_up_after_a_thousand_posts_and_says_so(scene):
    for number in range(MOST_PAGES * PAGE + 1):
        scene.say(f"number {number}")
    absent = scene.look("never said", scene.now())
    assert (absent.found, absent.complete) == (None, False)
    assert scene.pages_read() == MOST_PAGES


@pytest.mark.parametrize("wording", ["tweets", "posts", "as asked"])
def test_reposts_are_known_under_both_names_of_the_field(scene, wording):
    scene.server.answer_in(wording)
    said = scene.channel.publish(PLUM, saying("in full"))
    scene.server.misbehave(Fault.DROP_AFTER, method="POST", path=".*/retweets")
    with pytest.raises(OutcomeUnknown):
        scene.channel.repost(TEAL, said)
    found = scene.channel.find(TEAL, Probe(outgoing=None, repost_of=said, attempted_at=scene.now())).found
    assert found is not None
    assert found.platform_id == f"repost:{said.platform_id}"
    scene.channel.remove(TEAL, found)
    assert scene.server.live(TEAL.handle) == ()


def test_a_late_effect_is_found_once_it_landed(scene):
    order = scene.server.misbehave(Fault.LATE_EFFECT, method="POST")
    attempted_at = scene.now()
    with pytest.raises(OutcomeUnknown):
        scene.channel.publish(TEAL, saying("stray"))
    assert scene.look("stray", attempted_at).found is None
    order.release()
    assert scene.look("stray", attempted_at).found is not None


@pytest.mark.parametrize(
    "timeline",
    [
        {"errors": [{"detail": "Could not find user"}]},
        {"data": [], "meta": {"result_count": 3}},
        {},
        {
            "data": [{"id": "1", "text": "older", "created_at": "2001-01-01T00:00:00Z"}],
            "meta": {"result_count": 1},
            "errors": [{"detail": "partial"}],
        },
    ],
)
def test_an_answer_with_something_missing_is_no_complete_look(timeline):
    found, complete, _ = search([page_of(timeline, 0.0)], reposting("1"), SAID_AT)
    assert (found, complete) == (None, False)


@pytest.mark.parametrize(("at", "ahead"), [(None, 0.0), (SAID_AT - timedelta(days=1), None)])
def test_without_times_only_the_timelines_end_completes_a_look(at, ahead):
    post = Shown("1", "another", at, None)
    more, end = Page((post,), ahead, "token", True), Page((post,), ahead, None, True)
    assert search([more], reposting("9"), SAID_AT)[:2] == (None, False)
    assert search([more, end], reposting("9"), SAID_AT)[:2] == (None, True)


def test_a_long_post_is_known_by_its_whole_text():
    whole = "a long text " * 40
    for name in ("note_tweet", "note_post"):
        row = {"id": "1", "text": whole[:270] + "…", name: {"text": whole}}
        page = page_of({"data": [row], "meta": {"result_count": 1}}, 0.0)
        assert saying_again(saying(whole))(page.posts[0])


@pytest.mark.parametrize(
    "other",
    [
        "Robbery & assault. https://fleet.example/a 7K3M9X2 1/3",
        "Robbery & assault. https://fleet.example/a 7K3M9X3 2/3",
        "Robbery &amp; assault. https://fleet.example/a 7K3M9X2 2/3",
        "Robbery & assault. 7K3M9X2 2/3",
        "Robbery & assault. https://fleet.example/a 7K3M9X2 2/3 and more",
        "Robbery & assault. https://fleet.example/a https://fleet.example/b 7K3M9X2 2/3",
        "RT @TealLineTest: Robbery & assault. https://fleet.example/a 7K3M9X2 2/3",
    ],
)
def test_a_like_text_is_not_taken_for_ours(other):
    wanted = saying_again(saying("Robbery & assault. https://fleet.example/a 7K3M9X2 2/3"))
    assert not wanted(Shown("1", shown(other, "1").text, None, None))


def test_a_repost_with_our_text_is_not_our_post():
    assert not saying_again(saying("said"))(Shown("1", "said", None, "2"))


_ALPHABET = st.sampled_from([*"ab7&<>;é\u0301 \n#@.:/🚇سر線", "&amp;", " https://fleet.example/p?a=1&b=2 ", "\u2068"])


@given(st.lists(_ALPHABET, min_size=1, max_size=40).map("".join).filter(str.strip))
def test_whatever_the_text_its_shown_form_is_known_again(text):
    assert saying_again(saying(text))(Shown("1", shown(text, "1").text, None, None))


def test_a_look_says_how_many_posts_it_read_since_each_has_its_price():
    with opened() as scene:
        for number in range(7):
            scene.say(f"other {number} 7K3M9X2")
        assert scene.look("never said 7K3M9X2").read == 7
        scene.say("said last 7K3M9X2")
        assert scene.look("said last 7K3M9X2").read == 5
