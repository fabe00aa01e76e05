"""Any service that Apprise speaks to (chat, e-mail, SMS) as a channel: said once, and never heard of again."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import scrypt
from typing import TYPE_CHECKING, Any, NoReturn

from core.adapters.clock import WallClock
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
    PostDeferred,
    PostRefused,
    Probe,
)
from core.ports.secrets import Secrets, SecretsBroken

if TYPE_CHECKING:
    import apprise

LIMIT = 1000
"""Characters, unless the account's `limit` says otherwise: a service of Apprise that takes fewer refuses."""
UNREACHABLE_SECONDS = 30.0
_TROUBLE = "Socket Exception:"
"""How Apprise's plugins begin the line that holds what the connection raised."""
_NEVER_CONNECTED = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")
_STATUS = re.compile(r"\berror=(\d{3})\b")
_WALL = WallClock()


class AppriseChannel:
    """Hands posts to one service for each account, whose Apprise URL is the secret `apprise:HANDLE:url`.

    Apprise answers yes or no: no id, no look-up, no removal. So it carries nothing about a person (`remove` is False),
    nobody reposts there, and a no may be a yes whose answer got lost: OutcomeUnknown, which waits for a person. Only
    where the one connection was surely never made is it PostDeferred. Apprise's own repeating, splitting and following
    of redirects is off: a URL that asks for it would post twice.
    """

    name = "apprise"
    abilities = Abilities(
        reaches_public=True,
        repost=False,
        reply=False,
        remove=False,
        look_up=LookUp.NONE,
        measure="characters",
        default_limit=LIMIT,
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
        del base_url  # the address is the account's secret
        self._secrets = secrets
        self._limits = (connect_seconds, answer_seconds)
        self._now = now

    def who_am_i(self, account: Account) -> WhoAmI:
        """The account is whoever the address reaches: a fingerprint of it that does not tell it. Raises LoginNeeded."""
        url = self._url(account)
        self._service(account, url)
        mark = scrypt(url.encode(), salt=account.id.encode(), n=2**14, r=8, p=1, dklen=16)
        return WhoAmI(platform_id=mark.hex(), handle=account.handle)

    def publish(self, account: Account, outgoing: Outgoing) -> Receipt:
        """One notification, never repeated here."""
        if outgoing.reply_to is not None:
            self._refuse("answer a post")
        if outgoing.picture is not None:
            self._refuse("carry a picture")
        service = self._service(account, self._url(account))
        most = min(LIMIT if account.limit is None else account.limit, _body_limit(service))
        if len(outgoing.text) > most:
            raise PostRefused(f"{account.id} takes at most {most} characters")
        self._send(service, outgoing.text)
        return Receipt(platform_id=f"sent-{outgoing.platform_key[:32]}", at=self._now())

    def repost(self, account: Account, target: Receipt) -> Receipt:
        """Raises NotSupported."""
        del account, target
        self._refuse("repost")

    def find(self, account: Account, probe: Probe) -> Look:
        """Raises NotSupported."""
        del account, probe
        self._refuse("look a post up")

    def remove(self, account: Account, receipt: Receipt) -> None:
        """Raises NotSupported."""
        del account, receipt
        self._refuse("take a post down")

    def listing(self, account: Account, since: datetime, at_most: int) -> Listing:
        """Raises NotSupported."""
        del account, since, at_most
        self._refuse("list what stands")

    def limits(self, account: Account) -> tuple[LimitSeen, ...]:
        """Apprise tells nothing of limits."""
        del account
        return ()

    def _refuse(self, what: str) -> NoReturn:
        raise NotSupported(f"{self.name} can't {what}")

    def _url(self, account: Account) -> str:
        name = f"apprise:{account.handle}:url"
        try:
            url = self._secrets.get(name)
        except SecretsBroken as broken:
            raise LoginNeeded(str(broken)) from None
        if not url:
            raise LoginNeeded(f"no secret {name}: run `accounts connect {account.id}`")
        return url

    def _service(self, account: Account, url: str) -> apprise.Apprise:
        """The one service behind an address, with everything off that would say a post twice. Raises LoginNeeded."""
        import apprise

        _keep_lines_to_ourselves()
        way = apprise.Apprise()
        try:
            understood = way.add(url) and len(way.services) == 1
        except Exception:  # noqa: BLE001 - a plugin may raise anything, and its text may hold the address
            understood = False
        if not understood:
            raise LoginNeeded(f"the address of {account.id} is not one service that Apprise knows")
        plugin: Any = way[0]
        plugin.retry, plugin.optional, plugin.redirects = 0, False, False
        plugin.socket_connect_timeout, plugin.socket_read_timeout = self._limits
        return way

    def _send(self, way: apprise.Apprise, text: str) -> None:
        """Raises PostDeferred where the only connection was surely not made, else OutcomeUnknown."""
        import apprise

        told: list[str] = []
        try:
            taken = way.notify(
                body=text,
                body_format=apprise.NotifyFormat.TEXT,
                log_level=logging.DEBUG,
                log_callback=lambda entry, plugin: told.append(str(entry.message)),
            )
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything, and its text may hold the address
            why = f"Apprise fails ({type(error).__name__})"
        else:
            if taken:
                return
            why = f"Apprise says no{_reason(told)}"
            if len(way[0]) == 1 and _surely_not_sent(told):
                raise PostDeferred(f"{why}: the service can't be reached", UNREACHABLE_SECONDS)
        raise OutcomeUnknown(f"it may have been taken: {why}")


def _keep_lines_to_ourselves() -> None:
    """Apprise's lines hold addresses with their tokens: they go nowhere but to whoever asks for one call's lines."""
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)
    lines = logging.getLogger("apprise")
    lines.propagate = False
    if not lines.handlers:
        lines.addHandler(logging.NullHandler())
    lines.setLevel(logging.DEBUG)  # a call's own lines are not made below it


def _body_limit(way: apprise.Apprise) -> int:
    return int(getattr(way[0], "body_maxlen", LIMIT))


def _surely_not_sent(told: Iterable[str]) -> bool:
    """Whether Apprise's own lines tell of one connection that was never made, and of no other trouble with any."""
    troubles = [line for line in told if line.startswith(_TROUBLE)]
    return len(troubles) == 1 and any(word in troubles[0] for word in _NEVER_CONNECTED)


def _reason(told: Iterable[str]) -> str:
    """The service's status, which is all of Apprise's lines that surely holds no secret."""
    found = next((status[1] for line in told if (status := _STATUS.search(line))), None)
    return f" ({found})" if found else ""
