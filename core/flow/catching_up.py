"""After an outage the backlog of an account is sorted before any of it goes: what is still true, then one digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.domain.deliveries import Act, Delivery, DeliveryKey, DeliveryState
from core.domain.lines import AccountId, LineId
from core.domain.log import DigestEntry, IncidentEntry, LogEntry
from core.domain.notices import DigestItem, Notice, Revision, Urgency
from core.domain.staff import Actor, Role, demand
from core.flow.digest import append_digest
from core.flow.drafts import as_said
from core.flow.holding import held_now
from core.flow.knowledge import Knowledge
from core.flow.reviews import APPROVED
from core.flow.standing import SEEN, owed_since
from core.flow.succession import Unable
from core.ports.clock import Clock
from core.ports.store import Store, Tx
from core.rules.catching_up import Backlogged, Then, after_outage
from core.rules.drafting import digest_item

TOLD_FOR = timedelta(days=3)
"""What was prepared longer ago and expired is told of nowhere: it is no news, not even in a digest."""


@dataclass
class _Sorted:
    """What is not said any more on one account, and what of it stands in its digest instead."""

    gone: dict[str, list[DeliveryKey]] = field(default_factory=dict)
    """Why → which."""
    items: dict[int, DigestItem] = field(default_factory=dict)
    outlived: dict[str, list[DeliveryKey]] = field(default_factory=dict)
    """The same of what expired meanwhile."""

    def left_out(self) -> set[DeliveryKey]:
        return {key for keys in self.gone.values() for key in keys}


def sort_backlogs(
    actor: Actor, tx: Tx, know: Knowledge, clock: Clock, claimed: Sequence[Delivery], outage_after: timedelta
) -> list[Delivery]:
    """Sort the whole backlog of each account of which something claimed has waited for longer than `outage_after`, in
    the transaction of the claim; what of the claimed still goes. Raises NotAllowed."""
    demand(actor, Role.FLEET, Role.OPERATOR)
    now = clock.now()
    late = dict.fromkeys(one.key.account for one in claimed if _is_late(one, know, now, outage_after))
    sorted_out = {name: _sort(tx, know, name, now, outage_after) for name in late if name in know.accounts}
    _say_the_rest(actor, tx, know, clock, sorted_out)
    gone = {key for found in sorted_out.values() for key in found.left_out()}
    return [one for one in claimed if one.key not in gone]


def say_outlived(actor: Actor, store: Store, know: Knowledge, clock: Clock, outage_after: timedelta) -> int:
    """What expired while an account could say nothing stands in a digest once it can speak again, where nothing is left
    in its queue that would sort it; how many deliveries. Raises NotAllowed, StoreBusy, StoreBroken."""
    demand(actor, Role.FLEET, Role.OPERATOR)
    now = clock.now()
    with store.begin() as tx:
        if not (waiting := tx.mending.outlived(now - TOLD_FOR)):
            return 0
        able = _Able(tx, know, now)
        sorted_out = {}
        for name in dict.fromkeys(one.key.account for one in waiting):
            queue = tx.mending.backlog(name) if able(name) else ()
            if able(name) and not any(_is_late(one, know, now, outage_after) for one in queue):
                sorted_out[name] = _Sorted()
                _sort_outlived(tx, know, name, now, sorted_out[name])
        _say_the_rest(actor, tx, know, clock, sorted_out)
    return sum(len(keys) for found in sorted_out.values() for keys in found.outlived.values())


class _Able:
    """Whether an account could speak now: its platform answers, and nothing keeps it back."""

    def __init__(self, tx: Tx, know: Knowledge, now: datetime) -> None:
        self._unable = Unable(tx, know)
        self._kept = {one.account for one in held_now(tx, know, now)}
        self._kept |= {one.account for one in tx.limits.health() if one.failures}

    def __call__(self, account: AccountId) -> bool:
        return account not in self._kept and self._unable(account) is None


def _say_the_rest(actor: Actor, tx: Tx, know: Knowledge, clock: Clock, sorted_out: Mapping[AccountId, _Sorted]) -> None:
    """Withdraw what is old news, tell what became of the rest, and owe each line's digest."""
    now = clock.now()
    digests: dict[tuple[LineId, tuple[int, ...]], tuple[tuple[DigestItem, ...], list[AccountId]]] = {}
    for account, found in sorted_out.items():
        for why, keys in found.gone.items():
            tx.mending.withdraw(keys, f"after an outage: {why}")
        for why, keys in found.outlived.items():
            tx.mending.tell(keys, f"after an outage: {why}")
        if found.items:
            seqs = tuple(sorted(found.items))
            alike = (know.accounts[account].line, seqs)
            digests.setdefault(alike, (tuple(found.items[seq] for seq in seqs), []))[1].append(account)
        if found.gone or found.items:
            expired = sum(len(keys) for keys in found.outlived.values())
            meanwhile = f", {expired} had expired" if expired else ""
            detail = f"{len(found.left_out())} withdrawn{meanwhile}, {len(found.items)} in a digest"
            tx.audit.write(now, actor.id, actor.via, "caught up after an outage", account, detail)
    for (line, _), (items, accounts) in digests.items():
        _one_digest(tx, know, clock, line, items, accounts)


