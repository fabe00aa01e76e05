"""The routes that change something: posts, deletions, reposts."""

from __future__ import annotations

from tests.fakes.x_server import problems
from tests.fakes.x_server.call import Call, checked_id
from tests.fakes.x_server.problems import Answer
from tests.fakes.x_server.reading import as_shown

_POST_KEYS = {"text": str, "reply": dict, "media": dict, "made_with_ai": bool, "nullcast": bool, "reply_settings": str}
_REPLY_KEYS = {
    "in_reply_to_tweet_id": str,
    "exclude_reply_user_ids": list,
    "auto_populate_reply_metadata": bool,
}
_MEDIA_KEYS = {"media_ids": list, "tagged_user_ids": list}


def create_post(call: Call) -> Answer:
    """POST /2/tweets (schemas CreatePostsRequest, CreatePostsResponse): 201 with id and text as shown."""
    text = call.only(_POST_KEYS).get("text", "")
    reply = call.only(_REPLY_KEYS, inside="reply")
    reply_to = checked_id("in_reply_to_tweet_id", reply.get("in_reply_to_tweet_id")) if "reply" in call.body else None
    media = call.only(_MEDIA_KEYS, inside="media").get("media_ids", [])
    if "media" in call.body and not 1 <= len(media) <= 4:
        raise problems.invalid("A post holds one to four media.", "media.media_ids")
    made = call.world.publish(call.account, text, reply_to, tuple(checked_id("media_ids", one) for one in media))
    shown = as_shown(call.world, made).text
    return Answer(201, {"data": {"id": made.id, "text": shown, "edit_history_post_ids": [made.id]}})


def delete_post(call: Call) -> Answer:
    """DELETE /2/tweets/:id (schema DeletePostsResponse)."""
    call.world.remove(call.account, checked_id("id", call.parts["post"]))
    return Answer(200, {"data": {"deleted": True}})


def repost(call: Call) -> Answer:
    """POST /2/users/:id/retweets (schemas RepostPostRequest, RepostPostResponse)."""
    account = call.own_account()
    post_id = checked_id("tweet_id", call.only({"tweet_id": str}).get("tweet_id"))
    call.world.repost(account, post_id)
    return Answer(200, {"data": {"retweeted": True, "rest_id": post_id}})


def undo_repost(call: Call) -> Answer:
    """DELETE /2/users/:id/retweets/:source_tweet_id (schema UnrepostPostResponse); undoing twice is answered alike."""
    own = call.world.repost_of(call.own_account(), checked_id("source_tweet_id", call.parts["post"]))
    if own is not None:
        call.world.strike(own)
    return Answer(200, {"data": {"retweeted": False}})
