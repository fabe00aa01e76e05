"""What the loopback X knows: accounts, every post ever accepted, media; and the rules that hold when one changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from tests.fakes.x_server import problems, words

# X documentation: an id holds the milliseconds since this instant in its upper bits, so ids grow with time.
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
Wording = Literal["as asked", "tweets", "posts"]


@dataclass
class XAccount:
    """One account of the loopback X.

    `self_serve`: may answer only where the parent's author mentioned it (X documentation). Whether its own posts are
    exempt is not documented: `may_answer_itself` decides, strict at first.
    """

    id: str
    username: str
    token: str
    secret: str
    self_serve: bool = False
    may_answer_itself: bool = False


@dataclass
class XPost:
    """One accepted post or repost, as sent; deleted ones stay in the record."""

    id: str
    username: str
    kind: Literal["post", "repost"]
    text: str
    at: datetime
    reply_to: str | None = None
    repost_of: str | None = None
    media_ids: tuple[str, ...] = ()
    deleted: bool = False
    deleted_at: datetime | None = None


@dataclass
class XMedia:
    """One uploaded picture with its alternative text."""

    id: str
    username: str
    content: bytes
    alt_text: str = ""
    finished: bool = True
    segments: dict[int, bytes] = field(default_factory=dict)


class World:
    """The state, behind one lock; `clock` counts seconds (any origin), `began` is when it was asked first."""

    def __init__(self, clock: Callable[[], float], began: datetime) -> None:
        self.lock = threading.RLock()
        self.accounts: dict[str, XAccount] = {}
        self.posts: list[XPost] = []
        self._by_id: dict[str, XPost] = {}
        self._of: dict[str, list[XPost]] = {}
        self.media: dict[str, XMedia] = {}
        self.refuses_duplicates = True
        self.read_lag = 0.0
        self.wording: Wording = "as asked"
        self._clock, self._began, self._zero, self._last_id = clock, began, clock(), 0

    def now(self) -> datetime:
        """The instant on the injected clock."""
        return self._began + timedelta(seconds=self._clock() - self._zero)

    def new_id(self) -> str:
        """An id above all others so far; like the live ones it grows with time."""
        with self.lock:
            fresh = (int(self.now().timestamp() * 1000) - SNOWFLAKE_EPOCH_MS) << 22
            self._last_id = max(fresh, self._last_id + 1)
            return str(self._last_id)

    def add_account(self, username: str, token: str | None, secret: str | None, self_serve: bool) -> XAccount:
        """Opens an account; its token begins with its id, where SDKs read it. Raises ValueError on a used name."""
        with self.lock:
            if self.by_name(username) or not 1 <= len(username) <= 15:
                raise ValueError(f"no account can be called {username!r} here")
            own = self.new_id()
            made = XAccount(own, username, token or f"{own}-{username}", secret or f"secret-{own}", self_serve)
            self.accounts[made.id] = made
            return made

    def by_name(self, username: str) -> XAccount | None:
        """The account with that name; case doesn't matter."""
        return next((one for one in self.accounts.values() if one.username.lower() == username.lower()), None)

    def by_token(self, token: str) -> XAccount | None:
        """The account that an access token belongs to."""
        return next((one for one in self.accounts.values() if one.token == token), None)

    def post(self, post_id: str) -> XPost | None:
        """The post or repost with that id, deleted or not."""
        return self._by_id.get(post_id)

    def posts_of(self, account: XAccount) -> list[XPost]:
        """The account's posts and reposts, oldest first, deleted ones too."""
        return self._of.get(account.username, [])

    def visible(self, post: XPost) -> bool:
        """Whether reads show the post by now: they lag behind both its acceptance and its removal."""
        seen_from = self.now() - timedelta(seconds=self.read_lag)
        return post.at <= seen_from and (post.deleted_at is None or post.deleted_at > seen_from)

    def record(self, username: str | None = None) -> tuple[XPost, ...]:
        """Every post ever accepted, in order, as copies."""
        with self.lock:
            return tuple(replace(one) for one in self.posts if username in (None, one.username))

    def publish(self, account: XAccount, text: str, reply_to: str | None, media_ids: tuple[str, ...]) -> XPost:
        """Accepts a post, or raises Refused.

        Over 280 by weight: 400. The same text as a post of this account that is still up: 403 (X's rules; the detail
        is as measured live). An answer that the account may not give, or to a post that is gone: 403.
        """
        if words.weight(text) > words.MAX_WEIGHT:
            raise problems.invalid("Your Tweet text is too long.", "text")
        if not text.strip() and not media_ids:
            raise problems.invalid("Text or media is required.", "text")
        if any(self._media_is_unusable(account, one) for one in media_ids):
            raise problems.invalid("Your media IDs are invalid.", "media.media_ids")
        if reply_to is not None:
            self._check_answer(account, reply_to)
        if self.refuses_duplicates and text.strip() and self._said_already(account, text):
            raise problems.forbidden(problems.DUPLICATE)
        return self._accept(XPost(self.new_id(), account.username, "post", text, self.now(), reply_to, None, media_ids))

    def repost(self, account: XAccount, post_id: str) -> XPost:
        """Reposts, or raises Refused: 404 when there is no such post, 403 when it was done before.

        With `refuses_duplicates` off, a second repost is answered as done and leaves no second record.
        """
        original = self._live(post_id)
        own = self.repost_of(account, post_id)
        if own is not None and self.refuses_duplicates:
            raise problems.forbidden(problems.ALREADY_REPOSTED)
        if own is not None:
            return own
        text = f"RT @{original.username}: {original.text}"
        return self._accept(XPost(self.new_id(), account.username, "repost", text, self.now(), None, post_id))

    def repost_of(self, account: XAccount, post_id: str) -> XPost | None:
        """The account's standing repost of a post."""
        return next((one for one in self.posts_of(account) if one.repost_of == post_id and not one.deleted), None)

    def remove(self, account: XAccount, post_id: str) -> None:
        """Deletes a post of one's own, with its reposts. Raises Refused: 404 when it is gone, 403 when another's."""
        gone = self._live(post_id)
        if gone.username != account.username:
            raise problems.forbidden("You are not authorized to delete this Tweet.")
        self.strike(gone)

    def strike(self, gone: XPost) -> None:
        """Marks a post and the reposts of it as deleted; the record keeps them."""
        for one in self.posts:
            if not one.deleted and gone.id in (one.id, one.repost_of):
                one.deleted, one.deleted_at = True, self.now()

    def _accept(self, made: XPost) -> XPost:
        self.posts.append(made)
        self._by_id[made.id] = made
        self._of.setdefault(made.username, []).append(made)
        return made

    def _live(self, post_id: str) -> XPost:
        found = self.post(post_id)
        if found is None or found.deleted:
            raise problems.not_found("post", "id", post_id)
        return found

    def _said_already(self, account: XAccount, text: str) -> bool:
        mine = (one for one in self.posts_of(account) if one.kind == "post" and not one.deleted)
        return any(one.text.strip() == text.strip() for one in mine)

    def _media_is_unusable(self, account: XAccount, media_id: str) -> bool:
        found = self.media.get(media_id)
        return found is None or not found.finished or found.username != account.username

    def _check_answer(self, account: XAccount, reply_to: str) -> None:
        parent = self.post(reply_to)
        if parent is None or parent.deleted:
            raise problems.forbidden(problems.PARENT_GONE)
        own = parent.username == account.username and account.may_answer_itself
        if account.self_serve and not own and not words.mentions(parent.text, account.username):
            raise problems.forbidden(problems.REPLY_NOT_ALLOWED)


def utc_now() -> datetime:
    """The wall's time, for a server that nobody gave another."""
    return datetime.now(UTC)
