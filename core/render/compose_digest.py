"""What is said in a digest: the day's rest of one line, the gravest first."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from core.domain.notices import DigestDraft, DigestItem
from core.render.compose_phrases import Phrases, Wording, capital


def word_digest(draft: DigestDraft, phrases: Phrases) -> Wording:
    """A heading and one sentence for each incident, by weight, then by time."""
    train = phrases.train(draft.line)
    heading = phrases.catalogue.text(
        "digest-heading",
        line=train,
        line_start=capital(train),
        date=phrases.catalogue.date(draft.day),
        count=len(draft.items),
    )
    phrases.known[capital(train)] = capital(phrases.known[train])
    items = sorted(draft.items, key=lambda item: (-item.weight, item.occurred_from, item.reference))
    sentences = (heading, *(_sentence(item, draft.day, phrases) for item in items))
    return Wording((*sentences, phrases.what_to_do()), ("\n".join(sentences), heading), joiner="\n")


def _sentence(item: DigestItem, day: date, phrases: Phrases) -> str:
    text = phrases.catalogue.text
    where = (
        text("where-station", station=phrases.station(item.station_name))
        if item.station_name
        else text("where-lines", lines=phrases.all_lines(item.lines))
    )
    return text(
        "digest-item",
        **phrases.offence(item.offence),
        where=where,
        time=_when(item, day, phrases),
        reference=phrases.reference(item.reference),
    )


def _when(item: DigestItem, day: date, phrases: Phrases) -> str:
    """The time of day. What happened on another day than the heading names, as late the evening before, says its own:
    "10:18 PM" alone would put it on the wrong day."""
    happened = item.occurred_from.astimezone(ZoneInfo(phrases.agency.zone)).date()
    if happened == day:
        return phrases.clock_phrase(item.occurred_from, item.occurred_about)
    return phrases.when(item.occurred_from, None, item.occurred_about, year=happened.year != day.year)
