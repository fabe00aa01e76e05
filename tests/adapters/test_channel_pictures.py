"""How each platform's way with pictures goes wrong, and that none of it posts anything twice or without its picture."""

from __future__ import annotations

import pytest

from core.ports.channel import LoginNeeded, PostDeferred, PostRefused
from tests.adapters import bluesky_scene, mastodon_scene, x_scene
from tests.contract.bluesky_stage import UPLOAD
from tests.contract.channels import a_picture, saying
from tests.fakes.mastodon_server import Fault as MastodonFault
from tests.fakes.misbehaving_proxy import Mishap
from tests.fakes.x_server import Fault

PICTURE = a_picture()
SEEN = saying("Seen at Example Sq. 7K3M9X2", picture=PICTURE)
X, MASTODON = x_scene.TEAL, mastodon_scene.TEAL


@pytest.mark.parametrize("path", ["/2/media/upload", "/2/media/metadata"])
@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (Fault.DROP_BEFORE, PostDeferred),
        (Fault.DROP_AFTER, PostDeferred),
        (Fault.FAIL_BEFORE, PostDeferred),
        (Fault.FAIL_AFTER, PostDeferred),
        (Fault.CUT_JSON, PostDeferred),
        (Fault.CUT_BODY, PostDeferred),
        (Fault.HTML_AFTER, PostDeferred),
        (Fault.TOO_MANY, PostDeferred),
        (Fault.TOO_MANY_BARE, PostDeferred),
        (Fault.USAGE_CAP, PostDeferred),
        (Fault.NOT_PERMITTED, PostRefused),
        (Fault.SUSPENDED, LoginNeeded),
        (Fault.LOCKED, LoginNeeded),
    ],
)
def test_on_x_nothing_is_posted_when_the_picture_fails_and_the_next_try_posts_it_once(path, fault, raised):
    with x_scene.opened() as scene:
        scene.server.misbehave(fault, path=path)
        with pytest.raises(raised):
            scene.channel.publish(X, SEEN)
        assert scene.texts() == []
        scene.channel.publish(X, SEEN)
        assert scene.texts() == [SEEN.text]


def test_on_x_a_picture_and_words_that_it_does_not_take_are_refused_before_anything_stands():
    with x_scene.opened() as scene:
        large = a_picture().model_copy(update={"content": b"x" * (5 * 1024 * 1024 + 1)})
        for picture in (large, a_picture("a" * 1001)):
            with pytest.raises(PostRefused):
                scene.channel.publish(X, saying("Seen. 7K3M9X2", picture=picture))
        assert scene.texts() == []


def test_on_x_a_post_without_a_picture_is_not_taken_for_one_with_a_link():
    with x_scene.opened() as scene:
        scene.channel.publish(X, saying("Seen. 7K3M9X2 https://fleet.example/other"))
        assert scene.look("Seen. 7K3M9X2").found is None


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (MastodonFault.DROP_AFTER, PostDeferred),
        (MastodonFault.FAIL_BEFORE, PostDeferred),
        (MastodonFault.FAIL_AFTER, PostDeferred),
        (MastodonFault.CUT_JSON, PostDeferred),
        (MastodonFault.HTML_AFTER, PostDeferred),
        (MastodonFault.TOO_MANY, PostDeferred),
        (MastodonFault.INVALID, PostRefused),
        (MastodonFault.SCOPES, LoginNeeded),
        (MastodonFault.REVOKED, LoginNeeded),
    ],
)
def test_on_mastodon_nothing_is_posted_when_the_picture_fails_and_the_next_try_posts_it_once(fault, raised):
    with mastodon_scene.opened() as scene:
        scene.server.misbehave(fault, path="/api/v2/media")
        with pytest.raises(raised):
            scene.channel.publish(MASTODON, SEEN)
        assert scene.texts() == []
        scene.channel.publish(MASTODON, SEEN)
        assert scene.texts() == [SEEN.text]
        assert len(scene.server.pictures(MASTODON.handle)) == 1


def test_mastodon_is_waited_for_while_it_works_a_picture_up_and_gets_it_once():
    with mastodon_scene.opened() as scene:
        scene.server.work_pictures_up(2)
        for _ in range(2):
            with pytest.raises(PostDeferred, match="works the picture up"):
                scene.channel.publish(MASTODON, SEEN)
        scene.channel.publish(MASTODON, SEEN)
        assert scene.texts() == [SEEN.text]
        assert sum(one.path == "/api/v2/media" for one in scene.server.requests) == 1


@pytest.mark.parametrize(
    ("mishap", "answer", "raised"),
    [
        (Mishap.DROP_BEFORE, None, PostDeferred),
        (Mishap.DROP_AFTER, None, PostDeferred),
        (Mishap.HALF_JSON, None, PostDeferred),
        (Mishap.CUT_BODY, None, PostDeferred),
        (Mishap.ANSWER_BEFORE, bluesky_scene.says(502), PostDeferred),
        (Mishap.ANSWER_BEFORE, bluesky_scene.says(429, "RateLimitExceeded"), PostDeferred),
        (Mishap.ANSWER_BEFORE, bluesky_scene.says(413, "BlobTooLarge", "too large"), PostRefused),
        (Mishap.ANSWER_BEFORE, bluesky_scene.says(400, "AccountTakedown"), LoginNeeded),
    ],
)
def test_on_bluesky_nothing_is_posted_when_the_picture_fails_and_the_next_try_posts_it_once(mishap, answer, raised):
    with bluesky_scene.opened() as scene:
        scene.proxy.order(mishap, path=UPLOAD, answer=answer)
        with pytest.raises(raised):
            scene.channel.publish(scene.teal, SEEN)
        assert scene.standing() == []
        scene.channel.publish(scene.teal, SEEN)
        assert [one.text for one in scene.standing()] == [SEEN.text]


def test_a_bluesky_record_holds_alt_text_and_shape_and_its_key_makes_no_second_post():
    with bluesky_scene.opened() as scene:
        first = scene.channel.publish(scene.teal, SEEN)
        with pytest.raises(Exception, match="may have taken it"):
            scene.channel.publish(scene.teal, SEEN)
        (record,) = scene.records()
        (shown,) = record["value"]["embed"]["images"]
        assert shown["alt"] == PICTURE.alt
        assert (shown["aspectRatio"]["width"], shown["aspectRatio"]["height"]) == (48, 27)
        assert shown["image"]["mimeType"] == "image/jpeg"
        found = scene.look(SEEN).found
        assert found is not None
        assert found.platform_id == first.platform_id
