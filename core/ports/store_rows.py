"""Rows that a store gives back and that are no nouns of the domain: counts, health, what waits."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from core.domain.deliveries import DeliveryState
from core.domain.lines import AccountId, Frozen, LineId
from core.domain.log import Fate
from core.domain.notices import Subject


class SourceRow(Frozen):
    """Cursor and health of one source; tallies count rows by what intake did with them."""

    name: str
    cursor: str | None = None
    started: bool = False
    last_ok: datetime | None = None
    last_new: datetime | None = None
    """When it last brought a record that was not known; its first pass counts too."""
    failing_since: datetime | None = None
    why: str | None = None
    tallies: dict[str, int] = Field(default_factory=dict)


class BotRow(Frozen):
    """Where one line's bot stands in the log."""

    line: LineId
    cursor: int
    trouble: str | None = None
    trouble_since: datetime | None = None


class FateCount(Frozen):
    """How many entries met one fate under one rule."""

    fate: Fate
    rule: str | None
    count: int


class OutboxCount(Frozen):
    """How many deliveries of an account stand in one state."""

    account: AccountId
    state: DeliveryState
    count: int


class TwinOffer(Frozen):
    """A later incident that may be the same as an earlier one."""

    later: Subject
    earlier: Subject
    at: datetime


class WaitingRow(Frozen):
    """Something that waits for a person: for which role, what, since when, and why."""

    role: str
    what: str
    why: str
    since: datetime
    choices: tuple[str, ...] = ()
    """What may be answered, where that is known: the stations that an ambiguous place may mean."""


class AuditRow(Frozen):
    """One row of the audit log."""

    seq: int
    at: datetime
    actor: str
    via: str
    act: str
    subject: str
    detail: str
    mac: str = ""
    """Its link in the chain: an HMAC over the row before and all columns."""
