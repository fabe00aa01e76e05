"""Claim, write the attempt, call, write the outcome: in this order, and never blindly twice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

from core.domain.accounts import AccountRecord, AccountState
from core.domain.deliveries import (
    Act,
    Attempt,
    Deferred,
    Delivered,
    Delivery,
    Outcome,
    Refused,
    StandAlone,
    Unknown,
)
from core.domain.lines import Account, AccountId, AccountMode
from core.domain.staff import Actor, Role, demand
from core.flow.catching_up import sort_backlogs
from core.flow.connect import not_ours
from core.flow.holding import LimitsKept, asked, held_now, learn, why_not_now
from core.flow.knowledge import Knowledge
from core.flow.outgoing import publish
from core.flow.proven import kept_from_endpoint
from core.flow.spending import book
from core.flow.spending import give_back as pay_back
from core.ports.channel import (
    Channel,
    LimitSeen,
    LoginNeeded,
    NotSupported,
    OutcomeUnknown,
    PostDeferred,
    PostRefused,
    ReplyRefused,
    UnclearRefusal,
)
from core.ports.clock import Clock
from core.ports.store import Store, Tx

log = logging.getLogger(__name__)
REST_SECONDS = 30.0
"""How long a delivery rests whose account can't say who it is."""
REMOVE_AGAIN_SECONDS = 300.0
"""A removal whose end was not seen is tried again after at most so long."""
LOOK_FIRST = Unknown(why="after a restore it is looked up before its first try")
"""What was posted since the backup is in no attempt of ours: the platform is asked before it is said again."""
Said = Callable[[Delivery, Outcome | None], None]
"""Told of every settled delivery; None = practised."""


@dataclass
class PostOffice:
    """What delivering needs. One per process; `checked` remembers whose identity was compared."""

    store: Store
    know: Knowledge
    clock: Clock
    channels: Mapping[str, Channel]
    lease_seconds: float = 30.0
    grace_seconds: float = 30.0
    batch: int = 8
    said: Said = lambda delivery, outcome: None
    checked: set[AccountId] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)
    kept: LimitsKept = field(default_factory=dict)
    outage_after: timedelta | None = None
    """What waited for longer is sorted before it goes; None for recorded records, which are always old."""


def deliver(
    actor: Actor,
    office: PostOffice,
    owner: str,
    stop: Callable[[], bool] = lambda: False,
    taking_back: bool = False,
    one_account: bool = False,
    found: Callable[[], None] = lambda: None,
) -> int:
    """Claim a batch and deliver it; how many deliveries were taken in hand. `stop` is asked between deliveries;
    `taking_back`: nothing is delivered but what takes back; `one_account`: a batch of one account, for a pool;
    `found` is called when something is in hand and before it is delivered.

    Raises NotAllowed, StoreBusy, StoreBroken.
    """
    demand(actor, Role.FLEET, Role.OPERATOR)
    with office.store.begin() as tx:
        now = office.clock.now()
        held = () if taking_back else held_now(tx, office.know, now)
        claimed = tx.outbox.claim(
            owner, now, office.lease_seconds, office.batch, taking_back, held=held, one_account=one_account
        )
        if office.outage_after is not None and claimed:
            claimed = sort_backlogs(actor, tx, office.know, office.clock, claimed, office.outage_after)
    if claimed:
        found()
    done, batch = 0, _Batch(office, owner)
    try:
        for delivery in claimed:
            if stop():
                break
            batch.deliver(delivery)
            done += 1
        batch.close()
    except Exception:
        give_back(office, owner)
        raise
    if done < len(claimed):
        give_back(office, owner)
    return done


def give_back(office: PostOffice, owner: str) -> None:
    """Others may take at once what this owner leased and did not come to."""
    with office.store.begin() as tx:
        tx.outbox.release(owner)


@dataclass(frozen=True)
class Ended:
    """How an attempt ended; `learned`: what was heard of limits, None where nothing was called."""

    delivery: Delivery
    attempt: Attempt
    outcome: Outcome
    learned: tuple[LimitSeen, ...] | None = None


