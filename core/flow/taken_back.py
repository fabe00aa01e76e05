"""How far a taking back has come: what is removed, with the proof, what is still up and why, what is out of reach."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.domain.accounts import AccountState
from core.domain.deliveries import Act, Delivery, DeliveryKey, DeliveryState
from core.domain.lines import AccountId, AccountMode
from core.domain.notices import Notice, Revision
from core.domain.seen import Gone
from core.domain.staff import FLEET_ACTOR, Actor, Role, demand
from core.domain.taking_back import Because, Retraction, Taken, Up
from core.flow.deliver import PostOffice, deliver
from core.flow.knowledge import Knowledge
from core.flow.person_revisions import person_revisions, person_taken_down
from core.flow.reconcile import reconcile
from core.flow.retract import NoSuchNotice, find_notice, originals
from core.flow.standing import SEEN
from core.ports.store import Store, Tx

LOOKS_AGAIN_SECONDS = 0.5
"""How often the list is looked at while another process may be working on it."""
_REACHED = (AccountState.READY, AccountState.LOCKED)
"""A lock stops nothing that takes back."""
_MOVING = frozenset({DeliveryState.DUE, DeliveryState.ATTEMPTING, DeliveryState.UNKNOWN})


@dataclass(frozen=True)
class TakenBack:
    """The list. `words` are what is said instead; `settled` is False while something is still under way."""

    reference: str
    retraction: Retraction
    taken: tuple[Taken, ...]
    words: tuple[Delivery, ...]
    settled: bool

    @property
    def gone(self) -> bool:
        """True when nothing of it is up any more."""
        return all(one.up in (Up.REMOVED, Up.NOT_THERE) for one in self.taken)


def taken_back(actor: Actor, store: Store, know: Knowledge, wanted: str) -> TakenBack:
    """The list of a notice that was taken back. Raises NotAllowed, NoSuchNotice."""
    demand(actor, Role.REVIEWER, Role.OPERATOR, Role.OFFICER, Role.AUDITOR)
    with store.begin() as tx:
        notice = find_notice(tx, know, wanted)
        retraction = tx.retractions.get(notice.id)
        again = retraction is not None or tx.loans.term(notice.id) is not None  # a person approved anew stands
        ended = None if again else person_taken_down(tx, notice)
        if ended is not None:
            retraction = _of_the_person(notice, ended)
        if retraction is None:
            raise NoSuchNotice(f"{notice.reference} was not taken back: `retract {notice.reference}` does that")
        with_it = [one.notice_id for one in tx.retractions.made_for(notice.id) if one.notice_id != notice.id]
        deliveries = [d for one in (notice.id, *with_it) for d in tx.outbox.of_notice(one)]
        last = {one: tx.notices.revisions(one)[-1].number for one in (notice.id, *with_it)}
        if ended is not None:  # what was said of the place stays, and is not on this list
            persons = person_revisions(tx, notice) | {ended.number}
            deliveries = [one for one in deliveries if one.key.revision in persons]
            last[notice.id] = ended.number
        reach = _Reach(tx, know)
        gone = {one.key: one for one in tx.seen.gone() if one.sure}
    removals = {d.needs: d for d in deliveries if d.key.act is Act.REMOVE and d.needs is not None}
    taken = tuple(_taken(one, removals.get(one.key), reach, gone.get(one.key)) for one in originals(deliveries, last))
    said_instead = [d for d in deliveries if d.key.act is not Act.REMOVE]
    words = tuple(d for d in said_instead if d.key.revision == last[d.key.notice_id])
    settled = all(one.up is not Up.UNDER_WAY for one in taken) and not _words_move(deliveries, words, reach)
    return TakenBack(notice.reference, retraction, taken, words, settled)


def _of_the_person(notice: Notice, ended: Revision) -> Retraction:
    """As if it was taken back: its part about a person came down by its term."""
    return Retraction(
        notice_id=notice.id, for_notice=notice.id, because=Because.EXPIRY, by=FLEET_ACTOR.id, at=ended.prepared_at
    )


def see_through(
    actor: Actor,
    office: PostOffice,
    wanted: str,
    patience_seconds: float,
    wait: Callable[[float], object] = time.sleep,
) -> TakenBack:
    """Do what is owed to take it back, and nothing else, until the list is settled or patience ran out.

    Raises NotAllowed, NoSuchNotice, StoreBusy, StoreBroken.
    """
    owner = f"{os.getpid()}-{secrets.token_hex(3)}-retract"
    while True:
        worked = deliver(FLEET_ACTOR, office, owner, taking_back=True)
        worked += reconcile(FLEET_ACTOR, office, owner)
        seen = taken_back(actor, office.store, office.know, wanted)
        if seen.settled:
            return seen
        if worked:
            continue
        if patience_seconds <= 0:
            return seen
        with office.store.begin() as tx:
            seconds = tx.outbox.seconds_to_next()
        pause = min(LOOKS_AGAIN_SECONDS if seconds is None else max(seconds, 0.01), LOOKS_AGAIN_SECONDS)
        wait(pause)
        patience_seconds -= pause


class _Reach:
    """Which accounts nothing can be done on now, and why."""

    def __init__(self, tx: Tx, know: Knowledge) -> None:
        self._know = know
        self._states = {row.account: row for row in tx.accounts.rows() if row.state not in _REACHED}
        self._held = [pause for pause in tx.pauses.rows() if pause.removals_too]

    def __call__(self, account: AccountId) -> str | None:
        known = self._know.accounts.get(account)
        if known is None:
            return "the account is off, or not in lines.yaml (if only its handle changed: `accounts rename`)"
        if known.mode is AccountMode.PRACTICE:
            return "the account practises now: set it to live, or take the post down by hand"
        if account in self._states:
            return f"the account is not ready: {self._states[account].why}"
        if any(pause.account in (None, account) for pause in self._held):
            return "the account is paused, removals too"
        return None


def _taken(said: Delivery, removal: Delivery | None, reach: _Reach, gone: Gone | None) -> Taken:
    up, why = _up(said, removal, reach)
    if gone is not None and up is not Up.REMOVED:
        up, why = Up.NOT_THERE, f"a sweep found it gone from the platform at {gone.since:%Y-%m-%d %H:%M} UTC"
    receipt = said.receipt
    return Taken(
        account=said.key.account,
        act=said.key.act,
        revision=said.key.revision,
        language=said.key.language,
        part=said.key.part,
        up=up,
        why=why,
        url=receipt.url if receipt else None,
        platform_id=receipt.platform_id if receipt else None,
        at=removal.receipt.at if removal and removal.receipt else None,
    )


def _up(said: Delivery, removal: Delivery | None, reach: _Reach) -> tuple[Up, str | None]:
    if removal is not None and removal.state is DeliveryState.DELIVERED:
        return Up.REMOVED, None
    if said.receipt is not None and said.receipt.former_account is not None:
        return Up.OUT_OF_REACH, f"it stands on the account {said.receipt.former_account}, which was opened anew since"
    if said.state is DeliveryState.WAITING:
        return Up.MAY_BE_UP, f"{said.why}: look there, then `incident settle {said.reference} {said.key.account}`"
    if said.state not in SEEN and said.state is not DeliveryState.DUE:
        return Up.NOT_THERE, said.why or said.state.value
    unreachable = reach(said.key.account)
    if unreachable is not None:
        return Up.OUT_OF_REACH, unreachable
    if removal is not None and removal.state is DeliveryState.REFUSED:
        return Up.STILL_UP, removal.why
    if said.state is DeliveryState.DELIVERED:
        return Up.UNDER_WAY, removal.why if removal is not None else None
    return Up.UNDER_WAY, "whether it was sent is being looked up"


def _words_move(deliveries: Sequence[Delivery], words: Sequence[Delivery], reach: _Reach) -> bool:
    """True while words are on their way that no person has to set going."""
    states: Mapping[DeliveryKey, DeliveryState] = {one.key: one.state for one in deliveries}
    stuck: set[DeliveryKey] = set()
    for one in words:
        needs = one.needs
        waits = needs is not None and (needs in stuck or states.get(needs) is DeliveryState.WAITING)
        if one.state is DeliveryState.DUE and (waits or (not one.practice and reach(one.key.account) is not None)):
            stuck.add(one.key)
        elif one.state in _MOVING:
            return True
    return False
