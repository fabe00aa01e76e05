"""What every channel promises, judged by the platform's own record."""

from __future__ import annotations

import pkgutil
from datetime import timedelta

import pytest

import core.adapters.channels
from core.domain.deliveries import Receipt
from core.domain.lines import Account
from core.ports.channel import (
    LoginNeeded,
    LookUp,
    NotSupported,
    OutcomeUnknown,
    Outgoing,
    PostDeferred,
    PostRefused,
    Probe,
)
from tests.contract.abilities import ABILITIES, that_can
from tests.contract.channels import STAGED, Stage, a_picture, saying

ERRORS = {
    "apprise": {PostRefused, PostDeferred, OutcomeUnknown, LoginNeeded},
    "bluesky": {PostRefused, PostDeferred, OutcomeUnknown, LoginNeeded},
    "local": {PostRefused},
    "mastodon": {PostRefused, PostDeferred, OutcomeUnknown, LoginNeeded},
    "webhook": {PostRefused, PostDeferred, OutcomeUnknown, LoginNeeded},
    "x": {PostRefused, PostDeferred, OutcomeUnknown, LoginNeeded},
}
KEEPS_LANGUAGE = {"bluesky", "local", "mastodon", "webhook"}
TEXTS = {
    "markup": 'Police <on scene> & "waiting" at Example Sq &amp; 5 > 3. 7K3M9X2',
    "emoji": "Robbery 🚇 👮🏽‍♀️ 🇺🇸 café. 7K3M9X2",
    "link": "Details: https://fleet.example/7K3M9X2?a=1&b=2, more at https://other.example/x. 2/3",
    "bare link": "See transit.example/now or call. 7K3M9X2",
    "arabic": "سرقة في محطة المثال على الخط الأخضر. \u20687K3M9X2\u2069",
    "chinese": "绿线示例广场站发生抢劫案。7K3M9X2",
    "lines": "One\n\nTwo\nThree 7K3M9X2",
    "composed anew": "Cafe\u0301 7K3M9X2",
}


def lost(stage: Stage, who: Account, outgoing: Outgoing) -> None:
    """Publish, and never learn how it ended."""
    if stage.lose_answer is None:
        stage.channel.publish(who, outgoing)
        return
    stage.lose_answer()
    with pytest.raises(OutcomeUnknown):
        stage.channel.publish(who, outgoing)


def probe(stage: Stage, outgoing: Outgoing | None = None, repost_of: Receipt | None = None) -> Probe:
    return Probe(outgoing=outgoing, repost_of=repost_of, attempted_at=stage.now())


def test_every_channel_is_on_stage():
    written = {module.name for module in pkgutil.iter_modules(core.adapters.channels.__path__)}
    assert written == set(ABILITIES) == set(STAGED)


def test_its_abilities_are_the_pinned_ones(stage):
    assert stage.channel.abilities == ABILITIES[stage.channel.name]


@pytest.mark.parametrize("ability", ["repost", "reply", "remove", "look_up", "pictures", "lists"])
def test_what_it_declares_it_does_and_the_rest_it_refuses(stage, ability):
    channel, said = stage.channel, stage.channel.publish(stage.lead, saying("first 7K3M9X2"))
    acts = {
        "repost": lambda: channel.repost(stage.sister, said),
        "reply": lambda: channel.publish(stage.lead, saying("second 7K3M9X2", reply_to=said)),
        "remove": lambda: channel.remove(stage.lead, said),
        "look_up": lambda: channel.find(stage.lead, probe(stage, saying("first 7K3M9X2"))),
        "pictures": lambda: channel.publish(stage.lead, saying("third 7K3M9X2", picture=a_picture())),
        "lists": lambda: channel.listing(stage.lead, stage.now() - timedelta(days=1), 50),
    }
    before = (stage.standing(stage.lead), stage.standing(stage.sister))
    if getattr(channel.abilities, ability) in (False, LookUp.NONE):
        with pytest.raises(NotSupported):
            acts[ability]()
    elif ability == "look_up":
        assert acts[ability]().found is not None
    elif ability == "lists":
        assert len(acts[ability]().posts) == 1
    else:
        acts[ability]()
        assert (stage.standing(stage.lead), stage.standing(stage.sister)) != before


