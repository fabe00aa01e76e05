"""A partner's announcement comes in, changes and ends: within its token's scopes, once per key, the ordinary way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.alerts import AlertSaying, ServiceAlert
from core.domain.log import AlertEntry, Fate, LogEntry
from core.domain.notices import Subject, SubjectKind
from core.domain.partners import Announced, Announcement, Asked, Scopes
from core.domain.policy import MayAssert
from core.domain.staff import FLEET_ACTOR, Actor, Role, demand
from core.flow.intake import take_in
from core.flow.knowledge import Knowledge
from core.flow.linting import nobodys_names
from core.ports.clock import Clock
from core.ports.source import GoodRow
from core.ports.store import Store, Tx
from core.rules.partner_words import why_held, why_link_held

VOICE = "partner"
"""Under which an announcement's subject stands: `partner/ID`."""
CREATED, DONE = 201, 200


class OutOfScope(Exception):
    """The token may not announce this; the message says what it may."""


class KeyReused(Exception):
    """The idempotency key came with something else before."""


class TooMany(Exception):
    """The token's rate is used up; `seconds` says when there is room again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the token's rate is used up for {seconds:.0f} seconds")
        self.seconds = seconds


class NoSuchAnnouncement(Exception):
    """No announcement of this partner bears the id."""


class IsOver(Exception):
    """It was ended: what comes now is another announcement."""


class Unfit(ValueError):
    """The announcement can't be said; the message names the field."""


@dataclass(frozen=True)
class Taken:
    """An announcement's id, and what has become of it: received, said, held, not said, over."""

    id: str
    state: str
    rule: str | None = None


def announce(actor: Actor, store: Store, know: Knowledge, clock: Clock, given: Announcement, key: str) -> Taken:
    """Take a new announcement in; under a key that came before the first answer is given again.

    Raises NotAllowed, OutOfScope, KeyReused, TooMany, Unfit, StoreBusy, StoreBroken.
    """
    demand(actor, Role.PARTNER)
    now = clock.now()
    content = know.identity.content(given.model_dump_json().encode())
    one = Announced(
        id=know.identity.content(f"announcement\x1f{actor.id}\x1f{key}".encode())[:20],
        partner=actor.id,
        at=now,
        until=given.active_until,
    )
    with store.begin() as tx:
        before = tx.partners.asked(actor.id, key)
        if before is not None:
            if before.hash != content:
                raise KeyReused("this Idempotency-Key came with another announcement before")
            return _state(tx, one.id)
        _check(actor, tx, know, given, now)
        _count(tx, actor, key, content, CREATED, one.id, now)
        tx.partners.keep(one)
        _hand_in(tx, know, _alert(know, one, given, now), now)
        tx.audit.write(now, actor.id, actor.via, "announcement made", f"alert:{VOICE}/{one.id}", given.kind.value)
        return _state(tx, one.id)


def change(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str, given: Announcement) -> Taken:
    """Say it anew. Raises as `announce`, and NoSuchAnnouncement, IsOver."""
    demand(actor, Role.PARTNER)
    now = clock.now()
    with store.begin() as tx:
        one = _own(tx, actor, wanted)
        if one.over:
            raise IsOver("this announcement is over: announce anew")
        _check(actor, tx, know, given, now)
        _count(tx, actor, f"change {one.id} {now.isoformat()}", "", DONE, one.id, now)
        tx.partners.keep(one.model_copy(update={"until": given.active_until}))
        _hand_in(tx, know, _alert(know, one, given, now), now)
        tx.audit.write(now, actor.id, actor.via, "announcement changed", f"alert:{VOICE}/{one.id}", given.kind.value)
        return _state(tx, one.id)


def end(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str) -> Taken:
    """All clear, where it was said. A second time changes nothing, and no rate keeps anybody from ending what they
    said. Raises NotAllowed, NoSuchAnnouncement."""
    demand(actor, Role.PARTNER)
    with store.begin() as tx:
        one = _own(tx, actor, wanted)
        if not one.over:
            _end(actor, tx, know, one, clock.now())
        return _state(tx, one.id)


def end_announcements(actor: Actor, store: Store, know: Knowledge, clock: Clock) -> int:
    """End those whose time is over; how many. Raises NotAllowed."""
    demand(actor, Role.FLEET, Role.OPERATOR)
    with store.begin() as tx:
        ended = tx.partners.ended(clock.now())
        for one in ended:
            _end(actor, tx, know, one, clock.now())
    return len(ended)


def state_of(actor: Actor, store: Store, wanted: str) -> Taken:
    """What has become of an announcement. Raises NotAllowed, NoSuchAnnouncement."""
    demand(actor, Role.PARTNER)
    with store.begin() as tx:
        return _state(tx, _own(tx, actor, wanted).id)


