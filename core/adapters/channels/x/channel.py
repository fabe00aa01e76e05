"""The channel X: what it can do, and each act of the port as one call of the account's speaker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from core.adapters.channels.x.credentials import credentials_of
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
from core.ports.secrets import Secrets

if TYPE_CHECKING:
    from core.adapters.channels.x.speaker import Speaker

REPOST = "repost:"
"""X tells nobody who reposts the repost's own id, and undoes it by the source's: the receipt holds `repost:SOURCE`."""
_WALL = WallClock()


class XChannel:
    """Posts to X through tweepy, with an app's pair and one pair for each account (secrets `x:app_key`,
    `x:app_secret`, `x:HANDLE:token`, `x:HANDLE:token_secret`).

    `base_url` is another origin than X's own: https, or this machine. A call takes at most `connect_seconds` to
    connect and `answer_seconds` for the answer. X knows no idempotency key, so what may have been
    taken is OutcomeUnknown and is looked up. Each account has one client, which is made anew after its credentials
    failed and whenever the account is asked who it is.
    """

    name = "x"
    abilities = Abilities(
        reaches_public=True,
        repost=True,
        reply=True,
        remove=True,
        look_up=LookUp.EVENTUAL,
        measure="x",
        default_limit=280,
        pictures=True,
        lists=True,
    )

    def __init__(
        self,
        secrets: Secrets,
        *,
        base_url: str | None = None,
        connect_seconds: float = 5.0,
        answer_seconds: float = 20.0,
        now: Callable[[], datetime] = _WALL.now,
    ) -> None:
        """Raises ValueError when `base_url` is neither https nor on this machine."""
        self._secrets = secrets
        self._base_url = _checked_origin(base_url) if base_url is not None else None
        self._limits = (connect_seconds, answer_seconds)
        self._now = now
        self._heard = LimitsHeard()
        self._speakers: dict[AccountId, Speaker] = {}
        self._lock = Lock()

    def who_am_i(self, account: Account) -> WhoAmI:
        """Ask X, with credentials read anew. Raises LoginNeeded, PostDeferred."""
        self._forget(account)
        with self._speaking(account) as speaker:
            return speaker.me()

    def publish(self, account: Account, outgoing: Outgoing) -> Receipt:
        """One POST /2/tweets, never repeated here; a picture is uploaded before it."""
        answers = _post_id(outgoing.reply_to) if outgoing.reply_to is not None else None
        with self._speaking(account) as speaker:
            picture = speaker.picture(outgoing.picture) if outgoing.picture is not None else None
            made, at = speaker.post(outgoing.text, answers, picture)
        return _receipt(account, made, at)

    def repost(self, account: Account, target: Receipt) -> Receipt:
        """One POST /2/users/:id/retweets, never repeated here."""
        source = _post_id(target)
        with self._speaking(account) as speaker:
            at = speaker.repost(source)
        return _repost_receipt(source, at)

    def find(self, account: Account, probe: Probe) -> Look:
        """Read the account's own timeline back past the attempt's start. Raises PostDeferred, LoginNeeded."""
        from core.adapters.channels.x.pages import reposting, saying_again, search

        if probe.outgoing is not None:
            wanted = saying_again(probe.outgoing)
        elif probe.repost_of is not None:
            wanted = reposting(probe.repost_of.platform_id)
        else:
            return Look(found=None, complete=False)
        with self._speaking(account) as speaker:
            found, complete, read = search(speaker.pages(), wanted, probe.attempted_at)
        if found is None:
            return Look(found=None, complete=complete, read=read)
        at = found.at or probe.attempted_at
        receipt = _repost_receipt(found.repost_of, at) if found.repost_of else _receipt(account, found.id, at)
        return Look(found=receipt, complete=True, read=read)

    def remove(self, account: Account, receipt: Receipt) -> None:
        """Delete a post, or undo a repost; one that is gone is no error."""
        with self._speaking(account) as speaker:
            if receipt.platform_id.startswith(REPOST):
                speaker.undo_repost(receipt.platform_id.removeprefix(REPOST))
            else:
                speaker.delete(_post_id(receipt))

    def listing(self, account: Account, since: datetime, at_most: int) -> Listing:
        """Read the account's own timeline back, in pages of the fewest posts that X gives, since each has its price.
        Raises PostDeferred, LoginNeeded."""
        from core.adapters.channels.x.pages import listed
        from core.adapters.channels.x.speaker import PAGE

        with self._speaking(account) as speaker:
            pages = (listed(page, _address(account), REPOST) for page in speaker.pages())
            return listing_of(pages, since, at_most, PAGE)

    def limits(self, account: Account) -> tuple[LimitSeen, ...]:
        """What the headers of X's answers said, refusals too: the account's windows and the app's (`shared`)."""
        return self._heard.taken(account.id)

    @contextmanager
    def _speaking(self, account: Account) -> Iterator[Speaker]:
        """The account's speaker; when its credentials turn out dead, the next call reads them anew."""
        try:
            yield self._speaker(account)
        except LoginNeeded:
            self._forget(account)
            raise

    def _speaker(self, account: Account) -> Speaker:
        with self._lock:
            known = self._speakers.get(account.id)
            if known is None:
                credentials = credentials_of(self._secrets, account)
                from core.adapters.channels.x.speaker import Speaker, Transport

                transport = Transport(self._base_url, *self._limits)
                heard = partial(self._heard.hear, account.id)
                known = self._speakers[account.id] = Speaker(account, credentials, transport, self._now, heard)
            return known

    def _forget(self, account: Account) -> None:
        with self._lock:
            self._speakers.pop(account.id, None)


def _checked_origin(url: str) -> str:
    from core.adapters.http import checked_url

    return checked_url(url).rstrip("/")


def _post_id(receipt: Receipt) -> str:
    if not receipt.platform_id.isdecimal():
        raise PostRefused(f"{receipt.platform_id} is no post on X")
    return receipt.platform_id


def _receipt(account: Account, post: str, at: datetime) -> Receipt:
    return Receipt(platform_id=post, url=f"{_address(account)}/{post}", at=at)


def _address(account: Account) -> str:
    return f"https://x.com/{account.handle}/status"


def _repost_receipt(source: str, at: datetime) -> Receipt:
    return Receipt(platform_id=f"{REPOST}{source}", url=f"https://x.com/i/status/{source}", at=at)