def test_it_says_who_an_account_is(stage):
    for who in (stage.lead, stage.sister):
        me = stage.channel.who_am_i(who)
        assert (me.platform_id, me.handle) == (stage.identity(who), who.handle)


@that_can("look_up")
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_text_stands_as_it_was_sent_and_is_found_again(stage, text):
    receipt = stage.channel.publish(stage.lead, saying(text))
    (standing,) = stage.standing(stage.lead)
    assert (standing.id, standing.text) == (receipt.platform_id, text)
    look = stage.channel.find(stage.lead, probe(stage, saying(text)))
    assert look.found is not None
    assert (look.found.platform_id, look.found.url) == (receipt.platform_id, receipt.url)


def test_a_post_keeps_its_language_where_the_platform_has_one(stage):
    stage.channel.publish(stage.lead, saying("Robo en la línea verde 7K3M9X2", language="es"))
    (standing,) = stage.standing(stage.lead)
    assert standing.language == ("es" if stage.channel.name in KEEPS_LANGUAGE else None)


def test_the_spoken_form_goes_out_only_where_it_can(stage):
    stage.channel.publish(stage.lead, saying("hello 7K3M9X2"))
    (standing,) = stage.standing(stage.lead)
    assert standing.spoken == ("spoken: hello 7K3M9X2" if stage.channel.abilities.spoken else None)


@that_can("reply")
def test_an_answer_stands_under_the_post_it_answers(stage):
    first = stage.channel.publish(stage.lead, saying("part 1/3 7K3M9X2"))
    second = stage.channel.publish(stage.lead, saying("part 2/3 7K3M9X2", reply_to=first))
    stage.channel.publish(stage.lead, saying("part 3/3 7K3M9X2", reply_to=second))
    assert [one.reply_to for one in stage.standing(stage.lead)] == [None, first.platform_id, second.platform_id]


def test_each_account_speaks_for_itself(stage):
    stage.channel.publish(stage.lead, saying("of the lead 7K3M9X2"))
    stage.channel.publish(stage.sister, saying("of the sister 7K3M9X2"))
    assert [one.text for one in stage.standing(stage.lead)] == ["of the lead 7K3M9X2"]
    assert [one.text for one in stage.standing(stage.sister)] == ["of the sister 7K3M9X2"]


@that_can("repost", "look_up", "remove")
def test_a_sister_reposts_once_and_the_repost_is_found_again(stage):
    said = stage.channel.publish(stage.lead, saying("in full 7K3M9X2"))
    assert stage.channel.find(stage.sister, probe(stage, repost_of=said)).found is None
    reposted = stage.channel.repost(stage.sister, said)
    assert [one.repost_of for one in stage.standing(stage.sister)] == [said.platform_id]
    look = stage.channel.find(stage.sister, probe(stage, repost_of=said))
    assert look.found is not None
    assert look.found.platform_id == reposted.platform_id


@that_can("look_up")
def test_what_is_not_there_is_not_found_and_the_look_says_that_it_saw_all(stage):
    for number in range(12):
        stage.channel.publish(stage.lead, saying(f"other {number} 7K3M9X2"))
    look = stage.channel.find(stage.lead, probe(stage, saying("never said 7K3M9X2")))
    assert (look.found, look.complete) == (None, True)


@that_can("look_up")
def test_another_part_of_the_same_notice_is_not_taken_for_it(stage):
    stage.channel.publish(stage.lead, saying("Robbery, northbound. 7K3M9X2 1/3"))
    stage.channel.publish(stage.lead, saying("Robbery, northbound. 7K3M9X2 3/3"))
    look = stage.channel.find(stage.lead, probe(stage, saying("Robbery, northbound. 7K3M9X2 2/3")))
    assert (look.found, look.complete) == (None, True)


@that_can("look_up")
def test_what_was_taken_without_an_answer_is_found_under_many_later_posts(stage):
    wanted = saying("Robbery & assault. 7K3M9X2")
    attempt = probe(stage, wanted)
    lost(stage, stage.lead, wanted)
    for number in range(12):
        stage.channel.publish(stage.lead, saying(f"later {number} 7K3M9X2"))
    look = stage.channel.find(stage.lead, attempt)
    standing = stage.standing(stage.lead)
    assert [one.text for one in standing].count(wanted.text) == 1
    assert look.found is not None
    assert look.found.platform_id == standing[0].id


