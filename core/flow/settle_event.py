"""An officer says whether an alert of the agency and an incident of the bureau are one event."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.notices import Subject, SubjectKind
from core.domain.staff import Actor, Role, demand
from core.domain.voices import OneEvent
from core.flow.incidents import find_subject
from core.flow.knowledge import Knowledge
from core.ports.clock import Clock
from core.ports.store import Store, Tx


def offered_events(actor: Actor, store: Store) -> Sequence[OneEvent]:
    """What nobody answered yet, oldest first. Raises NotAllowed."""
    demand(actor, Role.OFFICER, Role.REVIEWER, Role.OPERATOR, Role.AUDITOR)
    with store.begin() as tx:
        return tx.voices.offers()


def settle_event(
    actor: Actor, store: Store, know: Knowledge, clock: Clock, one: str, other: str, *, same: bool
) -> OneEvent:
    """An officer says whether an alert and an incident, in either order, are one event. `one` and `other` are
    references, numbers, keys, or an alert's `agency/id`. Raises NotAllowed, NoSuchIncident, KeyError (not offered)."""
    demand(actor, Role.OFFICER, Role.OPERATOR)
    now = clock.now()
    with store.begin() as tx:
        named = {subject.kind: subject for subject in (_found(tx, know, one), _found(tx, know, other))}
        alert, incident = named.get(SubjectKind.ALERT), named.get(SubjectKind.INCIDENT)
        if alert is None or incident is None:
            raise KeyError(f"{one} {other}")
        tx.voices.settle(alert, incident, same, actor.id, now)
        act = "voices tied" if same else "voices kept apart"
        tx.audit.write(now, actor.id, actor.via, act, str(alert), str(incident))
        return next(iter(tx.voices.between(alert, incident)))


def _found(tx: Tx, know: Knowledge, wanted: str) -> Subject:
    alert = Subject(kind=SubjectKind.ALERT, key=wanted)
    return alert if tx.log.of_subject(alert) else find_subject(tx, know, wanted)
