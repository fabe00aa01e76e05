"""Silences: who makes one of what, what it would mute, and its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from core.domain.lines import LineId
from core.domain.log import AlertEntry, Fate, LogEntry
from core.domain.notices import Kind, Speaker, Subject, Urgency
from core.domain.silences import Matchers, Silence
from core.domain.staff import Actor, Role, demand
from core.flow.knowledge import Knowledge
from core.flow.muting import lines_meant, release, spoken_of
from core.flow.standing import Standing, standing
from core.ports.clock import Clock
from core.ports.pager import Call, CallUrgency
from core.ports.store import Store, Tx
from core.rules.muting import matches

PAGE = 500
FROM_NOW_ON = timedelta(minutes=5)
"""A silence may begin so long ago at most: a slow typist's."""
_WAITS = frozenset({Fate.PENDING, Fate.HELD})
_SAID = frozenset({Fate.POSTED, Fate.DIGEST})


class CantSilence(Exception):
    """The silence can't be made, previewed or ended; the message says what to write instead."""


@dataclass(frozen=True)
class Asked:
    """A silence's matchers as a person wrote them."""

    lines: Sequence[str] = ()
    kinds: Sequence[str] = ()
    families: Sequence[str] = ()
    stations: Sequence[str] = ()
    speakers: Sequence[str] = ()


@dataclass(frozen=True)
class Muted:
    """A notice that a silence would mute. `waits`: it is not said yet."""

    subject: Subject
    reference: str | None
    kind: Kind
    lines: tuple[LineId, ...]
    fate: Fate
    rule: str | None
    known_at: datetime
    waits: bool


def add_silence(
    actor: Actor,
    store: Store,
    know: Knowledge,
    clock: Clock,
    asked: Asked,
    ends: datetime,
    why: str,
    *,
    starts: datetime | None = None,
    everything: bool = False,
) -> Silence:
    """Mute what matches from now (or `starts`) on; nothing but `everything` mutes all.

    Raises NotAllowed, CantSilence.
    """
    demand(actor, Role.REVIEWER, Role.OPERATOR)
    matchers, now = meant(know, asked), clock.now()
    if matchers.everything and not everything:
        raise CantSilence("a silence without a matcher mutes everything: give a line, a kind …, or --all")
    if everything and not matchers.everything:
        raise CantSilence("--all mutes everything: leave the other matchers out, or leave --all out")
    if not why.strip():
        raise CantSilence("say why: whoever finds the silence at night must know")
    starts = now if starts is None else starts
    if starts < now - FROM_NOW_ON:
        raise CantSilence("a silence begins now or later: what was said is said")
    if ends <= max(starts, now):
        raise CantSilence("a silence ends after it begins, and later than now")
    with store.begin(durable=True) as tx:
        silence = tx.silences.add(matchers, starts, ends, actor.id, now, why.strip())
        detail = f"until {ends:%Y-%m-%d %H:%M} UTC"
        tx.audit.write(now, actor.id, actor.via, "silence made", f"{silence.key} ({matchers})", detail)
    return silence


def end_silence(actor: Actor, store: Store, clock: Clock, silence_id: int) -> tuple[Silence, int]:
    """End it now: what it held goes through the gate again; how many entries. Raises NotAllowed, CantSilence."""
    demand(actor, Role.REVIEWER, Role.OPERATOR)
    now = clock.now()
    with store.begin(durable=True) as tx:
        silence = tx.silences.get(silence_id)
        if silence is None:
            raise CantSilence(f"there is no silence {silence_id}: see `silence list`")
        if not tx.silences.end(silence_id, actor.id, now):
            raise CantSilence(f"{silence.key} is over already")
        again = release(tx, silence.key)
        tx.audit.write(now, actor.id, actor.via, "silence ended", silence.key, f"{again} entries are judged again")
    return silence, again


def list_silences(
    actor: Actor, store: Store, clock: Clock, limit: int, *, ended: bool = False
) -> Sequence[tuple[Silence, str | None, int]]:
    """Silences that go on, first to end first (`ended`: all, newest first), each with why and how many entries it
    holds. Raises NotAllowed."""
    demand(actor, Role.OFFICER, Role.REVIEWER, Role.OPERATOR, Role.AUDITOR)
    with store.begin() as tx:
        found = tx.silences.known(limit) if ended else tx.silences.going_on(clock.now())
        return [(one, tx.silences.why(one.id), len(tx.silences.held_by(one.key))) for one in found]


