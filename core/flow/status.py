"""How the fleet is: one sentence for a woken person, then the details."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from core.domain.accounts import AccountRecord, AccountState
from core.domain.deliveries import Act, Delivery, DeliveryState
from core.domain.lines import AccountId, AccountMode, Frozen
from core.domain.log import Fate
from core.domain.notices import Speaker
from core.domain.reviews import UNDER_WAY, WAITS, Proposal
from core.domain.seen import Gone, Stray, Swept
from core.domain.silences import MUTING, Calm
from core.domain.silences import Silence as Mute
from core.domain.taking_back import Pause
from core.flow.half_threads import Half, halves
from core.flow.half_threads import troubles as half_said
from core.flow.knowledge import Knowledge
from core.flow.partner_status import Unacknowledged, overdue, unacknowledged_words
from core.flow.proven import Unproven, unproven, unproven_words
from core.flow.restrained import Restrained, restrained
from core.flow.restrained import troubles as restraint_troubles
from core.flow.review_calls import BYPASS_TOLD
from core.flow.terms import Ending, ending
from core.flow.terms import troubles as term_troubles
from core.ports.clock import Clock
from core.ports.source import Source
from core.ports.store import Store, Tx
from core.ports.store_rows import BotRow, FateCount, OutboxCount, SourceRow, WaitingRow

STALE_AFTER = timedelta(minutes=10)
"""A delivery that is due for longer while its account is ready is worth a look."""


WAITING_SEEN = 200
"""So many of what waits for people are read."""


class MaybeUp(Frozen):
    """A post that may or may not be up: a person must look at the account."""

    reference: str
    account: AccountId
    act: Act
    language: str
    part: int
    why: str | None

    @property
    def to_do(self) -> str:
        """The call that settles it."""
        return f"`incident settle {self.reference} {self.account} --up POST` or `--absent`"


class Silence(Frozen):
    """A source that brought nothing for longer than it may."""

    name: str
    since: datetime | None


class Status(Frozen):
    """Everything that `status` shows. `sentence` comes first; `well` is False when somebody should act."""

    at: datetime
    sentence: str
    well: bool
    sources: tuple[SourceRow, ...]
    silent: tuple[Silence, ...]
    bots: tuple[BotRow, ...]
    last_seq: int
    fates: tuple[FateCount, ...]
    queue: tuple[OutboxCount, ...]
    accounts: tuple[AccountRecord, ...]
    receipts: tuple[Delivery, ...]
    waiting: tuple[WaitingRow, ...]
    stuck: int = 0
    """Posts that are due for too long on accounts that are ready (at most 200 are counted)."""
    paused: tuple[Pause, ...] = ()
    muted_by: tuple[Mute, ...] = ()
    """Silences that hold now or begin later, first to end first."""
    calms: tuple[Calm, ...] = ()
    muted: int = 0
    """Entries that wait for the end of a silence, a calm, a bigger alert or quiet hours."""
    restrained: Restrained = Restrained()
    gone: tuple[Gone, ...] = ()
    """Posts of ours that a sweep found no more, newest first."""
    strays: tuple[Stray, ...] = ()
    """Posts that stand on our accounts without a receipt, newest first: foreign ones, and doubles of ours."""
    sweeps: tuple[Swept, ...] = ()
    reviews: tuple[Proposal, ...] = ()
    """Held posts that wait or are about to leave, and those that went out by a bypass lately."""
    ending: tuple[Ending, ...] = ()
    """Notices about persons that come down soon unless they are confirmed."""
    maybe_up: tuple[MaybeUp, ...] = ()
    """What looking up could not settle, oldest first; at most so many as are read."""
    half: tuple[Half, ...] = ()
    """What is only half said somewhere."""
    unacknowledged: tuple[Unacknowledged, ...] = ()
    """Takings back that a system's endpoint has not acknowledged in time."""
    unproven: tuple[Unproven, ...] = ()
    """Endpoints that are to be handed what is said of persons and are handed places alone."""
    troubles: tuple[str, ...] = ()
    """All that somebody should act on, the worst first; the sentence holds the first of them."""


