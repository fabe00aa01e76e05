"""The channel Mastodon: what it can do, and each act of the port as one call of the account's speaker."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from core.adapters.clock import WallClock
from core.adapters.limits_heard import LimitsHeard
from core.adapters.read_back import listing_of
from core.domain.accounts import WhoAmI
from core.domain.deliveries import Receipt
from core.domain.lines import Account, AccountId
from core.ports.channel import (
    Abilities,
    LimitSeen,
    Listing,
    LoginNeeded,
    Look,
    LookUp,
    Outgoing,
    PostRefused,
    Probe,
)
from core.ports.secrets import Secrets, SecretsBroken

if TYPE_CHECKING:
    from core.adapters.channels.mastodon.pages import Shown
    from core.adapters.channels.mastodon.speaker import Speaker

REPOST = "repost:"
"""A repost is undone by the reposted status's id: its receipt holds `repost:SOURCE`."""
_STATUS_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""Mastodon's ids are digits, those of like servers letters too; nothing that could leave its place in an address."""
_WALL = WallClock()


class MastodonChannel:
    """Posts to one Mastodon server through Mastodon.py, with one access token for each account (secret
    `mastodon:HANDLE:token`, scopes read:accounts, read:statuses, write:statuses, write:media).

    `base_url` is the server that holds all accounts: https, or this machine. A call takes at most `connect_seconds` to
    connect and `answer_seconds` for the answer. Every post bears its delivery's key as Idempotency-Key, which a server
    remembers for about an hour and some servers ignore: what may have been taken is OutcomeUnknown and is looked up in
    the account's own statuses. Each account has one client, which is made anew after its token failed and whenever
    the account is asked who it is. A repost that stands already is answered with that repost.
    """

    name = "mastodon"
    abilities = Abilities(
        reaches_public=True,
        repost=True,
        reply=True,
        remove=True,
        look_up=LookUp.EVENTUAL,
        measure="mastodon",
        default_limit=500,
        pictures=True,
        lists=True,
    )

    def __init__(
        self,
        secrets: Secrets,
        *,
        base_url: str | None,
        connect_seconds: float = 5.0,
        answer_seconds: float = 20.0,
        now: Callable[[], datetime] = _WALL.now,
    ) -> None:
        """Raises ValueError when `base_url` is missing, or neither https nor on this machine."""
        from core.adapters.http import checked_url

        self._secrets = secrets
        self._origin = checked_url(base_url or "").rstrip("/")
        self._limits = (connect_seconds, answer_seconds)
        self._now = now
        self._heard = LimitsHeard()
        self._speakers: dict[AccountId, Speaker] = {}
        self._lock = Lock()

    def who_am_i(self, account: Account) -> WhoAmI:
        """Ask the server, with the token read anew. Raises LoginNeeded, PostDeferred."""
        self._forget(account)
        with self._speaking(account) as speaker:
            return speaker.me()

    def publish(self, account: Account, outgoing: Outgoing) -> Receipt:
        """One POST /api/v1/statuses, public and at once, never repeated here; a picture is uploaded before it."""
        answers = _status_id(outgoing.reply_to) if outgoing.reply_to is not None else None
        with self._speaking(account) as speaker:
            picture = speaker.picture(outgoing.picture) if outgoing.picture is not None else None
            made, at = speaker.post(outgoing, answers, picture)
        return Receipt(platform_id=made.id, url=made.url, at=at)

    def repost(self, account: Account, target: Receipt) -> Receipt:
        """One POST /api/v1/statuses/:id/reblog, never repeated here."""
        source = _status_id(target)
        with self._speaking(account) as speaker:
            made, at = speaker.repost(source)
        return Receipt(platform_id=f"{REPOST}{source}", url=made.url, at=at)

    def find(self, account: Account, probe: Probe) -> Look:
        """Read the account's own statuses back past the attempt's start. Raises PostDeferred, LoginNeeded."""
        from core.adapters.channels.mastodon.pages import reposting, saying_again, search

        if probe.outgoing is not None:
            wanted = saying_again(probe.outgoing)
        elif probe.repost_of is not None:
            wanted = reposting(probe.repost_of.platform_id)
        else:
            return Look(found=None, complete=False)
        with self._speaking(account) as speaker:
            found, complete = search(speaker.pages(), wanted, probe.attempted_at)
        if found is None:
            return Look(found=None, complete=complete)
        return Look(found=_receipt_of(found, probe.attempted_at), complete=True)

    def remove(self, account: Account, receipt: Receipt) -> None:
        """Delete a status, or undo a repost; one that is gone is no error."""
        with self._speaking(account) as speaker:
            if receipt.platform_id.startswith(REPOST):
                source = receipt.model_copy(update={"platform_id": receipt.platform_id.removeprefix(REPOST)})
                speaker.undo_repost(_status_id(source))
            else:
                speaker.delete(_status_id(receipt))

    def listing(self, account: Account, since: datetime, at_most: int) -> Listing:
        """Read the account's own statuses back. Raises PostDeferred, LoginNeeded."""
        from core.adapters.channels.mastodon.pages import listed
        from core.adapters.channels.mastodon.speaker import PAGE

        with self._speaking(account) as speaker:
            return listing_of((listed(page, REPOST) for page in speaker.pages()), since, at_most, PAGE)

    def limits(self, account: Account) -> tuple[LimitSeen, ...]:
        """What the headers of the server's answers said, refusals too; all of them are the account's own."""
        return self._heard.taken(account.id)

    @contextmanager
    def _speaking(self, account: Account) -> Iterator[Speaker]:
        """The account's speaker; when its token turns out dead, the next call reads it anew."""
        try:
            yield self._speaker(account)
        except LoginNeeded:
            self._forget(account)
            raise

    def _speaker(self, account: Account) -> Speaker:
        with self._lock:
            known = self._speakers.get(account.id)
            if known is None:
                token = _token_of(self._secrets, account)
                from core.adapters.channels.mastodon.speaker import Speaker

                heard = partial(self._heard.hear, account.id)
                known = Speaker(account, token, self._origin, self._limits, self._now, heard)
                self._speakers[account.id] = known
            return known

    def _forget(self, account: Account) -> None:
        with self._lock:
            self._speakers.pop(account.id, None)


def _token_of(secrets: Secrets, account: Account) -> str:
    name = f"mastodon:{account.handle}:token"
    try:
        token = secrets.get(name)
    except SecretsBroken as broken:
        raise LoginNeeded(str(broken)) from None
    if not token:
        raise LoginNeeded(f"no secret {name}: run `accounts connect {account.id}`")
    return token


def _status_id(receipt: Receipt) -> str:
    if not _STATUS_ID.fullmatch(receipt.platform_id):
        raise PostRefused(f"{receipt.platform_id} is no post on Mastodon")
    return receipt.platform_id


def _receipt_of(found: Shown, otherwise: datetime) -> Receipt:
    number = f"{REPOST}{found.repost_of}" if found.repost_of else found.id
    return Receipt(platform_id=number, url=found.url, at=found.at or otherwise)
