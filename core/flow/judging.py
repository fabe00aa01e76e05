"""Hands the gate all that it may look at, and gives its ruling back. Nothing is written but what leaves a digest."""

from __future__ import annotations

from datetime import datetime

from core.domain.alerts import ServiceAlert
from core.domain.lines import LineId, LinkPolicy
from core.domain.log import AlertEntry, DigestEntry, Fate, IncidentEntry, LogEntry, PatternEntry
from core.domain.notices import ServiceDraft
from core.domain.places import AtComplex
from core.domain.rulings import Ruling, Verdict
from core.flow.drafts import as_said, draft_said, unseen_part
from core.flow.knowledge import Knowledge
from core.flow.patterns import shaken
from core.flow.standing import Standing
from core.ports.store import Tx
from core.render.link_cutting import hold_links
from core.rules.drafting import same_words, would_tell_where
from core.rules.gate import IncidentCase, rule_digest, rule_incident, rule_place
from core.rules.gate_alerts import AlertCase, rule_alert
from core.rules.gate_patterns import PatternCase, rule_pattern


def judge(
    tx: Tx,
    know: Knowledge,
    entry: LogEntry,
    lines: tuple[LineId, ...],
    before: Standing,
    now: datetime,
    *,
    place: bool = False,
    share_used: bool = False,
) -> Ruling:
    """The gate's ruling on an entry, with all that the gate may look at. `now` is when it is judged; `place`: it is the
    place part of an incident with a person; `share_used`: no line has room for another of the agency's notices."""
    stands, in_digest = before.stands, _said_in_digest(tx, before)
    changed = not (stands or in_digest) or not _says_the_same(tx, know, entry, before, place=place)
    match entry.body:
        case IncidentEntry() as body:
            case = IncidentCase(
                facts=body.facts,
                offence=know.offence(body.facts),
                policy=know.policy,
                now=now,
                said_alone_today=0 if has_its_place(tx, before) else tx.notices.count_alone(lines[0], know.day(now)),
                daily_limit=know.daily_limit(lines[0]),
                open_twins=0 if body.twins_settled else _open_twins(tx, entry),
                closed=body.closed,
                changed=changed,
                stands=stands,
                in_digest=in_digest,
                at_complex=isinstance(body.placement, AtComplex),
                line_tells_where=would_tell_where(know.offence(body.facts), body.placement, know.short_lines),
            )
            return rule_place(case) if place else rule_incident(case)
        case AlertEntry() as body:
            costs = _link_costs(know, body.alert, lines)
            told = _announced(tx, know, entry, before) if stands and changed else None
            announced_at, began_at = (None, None) if told is None else told
            return rule_alert(
                AlertCase(
                    alert=body.alert,
                    policy=know.policy,
                    now=now,
                    changed=changed,
                    stands=stands,
                    link_costs=costs,
                    share_used=share_used,
                    announced_at=announced_at,
                    began_at=began_at,
                )
            )
        case DigestEntry():
            return rule_digest()
        case PatternEntry() as body:
            is_shaken = shaken(tx, body)
            return rule_pattern(
                PatternCase(body.last, body.why, know.policy, now, changed, stands, is_shaken, corrects=body.corrects)
            )


def _announced(tx: Tx, know: Knowledge, entry: LogEntry, before: Standing) -> tuple[datetime, datetime | None] | None:
    """When riders were told of it and when it was to begin, where all that is new is that it has begun; else None."""
    if before.said is None:
        return None
    said = as_said(tx.log.entry(before.said.entry_seq), before.said)
    old, new = draft_said(know, said, ""), draft_said(know, entry, "")
    if not isinstance(old, ServiceDraft) or not isinstance(new, ServiceDraft) or not old.upcoming or new.upcoming:
        return None
    if not same_words(old.model_copy(update={"upcoming": False, "begins": None}), new):
        return None
    began = said.body.alert.active_from if isinstance(said.body, AlertEntry) else None
    return before.said.prepared_at, began


def _link_costs(know: Knowledge, alert: ServiceAlert, lines: tuple[LineId, ...]) -> bool:
    accounts = (account for line in lines for account in know.lines[line].accounts if account.id in know.accounts)
    if not any(account.links is LinkPolicy.HOLD for account in accounts):
        return False
    return hold_links((*alert.header.values(), *alert.description.values()))


def _said_in_digest(tx: Tx, before: Standing) -> bool:
    """True when the revision before was said in a digest; one that still waits for its digest is taken out of it."""
    if not before.revisions:
        return False
    last = tx.log.entry(before.revisions[-1].entry_seq)
    return not tx.digests.drop(last.seq) and last.fate is Fate.DIGEST


def has_its_place(tx: Tx, before: Standing) -> bool:
    """True when an earlier revision was counted among what its line says alone on a day."""
    return any(tx.notices.ruling(r.notice_id, r.number).verdict is Verdict.PUBLISH for r in before.revisions)


def _open_twins(tx: Tx, entry: LogEntry) -> int:
    return sum(1 for offer in tx.twins.open_offers(entry.subject) if offer.later == entry.subject)


def _says_the_same(tx: Tx, know: Knowledge, entry: LogEntry, before: Standing, *, place: bool) -> bool:
    """True when riders would read the words that stand already."""
    last = before.said or before.revisions[-1]
    said = tx.log.entry(last.entry_seq)
    if place or last.place_only:
        said = unseen_part(said)
    if is_over(said) != is_over(entry):
        return False
    old = draft_said(know, said, "")
    new = draft_said(know, entry, "")
    return old is not None and new is not None and same_words(old, new)


def is_over(entry: LogEntry) -> bool:
    """True for an agency's alert that has ended."""
    return isinstance(entry.body, AlertEntry) and entry.body.alert.over
