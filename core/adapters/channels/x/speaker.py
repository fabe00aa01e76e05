"""One account's voice on X: tweepy over a transport of our own, each method one call that is never repeated."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import quote, urlsplit

import requests
import tweepy

from core.adapters.channels.x.credentials import Credentials
from core.adapters.channels.x.pages import Page, page_of
from core.adapters.channels.x.verdicts import READ_AGAIN_SECONDS, AlreadyGone, Doing, Judge
from core.adapters.channels.x.windows import windows_of
from core.adapters.http import Hidden, is_loopback
from core.adapters.one_try import OneTry, platform_time
from core.domain.accounts import WhoAmI
from core.domain.lines import Account
from core.ports.channel import LimitSeen, OutcomeUnknown, OutgoingPicture, PostDeferred

PAGE = 5
"""Posts of a page when reading back. Each post read costs, each call does not (X documentation, pay per use): the
smallest page that X gives reads the fewest in vain, and the posts since an attempt are few."""
MOST_PAGES = 200
"""A look that is not through after so many pages (a thousand posts) says that it saw not all."""
FIELDS = ["created_at", "note_tweet", "referenced_tweets"]

for _name in ("oauthlib", "requests_oauthlib", "tweepy", "urllib3"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # at DEBUG they write tokens and signatures into logs


class Transport(OneTry):
    """Sends with time limits (tweepy sets none), never again by itself, and to another origin where one is given."""

    def __init__(self, base_url: str | None, connect_seconds: float, answer_seconds: float) -> None:
        super().__init__(connect_seconds, answer_seconds)
        self._base_url = base_url
        self.uses_proxies = base_url is None or not is_loopback(base_url)
        """Whether the proxies of the environment stand between us and X: never towards this machine."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """As OneTry.send, to where it is meant to go."""
        if self._base_url is not None:
            parts = urlsplit(request.url or "")
            request.url = f"{self._base_url}{parts.path}{f'?{parts.query}' if parts.query else ''}"
        return super().send(request, *args, **kwargs)


@dataclass(frozen=True, slots=True)
class Answer:
    """What X said. `at` is its own time where it gave one, `ahead` how far that is before the fleet's, in seconds."""

    body: Mapping[str, Any]
    at: datetime
    ahead: float | None