@that_can("repost", "look_up", "remove")
def test_a_repost_taken_without_an_answer_is_found(stage):
    said = stage.channel.publish(stage.lead, saying("in full 7K3M9X2"))
    if stage.lose_answer is not None:
        stage.lose_answer()
        with pytest.raises(OutcomeUnknown):
            stage.channel.repost(stage.sister, said)
    else:
        stage.channel.repost(stage.sister, said)
    look = stage.channel.find(stage.sister, probe(stage, repost_of=said))
    assert look.found is not None
    stage.channel.remove(stage.sister, look.found)
    assert stage.standing(stage.sister) == []
    assert len(stage.standing(stage.lead)) == 1


@that_can("look_up")
def test_only_an_eventual_look_up_may_miss_what_was_just_taken(stage):
    wanted = saying("just said 7K3M9X2")
    stage.lag()
    attempt = probe(stage, wanted)
    lost(stage, stage.lead, wanted)
    early = stage.channel.find(stage.lead, attempt)
    assert early.found is not None or stage.channel.abilities.look_up is LookUp.EVENTUAL
    stage.catch_up()
    look = stage.channel.find(stage.lead, attempt)
    assert look.found is not None
    assert [one.id for one in stage.standing(stage.lead)] == [look.found.platform_id]


def test_a_receipt_bears_the_time_at_which_it_was_posted(stage):
    before = stage.now()
    receipt = stage.channel.publish(stage.lead, saying("hello 7K3M9X2"))
    assert before - timedelta(seconds=1) <= receipt.at <= stage.now() + timedelta(seconds=1)


@that_can("remove", "look_up")
def test_taking_down_twice_is_no_error(stage):
    kept = stage.channel.publish(stage.lead, saying("stays 7K3M9X2"))
    wrong = stage.channel.publish(stage.lead, saying("wrong 7K3M9X2"))
    for _ in range(2):
        stage.channel.remove(stage.lead, wrong)
        assert [one.id for one in stage.standing(stage.lead)] == [kept.platform_id]
    look = stage.channel.find(stage.lead, probe(stage, saying("wrong 7K3M9X2")))
    assert look.found is None


@that_can("repost", "look_up", "remove")
def test_taking_a_repost_down_twice_leaves_the_post(stage):
    said = stage.channel.publish(stage.lead, saying("in full 7K3M9X2"))
    reposted = stage.channel.repost(stage.sister, said)
    for _ in range(2):
        stage.channel.remove(stage.sister, reposted)
        assert stage.standing(stage.sister) == []
    assert [one.id for one in stage.standing(stage.lead)] == [said.platform_id]


@that_can("remove", "reply")
def test_what_is_gone_can_not_be_answered_nor_reposted(stage):
    gone = stage.channel.publish(stage.lead, saying("gone 7K3M9X2"))
    stage.channel.remove(stage.lead, gone)
    with pytest.raises(PostRefused):
        stage.channel.publish(stage.lead, saying("answer 7K3M9X2", reply_to=gone))
    with pytest.raises(PostRefused if stage.channel.abilities.repost else NotSupported):
        stage.channel.repost(stage.sister, gone)
    assert stage.standing(stage.lead) == stage.standing(stage.sister) == []


def test_a_text_that_is_too_long_is_refused(stage):
    with pytest.raises(PostRefused):
        stage.channel.publish(stage.lead, saying("a" * (stage.channel.abilities.default_limit + 1)))
    assert stage.standing(stage.lead) == []


def test_each_error_of_the_port_comes_as_pinned_and_holds_no_secret(stage):
    assert set(stage.errors) == ERRORS[stage.channel.name]
    for kind, provoke in stage.errors.items():
        outgoing = provoke()
        with pytest.raises(kind) as raised:
            stage.channel.publish(stage.lead, outgoing)
        words = f"{raised.value!s} {raised.value!r} {vars(raised.value)}"
        assert str(raised.value)
        assert [secret for secret in stage.secrets if secret in words] == []
        standing = [one.text for one in stage.standing(stage.lead)]
        assert (outgoing.text in standing) == (kind is OutcomeUnknown)
