"""Which notices of the bureau stand publicly, with facts that identify nobody: what other systems take over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from core.domain.deliveries import Act, Delivery, DeliveryKey, DeliveryState
from core.domain.log import IncidentEntry, LogEntry
from core.domain.notices import (
    DigestDraft,
    Draft,
    IncidentDraft,
    Kind,
    Notice,
    NoticeId,
    Revision,
    Speaker,
    TakingBackDraft,
)
from core.domain.places import AtComplex, AtStation
from core.domain.published import Published, Said, ShownCard, Words
from core.domain.taking_back import Because, Retraction
from core.flow.drafts import as_said, draft_of
from core.flow.knowledge import Knowledge
from core.flow.one_event import answering
from core.flow.reviews import APPROVED
from core.flow.service_hit import with_effects
from core.flow.standing import standing
from core.ports.store import Store, Tx
from core.ports.timeline import picture_address
from core.render.compose import compose_whole
from core.render.feed_words import compose_bare

AT_MOST = 200
"""Notices that are listed: the latest."""
LOCAL = "local"


Kept = dict[NoticeId, tuple[str, Published | None]]
"""What was read before, with the mark under which it was read."""


def published(
    store: Store, know: Knowledge, now: datetime, keep: timedelta, counts_for: timedelta, kept: Kept | None = None
) -> tuple[Published, ...]:
    """The bureau's notices that stand or were taken back within `keep`, the latest first. Each counts as news for
    `counts_for` after its last change. The agency's own alerts are not among them: they would come back to it as an
    echo. Words are only in languages whose catalogue is signed. `kept` spares reading anew what has not changed; each
    notice is read in a transaction of its own, since whoever fetches must not hold up deliveries. Raises StoreBusy,
    StoreBroken."""
    with store.begin() as tx:
        marks = tx.partners.touched(Speaker.BUREAU, now - keep, AT_MOST)
    before = {} if kept is None else dict(kept)
    seen: Kept = {}
    for notice_id, mark in marks.items():
        known = before.get(notice_id)
        seen[notice_id] = known if known is not None and known[0] == mark else (mark, None)
        if seen[notice_id] is not known:
            with store.begin() as tx:
                notice = tx.notices.get(notice_id)
                one = None if notice is None else published_notice(tx, know, notice, counts_for)
                seen[notice_id] = (mark, one)
    if kept is not None:
        kept.clear()
        kept.update(seen)
    listed = (one for _, one in seen.values() if one is not None)
    found = with_effects(store, know, listed, now, now - keep)
    return tuple(sorted(found, key=lambda one: (one.at, one.reference), reverse=True))


def published_notice(tx: Tx, know: Knowledge, notice: Notice, counts_for: timedelta) -> Published | None:
    """One notice as it stands; None when it never stood publicly, or has no words that may leave the house."""
    deliveries = tx.outbox.of_notice(notice.id)
    retraction = tx.retractions.get(notice.id)
    revisions = {revision.number: revision for revision in tx.notices.revisions(notice.id)}
    stood = [one for one in deliveries if one.receipt is not None and _is_said(know, one)]
    if retraction is not None:  # its own revision, the last, is what is said where the notice stood
        stood = [one for one in stood if one.key.revision < max(revisions)]
    if not stood:
        return None
    said = _history(stood)
    last = revisions[said[-1].revision]
    if retraction is not None or not _any_left(stood, deliveries):
        return _taken_back(know, notice, last, said, retraction, deliveries)
    entry = tx.log.entry(last.entry_seq)
    words, whole = _as_posted(tx, know, notice, last, entry, stood, len(said))
    if not words:
        return None
    return Published(
        id=notice.id,
        reference=notice.reference,
        about=notice.subject.kind,
        kind=last.kind,
        said=said,
        lines=last.lines,
        stops=_stops(know, entry) if whole else (),
        words=words,
        until=said[-1].at + counts_for,
        page=_page(stood),
        cards=_cards(tx, last, stood) if whole else {},
    )


def _as_posted(
    tx: Tx, know: Knowledge, notice: Notice, last: Revision, entry: LogEntry, stood: Sequence[Delivery], update: int
) -> tuple[dict[str, Words], bool]:
    """The words made of the facts, where just these words stand; and whether they name the station. A text that a
    person edited, or that speaks of a person, is not handed on, and neither is what that text may have left out: there
    it says no more than that there is a notice about these lines."""
    posted = {one.post.text for one in stood if one.post is not None and one.key.revision == last.number}
    entry = as_said(entry, last)
    for number in dict.fromkeys((update, *range(1, last.number + 1))):  # as which update it was said
        for draft in _drafted(tx, know, entry, notice, last.kind, number):
            words = _words(know, draft)
            if words and (isinstance(draft, DigestDraft) or all(one.text in posted for one in words.values())):
                return words, isinstance(draft, IncidentDraft) and draft.station_name is not None
    return {one: compose_bare(last.lines, notice.reference, update, one, know.voice) for one in languages(know)}, False


def _drafted(tx: Tx, know: Knowledge, entry: LogEntry, notice: Notice, kind: Kind, update: int) -> Iterator[Draft]:
    """As it may have been said: by itself, or with the notice of the other voice that it names."""
    try:
        draft = draft_of(know, entry, notice.reference, kind, update)
    except (LookupError, ValueError):
        return
    yield draft
    naming, _ = answering(tx, know, draft, notice.subject, standing(tx, notice))
    if naming != draft:
        yield naming


def languages(know: Knowledge) -> tuple[str, ...]:
    """The fleet's languages whose words somebody signed."""
    spoken = dict.fromkeys(language for account in know.accounts.values() for language in account.languages)
    return tuple(one for one in spoken if one in know.voice.catalogues and know.voice.catalogues[one].signed)


