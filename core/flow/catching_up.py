"""After an outage the backlog of an account is sorted before any of it goes: what is still true, then one digest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.domain.deliveries import Act, Delivery, DeliveryKey
from core.domain.lines import AccountId, LineId
from core.domain.log import DigestEntry, IncidentEntry, LogEntry
from core.domain.notices import DigestItem, Notice, Revision, Urgency
from core.domain.staff import Actor, Role, demand
from core.flow.digest import append_digest
from core.flow.drafts import as_said
from core.flow.knowledge import Knowledge
from core.flow.reviews import APPROVED
from core.flow.standing import SEEN, owed_since
from core.ports.clock import Clock
from core.ports.store import Tx
from core.rules.catching_up import Backlogged, Then, after_outage
from core.rules.drafting import digest_item


@dataclass
class _Sorted:
    """What is not said any more on one account, and what of it stands in its digest instead."""

    gone: dict[str, list[DeliveryKey]] = field(default_factory=dict)
    """Why → which."""
    items: dict[int, DigestItem] = field(default_factory=dict)

    def keys(self) -> set[DeliveryKey]:
        return {key for keys in self.gone.values() for key in keys}


def sort_backlogs(
    actor: Actor, tx: Tx, know: Knowledge, clock: Clock, claimed: Sequence[Delivery], outage_after: timedelta
) -> list[Delivery]:
    """Sort the whole backlog of each account of which something claimed has waited for longer than `outage_after`, in
    the transaction of the claim; what of the claimed still goes. Raises NotAllowed."""
    demand(actor, Role.FLEET, Role.OPERATOR)
    now = clock.now()
    late = dict.fromkeys(one.key.account for one in claimed if _is_late(one, know, now, outage_after))
    gone: set[DeliveryKey] = set()
    digests: dict[tuple[LineId, tuple[int, ...]], tuple[tuple[DigestItem, ...], list[AccountId]]] = {}
    for account in late:
        if account not in know.accounts:
            continue
        found = _sort(tx, know, account, now, outage_after)
        for why, keys in found.gone.items():
            tx.mending.withdraw(keys, f"after an outage: {why}")
        gone |= found.keys()
        if found.items:
            seqs = tuple(sorted(found.items))
            alike = (know.accounts[account].line, seqs)
            digests.setdefault(alike, (tuple(found.items[seq] for seq in seqs), []))[1].append(account)
        if found.gone:
            detail = f"{len(found.keys())} withdrawn, {len(found.items)} in a digest"
            tx.audit.write(now, actor.id, actor.via, "caught up after an outage", account, detail)
    for (line, _), (items, accounts) in digests.items():
        _one_digest(tx, know, clock, line, items, accounts)
    return [one for one in claimed if one.key not in gone]


def _is_late(one: Delivery, know: Knowledge, now: datetime, outage_after: timedelta) -> bool:
    return not _takes_back(one) and now - owed_since(one, know) > outage_after


def _takes_back(one: Delivery) -> bool:
    return one.key.act is Act.REMOVE or one.urgency is Urgency.TAKING_BACK


def _sort(tx: Tx, know: Knowledge, account: AccountId, now: datetime, outage_after: timedelta) -> _Sorted:
    found = _Sorted()
    for one in tx.mending.backlog(account):
        notice = tx.notices.get(one.key.notice_id)
        if notice is None or not _is_late(one, know, now, outage_after):
            continue
        revisions = tx.notices.revisions(notice.id)
        revision = next(each for each in revisions if each.number == one.key.revision)
        entry = as_said(tx.log.entry(revision.entry_seq), revision)
        then, why = after_outage(
            Backlogged(
                kind=revision.kind,
                urgency=one.urgency,
                takes_back=_takes_back(one),
                began_here=_began(tx.outbox.of_notice(notice.id), account),
                newest=revision.number == revisions[-1].number,
                approved=tx.notices.ruling(notice.id, revision.number).rule == APPROVED,
                body=entry.body,
                policy=know.policy,
                now=now,
            )
        )
        if then is Then.GOES:
            continue
        found.gone.setdefault(why, []).append(one.key)
        if then is Then.INTO_DIGEST and (one.key.act is Act.POST or one.needs_receipt is not None):
            found.items |= {item.entry_seq: item for item in _items(know, notice, revision, entry)}
    return found


def _began(said: Iterable[Delivery], account: AccountId) -> bool:
    """True when anything of a notice stands or may stand on this account."""
    return any(one.key.account == account and one.key.act is not Act.REMOVE and one.state in SEEN for one in said)


def _items(know: Knowledge, notice: Notice, revision: Revision, entry: LogEntry) -> tuple[DigestItem, ...]:
    """What stands in the digest in its place: the incident, or what an older digest would have said."""
    body = entry.body
    if isinstance(body, DigestEntry):
        return body.items
    offence = know.offence(body.facts) if isinstance(body, IncidentEntry) else None
    if not isinstance(body, IncidentEntry) or offence is None or offence.sheltered:
        return ()
    return (digest_item(entry.seq, notice.reference, body, offence, revision.lines),)


def _one_digest(
    tx: Tx, know: Knowledge, clock: Clock, line: LineId, items: tuple[DigestItem, ...], accounts: Sequence[AccountId]
) -> None:
    """A line says it once, on those of its accounts that owed the same."""
    now = clock.now()
    day = know.day(now)
    for item in items:
        tx.digests.add(line, day, item, said=True)
    append_digest(tx, know, clock, line, day, items, known_at=now, accounts=tuple(accounts))