def preview_silence(
    actor: Actor, store: Store, know: Knowledge, clock: Clock, asked: Asked, back: timedelta
) -> Sequence[Muted]:
    """What a silence of these matchers would have muted that far back, newest first: each notice once, as it is now.

    What takes back is left out, since no silence holds it. Raises NotAllowed, CantSilence.
    """
    demand(actor, Role.OFFICER, Role.REVIEWER, Role.OPERATOR)
    matchers, now = meant(know, asked), clock.now()
    trial = Silence(id=0, matchers=matchers, starts=now - back, ends=now + back, by=actor.id, at=now)
    with store.begin() as tx:
        found = (_would_mute(tx, know, trial, entry) for entry in _newest(tx, now - back))
        return [one for one in found if one is not None]


def _newest(tx: Tx, since: datetime) -> Iterator[LogEntry]:
    """Each subject's newest entry that was taken in since then, newest first."""
    seen: set[str] = set()
    before: int | None = None
    while page := tx.log.latest(PAGE, before):
        for entry in page:
            if entry.received_at < since:
                return
            if str(entry.subject) not in seen:
                seen.add(str(entry.subject))
                yield entry
        before = page[-1].seq


def _would_mute(tx: Tx, know: Knowledge, trial: Silence, entry: LogEntry) -> Muted | None:
    speaker = Speaker.AGENCY if isinstance(entry.body, AlertEntry) else Speaker.BUREAU
    notice = tx.notices.find(entry.subject, speaker)
    before = standing(tx, notice)
    if entry.fate not in _WAITS | _SAID and not before.revisions:
        return None
    lines = before.revisions[-1].lines if before.revisions else lines_meant(entry)
    spoken = spoken_of(know, entry, lines, Standing((), ()))
    if spoken.urgency is Urgency.TAKING_BACK or not matches(trial, spoken):
        return None
    (kind,) = spoken.kinds
    return Muted(
        subject=entry.subject,
        reference=None if notice is None else notice.reference,
        kind=kind,
        lines=lines,
        fate=entry.fate,
        rule=entry.rule,
        known_at=entry.known_at,
        waits=entry.fate in _WAITS,
    )


def meant(know: Knowledge, asked: Asked) -> Matchers:
    """The matchers that are meant. Raises CantSilence, naming the near word."""
    families = sorted({offence.family for offence in know.offences})
    stations = [_station(know, text) for text in asked.stations]
    return Matchers(
        lines=tuple(_line(know, text) for text in asked.lines),
        kinds=tuple(Kind(_known(text, [kind.value for kind in Kind], "kind")) for text in asked.kinds),
        families=tuple(_known(text, families, "offence family") for text in asked.families),
        stations=tuple(dict.fromkeys(one for ids in stations for one in ids)),
        speakers=tuple(Speaker(_known(text, [one.value for one in Speaker], "speaker")) for text in asked.speakers),
    )


def _line(know: Knowledge, text: str) -> LineId:
    by_name = {line.name: line.id for line in know.lines.values()}
    return by_name.get(text) or LineId(_known(text, list(know.lines), "line"))


def _station(know: Knowledge, text: str) -> tuple[str, ...]:
    """Ids of the stations that this id or name means; several where several have the name."""
    known = know.gazetteer
    ids = tuple(one.id for one in known.stations if one.id == text)
    ids = ids or (*known.official.as_meant(text), *known.others.as_meant(text))
    if not ids:
        raise CantSilence(f"{text!r} is no station of this network: see `stations find`")
    return ids


def _known(text: str, known: Iterable[str], what: str) -> str:
    names = list(known)
    if text in names:
        return text
    near = get_close_matches(text, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are: {', '.join(names)}"
    raise CantSilence(f"{text!r} is no {what}: {hint}")


def silence_calls(silences: Sequence[Silence], warn_before: timedelta, now: datetime) -> Iterator[Call]:
    """Each silence that is about to end, so that nobody is surprised by what comes up again."""
    for one in silences:
        if one.starts <= now and one.ends - now <= warn_before:
            yield Call(
                key=f"silence-ends:{one.id}",
                what=f"{one.key} ends at {one.ends:%H:%M} UTC",
                why=f"{one.by} made it of {one.matchers}; what it held goes through the gate again then",
                to_do="nothing, if that is right; else make a new one: `silence add`",
                urgency=CallUrgency.TODAY,
            )
