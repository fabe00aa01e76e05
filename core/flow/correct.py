"""Correcting a notice that stands without removing it: the record anew, and "correction" wherever it was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.answers import PlaceAnswer
from core.domain.deliveries import Act, Delivery, DeliveryState, NewDelivery
from core.domain.incidents import NEVER_SAID, Incident
from core.domain.log import Fate, IncidentEntry, LogEntry
from core.domain.notices import DigestItem, IncidentDraft, Kind, Notice, Revision, urgency
from core.domain.places import Ambiguous
from core.domain.rulings import Ruling, Verdict
from core.domain.staff import Actor, Role, demand
from core.domain.taking_back import Because
from core.flow.drafts import as_said, draft_of, kind_of
from core.flow.intake import append_incident
from core.flow.knowledge import Knowledge
from core.flow.placing import CORRECTED, Placed
from core.flow.posts import may_speak, plan
from core.flow.retract import find_notice, out_of_digests
from core.flow.retract_words import said_where_it_stood
from core.flow.standing import SEEN, Standing, standing
from core.flow.vault_documents import read_vault_document
from core.ports.clock import Clock
from core.ports.store import Store, Tx
from core.rules.drafting import digest_item
from core.rules.which_line_answers import by_answer, meant


class CantCorrect(Exception):
    """There is nothing that a correction could mend, or it may not be said by itself; the message says what to do."""


@dataclass(frozen=True)
class Right:
    """What is right now: fields alone, never words. `station` is a station's id or name, a line, or complex:ID."""

    station: str | None = None
    occurred: datetime | None = None
    offence_code: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Which fields are corrected."""
        given = {"station": self.station, "occurred": self.occurred, "offence": self.offence_code}
        return tuple(name for name, value in given.items() if value is not None)


@dataclass(frozen=True)
class Corrected:
    """What a correction set going: `owed` says it, `digests` were taken down and are said again. With neither, nothing
    was said yet, and the record goes on as it is right now."""

    notice: Notice
    owed: tuple[NewDelivery, ...] = field(default=())
    digests: int = 0


def correct(actor: Actor, store: Store, know: Knowledge, clock: Clock, wanted: str, right: Right) -> Corrected:
    """Say what is right: the lead answers the first post or stands alone, as it can, in each language in which it
    stood, reposted where the first was. It goes before all else, and no pause or budget stops it. One officer, reviewer
    or operator alone may. Raises NotAllowed, NoSuchNotice, CantCorrect, CantTell, SealedAway.
    """
    demand(actor, Role.OFFICER, Role.REVIEWER, Role.OPERATOR)
    if not right.names:
        raise CantCorrect("say what is right: --station, --occurred or --offence")
    with store.begin(durable=True) as tx:
        notice = find_notice(tx, know, wanted)
        entry, body = _may_be_corrected(tx, notice)
        before = standing(tx, notice)
        stood = [d for d in before.deliveries if d.state in SEEN or d.state is DeliveryState.PRACTISED]
        stood = [d for d in stood if d.key.act is not Act.REMOVE]
        anew = _append(actor, tx, know, clock, entry, body, right)
        if _says_so_already(before, entry, anew):
            raise CantCorrect(f"{notice.reference} says so already, or will: nothing was changed")
        done = Corrected(notice)
        digests = _digests_anew(actor, tx, know, clock, notice, anew, before)
        if stood:
            done = Corrected(notice, _say(actor, tx, know, clock, notice, anew, before, stood), digests)
        elif digests:
            tx.log.set_fate(anew.seq, Fate.DIGEST, CORRECTED)
            done = Corrected(notice, digests=digests)
        tx.audit.write(clock.now(), actor.id, actor.via, "notice corrected", notice.reference, " ".join(right.names))
    return done


def _may_be_corrected(tx: Tx, notice: Notice) -> tuple[LogEntry, IncidentEntry]:
    """The newest record. What is about a person or may not be said at all is taken back instead."""
    instead = f"take it back: `retract {notice.reference}`"
    if tx.retractions.get(notice.id) is not None:
        raise CantCorrect(f"{notice.reference} was taken back: nothing of it is said any more")
    entry = tx.log.of_subject(notice.subject)[-1]
    body = entry.body
    if not isinstance(body, IncidentEntry) or entry.vault_ref is None:
        raise CantCorrect(f"only an incident is corrected by its fields; {instead}")
    if body.facts.state in NEVER_SAID:
        raise CantCorrect(f"its state is {body.facts.state.value}, of which nothing is said; {instead}")
    if body.facts.about_person:
        raise CantCorrect(f"it is about a person, and nothing about one goes out unseen; {instead}")
    return entry, body


def _says_so_already(before: Standing, entry: LogEntry, anew: LogEntry) -> bool:
    """Whether what the last revision says, where it stands or is owed, is what is right now: entered twice."""
    last = before.revisions[-1] if before.revisions else None
    if (
        last is None
        or last.entry_seq != entry.seq
        or not (isinstance(entry.body, IncidentEntry) and isinstance(anew.body, IncidentEntry))
    ):
        return False
    going = SEEN | {DeliveryState.PRACTISED, DeliveryState.DUE}
    said = any(one.key.revision == last.number and one.state in going for one in before.deliveries)
    same_place = _where(entry.body) == _where(anew.body)
    return said and same_place and entry.body.facts == anew.body.facts


def _where(body: IncidentEntry) -> dict[str, object]:
    """The place without the reason why."""
    return body.placement.model_dump(include={"kind", "station_id", "complex_id", "lines"})


def _append(
    actor: Actor, tx: Tx, know: Knowledge, clock: Clock, entry: LogEntry, body: IncidentEntry, right: Right
) -> LogEntry:
    """The record once more, with what is right."""
    content = tx.vault.open(entry.vault_ref or "")
    incident = _mended(read_vault_document(content), right, know)
    placed = Placed(body.placement, body.stands_on)
    if right.station is not None:
        placed = _placed(actor, tx, know, clock, entry, incident, right.station)
    seq = append_incident(
        tx,
        know,
        incident,
        content.split(b"\n", 1)[1],
        tx.log.of_subject(entry.subject),
        know.identity.content(incident.canonical()),
        clock.now(),
        twins_settled=True,
        closed=body.closed,
        placed=placed,
    )
    if entry.fate is Fate.PENDING:
        tx.log.set_fate(entry.seq, Fate.DROPPED, "superseded")
    return tx.log.entry(seq)


def _mended(incident: Incident, right: Right, know: Knowledge) -> Incident:
    changes: dict[str, object] = {}
    if right.occurred is not None:
        changes |= {"occurred_from": right.occurred, "occurred_to": None, "occurred_about": False}
    if right.offence_code is not None:
        if know.offences.find(right.offence_code, None) is None:
            raise CantCorrect(f"the offence catalogue knows no code {right.offence_code!r}")
        changes |= {"offence_code": right.offence_code, "offence_words": None}
    return incident.model_copy(update=changes)


def _placed(
    actor: Actor, tx: Tx, know: Knowledge, clock: Clock, entry: LogEntry, incident: Incident, said: str
) -> Placed:
    """Where it was by an officer's word, which counts as long as the record names the same wrong place."""
    now = clock.now()
    asked = Ambiguous(why="it named another place")
    chosen = meant(said, asked, know.gazetteer)
    answer = PlaceAnswer(
        id=CORRECTED + know.identity.content(f"{CORRECTED}\x1f{entry.subject}\x1f{entry.seq}".encode()),
        subject=entry.subject,
        station_ids=chosen.station_ids,
        lines=chosen.lines,
        said_by=actor.id,
        said_at=now,
    )
    tx.names.add(answer, None)
    return Placed(by_answer(incident.place, asked, chosen, know.gazetteer, actor.id, now), answer.id)


