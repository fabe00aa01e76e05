"""What is kept of the partner: what its tokens may do, what it announced, what its systems fetched and acknowledged."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from typing import Self

from pydantic import AwareDatetime, Field

from core.domain.lines import AccountId, Frozen, LineId

ANYONE = "anyone"
"""Who fetched a feed without a token: feeds are public."""


class AnnouncementKind(StrEnum):
    """What kind of thing a partner announces."""

    SERVICE = "service"
    PREVENTION = "prevention"
    ANNOUNCEMENT = "announcement"


class Announcement(Frozen):
    """What a partner announces. It has no field for a person, and none for a picture."""

    lines: tuple[LineId, ...]
    kind: AnnouncementKind
    header: dict[str, str]
    """Language → one sentence."""
    description: dict[str, str] = Field(default_factory=dict)
    active_from: AwareDatetime | None = None
    active_until: AwareDatetime | None = None
    url: str | None = None


_RATE = re.compile(r"([1-9][0-9]{0,4})/([mhd])")
_PERIODS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_WORDS = re.compile(r"[A-Za-z0-9_*-]{1,41}(,[A-Za-z0-9_*-]{1,41})*")


class Scopes(Frozen):
    """What a partner's token may announce: nothing that is not named."""

    lines: frozenset[str] = frozenset()
    """Line ids; `*` = every line."""
    kinds: frozenset[str] = frozenset()
    """Kinds of announcement; `*` = every kind."""
    calls: int = 30
    within: timedelta = timedelta(hours=1)
    """So many announcements, changes and endings within this while."""

    @classmethod
    def read(cls, written: frozenset[str]) -> Self:
        """`lines:A,C`, `kinds:service`, `rate:30/h`. Raises ValueError."""
        found: dict[str, object] = {}
        for one in sorted(written):
            name, _, value = one.partition(":")
            rate = _RATE.fullmatch(value)
            if name in ("lines", "kinds") and _WORDS.fullmatch(value):
                found[name] = frozenset(value.split(","))
            elif name == "rate" and rate is not None:
                found |= {"calls": int(rate[1]), "within": _PERIODS[rate[2]]}
            else:
                raise ValueError(f"{one!r} is no scope: write lines:A,C (or lines:*), kinds:service, rate:30/h")
        unknown = set(found.get("kinds", frozenset())) - {"*", *(kind.value for kind in AnnouncementKind)}  # type: ignore[call-overload]
        if unknown:
            kinds = ", ".join(kind.value for kind in AnnouncementKind)
            raise ValueError(f"{', '.join(sorted(unknown))} is no kind of announcement: kinds are {kinds}")
        return cls.model_validate(found)

    def allow(self, announcement: Announcement) -> bool:
        """True when the token may announce this."""
        every_line = "*" in self.lines or set(announcement.lines) <= self.lines
        return every_line and bool({"*", announcement.kind.value} & self.kinds)


class Pulls(Frozen):
    """How one feed was fetched by one caller."""

    feed: str
    """`Green/alerts.pb`, `fleet/atom.xml`."""
    who: str
    pulls: int
    failures: int
    last_at: AwareDatetime
    last_status: int
    failed_at: AwareDatetime | None = None
    failed_status: int | None = None


class Asked(Frozen):
    """One writing call of a partner, and what it was answered: the same call again is answered the same."""

    partner: str
    key: str
    """The idempotency key that came with it."""
    hash: str
    """Keyed hash of what was asked."""
    status: int
    announcement: str
    at: AwareDatetime


class Announced(Frozen):
    """One announcement: whose it is, and whether it is over. Its words stand in the log."""

    id: str
    partner: str
    at: AwareDatetime
    until: AwareDatetime | None = None
    """When it ends by itself; None = when the partner ends it."""
    over: bool = False


class Proof(Frozen):
    """An endpoint acknowledged the taking back of a test notice."""

    account: AccountId
    seconds: float = Field(ge=0)
    """How long it took."""
    at: AwareDatetime
    mark: str | None = Field(default=None, exclude=True, repr=False)
    """Keyed hash of the address and the key under which it was tried; None = it failed a later
    trial, or was tried before this was kept: then it proves nothing of persons."""


class TakingBack(Frozen):
    """An endpoint is to be told that something stands no more."""

    account: AccountId
    reference: str
    since: AwareDatetime
    """When it was taken back."""
    why: str | None = None
    """Why it is not acknowledged yet, as far as is known."""
    acknowledged_at: AwareDatetime | None = None
