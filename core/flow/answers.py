"""An officer says which line it was, and may take it back: what stands on the answer is known at all times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.answers import PlaceAnswer
from core.domain.deliveries import Act
from core.domain.lines import AccountId
from core.domain.log import Fate, IncidentEntry, LogEntry
from core.domain.notices import Speaker, Subject
from core.domain.places import Ambiguous, AtComplex, AtStation
from core.domain.staff import Actor, Role, demand
from core.flow.incidents import append_again, find_subject
from core.flow.knowledge import Knowledge
from core.flow.placing import Placed, place_incident
from core.flow.standing import SEEN, standing
from core.ports.clock import Clock
from core.ports.store import SealedAway, Store, Tx
from core.rules.which_line_answers import Meant, by_answer, meant, name_key, name_of

WAITING_LOOKED_AT = 500
"""So many of the records that wait are looked at for the name that was just answered."""
_GOES_BACK = frozenset({Fate.PENDING, Fate.HELD, Fate.DIGEST, Fate.POSTED})


class NothingToAnswer(Exception):
    """The incident does not wait for an answer, or there is no answer to take back; the message says why."""


@dataclass(frozen=True)
class Answered:
    """What an answer did. `why_once` says why it decides this record alone; None when its name is remembered."""

    answer: PlaceAnswer
    placement: AtStation | AtComplex
    why_once: str | None
    also_placed: tuple[Subject, ...]
    """Other records that waited under the same name and are placed by it too."""


@dataclass(frozen=True)
class StandingOn:
    """One incident of which something was said, or may have been, by an answer."""

    subject: Subject
    reference: str
    posts: tuple[tuple[AccountId, Act, str | None], ...]
    """Account, post or repost, and its address where the platform gave one."""
    in_digest: bool


@dataclass(frozen=True)
class TakenBack:
    """What taking an answer back did: what still stands, and which incidents wait again."""

    answer: PlaceAnswer
    standing: tuple[StandingOn, ...]
    waiting_again: tuple[Subject, ...]


def answer_incident(
    actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str, said: str, *, once: bool = False
) -> Answered:
    """A station (or complex, or line) for an incident that waits; it goes on to the bots. The record's name for the
    station is remembered unless `once`, a line alone was named, or the gazetteer knows that name for other places.

    Raises NotAllowed, NoSuchIncident, NothingToAnswer, CantTell, SealedAway.
    """
    demand(actor, Role.OFFICER, Role.OPERATOR)
    now = clock.now()
    with store.begin() as tx:
        subject = find_subject(tx, know, wanted)
        entry, body, asked = _asked(tx, subject)
        chosen = meant(said, asked, know.gazetteer)
        placement = by_answer(body.facts.place, asked, chosen, know.gazetteer, actor.id, now)
        name, why_once = (None, "it was asked for") if once else _worth_remembering(tx, know, body, chosen)
        key = None if name is None else name_key(name, body.facts.place.area)
        answer = PlaceAnswer(
            id=know.identity.content(f"answer\x1f{subject}\x1f{entry.seq}".encode()),
            subject=subject,
            station_ids=chosen.station_ids,
            lines=placement.lines,
            said_by=actor.id,
            said_at=now,
            name=name,
            area=body.facts.place.area if name else None,
        )
        tx.names.add(answer, key)
        tx.reviews.typed(subject, actor.id)  # where it was is half of what a rider reads: they approve none of it
        append_again(tx, know, clock, subject, placed=Placed(placement, answer.id))
        tx.audit.write(now, actor.id, actor.via, "incident answered", str(subject), _detail(answer))
        also = () if key is None else _place_others(actor, tx, know, clock, answer, key)
    return Answered(answer, placement, why_once, also)


def _detail(answer: PlaceAnswer) -> str:
    where = " ".join(answer.station_ids or answer.lines)
    return f"{answer.id[:10]}: {where}, {'remembered' if answer.name else 'this record alone'}"


def _asked(tx: Tx, subject: Subject) -> tuple[LogEntry, IncidentEntry, Ambiguous]:
    entry = tx.log.of_subject(subject)[-1]
    body = entry.body
    if not isinstance(body, IncidentEntry):
        raise NothingToAnswer("this is no incident")
    if not isinstance(body.placement, Ambiguous):
        by = "an officer's answer" if body.stands_on else "the gazetteer"
        undo = " (take that back first: `incident answer ID --undo`)" if body.stands_on else ""
        raise NothingToAnswer(f"its place is clear by {by}{undo}: {body.placement.why}")
    if entry.fate is not Fate.AMBIGUOUS:
        raise NothingToAnswer(f"it waits for no answer: it is {entry.fate.value} by {entry.rule}")
    return entry, body, body.placement


def _worth_remembering(tx: Tx, know: Knowledge, body: IncidentEntry, chosen: Meant) -> tuple[str | None, str | None]:
    """The name that later records may be placed by; else why there is none."""
    place = body.facts.place
    name = name_of(place, know.gazetteer)
    if not chosen.station_ids:
        return None, "a line alone was named, and another record of that place may be of another line"
    if name is None:
        return None, "the record names no station"
    if know.gazetteer.knows(name):
        return None, f"the gazetteer knows {name!r} already, and the next record of that name may mean another station"
    if tx.names.remembered(name_key(name, place.area)) is not None:
        return None, f"an answer for {name!r} is remembered already, and this record contradicts it"
    return name, None


def _place_others(
    actor: Actor, tx: Tx, know: Knowledge, clock: Clock, answer: PlaceAnswer, key: str
) -> tuple[Subject, ...]:
    """Records that wait under the same name need not be answered one by one."""
    done = []
    for entry in tx.log.latest(WAITING_LOOKED_AT, fate=Fate.AMBIGUOUS):
        body = entry.body
        if not isinstance(body, IncidentEntry):
            continue
        name = name_of(body.facts.place, know.gazetteer)
        if name is None or name_key(name, body.facts.place.area) != key:
            continue
        placed = place_incident(tx, know, body.facts.place, tx.log.of_subject(entry.subject))
        if placed.stands_on == answer.id and _again(tx, know, clock, entry.subject, placed):
            tx.audit.write(
                clock.now(), actor.id, actor.via, "incident placed by an answer", str(entry.subject), answer.id[:10]
            )
            done.append(entry.subject)
    return tuple(done)


def _again(tx: Tx, know: Knowledge, clock: Clock, subject: Subject, placed: Placed) -> bool:
    """Append an incident again; False for one that was sealed since."""
    try:
        append_again(tx, know, clock, subject, placed=placed)
    except SealedAway:
        return False
    return True


def take_back_answer(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str) -> TakenBack:
    """Take back the answer on which an incident stands. Nothing that was said is taken down by it.

    Raises NotAllowed, NoSuchIncident, NothingToAnswer.
    """
    demand(actor, Role.OFFICER, Role.OPERATOR)
    with store.begin() as tx:
        subject = find_subject(tx, know, wanted)
        body = tx.log.of_subject(subject)[-1].body
        if not isinstance(body, IncidentEntry) or body.stands_on is None:
            raise NothingToAnswer("its place stands on no officer's answer")
        return _take_back(actor, tx, know, clock, tx.names.get(body.stands_on))


def forget_name(
    actor: Actor, store: Store, know: Knowledge, clock: Clock, name: str, area: str | None = None
) -> TakenBack:
    """Take back the answer that is remembered for a name (and area). Raises NotAllowed, NothingToAnswer."""
    demand(actor, Role.OFFICER, Role.OPERATOR)
    with store.begin() as tx:
        answer = tx.names.remembered(name_key(name, area))
        if answer is None:
            beside = f" in {area}" if area else ""
            raise NothingToAnswer(f"no answer is remembered for {name!r}{beside}: see `stations names`")
        return _take_back(actor, tx, know, clock, answer)


def remembered_names(actor: Actor, store: Store) -> Sequence[PlaceAnswer]:
    """Every name that is remembered from an answer, oldest first. Raises NotAllowed."""
    demand(actor, Role.OFFICER, Role.REVIEWER, Role.OPERATOR, Role.AUDITOR)
    with store.begin() as tx:
        return tx.names.all_remembered()


def _take_back(actor: Actor, tx: Tx, know: Knowledge, clock: Clock, answer: PlaceAnswer) -> TakenBack:
    now = clock.now()
    tx.names.take_back(answer.id, actor.id, now)
    standing_on, again = [], []
    for subject in tx.names.stand_on(answer.id):
        entries = tx.log.of_subject(subject)
        found = _stands(tx, subject, [entry for entry in entries if _stands_on(entry, answer)])
        if found is not None:
            standing_on.append(found)
        last = entries[-1]
        if _stands_on(last, answer) and last.fate in _GOES_BACK and isinstance(last.body, IncidentEntry):
            placed = place_incident(tx, know, last.body.facts.place, entries)
            if _again(tx, know, clock, subject, placed):
                again.append(subject)
    detail = f"{answer.id[:10]}: {len(standing_on)} notices stand, {len(again)} wait again"
    tx.audit.write(now, actor.id, actor.via, "answer taken back", str(answer.subject), detail)
    return TakenBack(answer, tuple(standing_on), tuple(again))


def _stands_on(entry: LogEntry, answer: PlaceAnswer) -> bool:
    return isinstance(entry.body, IncidentEntry) and entry.body.stands_on == answer.id


def _stands(tx: Tx, subject: Subject, placed_by_it: Sequence[LogEntry]) -> StandingOn | None:
    """What was said of an incident by entries that stand on the answer; what waits for a digest is taken out of it."""
    notice = tx.notices.find(subject, Speaker.BUREAU)
    if notice is None:
        return None
    waited = {entry.seq for entry in placed_by_it if tx.digests.drop(entry.seq)}
    in_digest = any(entry.fate is Fate.DIGEST and entry.seq not in waited for entry in placed_by_it)
    seqs = {entry.seq for entry in placed_by_it}
    before = standing(tx, notice)
    numbers = {revision.number for revision in before.revisions if revision.entry_seq in seqs}
    posts = tuple(
        (one.key.account, one.key.act, one.receipt.url if one.receipt else None)
        for one in before.deliveries
        if one.key.revision in numbers and one.state in SEEN and one.key.act is not Act.REMOVE
    )
    return StandingOn(subject, notice.reference, posts, in_digest) if posts or in_digest else None
