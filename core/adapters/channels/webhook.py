"""A system's endpoint as a channel: each post and each taking back is one signed event, with an id of its own."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import requests

from core.adapters.clock import WallClock
from core.adapters.http import checked_url
from core.adapters.one_try import before_sending, named, platform_time, session_of_one_try
from core.adapters.signing import SIGNED, signed
from core.domain.accounts import WhoAmI
from core.domain.deliveries import Receipt
from core.domain.lines import Account
from core.ports.channel import (
    Abilities,
    LimitSeen,
    Listing,
    LoginNeeded,
    Look,
    LookUp,
    NotSupported,
    OutcomeUnknown,
    Outgoing,
    OutgoingPicture,
    PostDeferred,
    PostRefused,
    Probe,
)
from core.ports.secrets import Secrets, SecretsBroken

KEY = "webhook:key"
LIMIT = 4000
_WALL = WallClock()
AGAIN_SECONDS = 60.0
MOST_WAIT_SECONDS = 3600.0
MOST_ANSWER = 10_000
"""Bytes of an answer that are read."""


class WebhookChannel:
    """Hands events to the endpoint at `base_url` (https, or this machine), signed with the secret `webhook:key`.

    `notice.posted` bears the exact words; `notice.withdrawn` must be acknowledged by name, else it is sent again until
    it is; `notice.asked` asks whether an event arrived whose answer got lost; `endpoint.asked` asks who it is.
    """

    name = "webhook"
    abilities = Abilities(
        reaches_public=True,
        repost=False,
        reply=True,
        remove=True,
        look_up=LookUp.EXACT,
        spoken=True,
        documents=True,
        measure="characters",
        default_limit=LIMIT,
    )

    def __init__(
        self,
        kept: Secrets,
        base_url: str | None = None,
        connect_seconds: float = 5.0,
        answer_seconds: float = 20.0,
        now: Callable[[], datetime] = _WALL.now,
    ) -> None:
        self._kept = kept
        self._url = checked_url(base_url or "")
        self._seconds = (connect_seconds, answer_seconds)
        self._now = now

    def who_am_i(self, account: Account) -> WhoAmI:
        """The name that the endpoint gives itself: a changed address is noticed before anything is handed over."""
        answer = self._send({"type": "endpoint.asked", "handle": account.handle}, "endpoint")
        name = self._said(answer, "endpoint")
        if not isinstance(name, str) or not name:
            raise LoginNeeded("the endpoint does not say who it is")
        return WhoAmI(platform_id=name[:200], handle=account.handle)

    def mark(self) -> str | None:
        """See core.ports.endpoint.Endpoint."""
        try:
            secret = self._kept.get(KEY)
        except SecretsBroken:
            return None
        return (
            hmac.new(secret.encode(), f"endpoint {self._url}".encode(), hashlib.sha256).hexdigest() if secret else None
        )

    def publish(self, account: Account, outgoing: Outgoing) -> Receipt:
        """One event. Its id is the delivery's key: the same event may come again, and is the same."""
        if outgoing.picture is not None and outgoing.picture.link is None:
            raise NotSupported(f"{self.name} can't carry a picture, only a link to one")
        if len(outgoing.text) > LIMIT:
            raise PostRefused(f"an event's text has at most {LIMIT} characters")
        event: dict[str, Any] = {
            "type": "notice.posted",
            "id": outgoing.platform_key,
            "handle": account.handle,
            "reference": outgoing.reference,
            "language": outgoing.language,
            "text": outgoing.text,
            "spoken": outgoing.spoken,
            "said_at": outgoing.said_at.isoformat(),
            "reply_to": None if outgoing.reply_to is None else outgoing.reply_to.platform_id,
        }
        if outgoing.picture is not None:
            event["picture"] = _linked(outgoing.picture)
        answer = self._send(event, outgoing.platform_key)
        return Receipt(platform_id=outgoing.platform_key, at=platform_time(answer.headers) or self._now())

    def repost(self, account: Account, target: Receipt) -> Receipt:
        """A system needs nothing twice. Raises NotSupported."""
        del target
        raise NotSupported(f"{self.name} repeats nothing: {account.id} was handed it once")

    def find(self, account: Account, probe: Probe) -> Look:
        """Ask the endpoint whether the event arrived. Raises NotSupported for a repost."""
        if probe.outgoing is None:
            raise NotSupported(f"{self.name} repeats nothing on {account.id}")
        key = probe.outgoing.platform_key
        answer = self._send({"type": "notice.asked", "id": key, "handle": account.handle}, f"asked-{key}")
        received = self._said(answer, "received")
        if not isinstance(received, bool):
            return Look(found=None, complete=False)
        at = platform_time(answer.headers) or self._now()
        return Look(found=Receipt(platform_id=key, at=at) if received else None, complete=True)

    def remove(self, account: Account, receipt: Receipt) -> None:
        """Say that it is taken back; done only when the endpoint names it as acknowledged. Raises PostDeferred else."""
        withdraws = receipt.platform_id
        key = hashlib.sha256(f"withdrawn {withdraws}".encode()).hexdigest()
        event = {"type": "notice.withdrawn", "id": key, "handle": account.handle, "withdraws": withdraws}
        try:
            answer = self._send(event, key)
        except PostRefused as refused:  # nobody may decline to take back
            raise PostDeferred(f"the taking back was not acknowledged: {refused}", AGAIN_SECONDS) from None
        except PostDeferred as asked:  # however long it asks us to wait, its riders read it meanwhile
            raise PostDeferred(str(asked), min(asked.seconds, AGAIN_SECONDS)) from None
        if self._said(answer, "acknowledged") != withdraws:
            raise PostDeferred("the taking back was not acknowledged", AGAIN_SECONDS)

    def listing(self, account: Account, since: datetime, at_most: int) -> Listing:  # noqa: ARG002 - the port's shape
        """What a system holds is not listed. Raises NotSupported."""
        raise NotSupported(f"{self.name} can't list what {account.id} holds")

    def limits(self, account: Account) -> tuple[LimitSeen, ...]:  # noqa: ARG002 - the port's shape
        """It says nothing of its limits but Retry-After."""
        return ()

    def _send(self, event: dict[str, Any], key: str) -> requests.Response:
        """One try. Raises the errors of the port."""
        body = json.dumps(event, ensure_ascii=False, sort_keys=True).encode()
        try:
            secret = self._kept.get(KEY)
        except SecretsBroken as broken:
            raise LoginNeeded(str(broken)) from None
        if not secret:
            raise LoginNeeded(f"the secret {KEY} is not kept")
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "subway-fleet",
            "Idempotency-Key": key,
            SIGNED: signed(secret, body, self._now()),
        }
        with session_of_one_try(self._url, *self._seconds) as session:
            try:
                answer = session.post(self._url, data=body, headers=headers, allow_redirects=False)
            except Exception as error:  # noqa: BLE001 - its text may hold the address
                if before_sending(error):
                    raise PostDeferred("the endpoint can't be reached", AGAIN_SECONDS) from None
                raise OutcomeUnknown(f"the endpoint: {named(error)}") from None
        return _judged(answer)

    def _said(self, answer: requests.Response, name: str) -> object:
        try:
            said = json.loads(answer.content[:MOST_ANSWER])
        except ValueError:
            return None
        return said.get(name) if isinstance(said, dict) else None


def _linked(picture: OutgoingPicture) -> dict[str, Any]:
    """A picture as it is handed over: never its bytes, which nobody could take back."""
    return {"url": picture.link, **picture.model_dump(include={"media_type", "alt", "width", "height"})}


def _judged(answer: requests.Response) -> requests.Response:
    """The answer when it is a yes; what the endpoint writes is repeated nowhere."""
    status = answer.status_code
    if 200 <= status < 300:
        return answer
    if status in (401, 403):
        raise LoginNeeded(f"the endpoint refuses our signature ({status}): do both sides hold the same key?")
    if status in (429, 503):
        asked = answer.headers.get("Retry-After", "")
        raise PostDeferred(
            f"the endpoint asks us to wait ({status})",
            min(float(asked[:6]), MOST_WAIT_SECONDS) if asked.isdecimal() else AGAIN_SECONDS,
        )
    if status >= 500:
        raise OutcomeUnknown(f"the endpoint answers {status}")
    raise PostRefused(f"the endpoint answers {status}")
