"""What every channel promises of a post with a picture, judged by the bytes and words that the platform holds."""

from __future__ import annotations

import pytest

from core.ports.channel import OutcomeUnknown, PostDeferred, Probe
from tests.contract.abilities import that_can
from tests.contract.channels import a_picture, saying

WORDS = {
    "plain": "Seen at Example Sq. Do you know more? 7K3M9X2",
    "link at the end": "Seen at Example Sq. 7K3M9X2 https://fleet.example/7K3M9X2",
    "link inside": "See https://fleet.example/7K3M9X2 & call. 2/3",
}


@that_can("pictures")
@pytest.mark.parametrize("text", WORDS.values(), ids=WORDS.keys())
def test_a_post_stands_with_its_picture_and_alt_text_and_is_found_again(stage, text):
    seen = a_picture('A teal field, "made up" & empty.')
    outgoing = saying(text, picture=seen)
    receipt = stage.channel.publish(stage.lead, outgoing)
    assert [one.text for one in stage.standing(stage.lead)] == [text]
    assert stage.pictures(stage.lead) == [(seen.content, seen.alt)]
    look = stage.channel.find(stage.lead, Probe(outgoing=outgoing, repost_of=None, attempted_at=stage.now()))
    assert look.found is not None
    assert look.found.platform_id == receipt.platform_id


@that_can("pictures")
def test_a_picture_post_taken_without_an_answer_is_found(stage):
    outgoing = saying("Seen at Example Sq. 7K3M9X2", picture=a_picture())
    attempt = Probe(outgoing=outgoing, repost_of=None, attempted_at=stage.now())
    if stage.lose_answer is None:
        stage.channel.publish(stage.lead, outgoing)
    else:
        stage.lose_answer()
        with pytest.raises(OutcomeUnknown):
            stage.channel.publish(stage.lead, outgoing)
    look = stage.channel.find(stage.lead, attempt)
    (standing,) = stage.standing(stage.lead)
    assert look.found is not None
    assert look.found.platform_id == standing.id


@that_can("pictures")
def test_a_picture_post_answers_and_is_answered_as_any_other(stage):
    first = stage.channel.publish(stage.lead, saying("1/3 7K3M9X2"))
    second = stage.channel.publish(stage.lead, saying("2/3 7K3M9X2", reply_to=first, picture=a_picture()))
    stage.channel.publish(stage.lead, saying("3/3 7K3M9X2", reply_to=second))
    assert [one.reply_to for one in stage.standing(stage.lead)] == [None, first.platform_id, second.platform_id]


@that_can("pictures")
def test_an_upload_that_got_lost_posted_surely_nothing_and_the_next_try_says_it_once(stage):
    outgoing = saying("Seen at Example Sq. 7K3M9X2", picture=a_picture())
    if stage.lose_picture is not None:
        stage.lose_picture()
        with pytest.raises(PostDeferred):
            stage.channel.publish(stage.lead, outgoing)
        assert stage.standing(stage.lead) == []
    stage.channel.publish(stage.lead, outgoing)
    assert [one.text for one in stage.standing(stage.lead)] == [outgoing.text]
    assert len(stage.pictures(stage.lead)) == 1


@that_can("pictures")
def test_a_post_that_is_taken_down_takes_its_picture_along(stage):
    said = stage.channel.publish(stage.lead, saying("Seen. 7K3M9X2", picture=a_picture()))
    stage.channel.remove(stage.lead, said)
    assert (stage.standing(stage.lead), stage.pictures(stage.lead)) == ([], [])


@that_can("pictures")
def test_a_picture_post_is_reposted_as_any_other(stage):
    said = stage.channel.publish(stage.lead, saying("Seen. 7K3M9X2", picture=a_picture()))
    stage.channel.repost(stage.sister, said)
    assert [one.repost_of for one in stage.standing(stage.sister)] == [said.platform_id]