class Speaker:
    """Calls X for one account. Every method raises the port's errors only."""

    def __init__(
        self,
        account: Account,
        credentials: Credentials,
        transport: Transport,
        now: Callable[[], datetime],
        heard: Callable[[Iterable[LimitSeen]], None],
    ) -> None:
        values = (credentials.app_key, credentials.app_secret, credentials.token, credentials.token_secret)
        hidden = Hidden(tuple({form for value in values for form in (value, quote(value, safe=""))}))
        self._judge = Judge(account.id, hidden)
        self._now = now
        self._heard = heard
        self._client = _client(credentials, transport)
        self._client.session.hooks["response"].append(self._hear)
        self._id: str | None = None

    def me(self) -> WhoAmI:
        """Who the credentials are. Raises LoginNeeded, PostDeferred."""
        answer = self._call(Doing.READ, lambda: self._client.get_me(user_auth=True))
        me = WhoAmI(platform_id=_text(answer.body, "data", "id"), handle=_text(answer.body, "data", "username"))
        if not me.platform_id or not me.handle:
            raise PostDeferred("X's answer names no account", READ_AGAIN_SECONDS)
        self._id = me.platform_id
        return me

    def picture(self, picture: OutgoingPicture) -> str:
        """Upload a picture with its alt text; its id. Nothing of it shows before a post names it, so whatever goes
        wrong, nothing was posted: raises PostDeferred, PostRefused, LoginNeeded."""
        sent = {"media": b64encode(picture.content).decode(), "media_category": "tweet_image"}
        made = _text(self._prepared("/2/media/upload", sent).body, "data", "id")
        if not made.isdecimal():
            raise PostDeferred("X's answer names no picture", READ_AGAIN_SECONDS)
        self._prepared("/2/media/metadata", {"id": made, "metadata": {"alt_text": {"text": picture.alt}}})
        return made

    def _prepared(self, route: str, body: dict[str, Any]) -> Answer:
        return self._call(Doing.PREPARE, lambda: self._client.request("POST", route, json=body, user_auth=True))

    def post(self, text: str, answers: str | None, picture: str | None) -> tuple[str, datetime]:
        """Publish; the post's id and time. `picture` is the id of an uploaded one."""
        pictures = [picture] if picture is not None else None
        answer = self._call(
            Doing.PUBLISH,
            lambda: self._client.create_tweet(
                text=text, in_reply_to_tweet_id=answers, media_ids=pictures, user_auth=True
            ),
        )
        made = _text(answer.body, "data", "id")
        if not made.isdecimal():
            raise OutcomeUnknown("X may have taken it: its answer names no post")
        return made, answer.at

    def repost(self, source: str) -> datetime:
        """Repost; when that was. tweepy would read the account's id out of the token: X was asked for it instead."""
        route = f"/2/users/{self._own_id()}/retweets"
        answer = self._call(
            Doing.REPOST, lambda: self._client.request("POST", route, json={"tweet_id": source}, user_auth=True)
        )
        if _value(answer.body, "data", "retweeted") is not True:
            raise OutcomeUnknown("X may have taken it: its answer confirms no repost")
        return answer.at

    def delete(self, post: str) -> None:
        """Delete a post; one that is gone is no error."""
        self._remove("deleted", True, lambda: self._client.delete_tweet(post, user_auth=True))

    def undo_repost(self, source: str) -> None:
        """Undo the repost of a post; one that is gone is no error."""
        route = f"/2/users/{self._own_id()}/retweets/{source}"
        self._remove("retweeted", False, lambda: self._client.request("DELETE", route, user_auth=True))

    def pages(self) -> Iterator[Page]:
        """The account's own timeline, newest first, up to MOST_PAGES. Raises LoginNeeded, PostDeferred."""
        token: str | None = None
        for _ in range(MOST_PAGES):
            page = self._page(token)
            yield page
            if page.next_token is None:
                return
            token = page.next_token

    def _page(self, token: str | None) -> Page:
        own = self._own_id()
        answer = self._call(
            Doing.READ,
            lambda: self._client.get_users_tweets(
                own, max_results=PAGE, pagination_token=token, tweet_fields=FIELDS, user_auth=True
            ),
        )
        return page_of(answer.body, answer.ahead)

    def _own_id(self) -> str:
        return self._id or self.me().platform_id

    def _remove(self, name: str, done: bool, call: Callable[[], Any]) -> None:
        try:
            answer = self._call(Doing.REMOVE, call)
        except AlreadyGone:
            return
        if _value(answer.body, "data", name) is not done:
            raise OutcomeUnknown("X may have removed it: its answer does not confirm it")

    def _hear(self, response: requests.Response, *_args: Any, **_how: Any) -> None:
        self._heard(windows_of(response, self._now()))

    def _call(self, doing: Doing, call: Callable[[], Any]) -> Answer:
        """One call. Whatever tweepy, requests or urllib3 raise is judged; it isn't kept as the cause, because it holds
        the request with its signature."""
        try:
            response: requests.Response = call()
            body = response.json()
            if not isinstance(body, dict):
                raise ValueError("no object")  # noqa: TRY004 - the answer is wrong, not our code
        except Exception as error:  # noqa: BLE001 - an SDK may raise anything
            judged = self._judge.judged(error, doing, self._now())
        else:
            now, at = self._now(), platform_time(response.headers)
            return Answer(body, at or now, None if at is None else (at - now).total_seconds())
        raise judged


def _client(credentials: Credentials, transport: Transport) -> tweepy.Client:
    client = tweepy.Client(
        consumer_key=credentials.app_key,
        consumer_secret=credentials.app_secret,
        access_token=credentials.token,
        access_token_secret=credentials.token_secret,
        return_type=requests.Response,
        wait_on_rate_limit=False,
    )
    for scheme in ("https://", "http://"):
        client.session.mount(scheme, transport)
    client.session.max_redirects = 0  # following one would send a post a second time
    client.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))  # nothing is kept between calls
    client.session.trust_env = transport.uses_proxies
    return client


def _value(body: Mapping[str, Any], outer: str, inner: str) -> Any:
    held = body.get(outer)
    return held.get(inner) if isinstance(held, dict) else None


def _text(body: Mapping[str, Any], outer: str, inner: str) -> str:
    value = _value(body, outer, inner)
    return value if isinstance(value, str) else ""
