"""What was said of a person comes down by itself, and what was said of the place under the same reference stays."""

from __future__ import annotations

from core.domain.deliveries import Act, Delivery, DeliveryState
from core.domain.notices import Kind, Notice, Revision, TakingBackDraft, Urgency
from core.domain.rulings import Ruling, Verdict
from core.domain.staff import Actor
from core.flow.falling import fall
from core.flow.knowledge import Knowledge
from core.flow.person_revisions import OVER, person_revisions
from core.flow.retract import out_of_reach, removal_of
from core.flow.retract_words import said_where_it_stood
from core.flow.standing import SEEN, Standing, standing
from core.ports.clock import Clock
from core.ports.store import Tx

_UP = SEEN | {DeliveryState.PRACTISED}


def place_stands(tx: Tx, notice: Notice) -> bool:
    """True where something under the reference, or in a digest, speaks of the place alone."""
    persons = person_revisions(tx, notice)
    said = (one for one in standing(tx, notice).deliveries if one.key.act is not Act.REMOVE)
    if any(one.state in _UP and one.key.revision not in persons for one in said):
        return True
    return any(tx.digests.said_in(entry.seq) for entry in tx.log.of_subject(notice.subject))


def take_person_down(actor: Actor, tx: Tx, know: Knowledge, clock: Clock, notice: Notice) -> int:
    """Remove what speaks of the person, and say there that it is withdrawn and that the rest stands; how many removals.
    Within the caller's transaction, who has asked whether the actor may."""
    now, persons, before = clock.now(), person_revisions(tx, notice), standing(tx, notice)
    fall(actor, tx, now, notice.id, "what stands about its person was taken down")
    last = before.revisions[-1]
    revision = Revision(
        notice_id=notice.id,
        number=last.number + 1,
        entry_seq=last.entry_seq,
        kind=Kind.UPDATE,
        urgency=Urgency.TAKING_BACK,
        lines=last.lines,
        prepared_at=now,
        expires_at=now + know.policy.life,
        place_only=True,
    )
    tx.outbox.withdraw_older(notice.id, revision.number, "what stands about its person was taken down")
    tx.outbox.look_again(notice.id)
    said = [one for one in tx.outbox.of_notice(notice.id) if _of_person(one, persons)]
    removals = [removal_of(one, revision) for one in said if one.state in SEEN and not out_of_reach(one)]
    over = "what was said of the person was lent, and its time is over"
    ruling = Ruling(verdict=Verdict.PUBLISH, rule=OVER, why=over)
    tx.notices.add_revision(revision, ruling, know.policy.hash)
    draft = TakingBackDraft(reference=notice.reference, kind=Kind.WITHDRAWAL, person_only=True)
    stays = Standing(before.revisions, tuple(one for one in before.deliveries if one.key.revision not in persons))
    words = said_where_it_stood(know, revision, [one for one in said if one.state in _UP], draft, stays.answers)
    tx.outbox.add([*removals, *words], now, apart=True)
    tx.loans.end(notice.id)
    detail = f"{OVER}: {len(removals)} to remove, the place stays"
    tx.audit.write(now, actor.id, actor.via, "person taken down", notice.reference, detail)
    return len(removals)


def _of_person(one: Delivery, persons: frozenset[int]) -> bool:
    return one.key.revision in persons and one.key.act is not Act.REMOVE