def _say(
    actor: Actor,
    tx: Tx,
    know: Knowledge,
    clock: Clock,
    notice: Notice,
    anew: LogEntry,
    before: Standing,
    stood: Sequence[Delivery],
) -> tuple[NewDelivery, ...]:
    """The new revision: the correction where it stood, and a first post where it was owed and nothing stands."""
    now = clock.now()
    last = before.revisions[-1]
    revision = Revision(
        notice_id=notice.id,
        number=last.number + 1,
        entry_seq=anew.seq,
        kind=Kind.CORRECTION,
        urgency=urgency(Kind.CORRECTION),
        lines=last.lines,
        prepared_at=now,
        expires_at=now + know.policy.life,
        place_only=(before.said or last).place_only,
    )
    spoken = as_said(anew, revision)
    due = {_channel(one) for one in before.deliveries if one.state is DeliveryState.DUE and one.key.act is Act.POST}
    tx.outbox.withdraw_older(notice.id, revision.number, corrected := "the notice was corrected")
    # An older correction gives way too. That a person's part was withdrawn is said all the same: `before` is without.
    tx.mending.withdraw([one.key for one in before.deliveries if one.key.act is not Act.REMOVE], corrected)
    tx.notices.add_revision(
        revision,
        Ruling(verdict=Verdict.PUBLISH, rule=CORRECTED, why=f"{actor.id} corrected what stands"),
        know.policy.hash,
    )
    tx.log.set_fate(anew.seq, Fate.POSTED, CORRECTED)
    try:
        draft = draft_of(know, spoken, notice.reference, Kind.CORRECTION, before.updates + 1)
    except (LookupError, ValueError) as wordless:
        raise CantCorrect(f"what is right has no words here; take it back: `retract {notice.reference}`") from wordless
    if not isinstance(draft, IncidentDraft):
        raise TypeError("an incident makes an incident's draft")
    owed = list(said_where_it_stood(know, revision, stood, draft, before.answers))
    unsaid = due - {_channel(one) for one in stood}
    if unsaid:
        first = revision.model_copy(update={"kind": kind_of(spoken), "urgency": before.revisions[0].urgency})
        speaks = frozenset(one for one in may_speak(know, last.lines) if one.split(":", 1)[0] in unsaid)
        plain = draft_of(know, spoken, notice.reference, first.kind, 1)
        owed += plan(know, plain, notice, first, speaks, frozenset(), {}, now)
    tx.outbox.add(owed, now)
    return tuple(owed)


def _channel(one: Delivery) -> str:
    return one.key.account.split(":", 1)[0]


def _digests_anew(
    actor: Actor, tx: Tx, know: Knowledge, clock: Clock, notice: Notice, anew: LogEntry, before: Standing
) -> int:
    """Every digest in which it stood comes down and is said again with what is right; how many."""
    body = anew.body
    offence = know.offence(body.facts) if isinstance(body, IncidentEntry) else None
    item: DigestItem | None = None
    if isinstance(body, IncidentEntry) and offence is not None and not offence.sheltered and before.revisions:
        item = digest_item(anew.seq, notice.reference, body, offence, before.revisions[-1].lines)
    return out_of_digests(actor, tx, know, clock, notice, Because.ERROR, instead=item)[0]
