"""One event, two voices: an alert and an incident at one place and time are offered as one, and tied by an officer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.domain.alerts import ServiceAlert
from core.domain.deliveries import DeliveryState
from core.domain.lines import AccountId
from core.domain.log import AlertEntry, IncidentEntry, NewEntry
from core.domain.notices import Draft, IncidentDraft, ReplyTo, ServiceDraft, Speaker, Subject, SubjectKind
from core.domain.places import AtComplex, AtStation, placed_lines
from core.domain.voices import OneEvent
from core.flow.drafts import stations_of
from core.flow.knowledge import Knowledge
from core.flow.standing import Standing, standing
from core.ports.store import Tx
from core.rules.drafting import sheltered


def tied_to(tx: Tx, subject: Subject) -> Subject | None:
    """What an officer said to be the same event, and came before; None where there is nothing."""
    return next((one.earlier for one in tx.voices.same_as(subject) if one.later == subject), None)


def answering(
    tx: Tx, know: Knowledge, draft: Draft, subject: Subject, before: Standing
) -> tuple[Draft, Mapping[AccountId, ReplyTo]]:
    """The draft with the reference of the notice that came before it about the same event; and per account the post of
    that notice which its first post answers, where the account leads both and may answer. The reference is named in
    any case: whether a platform lets an account answer is known only when it is tried."""
    earlier = tied_to(tx, subject)
    if earlier is None or not isinstance(draft, IncidentDraft | ServiceDraft):
        return draft, {}
    speaker = Speaker.AGENCY if earlier.kind is SubjectKind.ALERT else Speaker.BUREAU
    notice = tx.notices.find(earlier, speaker)
    if notice is None or tx.retractions.get(notice.id) is not None:
        return draft, {}
    if is_sheltered(tx, know, subject) or is_sheltered(tx, know, earlier):  # the other's words would say where it was
        return draft, {}
    stood = standing(tx, notice)
    if not stood.stands:
        return draft, {}
    answers: dict[AccountId, ReplyTo] = {}
    for one in stood.seen:
        if one.state is DeliveryState.DELIVERED and not before.stands and one.key.account in know.voice.replies:
            key = one.key
            reply = ReplyTo(notice=notice.id, revision=key.revision, language=key.language, part=key.part)
            answers.setdefault(key.account, reply)
    return draft.model_copy(update={"see": notice.reference}), answers


def is_sheltered(tx: Tx, know: Knowledge, subject: Subject) -> bool:
    """True for an incident of whose place nothing may be said."""
    bodies = (entry.body for entry in tx.log.of_subject(subject))
    return any(isinstance(body, IncidentEntry) and sheltered(know.offence(body.facts)) for body in bodies)


def offer_for_alert(tx: Tx, know: Knowledge, subject: Subject, alert: ServiceAlert, seq: int, now: datetime) -> None:
    """An alert that police are in is offered with the incidents at its stations, about the same time."""
    named, window = stations_of(know, alert), know.policy.twin_window
    stations = [one.id for one in named]
    if not alert.police or alert.over or not stations:
        return
    began = alert.active_from or alert.known_at
    tx.voices.place(subject, stations, seq, began)
    keys = [key for one in named for key in (f"station:{one.id}", f"complex:{one.complex_id}")]
    for incident, incident_seq in tx.voices.incidents_at(keys, began - window, began + window):
        body = tx.log.entry(incident_seq).body
        lines = set(placed_lines(body.placement)) if isinstance(body, IncidentEntry) else set()
        if lines & set(alert.lines) and not is_sheltered(tx, know, incident):
            _offer(tx, subject, incident, now)


def offer_for_incident(tx: Tx, know: Knowledge, entry: NewEntry, now: datetime) -> None:
    """An incident is offered with the alerts at its station that police are in, about the same time."""
    body, window = entry.body, know.policy.twin_window
    if not isinstance(body, IncidentEntry) or entry.occurred_at is None or sheltered(know.offence(body.facts)):
        return
    stations, at = _stations_at(know, body), entry.occurred_at
    if not stations:
        return
    for alert, seq in tx.voices.alerts_at(stations, at - window, at + window):
        said = tx.log.entry(seq).body
        if isinstance(said, AlertEntry) and set(said.alert.lines) & set(placed_lines(body.placement)):
            _offer(tx, alert, entry.subject, now)


def _offer(tx: Tx, alert: Subject, incident: Subject, now: datetime) -> None:
    first = [tx.log.of_subject(subject)[0].seq for subject in (alert, incident)]
    pair = OneEvent(alert=alert, incident=incident, alert_seq=first[0], incident_seq=first[1], offered_at=now)
    tx.voices.offer(pair)


def _stations_at(know: Knowledge, body: IncidentEntry) -> Sequence[str]:
    match body.placement:
        case AtStation(station_id=str(station)):
            return (station,)
        case AtComplex(complex_id=complex_id):
            return tuple(one.id for one in know.gazetteer.stations if one.complex_id == complex_id)
        case _:
            return ()