def look_at(
    store: Store, clock: Clock, sources: Sequence[Source], receipts: int = 5, know: Knowledge | None = None
) -> Status:
    """The state of the fleet; reads only. Without `know` nothing of limits and money. Raises StoreBusy, StoreBroken."""
    now = clock.now()
    with store.begin() as tx:
        rows = tuple(tx.sources.row(source.name) for source in sources)
        parts: dict[str, Any] = {
            "sources": rows,
            "silent": _silent(sources, rows, now),
            "bots": tuple(tx.bots.rows()),
            "last_seq": tx.log.last_seq(),
            "fates": tuple(tx.log.fates()),
            "queue": tuple(tx.outbox.counts()),
            "accounts": tuple(tx.accounts.rows()),
            "receipts": tuple(_nobodys_words(tx, one) for one in tx.outbox.recent(receipts)),
            "waiting": tuple(tx.waiting(WAITING_SEEN)),
            "paused": tuple(tx.pauses.rows()),
            "muted_by": tuple(tx.silences.going_on(now)),
            "calms": tuple(tx.silences.calms(now)),
            "reviews": _reviews(tx, now),
            "maybe_up": _maybe_up(tx),
            "half": halves(tx, now),
            "ending": ending(tx, know, now),
            "gone": tuple(gone for gone in tx.seen.gone() if gone.sure),
            "strays": tuple(tx.seen.strays()),
            "sweeps": tuple(tx.seen.sweeps()),
            "restrained": restrained(tx, know, now),
            "unacknowledged": () if know is None else overdue(tx, know, now),
            "unproven": () if know is None else unproven(tx, know, now),
        }
        parts["muted"] = sum(one.count for one in parts["fates"] if one.fate is Fate.HELD and one.rule in MUTING)
        held = parts["restrained"]
        due = [one for one in tx.outbox.in_states([DeliveryState.DUE], 200) if not held.keeps(one.key.account)]
        leaving = {(one.notice_id, one.revision) for one in parts["reviews"] if one.state in UNDER_WAY}
        due = [one for one in due if (one.key.notice_id, one.key.revision) not in leaving]
        due = [one for one in due if know is None or _could_go(know, one)]
        silent = {one.voice for one in parts["paused"] if one.voice is not None}
        due = [one for one in due if not silent or _voice_of(tx, one) not in silent]
        parts["stuck"] = _stuck(due, tx.accounts.rows(), tx.pauses.rows(), now)
    draft = Status(at=now, sentence="", well=True, **parts)
    troubles = _troubles(draft)
    return draft.model_copy(
        update={"sentence": _sentence(draft, troubles), "well": not troubles, "troubles": tuple(troubles)}
    )


def _maybe_up(tx: Tx) -> tuple[MaybeUp, ...]:
    return tuple(
        MaybeUp(
            reference=one.reference,
            account=one.key.account,
            act=one.key.act,
            language=one.key.language,
            part=one.key.part,
            why=one.why,
        )
        for one in tx.outbox.in_states([DeliveryState.WAITING], WAITING_SEEN)
    )


def _reviews(tx: Tx, now: datetime) -> tuple[Proposal, ...]:
    in_hand = tx.reviews.in_states(list(WAITS | UNDER_WAY), WAITING_SEEN)
    lately = [one for one in tx.reviews.latest(WAITING_SEEN) if one.bypassed_by and now - one.created_at < BYPASS_TOLD]
    return tuple({one.id: one for one in (*in_hand, *lately)}.values())


def _nobodys_words(tx: Tx, one: Delivery) -> Delivery:
    """A receipt without its words where they are about a person: a status is read, kept and sent on by machines."""
    about = any(p.about_person and p.revision == one.key.revision for p in tx.reviews.of_notice(one.key.notice_id))
    return one.model_copy(update={"post": None}) if about else one


def _silent(sources: Sequence[Source], rows: Sequence[SourceRow], now: datetime) -> tuple[Silence, ...]:
    quiet = []
    for source, row in zip(sources, rows, strict=True):
        limit = source.silent_after_seconds
        last = row.last_new
        if limit is not None and last is not None and now - last > timedelta(seconds=limit):
            quiet.append(Silence(name=source.name, since=last))
    return tuple(quiet)


def _stuck(due: Sequence[Delivery], accounts: Sequence[AccountRecord], paused: Sequence[Pause], now: datetime) -> int:
    blocked = {record.account for record in accounts if record.state is not AccountState.READY}
    blocked |= {pause.account for pause in paused if pause.account is not None}
    if any(pause.account is None and pause.voice is None for pause in paused):
        return 0
    return sum(1 for d in due if now - d.said_at > STALE_AFTER and d.key.account not in blocked)


