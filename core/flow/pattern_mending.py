"""A pattern that counts an incident of which nothing is said any more: it comes down, or is counted anew."""

from __future__ import annotations

from core.domain.deliveries import Act, DeliveryState
from core.domain.incidents import State
from core.domain.log import LogEntry, NewEntry, PatternEntry
from core.domain.notices import Notice, Speaker, Subject, SubjectKind
from core.domain.reviews import WAITS
from core.domain.staff import Actor
from core.domain.taking_back import Because
from core.flow.falling import fall, judge_again
from core.flow.knowledge import Knowledge
from core.flow.patterns import body_of, gone_state, is_gone, sightings, subject_of, supersede
from core.flow.retract import take_down
from core.flow.standing import SEEN
from core.ports.clock import Clock
from core.ports.store import Tx
from core.rules.patterns import Series

SHAKEN = "pattern-shaken"
_NEVER_WAS = frozenset({State.UNFOUNDED, State.SEALED})
"""That it happened is not so, or may not be known: no count of it stands for a moment."""
_UP = SEEN | {DeliveryState.DUE, DeliveryState.PRACTISED}


def mend_patterns_of(actor: Actor, tx: Tx, know: Knowledge, clock: Clock, incident: Subject) -> int:
    """Whatever patterns count this incident; how many came down."""
    return sum(mend(actor, tx, know, clock, key) for key in tx.patterns.counting(str(incident)))


def mend(actor: Actor, tx: Tx, know: Knowledge, clock: Clock, key: str) -> bool:
    """True where it came down: an incident behind it was unfounded or sealed, one offender was what tied them together,
    or too few are left. Else what is left waits for people as a correction, and the pattern stands meanwhile; one that
    was not said yet goes through the gate once more."""
    subject = Subject(kind=SubjectKind.PATTERN, key=key)
    entry = tx.log.of_subject(subject)[-1]
    body, notice = entry.body, tx.notices.find(subject, Speaker.BUREAU)
    if not isinstance(body, PatternEntry) or notice is None or tx.retractions.get(notice.id) is not None:
        return False
    left = tuple(one for one in body.incidents if not is_gone(tx, one))
    if len(left) == len(body.incidents):
        return False
    if not _is_up(tx, notice):
        _ask_again(actor, tx, clock, notice, entry)
        return False
    states = {gone_state(tx, one) for one in body.incidents if one not in left}
    if states & _NEVER_WAS or body.one_offender or len(left) < know.policy.pattern_incidents:
        because = Because.SEALING if State.SEALED in states else Because.EXONERATION
        take_down(actor, tx, know, clock, notice, because, SHAKEN)
        return True
    _count_anew(actor, tx, know, clock, entry, body, left)
    return False


def _is_up(tx: Tx, notice: Notice) -> bool:
    return any(one.state in _UP and one.key.act is not Act.REMOVE for one in tx.outbox.of_notice(notice.id))


def _ask_again(actor: Actor, tx: Tx, clock: Clock, notice: Notice, entry: LogEntry) -> None:
    if any(one.state in WAITS for one in tx.reviews.of_notice(notice.id)):
        fall(actor, tx, clock.now(), notice.id, SHAKEN)
        judge_again(tx, entry.seq)


def _count_anew(
    actor: Actor, tx: Tx, know: Knowledge, clock: Clock, entry: LogEntry, body: PatternEntry, left: tuple[str, ...]
) -> None:
    """A revision that counts what is left, for people to let go as a correction."""
    newest = {one: tx.log.of_subject(subject_of(one))[-1] for one in left}
    seen = [one for one in sightings(tx, know, list(newest.values())) if one.line == body.line]
    series = Series(body.line, body.family, tuple(sorted(seen, key=lambda one: one.at)), one_offender=False)
    before = tx.log.of_subject(entry.subject)
    anew = body_of(know, series, newest).model_copy(update={"corrects": True})
    supersede(actor, tx, clock, entry.subject, before)
    now = clock.now()
    tx.log.append(
        NewEntry(
            subject=entry.subject,
            revision=len(before) + 1,
            source=entry.source,
            content_hash=know.identity.content(anew.model_dump_json().encode()),
            known_at=now,
            body=anew,
            vault_ref=None,
        ),
        now,
    )
    detail = f"{len(left)} of {len(body.incidents)} incidents are left"
    tx.audit.write(now, actor.id, actor.via, "pattern counted anew", str(entry.subject), detail)
