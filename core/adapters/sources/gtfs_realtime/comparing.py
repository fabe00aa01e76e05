"""Compares a feed with what was given before: who is who, what is new, changed or over, and what waits. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.adapters.sources.gtfs_realtime.memory import Kept, Memory
from core.adapters.sources.gtfs_realtime.reading import Told, content_mark, shown
from core.domain.alerts import ServiceAlert
from core.rules.alert_due import has_begun, has_ended, is_due, next_turn


@dataclass(frozen=True, slots=True)
class Row:
    """One alert to give: under which subject, in which entity it stood, and what is kept once it was given."""

    subject: str
    entity: str | None
    alert: ServiceAlert | None
    """None = the feed has it no more, and no words for that."""
    kept: Kept | None
    """None = it is forgotten."""


@dataclass
class Compared:
    """What one comparison found; each alert of the feed stands in one of the lists."""

    rows: list[Row] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    """Not yet due."""
    ended: list[str] = field(default_factory=list)
    """Over, and nothing more to say."""
    folded: dict[str, str] = field(default_factory=dict)
    """Other ids of equal words and periods → the subject that speaks for them."""
    kept: dict[str, Kept] = field(default_factory=dict)
    known_as: dict[str, str] = field(default_factory=dict)
    look_again: datetime | None = None

    def turn(self, moment: datetime | None) -> None:
        """Look again at this moment at the latest."""
        if moment is not None and (self.look_again is None or moment < self.look_again):
            self.look_again = moment


def compare(
    memory: Memory, told: Mapping[str, Told], unreadable: Iterable[str], gone_after: timedelta, now: datetime
) -> Compared:
    """`told` by key; `unreadable` are keys that the feed has in a form that can't be read: they are not missing."""
    found = Compared()
    voices = _who_is_who(memory, told, found)
    place = {key: number for number, key in enumerate(told)}
    for subject, voice in sorted(voices.items(), key=lambda pair: place[pair[1].key]):
        _judge(memory.kept.get(subject), subject, voice, found, now)
    there = set(unreadable)
    for subject, kept in memory.kept.items():
        if subject in there and subject not in voices:
            found.kept[subject] = kept
        elif subject not in voices:
            _miss(subject, kept, found, gone_after, now)
    return found


def _who_is_who(memory: Memory, told: Mapping[str, Told], found: Compared) -> dict[str, Told]:
    """Subject → the alert that speaks for it. A subject's own id goes first; another id of equal words and periods is
    folded into it, or, where the own id is missing, goes on for it."""
    voices = {key: one for key, one in told.items() if key in memory.kept}
    by_words = {one.words: key for key, one in reversed(voices.items())}
    missing = {kept.words: key for key, kept in memory.kept.items() if key not in told and not kept.over}
    for key in sorted((key for key in told if key not in voices), key=_lowest_first):
        one = told[key]
        subject = by_words.get(one.words) or missing.get(one.words) or _still_known_as(memory, key, voices)
        if subject in voices:
            found.folded[key] = found.known_as[key] = subject
            continue
        if subject is not None:
            found.known_as[key] = subject
        voices[subject or key] = one
        by_words[one.words] = subject or key
    return voices


def _still_known_as(memory: Memory, key: str, voices: Mapping[str, Told]) -> str | None:
    """The subject for which this id spoke before and nobody else speaks now: its words may have changed since."""
    subject = memory.known_as.get(key)
    return subject if subject in memory.kept and subject not in voices else None


def _lowest_first(key: str) -> tuple[int, str]:
    return len(key), key


def _judge(before: Kept | None, subject: str, one: Told, found: Compared, now: datetime) -> None:
    """What of a subject that is in the feed is given now."""
    kept = Kept(words=one.words) if before is None else before.model_copy(update={"words": one.words, "missing": None})
    found.turn(next_turn(one.periods, one.before, now))
    found.kept[subject] = kept
    if has_ended(one.periods, now):
        _end(subject, one, kept, found)
    elif kept.stands or is_due(one.periods, one.before, now):
        begun = (kept.begun and kept.stands) or has_begun(one.periods, now)
        alert = shown(one, begun).model_copy(update={"id": subject})
        mark = content_mark(alert)
        if kept.given == mark and not kept.over:
            found.unchanged.append(one.key)
            return
        after = kept.model_copy(update={"given": mark, "begun": begun, "over": False})
        found.rows.append(Row(subject, one.key, alert, after))
        found.kept[subject] = after
    else:
        found.waiting.append(one.key)


def _end(subject: str, one: Told, kept: Kept, found: Compared) -> None:
    if not kept.stands:
        found.ended.append(one.key)
        return
    after = kept.model_copy(update={"over": True})
    alert = shown(one, begun=True).model_copy(update={"id": subject, "over": True})
    found.rows.append(Row(subject, one.key, alert, after))
    found.kept[subject] = after


def _miss(subject: str, kept: Kept, found: Compared, gone_after: timedelta, now: datetime) -> None:
    """A subject that the feed has no more: over once it was missing for long enough, then forgotten."""
    since = kept.missing or now
    if now - since < gone_after:
        found.kept[subject] = kept.model_copy(update={"missing": since})
        found.turn(since + gone_after)
    elif kept.stands:
        found.rows.append(Row(subject, None, None, None))