def _is_late(one: Delivery, know: Knowledge, now: datetime, outage_after: timedelta) -> bool:
    return not _takes_back(one) and now - owed_since(one, know) > outage_after


def _takes_back(one: Delivery) -> bool:
    return one.key.act is Act.REMOVE or one.urgency is Urgency.TAKING_BACK


def _sort(tx: Tx, know: Knowledge, account: AccountId, now: datetime, outage_after: timedelta) -> _Sorted:
    found = _Sorted()
    for one in tx.mending.backlog(account):
        if _is_late(one, know, now, outage_after):
            _sort_one(tx, know, one, now, found, found.gone)
    _sort_outlived(tx, know, account, now, found)
    return found


def _sort_outlived(tx: Tx, know: Knowledge, account: AccountId, now: datetime, found: _Sorted) -> None:
    """What expired while the account was out: it never goes, and what may stands in the digest."""
    for one in tx.mending.outlived(now - TOLD_FOR, account):
        taken_back = tx.retractions.get(one.key.notice_id) is not None
        sorted_out = not taken_back and _sort_one(tx, know, one, now, found, found.outlived)
        if not sorted_out:
            why = "it was taken back" if taken_back else "it belonged to what stands there"
            found.outlived.setdefault(why, []).append(one.key)


def _sort_one(
    tx: Tx, know: Knowledge, one: Delivery, now: datetime, found: _Sorted, gone: dict[str, list[DeliveryKey]]
) -> bool:
    """Put one delivery where it belongs; False where it still goes."""
    notice = tx.notices.get(one.key.notice_id)
    if notice is None:
        return False
    revisions = tx.notices.revisions(notice.id)
    revision = next(each for each in revisions if each.number == one.key.revision)
    entry = as_said(tx.log.entry(revision.entry_seq), revision)
    then, why = after_outage(
        Backlogged(
            kind=revision.kind,
            urgency=one.urgency,
            takes_back=_takes_back(one),
            began_here=_began(tx.outbox.of_notice(notice.id), one.key.account),
            newest=revision.number == revisions[-1].number,
            expired=one.state is DeliveryState.EXPIRED,
            approved=tx.notices.ruling(notice.id, revision.number).rule == APPROVED,
            body=entry.body,
            policy=know.policy,
            now=now,
        )
    )
    if then is Then.GOES:
        return False
    gone.setdefault(why, []).append(one.key)
    if then is Then.INTO_DIGEST and (one.key.act is Act.POST or one.needs_receipt is not None):
        found.items |= {item.entry_seq: item for item in _items(know, notice, revision, entry)}
    return True


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
