"""Deliveries, attempts, receipts and outcomes: one act owed to one account."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from core.domain.lines import AccountId, Frozen
from core.domain.notices import NoticeId, Post, ReplyTo, Urgency


class Act(StrEnum):
    """What is owed."""

    POST = "post"
    REPOST = "repost"
    REMOVE = "remove"


class DeliveryKey(Frozen):
    """Identity of a delivery; nothing is ever owed twice under one key."""

    notice_id: NoticeId
    revision: int
    account: AccountId
    language: str
    act: Act
    part: int

    def __str__(self) -> str:
        return f"{self.notice_id}/{self.revision}/{self.account}/{self.language}/{self.act.value}/{self.part}"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    DUE = "due"
    ATTEMPTING = "attempting"
    """An attempt row is committed; its end was not seen yet."""
    UNKNOWN = "unknown"
    """The attempt ended without a seen outcome: it is being looked up."""
    WAITING = "waiting"
    """Looking up could not settle it: a person must."""
    DELIVERED = "delivered"
    PRACTISED = "practised"
    """The account is in practice mode: every step but the call."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Receipt(Frozen):
    """The platform's proof."""

    platform_id: str
    url: str | None = None
    at: AwareDatetime
    former_account: str | None = None
    """Platform id of the account on which it stands, where another was opened under its handle since: from here it can
    be neither answered nor taken down."""


class NewDelivery(Frozen):
    """One act owed. `needs` must be delivered before; `reply_to` names the post it answers.

    For a repost `needs` is the lead's post. `post` is empty for a repost.
    """

    key: DeliveryKey
    urgency: Urgency
    post: Post | None
    needs: DeliveryKey | None = None
    reply_to: ReplyTo | None = None
    reference: str
    said_at: AwareDatetime
    """When the notice was prepared, by the fleet's clock."""
    expires_at: AwareDatetime
    practice: bool = False

    @property
    def takes_back(self) -> bool:
        """Nothing that keeps an account back stops it."""
        return self.key.act is Act.REMOVE or self.urgency is Urgency.TAKING_BACK


class Delivery(NewDelivery):
    """A delivery as claimed from the outbox."""

    id: int
    state: DeliveryState
    attempts: int = 0
    why: str | None = None
    receipt: Receipt | None = None
    needs_receipt: Receipt | None = None
    """The receipt of `needs`, once it is there."""
    reply_receipt: Receipt | None = None
    """The receipt of the post that `reply_to` names on this account, once it is there."""
    picture: bytes | None = Field(default=None, repr=False)
    """The bytes that `post.picture` names, where it was taken in hand to be sent or looked up."""


class Attempt(Frozen):
    """One try, committed just before its own call. Times by the database's clock."""

    id: int
    delivery_id: int
    owner: str
    started_at: AwareDatetime
    looks: int = Field(default=0, ge=0)
    """How many conclusive look-ups did not find it."""
    looked_at: AwareDatetime | None = None
    posted_since: AwareDatetime | None = None
    """Set in the window after a restore: it may have been posted since then, and no call is made."""


class Delivered(Frozen):
    """The platform said yes."""

    receipt: Receipt


class Deferred(Frozen):
    """Surely not sent; may be tried again after `seconds`."""

    seconds: float = Field(ge=0)
    why: str
    unseen: bool = False
    """Only of a removal: it may have been done, and doing it again does no harm."""


class Refused(Frozen):
    """Surely not sent, and trying again would not help."""

    why: str


class StandAlone(Frozen):
    """Surely not sent, since the account may answer nothing: the same words are due at once, answering nothing."""

    why: str


class Unknown(Frozen):
    """Perhaps sent: never resent blindly, looked up instead. `refused`: the platform said no in unclear words."""

    why: str
    refused: bool = False


Outcome = Delivered | Deferred | Refused | StandAlone | Unknown
