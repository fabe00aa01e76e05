"""Who says it on which platform: the lead in full, the sister handles as reposts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.deliveries import Act, DeliveryKey, NewDelivery
from core.domain.lines import Account, AccountId, AccountMode, Line, LineId
from core.domain.notices import AccountPosts, NoticeId, ReplyTo, Urgency


@dataclass(frozen=True)
class Cast:
    """On one platform: the account that says the notice in full, and those that repost it."""

    channel: str
    lead: Account
    sisters: tuple[Account, ...]


@dataclass(frozen=True)
class Stamp:
    """What every delivery of one revision bears."""

    notice_id: NoticeId
    revision: int
    reference: str
    urgency: Urgency
    said_at: datetime
    expires_at: datetime


def order_lines(speaking: Sequence[LineId], explicit: LineId | None, fleet: Sequence[LineId]) -> tuple[LineId, ...]:
    """Lines whose bots speak, lead first: the explicit train's line, then the order of the fleet."""
    in_order = [line for line in fleet if line in set(speaking)]
    if explicit in in_order:
        return (explicit, *(line for line in in_order if line != explicit))
    return tuple(in_order)


def cast(
    lines: Sequence[LineId],
    fleet: Mapping[LineId, Line],
    may_speak: frozenset[AccountId],
    led_before: frozenset[AccountId],
) -> tuple[Cast, ...]:
    """Lead and sisters per platform.

    `may_speak` are the accounts that this notice may reach; `led_before` those that led an earlier revision and go
    on leading. A practice account never leads a live one: its post would not stand anywhere to be reposted.
    """
    casts = []
    accounts = [account for line in lines for account in fleet[line].accounts if account.id in may_speak]
    for channel in dict.fromkeys(account.channel for account in accounts):
        here = [account for account in accounts if account.channel == channel]
        here.sort(key=lambda account: (account.mode is not AccountMode.LIVE, account.id not in led_before))
        casts.append(Cast(channel, here[0], tuple(here[1:])))
    return tuple(casts)


def _chain(posts: AccountPosts, stamp: Stamp, practice: bool, answers: ReplyTo | None) -> list[NewDelivery]:
    """The lead's posts, each waiting for the one before it."""
    chain: list[NewDelivery] = []
    for post in posts.posts:
        key = DeliveryKey(
            notice_id=stamp.notice_id,
            revision=stamp.revision,
            account=posts.account,
            language=post.language,
            act=Act.POST,
            part=post.part,
        )
        first = not chain
        chain.append(
            NewDelivery(
                key=key,
                urgency=stamp.urgency,
                post=post,
                needs=None if first else chain[-1].key,
                reply_to=answers if first and post.reply_to is None else post.reply_to,
                reference=stamp.reference,
                said_at=stamp.said_at,
                expires_at=stamp.expires_at,
                practice=practice,
            )
        )
    return chain


def _repost(head: NewDelivery, sister: Account) -> NewDelivery:
    key = head.key.model_copy(update={"account": sister.id, "act": Act.REPOST})
    return head.model_copy(
        update={
            "key": key,
            "post": None,
            "needs": head.key,
            "reply_to": None,
            "practice": sister.mode is not AccountMode.LIVE,
        }
    )


def reposts(part: Cast, heads: Sequence[NewDelivery]) -> list[NewDelivery]:
    """Each sister reposts the first post of every language that it speaks, or, speaking none of them, the first."""
    owed = []
    for sister in part.sisters:
        spoken = [head for head in heads if head.key.language in sister.languages] or list(heads[:1])
        owed += [_repost(head, sister) for head in spoken]
    return owed


def heads_of(chain: Sequence[NewDelivery]) -> list[NewDelivery]:
    """The first post of each language."""
    seen: dict[str, NewDelivery] = {}
    for delivery in chain:
        seen.setdefault(delivery.key.language, delivery)
    return list(seen.values())


def address(
    casts: Sequence[Cast],
    posts: Mapping[AccountId, AccountPosts],
    stamp: Stamp,
    can_repost: frozenset[str],
    answers: Mapping[AccountId, ReplyTo],
) -> tuple[NewDelivery, ...]:
    """All deliveries of one revision. `answers` names, per lead, the standing post that an update answers."""
    owed: list[NewDelivery] = []
    for part in casts:
        practice = part.lead.mode is not AccountMode.LIVE
        chain = _chain(posts[part.lead.id], stamp, practice, answers.get(part.lead.id))
        owed += chain
        if part.channel in can_repost:
            owed += reposts(part, heads_of(chain))
    return tuple(owed)
