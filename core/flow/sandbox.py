"""Made-up notices with which a partner tries its systems: one says something, one is updated, one is taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.domain.gazetteer import Gazetteer
from core.domain.incidents import State
from core.domain.notices import (
    Draft,
    IncidentDraft,
    Kind,
    NoticeId,
    Speaker,
    Subject,
    SubjectKind,
    TakingBackDraft,
)
from core.domain.places import Station
from core.domain.published import Published, Said, Words
from core.domain.taking_back import Because
from core.flow.knowledge import Knowledge
from core.render.compose import compose_whole

ROUND = timedelta(hours=1)
UPDATED_AFTER, GONE_AFTER = timedelta(minutes=20), timedelta(minutes=40)
"""In each hour one made-up notice is said, updated and taken back, so that a partner sees all three every day."""


def made_up(know: Knowledge, now: datetime) -> tuple[Published, ...]:
    """The made-up notices as they stand at this time, the latest first; the same for everybody who asks."""
    began = now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % ROUND
    rounds = (began - ROUND * number for number in range(3))
    found = (_one(know, start, now) for start in rounds)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.at, reverse=True))


def _one(know: Knowledge, start: datetime, now: datetime) -> Published | None:
    station = _station(know.gazetteer, know)
    if station is None:
        return None
    notice_id = know.identity.notice(
        Subject(kind=SubjectKind.INCIDENT, key=f"sandbox {start:%Y%m%dT%H}"), Speaker.BUREAU
    )
    turns = [at for at in (start, start + UPDATED_AFTER, start + GONE_AFTER) if at <= now]
    said = tuple(Said(revision=number, at=at) for number, at in enumerate(turns, start=1))
    gone, kind = len(said) == 3, (Kind.CRIME_ALERT, Kind.UPDATE, Kind.CORRECTION)[len(said) - 1]
    reference = know.identity.reference(NoticeId(notice_id))
    draft: Draft = TakingBackDraft(reference=reference, kind=kind)
    if not gone:
        draft = _draft(know, station, reference, start, len(said))
    lines = tuple(line for line in know.lines if line in station.lines)
    return Published(
        id=notice_id,
        reference=reference,
        about=SubjectKind.INCIDENT,
        kind=kind,
        said=said,
        lines=lines,
        stops=() if gone else (station.id,),
        words=_words(know, draft),
        until=said[-1].at + (timedelta() if gone else ROUND),
        because=Because.ERROR if gone else None,
        withdrawn=gone,
    )


def _station(gazetteer: Gazetteer, know: Knowledge) -> Station | None:
    return next((one for one in gazetteer.stations if any(line in know.lines for line in one.lines)), None)


def _draft(know: Knowledge, station: Station, reference: str, start: datetime, update: int) -> IncidentDraft:
    spoken = _languages(know)
    return IncidentDraft(
        reference=reference,
        kind=Kind.CRIME_ALERT if update == 1 else Kind.UPDATE,
        update=update,
        offence=next(one.words for one in know.offences if set(spoken) <= set(one.words)),
        state=State.REPORTED,
        station_name=station.name,
        area=station.area,
        lines=tuple(line for line in know.lines if line in station.lines),
        train=None,
        direction=None,
        occurred_from=start - timedelta(minutes=30),
        occurred_to=None,
        occurred_about=True,
    )


def _languages(know: Knowledge) -> tuple[str, ...]:
    """Unsigned ones too: every text says that it is a demonstration."""
    return tuple(dict.fromkeys(language for account in know.accounts.values() for language in account.languages))


def _words(know: Knowledge, draft: Draft) -> dict[str, Words]:
    return {language: compose_whole(draft, language, know.voice) for language in _languages(know)}
