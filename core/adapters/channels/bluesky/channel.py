"""The channel Bluesky: what it can do, and each act of the port as one act of the account's speaker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from core.adapters.channels.bluesky.keys import POST, REPOST, Address, post_key, read_address, repost_key
from core.adapters.channels.bluesky.pages import instant, listing_of, shown_at
from core.adapters.clock import WallClock
from core.adapters.limits_heard import LimitsHeard
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
    PostDeferred,
    PostRefused,
    Probe,
)
from core.ports.secrets import Secrets

if TYPE_CHECKING:
    from atproto_client.client.raw import ClientRaw

    from core.adapters.channels.bluesky.speaker import Record, Speaker

VIEW_TRAILS = timedelta(minutes=5)
"""How long another server's view may miss a post that stands: then absence says nothing. Our own reading; the network
promises no figure."""
VIEW_SECONDS = 15.0
_WALL = WallClock()
T = TypeVar("T")


class BlueskyChannel:
    """Posts to Bluesky through atproto, with an app password for each account (secret `bluesky:HANDLE:password`).

    Its session is kept beside it (`bluesky:HANDLE:session`) and refreshed, so that a restart logs nobody in again.
    A receipt's platform id is the record's address, `at://DID/COLLECTION/KEY`. The key is derived from the delivery,
    so a second try can't make a second post, and a look-up asks the account's own repository for that one key: exact.
    What the record answers or repeats is read first, for its content's hash and to see that it still stands.
    `base_url` is another server than Bluesky's own: https, or this machine. One call takes at most `connect_seconds`
    and `answer_seconds`; an act makes up to four (a read, a refresh, a picture, the publishing one).
    """

    name = "bluesky"
    abilities = Abilities(
        reaches_public=True,
        repost=True,
        reply=True,
        remove=True,
        look_up=LookUp.EXACT,
        measure="graphemes",
        default_limit=300,
        default_max_bytes=3000,
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
        self._client: ClientRaw | None = None
        self._speakers: dict[AccountId, Speaker] = {}
        self._lock = Lock()

    def who_am_i(self, account: Account) -> WhoAmI:
        """Ask Bluesky, with credentials read anew. Raises LoginNeeded, PostDeferred."""
        self._forget(account)
        return self._acting(account, lambda speaker: speaker.me())

    def publish(self, account: Account, outgoing: Outgoing) -> Receipt:
        """One createRecord of a post, never repeated here; a picture is uploaded before it."""

        def act(speaker: Speaker) -> Receipt:
            parent = self._standing(speaker, outgoing.reply_to) if outgoing.reply_to is not None else None
            return self._receipt(speaker.post(outgoing, parent))

        return self._acting(account, act)

    def repost(self, account: Account, target: Receipt) -> Receipt:
        """One createRecord of a repost, never repeated here."""
        return self._acting(account, lambda speaker: self._receipt(speaker.repost(self._standing(speaker, target))))

    def find(self, account: Account, probe: Probe) -> Look:
        """Ask the account's own repository for the one key. Raises PostDeferred, LoginNeeded."""
        said, repeated = probe.outgoing, probe.repost_of

        def act(speaker: Speaker) -> Look:
            if said is not None:
                found = speaker.own(POST, lambda did: post_key(said.platform_key))
            elif repeated is not None:
                target = _address(repeated)
                found = speaker.own(REPOST, lambda did: repost_key(did, target))
            else:
                return Look(found=None, complete=False)
            return Look(found=self._receipt(found) if found is not None else None, complete=True)

        return self._acting(account, act)

    def remove(self, account: Account, receipt: Receipt) -> None:
        """Delete a post or repost; one that is gone is no error."""
        address = _address(receipt)

        def act(speaker: Speaker) -> None:
            if address.did != speaker.own_did():
                raise PostRefused(f"{address} is not of {account.id}")
            speaker.delete(address)

        self._acting(account, act)

    def listing(self, account: Account, since: datetime, at_most: int) -> Listing:
        """Read both collections of the account's own repository. Raises PostDeferred, LoginNeeded."""
        return self._acting(
            account,
            lambda speaker: listing_of((speaker.pages(POST), speaker.pages(REPOST)), since, at_most),
        )

    def limits(self, account: Account) -> tuple[LimitSeen, ...]:
        """What the headers of the server's answers said, refusals too: the account's points, and the calls from this
        network address (`shared`)."""
        return self._heard.taken(account.id)

    def _standing(self, speaker: Speaker, receipt: Receipt) -> Record:
        """The record to answer or repeat. Raises PostRefused when it is gone.

        Only the server that holds a repository knows what is gone from it; another one's view trails behind.
        """
        address = _address(receipt)
        with self._lock:
            owner = next((one for one in self._speakers.values() if one.did == address.did), None)
        reader = owner or speaker
        found = reader.read(address)
        if found is not None:
            return found
        if reader.did != address.did and self._now() - receipt.at < VIEW_TRAILS:
            raise PostDeferred(f"{address} can't be seen from here yet", VIEW_SECONDS)
        raise PostRefused(f"{address} is gone: it can be neither answered nor reposted")

    def _receipt(self, record: Record) -> Receipt:
        post = record.address if record.address.collection == POST else _subject(record)
        return Receipt(
            platform_id=str(record.address),
            url=shown_at(post),
            at=instant(record.value.get("createdAt")) or self._now(),
        )

    def _acting(self, account: Account, act: Callable[[Speaker], T]) -> T:
        """With the account's speaker; when its credentials turn out dead, the next call reads them anew."""
        try:
            return act(self._speaker(account))
        except LoginNeeded:
            self._forget(account)
            raise

    def _speaker(self, account: Account) -> Speaker:
        with self._lock:
            known = self._speakers.get(account.id)
            if known is None:
                from core.adapters.channels.bluesky.speaker import Speaker
                from core.adapters.channels.bluesky.wire import make_client

                if self._client is None:
                    self._client = make_client(self._base_url, *self._limits)
                heard = partial(self._heard.hear, account.id)
                known = self._speakers[account.id] = Speaker(account, self._secrets, self._client, self._now, heard)
            return known

    def _forget(self, account: Account) -> None:
        with self._lock:
            self._speakers.pop(account.id, None)


def _checked_origin(url: str) -> str:
    from core.adapters.http import checked_url

    return checked_url(url).rstrip("/")


def _address(receipt: Receipt) -> Address:
    found = read_address(receipt.platform_id)
    if found is None:
        raise PostRefused(f"{receipt.platform_id} is no post on Bluesky")
    return found


def _subject(record: Record) -> Address:
    """The post that a repost repeats."""
    subject = record.value.get("subject")
    found = read_address(str(subject.get("uri"))) if isinstance(subject, dict) else None
    return found or record.address