def _could_go(know: Knowledge, one: Delivery) -> bool:
    """Not what is owed to an account that lines.yaml dropped, turned off or lets practise: that expires."""
    account = know.accounts.get(one.key.account)
    return account is not None and (one.practice or account.mode is AccountMode.LIVE)


def _voice_of(tx: Tx, one: Delivery) -> Speaker | None:
    notice = tx.notices.get(one.key.notice_id)
    return None if notice is None else notice.speaker


def _count(status: Status, state: DeliveryState) -> int:
    return sum(row.count for row in status.queue if row.state is state)


def _troubles(status: Status) -> list[str]:
    """What somebody should act on, the worst first, each with what to do."""
    said = []
    unsettled = _count(status, DeliveryState.WAITING)
    if unsettled and status.maybe_up:
        posts = "1 post" if unsettled == 1 else f"{unsettled} posts"
        first = status.maybe_up[0]
        said.append(f"{posts} may or may not be up: look at {first.account}, then {first.to_do}")
    said += unacknowledged_words(status.unacknowledged)
    said += half_said(status.half)
    said += term_troubles(status.ending)
    for account in status.accounts:
        if account.state is AccountState.NEEDS_LOGIN:
            said.append(f"{account.account} needs a login: `accounts connect {account.account}`")
        elif account.state is AccountState.WRONG_IDENTITY:
            said.append(f"{account.account} has somebody else's credentials: {account.why}")
        elif account.state is AccountState.LOCKED:
            said.append(
                f"{account.account} is locked, a post there is {account.why}: look at it, then "
                f"`accounts unlock {account.account} --mine POST` or `--remove POST`"
            )
    if status.stuck:
        minutes = int(STALE_AFTER.total_seconds() // 60)
        said.append(f"{status.stuck} posts have been due for over {minutes} minutes: is the fleet running (`run`)?")
    said += restraint_troubles(status.restrained, status.at)
    down = [f"source {row.name} is down ({row.why})" for row in status.sources if row.failing_since is not None]
    said += [f"{what}: mend it or take it out of lines.yaml" for what in down]
    said += [f"source {quiet.name} has been silent too long: ask whoever feeds it" for quiet in status.silent]
    said += [f"bot {bot.line} is in trouble ({bot.trouble}): see the log" for bot in status.bots if bot.trouble]
    said += unproven_words(status.unproven)
    down_notices = sum(1 for row in status.waiting if row.why.endswith("must-come-down"))
    if down_notices:
        said.insert(0, f"{down_notices} notices stand that may not be said any more: take them down now (`retract`)")
    return said


def _sentence(status: Status, troubles: Sequence[str]) -> str:
    queue = sum(_count(status, s) for s in (DeliveryState.DUE, DeliveryState.ATTEMPTING, DeliveryState.UNKNOWN))
    if troubles:
        rest = f" ({len(troubles) - 1} more below)" if len(troubles) > 1 else ""
        end = "" if troubles[0].endswith("?") else "."
        return f"Act: {troubles[0]}{end}{rest}"
    waits = "nothing waits for a person"
    if status.waiting:
        roles = Counter(row.role for row in status.waiting)
        more = " or more" if len(status.waiting) >= WAITING_SEEN else ""
        waits = " and ".join(f"{count}{more} wait for the {role}" for role, count in sorted(roles.items()))
    if status.paused:
        waits += f"; paused: {', '.join(dict.fromkeys(pause.scope for pause in status.paused))}"
    if status.calms:
        waits += f"; calm: {', '.join(one.scope for one in status.calms)}"
    if status.muted_by:
        waits += f"; silences: {len(status.muted_by)}"
    if not status.sources and not status.last_seq:
        return (
            f"No source is set up, and nothing was ever said: name one under `sources:` in lines.yaml, or enter "
            f"incidents by hand with `incident add`; {waits}."
        )
    if status.sources and all(row.last_ok is None for row in status.sources):
        return f"The fleet has not run yet: {queue} posts in the queue, {waits}; start it with `run`."
    return f"All is well: {queue} posts in the queue, {waits}; you can go back to sleep."
