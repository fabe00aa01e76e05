"""What of a notice stands, or may stand, before its next revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.deliveries import Act, Delivery, DeliveryState
from core.domain.lines import AccountId
from core.domain.notices import Kind, Notice, ReplyTo, Revision
from core.flow.knowledge import Knowledge
from core.flow.person_revisions import came_down
from core.ports.store import Tx

SEEN = frozenset({DeliveryState.DELIVERED, DeliveryState.ATTEMPTING, DeliveryState.UNKNOWN, DeliveryState.WAITING})
"""States in which a post stands, or may."""


@dataclass(frozen=True)
class Standing:
    """What of a notice was said or may have been."""

    revisions: tuple[Revision, ...]
    deliveries: tuple[Delivery, ...]

    @property
    def seen(self) -> tuple[Delivery, ...]:
        """Posts that stand, or may."""
        return tuple(d for d in self.deliveries if d.state in SEEN and d.key.act is Act.POST)

    @property
    def practised(self) -> bool:
        """True when a practice account went every step for an earlier revision."""
        return any(d.state is DeliveryState.PRACTISED for d in self.deliveries)

    @property
    def stands(self) -> bool:
        """True when an earlier revision was said, or may have been, or was practised."""
        return bool(self.seen) or self.practised

    @property
    def said(self) -> Revision | None:
        """The newest revision of which anything was said, reposted or practised."""
        known = {d.key.revision for d in self.deliveries if d.state in SEEN or d.state is DeliveryState.PRACTISED}
        return next((revision for revision in reversed(self.revisions) if revision.number in known), None)

    @property
    def updates(self) -> int:
        """How many revisions riders saw."""
        return len({delivery.key.revision for delivery in self.seen})

    @property
    def leads(self) -> frozenset[AccountId]:
        """Accounts that led an earlier revision: they go on leading."""
        return frozenset(delivery.key.account for delivery in self.seen)

    @property
    def answers(self) -> dict[AccountId, ReplyTo]:
        """Per account the first post that stands there: updates answer it."""
        first: dict[AccountId, ReplyTo] = {}
        for delivery in self.seen:
            key = delivery.key
            if delivery.receipt is not None and delivery.receipt.former_account is not None:
                continue  # it stands on an account that is no more ours: nothing there can be answered
            first.setdefault(key.account, ReplyTo(revision=key.revision, language=key.language, part=key.part))
        return first


def leads_of(deliveries: Sequence[Delivery]) -> frozenset[AccountId]:
    """Who says a notice in full on its platform; one that lost the lead only where nobody else has it."""
    posts = [one for one in deliveries if one.key.act is Act.POST]
    lost = {DeliveryState.REFUSED, DeliveryState.WITHDRAWN, DeliveryState.EXPIRED}
    kept = {one.key.account for one in posts if one.state not in lost}
    led = {name.split(":", 1)[0] for name in kept}
    return frozenset(kept | {one.key.account for one in posts if one.key.account.split(":", 1)[0] not in led})


def owed_since(one: Delivery, know: Knowledge) -> datetime:
    """Since when it may go: what people approved may be due long after it was prepared, and lives from then on."""
    return max(one.said_at, one.expires_at - know.policy.life)


def standing(tx: Tx, notice: Notice | None) -> Standing:
    """What of this notice was said or may have been."""
    if notice is None:
        return Standing((), ())
    revisions = tuple(tx.notices.revisions(notice.id))
    withdrawn = max((one.number for one in revisions if one.kind is Kind.WITHDRAWAL), default=0)
    # Of what was taken down and may be put up again nothing of before stands, nor is "withdrawn" ever answered.
    gone = came_down(tx, notice, revisions)
    every = tx.outbox.of_notice(notice.id)
    owed = (one for one in every if one.key.revision > withdrawn and one.key.revision not in gone)
    return Standing(revisions, tuple(owed))