def _own(tx: Tx, actor: Actor, wanted: str) -> Announced:
    one = tx.partners.announced(wanted)
    if one is None or one.partner != actor.id:
        raise NoSuchAnnouncement("no announcement of yours bears this id")
    return one


def _check(actor: Actor, tx: Tx, know: Knowledge, given: Announcement, now: datetime) -> None:
    """Scopes first, then what the fleet can say, then the rate."""
    scopes = Scopes.read(actor.scopes)
    unknown = [line for line in given.lines if line not in know.lines]
    if unknown:
        raise Unfit(f"lines: there is no line {', '.join(unknown)}")
    if not scopes.allow(given):
        lines, kinds = " ".join(sorted(scopes.lines)) or "none", " ".join(sorted(scopes.kinds)) or "none"
        raise OutOfScope(f"this token may announce on lines: {lines}; of the kinds: {kinds}")
    if given.active_until is not None and given.active_until <= now:
        raise Unfit("active_until: lies in the past")
    calls = tx.partners.times(actor.id, now - scopes.within)
    if len(calls) >= scopes.calls:
        raise TooMany(max(1.0, (calls[-scopes.calls] + scopes.within - now) / timedelta(seconds=1)))


def _count(tx: Tx, actor: Actor, key: str, content: str, status: int, announcement: str, now: datetime) -> None:
    asked = Asked(partner=actor.id, key=key, hash=content, status=status, announcement=announcement, at=now)
    if not tx.partners.answered(asked):
        raise KeyReused("this Idempotency-Key is being used by another call")


def _alert(know: Knowledge, one: Announced, given: Announcement, now: datetime) -> ServiceAlert:
    """The announcement in an alert's words. Whatever is about police or might name somebody waits for a person."""
    description = dict(given.description)
    if given.url is not None:
        description = {tongue: f"{description.get(tongue, '')} {given.url}".strip() for tongue in given.header}
    texts = [*given.header.items(), *given.description.items()]
    names = nobodys_names(know)
    why = why_held(texts, names, _numbers(know), (know.agency.bureau,))
    if why is None and given.url is not None:
        why = why_link_held(given.url, names)
    return ServiceAlert(
        agency=VOICE,
        id=one.id,
        source=f"partner:{one.partner}",
        lines=tuple(line for line in know.lines if line in given.lines),
        header=dict(given.header),
        description=description,
        active_from=given.active_from if given.active_from is not None and given.active_from > now else None,
        active_to=given.active_until,
        known_at=now,
        type=given.kind.value,
        upcoming=given.active_from is not None and given.active_from > now,
        saying=AlertSaying.SAY if why is None else AlertSaying.HOLD,
        saying_why=why,
    )


def _numbers(know: Knowledge) -> list[str]:
    contacts = know.agency.contacts
    return [one for one in (contacts.emergency, contacts.tips, contacts.tips_text) if one]


def _hand_in(tx: Tx, know: Knowledge, alert: ServiceAlert, now: datetime) -> None:
    row = GoodRow(position=f"{VOICE}:{alert.id}", record=alert, raw=b"")
    take_in(FLEET_ACTOR, tx, know, alert.source, MayAssert(), [row], now)


def _end(actor: Actor, tx: Tx, know: Knowledge, one: Announced, now: datetime) -> None:
    tx.partners.keep(one.model_copy(update={"over": True}))
    over = ServiceAlert(
        agency=VOICE, id=one.id, source=f"partner:{one.partner}", lines=(), header={}, known_at=now, over=True
    )
    _hand_in(tx, know, over, now)
    tx.audit.write(now, actor.id, actor.via, "announcement ended", f"alert:{VOICE}/{one.id}")


def _state(tx: Tx, announcement_id: str) -> Taken:
    entries = tx.log.of_subject(Subject(kind=SubjectKind.ALERT, key=f"{VOICE}/{announcement_id}"))
    kept = tx.partners.announced(announcement_id)
    if kept is not None and kept.over:
        return Taken(announcement_id, "over")
    return Taken(announcement_id, *_words(entries[-1])) if entries else Taken(announcement_id, "received")


def _words(entry: LogEntry) -> tuple[str, str | None]:
    match entry.fate:
        case Fate.PENDING:
            return "received", None
        case Fate.POSTED:
            return "said", entry.rule
        case Fate.HELD:
            held = entry.body.alert.saying_why if isinstance(entry.body, AlertEntry) else None
            return "held", held or entry.rule
        case _:
            return "not said", entry.rule