class _Batch:
    """One owner's deliveries, one after another. How a call ended is written in the transaction of the attempt that
    comes right after it: one durable commit a post."""

    def __init__(self, office: PostOffice, owner: str) -> None:
        self._office = office
        self._owner = owner
        self._ended: Ended | None = None

    def deliver(self, delivery: Delivery) -> None:
        """All that a delivery needs, save that how its call ended may still be unwritten."""
        office = self._office
        account = office.know.accounts.get(delivery.key.account)
        if account is None or delivery.practice or account.id not in office.checked:
            self.close()  # what comes before the next attempt may take its time
        why = "the account can't post now"
        if account is None:
            why = "the account is off, or not in lines.yaml"
        elif delivery.practice:
            with office.store.begin() as tx:
                done = tx.outbox.practised(delivery.id, self._owner)
            if done:
                _tell(office, delivery, None)
            return
        elif account.mode is AccountMode.PRACTICE:
            why = "it was owed while the account was live, and the account practises now"
        elif identity_holds(office, account):
            attempt = self._begin(delivery)
            if attempt is not None and attempt.posted_since is not None:
                settle(office, Ended(delivery, attempt, LOOK_FIRST))
            elif attempt is not None:
                self._try(account, delivery, attempt)
            return
        with office.store.begin() as tx:
            tx.outbox.postpone(delivery.id, self._owner, REST_SECONDS, why)

    def close(self) -> None:
        """Write how the last call ended, if that is still to do."""
        ended, self._ended = self._ended, None
        if ended is not None:
            settle(self._office, ended)

    def _begin(self, delivery: Delivery) -> Attempt | None:
        """The attempt row is committed just before its own call, with what it costs, and with it how the call before
        ended. None where it may not go, also when it is kept back by now: one batch may use a budget or limit up."""
        office, ended = self._office, self._ended

        def write(tx: Tx) -> tuple[_Written | None, Attempt | None]:
            written = None if ended is None else _write_end(tx, office, ended)
            return written, _write_attempt(tx, office, self._owner, delivery)

        try:
            written, attempt = office.store.durably(write)
        except Exception:
            self.close()  # trouble with the next one must not cost the last one's receipt
            raise
        self._ended = None
        if written is not None:
            _after(office, written)
        return attempt

    def _try(self, account: Account, delivery: Delivery, attempt: Attempt) -> None:
        outcome = _call(self._office, account, delivery)
        learned = asked(self._office.channels[account.channel], account)
        self._ended = Ended(delivery, attempt, outcome, learned)


def _write_attempt(tx: Tx, office: PostOffice, owner: str, delivery: Delivery) -> Attempt | None:
    now = office.clock.now()
    why = why_not_now(tx, office.know, now, delivery)
    if why is not None:
        tx.outbox.postpone(delivery.id, owner, 0, why)
        return None
    if kept_from_endpoint(tx, office.know, now, delivery):
        return None
    attempt = tx.outbox.begin_attempt(delivery.id, owner, now)
    if attempt is not None:
        book(tx, office.know, delivery, attempt, now)
    return attempt


def settle(office: PostOffice, ended: Ended) -> bool:
    """Write how an attempt ended, and what was learned of limits; False when another owner did."""
    written = office.store.durably(lambda tx: _write_end(tx, office, ended))
    _after(office, written)
    return written.done


@dataclass(frozen=True)
class _Written:
    ended: Ended
    done: bool
    """False: another owner settled it."""
    kept: LimitsKept


def _write_end(tx: Tx, office: PostOffice, ended: Ended) -> _Written:
    done = tx.outbox.settle(ended.attempt, ended.outcome)
    if done:
        pay_back(tx, ended.attempt, ended.outcome)
    if ended.learned is None:
        return _Written(ended, done, {})
    name, now = ended.delivery.key.account, office.clock.now()
    return _Written(ended, done, learn(tx, office.know, name, ended.outcome, ended.learned, office.kept, now))


