"""One account's voice on its Mastodon server: each method one call of Mastodon.py that is never repeated."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import requests
from mastodon import Mastodon

from core.adapters.channels.mastodon.pages import Page, Shown, page_of, shown_of
from core.adapters.channels.mastodon.verdicts import READ_AGAIN_SECONDS, AlreadyGone, Doing, Judge
from core.adapters.channels.mastodon.windows import windows_of
from core.adapters.http import Hidden
from core.adapters.one_try import platform_time, session_of_one_try
from core.domain.accounts import WhoAmI
from core.domain.lines import Account
from core.ports.channel import LimitSeen, OutcomeUnknown, Outgoing, OutgoingPicture, PostDeferred, PostRefused

PAGE = 20
"""Statuses of a page when reading back: Mastodon's own default; the statuses since an attempt are few."""
MOST_PAGES = 50
"""A look that is not through after so many pages (a thousand statuses) says that it saw not all."""

WORKED_UP_SECONDS = 3.0
"""When to ask again whether a picture can be used."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said. `at` is its own time where it gave one, `ahead` how far that is before the fleet's, in
    seconds."""

    body: Any
    status: int
    at: datetime
    ahead: float | None


class Speaker:
    """Calls the server for one account. Every method raises the port's errors only."""

    def __init__(
        self,
        account: Account,
        token: str,
        origin: str,
        limits: tuple[float, float],
        now: Callable[[], datetime],
        heard: Callable[[Iterable[LimitSeen]], None],
    ) -> None:
        self._judge = Judge(account.id, Hidden(tuple({token, quote(token, safe="")})))
        self._now = now
        self._heard = heard
        self._answered = threading.local()
        self._session = session = session_of_one_try(origin, *limits)
        session.hooks["response"].append(self._keep)
        self._origin = origin
        self._uploads: dict[tuple[str, str], str] = {}
        self._statuses = f"{origin}/api/v1/accounts/{{}}/statuses"
        self._signed = {"Authorization": f"Bearer {token}"}
        # "throw": by default Mastodon.py would wait for the window inside the call, and then call again.
        self._client = Mastodon(
            api_base_url=origin,
            session=session,
            ratelimit_method="throw",
            request_timeout=limits[1],
            user_agent="fleet",
        )
        self._client.access_token = token  # handed to the constructor, it would be taken for a file's name first

    def me(self) -> WhoAmI:
        """Who the token is. Raises LoginNeeded, PostDeferred."""
        body = self._call(Doing.READ, self._client.account_verify_credentials).body
        name, number = (body.get("username"), body.get("id")) if isinstance(body, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(number, str) or not name or not number:
            raise PostDeferred("the server's answer names no account", READ_AGAIN_SECONDS)
        return WhoAmI(platform_id=number, handle=name)

    def picture(self, picture: OutgoingPicture) -> str:
        """Upload a picture with its description; its id once the server has worked it up. Nothing of it shows before a
        status names it. Raises PostRefused, LoginNeeded, and PostDeferred, after which the next try asks for the same
        upload again."""
        named = (sha256(picture.content).hexdigest(), picture.alt)
        made = self._uploads.get(named)
        if made is None:
            made, ready = self._uploaded(picture)
            self._uploads[named] = made
        else:
            ready = False
        if not ready and not self._worked_up(made, named):
            raise PostDeferred("the server still works the picture up", WORKED_UP_SECONDS)
        self._uploads.pop(named, None)
        return made

    def _uploaded(self, picture: OutgoingPicture) -> tuple[str, bool]:
        """The id of a new upload, and whether it can be used at once (answer 202 says that it can't yet)."""
        where, files = f"{self._origin}/api/v2/media", {"file": ("picture", picture.content, picture.media_type)}
        said = {"description": picture.alt}

        def ask() -> None:
            self._session.post(where, data=said, files=files, headers=self._signed).raise_for_status()

        answer = self._call(Doing.PREPARE, ask)
        made = answer.body.get("id") if isinstance(answer.body, dict) else None
        if not isinstance(made, str) or not made:
            raise PostDeferred("the server's answer names no picture", READ_AGAIN_SECONDS)
        return made, answer.status == 200

    def _worked_up(self, made: str, named: tuple[str, str]) -> bool:
        """Whether an upload can be used by now (206: not yet). One that is gone is uploaded anew the next time."""
        where = f"{self._origin}/api/v1/media/{quote(made, safe='')}"
        try:
            return self._call(Doing.PREPARE, lambda: self._asked(where)).status == 200
        except PostRefused as gone:
            self._uploads.pop(named, None)
            raise PostDeferred(f"the picture is uploaded anew: {gone}", WORKED_UP_SECONDS) from None

    def _asked(self, where: str) -> None:
        self._session.get(where, headers=self._signed).raise_for_status()

    def post(self, outgoing: Outgoing, answers: str | None, picture: str | None) -> tuple[Shown, datetime]:
        """Publish; the status and its time. `picture` is the id of an uploaded one."""
        answer = self._call(
            Doing.PUBLISH if answers is None else Doing.ANSWER,
            lambda: self._client.status_post(
                outgoing.text,
                in_reply_to_id=answers,
                media_ids=[picture] if picture is not None else None,
                visibility="public",
                language=outgoing.language,
                idempotency_key=outgoing.platform_key,
            ),
        )
        made = shown_of(answer.body)
        if made is None or made.repost_of is not None:
            raise OutcomeUnknown("the server may have taken it: its answer names no post")
        return made, made.at or answer.at

    def repost(self, source: str) -> tuple[Shown, datetime]:
        """Repost; the repost and its time. The server answers with the repost around its source; a like server may
        answer with the source, marked as reposted."""
        answer = self._call(Doing.REPOST, lambda: self._client.status_reblog(source))
        made = shown_of(answer.body)
        if made is not None and made.repost_of == source:
            return made, made.at or answer.at
        if made is not None and made.id == source and answer.body.get("reblogged") is True:
            return made, answer.at
        raise OutcomeUnknown("the server may have taken it: its answer confirms no repost")

    def delete(self, post: str) -> None:
        """Delete a status; one that is gone is no error."""
        self._remove(lambda: self._client.status_delete(post))

    def undo_repost(self, source: str) -> None:
        """Undo the repost of a status; one that is gone is no error."""
        self._remove(lambda: self._client.status_unreblog(source))

    def pages(self) -> Iterator[Page]:
        """The account's own statuses, newest first, up to MOST_PAGES. Raises LoginNeeded, PostDeferred.

        It asks who the account is first: a suspended account's statuses read as none at all, and none would be taken
        for "surely absent", while that question is then refused.
        """
        own = self.me().platform_id
        before: str | None = None
        for _ in range(MOST_PAGES):
            page = self._page(own, before)
            yield page
            if not page.statuses:
                return
            before = page.statuses[-1].id

    def _page(self, own: str, before: str | None) -> Page:
        """One page, asked for without Mastodon.py, which takes a tenth of a second to dress twenty statuses."""
        question = {"limit": str(PAGE), **({"max_id": before} if before is not None else {})}

        def ask() -> None:
            where = self._statuses.format(quote(own, safe=""))
            self._session.get(where, params=question, headers=self._signed).raise_for_status()

        answer = self._call(Doing.READ, ask)
        return page_of(answer.body, answer.ahead)

    def _remove(self, call: Callable[[], Any]) -> None:
        try:
            body = self._call(Doing.REMOVE, call).body
        except AlreadyGone:
            return
        if not isinstance(body, dict) or "error" in body or body.get("reblogged") is True:
            raise OutcomeUnknown("the server may have removed it: its answer does not confirm it")

    def _keep(self, response: requests.Response, *_args: Any, **_how: Any) -> None:
        self._answered.response = response
        self._heard(windows_of(response, self._now()))

    def _call(self, doing: Doing, call: Callable[[], Any]) -> Answer:
        """One call. What the server said is read from its own answer: Mastodon.py's types stay out, and its errors tell
        less. They aren't kept as the cause, because they hold the request with its token."""
        self._answered.response = None
        try:
            call()
            answered: requests.Response = self._answered.response
            body = answered.json()
        except Exception as error:  # noqa: BLE001 - an SDK may raise anything
            judged = self._judge.judged(error, self._answered.response, doing, self._now())
        else:
            now, at = self._now(), platform_time(answered.headers)
            return Answer(body, answered.status_code, at or now, None if at is None else (at - now).total_seconds())
        raise judged
