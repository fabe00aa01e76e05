"""The routes that only read: accounts, posts by id, and an account's posts page by page."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

from tests.fakes.x_server import problems, words
from tests.fakes.x_server.call import Call, checked_id
from tests.fakes.x_server.problems import Answer
from tests.fakes.x_server.words import Shown
from tests.fakes.x_server.world import World, XAccount, XPost

# Both spellings are in use: clients ask for `tweet.fields`, while version 2.167 of X's OpenAPI document says
# `post.fields` and answers `referenced_posts`. The answer takes the question's words unless told otherwise.
_FIELDS = ("tweet.fields", "post.fields")
REPOST_TEXT_LENGTH = 140


def me(call: Call) -> Answer:
    """GET /2/users/me (schema GetUsersMeResponse)."""
    return Answer(200, {"data": _user(call.account)})


def user_by_name(call: Call) -> Answer:
    """GET /2/users/by/username/:username; an unknown name is a 200 with `errors` (GetUsersByUsernameResponse)."""
    name = call.parts["username"]
    if len(name) > 15 or not name.replace("_", "a").isalnum():
        raise problems.invalid("The `username` query parameter value is not valid.", "username", name)
    found = call.world.by_name(name)
    return Answer(200, {"data": _user(found)} if found else {"errors": [problems.missing("user", "username", name)]})


def post_by_id(call: Call) -> Answer:
    """GET /2/tweets/:id; a post that isn't there is a 200 with `errors` (schema GetPostsByIdResponse)."""
    post_id = checked_id("id", call.parts["post"])
    found = _seen(call.world, post_id)
    return Answer(200, {"data": _post(call, found)} if found else {"errors": [problems.missing("post", "id", post_id)]})


def posts_by_ids(call: Call) -> Answer:
    """GET /2/tweets?ids=: those there are in `data`, the others in `errors` (schema GetPostsByIdsResponse)."""
    ids = [checked_id("ids", one) for one in call.listed("ids")]
    if not 1 <= len(ids) <= 100:
        raise problems.invalid("The number of `ids` is not between 1 and 100.", "ids")
    found = {one: _seen(call.world, one) for one in ids}
    body: dict[str, Any] = {}
    if any(found.values()):
        body["data"] = [_post(call, one) for one in found.values() if one]
    if not all(found.values()):
        body["errors"] = [problems.missing("post", "ids", one) for one, post in found.items() if not post]
    return Answer(200, body)


def timeline(call: Call) -> Answer:
    """GET /2/users/:id/tweets: newest first, reposts among them, page by page (schema GetUsersPostsResponse)."""
    account = call.world.accounts.get(checked_id("id", call.parts["user"]))
    if account is None:
        return Answer(200, {"errors": [problems.missing("user", "id", call.parts["user"])]})
    size = call.number("max_results", 10, 5, 100)
    before = _token_read(call.query["pagination_token"]) if "pagination_token" in call.query else None
    found = [one for one in reversed(call.world.posts_of(account)) if _wanted(call, one)]
    rest = [one for one in found if before is None or int(one.id) < before]
    return _page(call, rest[:size], more=len(rest) > size)


def as_shown(world: World, post: XPost) -> Shown:
    """The text as readers see it; a repost's is `RT @name: ` and the first words (X documentation, measured)."""
    if post.repost_of is None:
        return words.shown(post.text, post.id, bool(post.media_ids))
    original = world.post(post.repost_of)
    assert original is not None
    text = f"RT @{original.username}: {as_shown(world, original).text}"
    return Shown(text if len(text) <= REPOST_TEXT_LENGTH else text[: REPOST_TEXT_LENGTH - 1] + "…", ())


def _page(call: Call, page: list[XPost], more: bool) -> Answer:
    meta: dict[str, Any] = {"result_count": len(page)}
    if not page:
        return Answer(200, {"meta": meta})
    meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
    if more:
        meta["next_token"] = _token_written(page[-1].id)
    return Answer(200, {"data": [_post(call, one) for one in page], "meta": meta})


def _wanted(call: Call, post: XPost) -> bool:
    since, until = call.post_id("since_id"), call.post_id("until_id")
    start, end = call.instant("start_time"), call.instant("end_time")
    left_out = call.listed("exclude")
    return (
        call.world.visible(post)
        and (since is None or int(post.id) > since)
        and (until is None or int(post.id) < until)
        and (start is None or _to_millisecond(post.at) >= start)
        and (end is None or _to_millisecond(post.at) < end)
        and not ("retweets" in left_out and post.kind == "repost")
        and not ("replies" in left_out and post.reply_to is not None)
    )


def _seen(world: World, post_id: str) -> XPost | None:
    found = world.post(post_id)
    return found if found is not None and world.visible(found) else None


def _user(account: XAccount) -> dict[str, str]:
    return {"id": account.id, "name": account.username, "username": account.username}


def _post(call: Call, post: XPost) -> dict[str, Any]:
    shown = as_shown(call.world, post)
    in_posts = call.world.wording == "posts" or (call.world.wording == "as asked" and "post.fields" in call.query)
    word = "post" if in_posts else "tweet"
    every: dict[str, Any] = {
        "author_id": _author(call.world, post),
        "conversation_id": _root(call.world, post).id,
        "created_at": _to_millisecond(post.at).strftime("%Y-%m-%dT%H:%M:%S.") + f"{post.at.microsecond // 1000:03d}Z",
        "entities": {"urls": list(shown.urls)} if shown.urls else None,
        "attachments": {"media_keys": [f"3_{one}" for one in post.media_ids]} if post.media_ids else None,
        f"referenced_{word}s": _references(post),
    }
    asked = {*call.listed(*_FIELDS), *call.listed("expansions")}
    if asked & {"referenced_tweets", "referenced_tweets.id", "referenced_posts"}:
        asked.add(f"referenced_{word}s")
    more = {name: value for name, value in every.items() if name in asked and value}
    return {"id": post.id, "text": shown.text, f"edit_history_{word}_ids": [post.id], **more}


def _author(world: World, post: XPost) -> str:
    found = world.by_name(post.username)
    assert found is not None
    return found.id


def _references(post: XPost) -> list[dict[str, str]]:
    if post.repost_of is not None:
        return [{"type": "retweeted", "id": post.repost_of}]
    return [{"type": "replied_to", "id": post.reply_to}] if post.reply_to is not None else []


def _root(world: World, post: XPost) -> XPost:
    while post.reply_to is not None and (parent := world.post(post.reply_to)) is not None:
        post = parent
    return post


def _to_millisecond(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _token_written(post_id: str) -> str:
    """A page's token: base32hex, as the OpenAPI document describes `pagination_token`."""
    return base64.b32hexencode(post_id.encode()).decode().rstrip("=").lower()


def _token_read(token: str) -> int:
    padded = token.upper() + "=" * (-len(token) % 8)
    try:
        return int(base64.b32hexdecode(padded.encode()))
    except (binascii.Error, ValueError):
        raise problems.invalid("`pagination_token` is not valid.", "pagination_token", token) from None
