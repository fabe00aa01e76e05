"""A picture goes out as the bytes that were approved, read from the vault when its post is sent, or not at all."""

from __future__ import annotations

from hashlib import sha256

import pytest

from core.domain.deliveries import Delivery, DeliveryState
from core.domain.notices import PostPicture
from tests.contract.channels import a_picture
from tests.flow.stage import GREEN, Stage, on_stage

PICTURE = a_picture("A teal field. Made up.")
OWNER = "incident:a made-up one"


@pytest.fixture
def stage(tmp_path):
    with on_stage(tmp_path) as ready:
        yield ready


def owe_with_picture(stage: Stage, content: bytes, named: bytes = PICTURE.content) -> Delivery:
    """One more part of a notice, with a picture whose bytes lie in the vault."""
    stage.take(stage.incident())
    stage.think()
    with stage.fleet.store.begin() as tx:
        (first,) = [one for one in tx.outbox.in_states([DeliveryState.DUE], 10) if one.key.account == f"local:{GREEN}"]
        picture = PostPicture(
            sha256=sha256(named).hexdigest(),
            media_type="image/jpeg",
            width=48,
            height=27,
            alt=PICTURE.alt,
            ref=tx.vault.put(OWNER, content),
        )
        assert first.post is not None
        post = first.post.model_copy(update={"part": 2, "text": "Seen. 2/2", "picture": picture})
        key = first.key.model_copy(update={"part": 2})
        tx.outbox.add([first.model_copy(update={"key": key, "post": post, "needs": first.key})], stage.clock.now())
        return first


def picture_part(stage: Stage, first: Delivery) -> Delivery:
    with stage.fleet.store.begin() as tx:
        return next(one for one in tx.outbox.of_notice(first.key.notice_id) if one.key.part == 2)


def test_the_picture_stands_with_its_post(stage):
    owe_with_picture(stage, PICTURE.content)
    stage.work()
    (shown,) = [post for post in stage.posts(GREEN) if post.picture is not None]
    assert (shown.text, shown.picture.alt) == ("Seen. 2/2", PICTURE.alt)
    held = stage.fleet.timeline.picture(shown.picture.address.removeprefix("/picture/"))
    assert held is not None
    assert held.content == PICTURE.content


def test_other_bytes_than_the_approved_ones_are_never_sent(stage):
    first = owe_with_picture(stage, PICTURE.content + b"!")
    stage.work()
    assert [post.picture for post in stage.posts(GREEN)] == [None]
    refused = picture_part(stage, first)
    assert (refused.state, refused.why) == (DeliveryState.REFUSED, "the picture is not the one that was approved")


def test_a_post_whose_picture_was_erased_is_not_said_without_it(stage):
    first = owe_with_picture(stage, PICTURE.content)
    with stage.fleet.store.begin() as tx:
        tx.vault.erase(OWNER)
    stage.work()
    refused = picture_part(stage, first)
    assert (refused.state, refused.why) == (DeliveryState.REFUSED, "the post's picture is there no more")


def test_the_bytes_are_read_only_for_what_is_taken_in_hand_and_show_in_no_repr(stage):
    first = owe_with_picture(stage, PICTURE.content)
    assert picture_part(stage, first).picture is None
    with stage.fleet.store.begin() as tx:
        claimed = tx.outbox.claim("made-up", stage.clock.now(), 60, 10)
    assert [one.picture for one in claimed if one.post.picture is None] == [None] * len(claimed)
    stage.time_passes(61)
    stage.work()
    assert "JFIF" not in repr(picture_part(stage, first).model_copy(update={"picture": PICTURE.content}))