def _after(office: PostOffice, written: _Written) -> None:
    """It is committed."""
    office.kept.update(written.kept)
    if written.done:
        _tell(office, written.ended.delivery, written.ended.outcome)


def _tell(office: PostOffice, delivery: Delivery, outcome: Outcome | None) -> None:
    """Who is told may be gone (a closed pipe): what was posted stays posted, and the rest goes on."""
    try:
        office.said(delivery, outcome)
    except Exception as error:  # noqa: BLE001 - see above
        log.warning("nobody could be told of a delivery: %s", type(error).__name__)


def _call(office: PostOffice, account: Account, delivery: Delivery) -> Outcome:
    """One publishing call; whatever it raises becomes an outcome."""
    channel = office.channels[account.channel]
    try:
        return Delivered(receipt=publish(channel, account, office.know, delivery, office.clock.now()))
    except (PostRefused, NotSupported) as refused:
        if isinstance(refused, ReplyRefused) and delivery.reply_receipt is not None:
            log.warning("%s", refused)
            return StandAlone(why=str(refused))
        return Refused(why=str(refused))
    except PostDeferred as deferred:
        return Deferred(seconds=deferred.seconds, why=str(deferred))
    except LoginNeeded as dead:
        block(office, account.id, AccountState.NEEDS_LOGIN, str(dead))
        return Deferred(seconds=0, why=str(dead))
    except OutcomeUnknown as unknown:
        return _unseen(delivery, str(unknown), isinstance(unknown, UnclearRefusal))
    except Exception as error:  # noqa: BLE001 - an SDK may raise anything; what it did is not known then
        # Its message may hold a token or the post's words: only its name is kept.
        log.error("unforeseen %s while posting to %s", type(error).__name__, account.id)  # noqa: TRY400
        return _unseen(delivery, f"unforeseen {type(error).__name__}")


def _unseen(delivery: Delivery, why: str, refused: bool = False) -> Outcome:
    """What may have been posted is looked up; what may have been removed is removed again, which does no harm."""
    if delivery.key.act is Act.REMOVE:
        return Deferred(seconds=min(2.0**delivery.attempts, REMOVE_AGAIN_SECONDS), why=why, unseen=True)
    return Unknown(why=why, refused=refused)


def identity_holds(office: PostOffice, account: Account) -> bool:
    """Before its first post a process asks "who am I" and refuses on mismatch."""
    with office.lock:
        if account.id in office.checked:
            return True
    channel = office.channels[account.channel]
    with office.store.begin() as tx:
        pinned = tx.accounts.get(account.id).platform_id
    if pinned is None and channel.abilities.reaches_public:
        block(office, account.id, AccountState.NEEDS_LOGIN, f"connect it first: accounts connect {account.id}")
        return False
    try:
        me = channel.who_am_i(account)
    except LoginNeeded as dead:
        block(office, account.id, AccountState.NEEDS_LOGIN, str(dead))
        return False
    except (PostDeferred, OutcomeUnknown) as later:
        log.warning("%s can't say who it is now: %s", account.id, later)
        return False
    except Exception as error:  # noqa: BLE001 - one account's trouble must not stop the others
        log.error("unforeseen %s while asking who %s is", type(error).__name__, account.id)  # noqa: TRY400
        return False
    if (why := not_ours(account, me, pinned)) is not None:
        block(office, account.id, AccountState.WRONG_IDENTITY, why)
        return False
    with office.lock:
        office.checked.add(account.id)
    return True


def block(office: PostOffice, account: AccountId, state: AccountState, why: str) -> None:
    """The account posts nothing until a person connects it again."""
    with office.lock:
        office.checked.discard(account)  # other credentials may come: they are compared anew
    with office.store.begin() as tx:
        known = tx.accounts.get(account)
        if (known.state, known.why) == (state, why):
            return
        tx.accounts.set_state(AccountRecord(account=account, platform_id=known.platform_id, state=state, why=why))
        tx.audit.write(office.clock.now(), "fleet", "schedule", f"account {state.value}", account, why)