def stops_at(know: Knowledge, body: IncidentEntry | None) -> tuple[str, ...]:
    """GTFS ids of the stations that an incident is tied to."""
    match None if body is None else body.placement:
        case AtStation(station_id=str(station)):
            return (station,)
        case AtComplex(complex_id=joined):
            return tuple(one.id for one in know.gazetteer.stations if one.complex_id == joined)
        case _:
            return ()


def _stops(know: Knowledge, entry: LogEntry) -> tuple[str, ...]:
    return stops_at(know, entry.body if isinstance(entry.body, IncidentEntry) else None)


def _is_said(know: Knowledge, one: Delivery) -> bool:
    """A post that stood, not a document handed to a system."""
    abilities = know.abilities.get(one.key.account.split(":", 1)[0])
    for_riders = abilities is None or not abilities.documents
    return one.key.act is Act.POST and one.state is DeliveryState.DELIVERED and for_riders


def _history(stood: Sequence[Delivery]) -> tuple[Said, ...]:
    first: dict[int, datetime] = {}
    for one in stood:
        if one.receipt is not None:
            at = one.receipt.at
            first[one.key.revision] = min(at, first.get(one.key.revision, at))
    return tuple(Said(revision=number, at=first[number]) for number in sorted(first))


def _any_left(stood: Sequence[Delivery], deliveries: Sequence[Delivery]) -> bool:
    removed = _removed(deliveries)
    return any(one.key not in removed for one in stood)


def _removed(deliveries: Sequence[Delivery]) -> dict[DeliveryKey, datetime]:
    """What was removed, and when the platform confirmed it."""
    return {
        one.needs: one.receipt.at
        for one in deliveries
        if one.key.act is Act.REMOVE and one.needs is not None and one.receipt is not None
    }


def _taken_back(
    know: Knowledge,
    notice: Notice,
    last: Revision,
    said: tuple[Said, ...],
    retraction: Retraction | None,
    deliveries: Sequence[Delivery],
) -> Published | None:
    """That it was withdrawn, and nothing of what it said: no station, no offence, no time."""
    at = max(_removed(deliveries).values(), default=said[-1].at) if retraction is None else retraction.at
    kind = Kind.CORRECTION if retraction is not None and retraction.because is Because.ERROR else Kind.WITHDRAWAL
    reference = notice.reference
    words = _words(know, TakingBackDraft(reference=reference, kind=kind))
    if not words:
        return None
    return Published(
        id=notice.id,
        reference=reference,
        about=notice.subject.kind,
        kind=kind,
        said=(*said, Said(revision=max(last.number, said[-1].revision) + 1, at=max(at, said[-1].at))),
        lines=last.lines,
        words=words,
        until=at,
        because=None if retraction is None else retraction.because,
        withdrawn=True,
    )


def _words(know: Knowledge, draft: Draft) -> dict[str, Words]:
    """In every signed language; none where it can't be worded, which must not stop all others."""
    try:
        return {one: compose_whole(draft, one, know.voice) for one in languages(know)}
    except (LookupError, ValueError):
        return {}


def _cards(tx: Tx, last: Revision, stood: Sequence[Delivery]) -> dict[str, ShownCard]:
    """What was drawn for it and stands with it on the local timeline. What people approved may show somebody: none of
    its pictures is handed on."""
    if tx.notices.ruling(last.notice_id, last.number).rule == APPROVED:
        return {}
    own = (one for one in stood if one.key.revision == last.number and one.key.account.startswith(f"{LOCAL}:"))
    drawn = ((one.key.language, one.post.picture) for one in own if one.post is not None)
    return {
        language: ShownCard(path=picture_address(one.sha256, one.media_type), media_type=one.media_type, alt=one.alt)
        for language, one in drawn
        if one is not None
    }


def _page(stood: Sequence[Delivery]) -> str | None:
    """The address of its first post on the local timeline."""
    urls = (one.receipt.url for one in stood if one.receipt and one.key.account.startswith(f"{LOCAL}:"))
    return next((url for url in urls if url), None)
