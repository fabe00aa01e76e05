"""One incident in full, as fields for scripts and as lines for people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from core.cli.speech import say
from core.domain.deliveries import Delivery
from core.domain.log import Fate, IncidentEntry, LogEntry
from core.domain.places import Ambiguous
from core.domain.seen import Gone
from core.flow.incidents import Shown

KEY = 10
"""So many characters of an incident's key are shown; six suffice to name it."""


def what(entry: LogEntry) -> dict[str, Any]:
    """One entry of the log: nothing in it identifies anybody."""
    fields: dict[str, Any] = {"fate": entry.fate.value, "rule": entry.rule}
    body = entry.body
    if not isinstance(body, IncidentEntry):
        return fields
    return fields | {
        "occurred": body.facts.occurred_from,
        "family": body.facts.offence_family,
        "station": body.facts.place.station,
        "state": body.facts.state.value,
        "answer": body.placement.kind,
        "lines": list(getattr(body.placement, "lines", ())),
    }


def in_full(
    shown: Shown, deliveries: Sequence[Delivery], where: Callable[[str | None], str | None], gone: Sequence[Gone] = ()
) -> dict[str, Any]:
    """Everything an officer may see. A sealed record gives nothing of itself. `where` makes a receipt's link one that
    a browser takes; `gone`: what a sweep found no more."""
    missed = {one.key: one.since for one in gone if one.sure}
    return {
        "key": shown.subject.key,
        "sealed": shown.record is None,
        "record": shown.record.model_dump(exclude_none=True) if shown.record else None,
        "place": _place(shown.entries[-1]) if shown.entries else None,
        "history": [
            {"revision": e.revision, "received": e.received_at, "source": e.source, **what(e)} for e in shown.entries
        ],
        "reference": shown.notice.reference if shown.notice else None,
        "maybe_same": [[offer.later.key, offer.earlier.key] for offer in shown.offers],
        "merged_into": shown.merged_into.key if shown.merged_into else None,
        "deliveries": [_delivery(delivery, where, missed.get(delivery.key)) for delivery in deliveries],
    }


def _place(entry: LogEntry) -> dict[str, Any] | None:
    """How its lines were found; for one that waits, what an officer may answer."""
    body = entry.body
    if not isinstance(body, IncidentEntry):
        return None
    placement = body.placement
    fields: dict[str, Any] = {"answer": placement.kind, "why": placement.why, "stands_on_answer": body.stands_on}
    if isinstance(placement, Ambiguous):
        fields["candidates"] = [candidate.model_dump() for candidate in placement.candidates]
        if entry.fate is Fate.AMBIGUOUS:
            fields["to_answer"] = f"incident answer {entry.subject.key[:KEY]} STATION|LINE"
    return fields


def _delivery(
    delivery: Delivery, where: Callable[[str | None], str | None], gone_since: datetime | None
) -> dict[str, Any]:
    return {
        "account": delivery.key.account,
        "revision": delivery.key.revision,
        "act": delivery.key.act.value,
        "language": delivery.key.language,
        "part": delivery.key.part,
        "state": delivery.state.value,
        "why": delivery.why,
        "url": where(delivery.receipt.url) if delivery.receipt else None,
        "gone_from_the_platform_since": gone_since,
    }


def say_in_full(fields: dict[str, Any], time: Callable[[datetime], str], indent: str = "") -> None:
    """The same for a reader; what is empty is left out."""
    for name, value in fields.items():
        heading = f"{indent}{name.replace('_', ' ')}:"
        if value in (None, [], (), {}, "", False):
            continue
        if isinstance(value, dict):
            say(heading, bold=True)
            say_in_full(value, time, indent + "  ")
        elif isinstance(value, list) and isinstance(value[0], dict):
            say(heading, bold=True)
            for item in value:
                said = (f"{key} {_plain(each, time)}" for key, each in item.items() if each not in (None, [], (), ""))
                say(f"{indent}  {', '.join(said)}")
        elif isinstance(value, list) and isinstance(value[0], list):
            pairs = "; ".join(" and ".join(one[:KEY] for one in pair) for pair in value)
            say(f"{heading} {pairs}")
        else:
            say(f"{heading} {_plain(value, time)}")


def _plain(value: Any, time: Callable[[datetime], str]) -> str:
    if value is True:
        return "yes"
    if isinstance(value, datetime):
        return time(value)
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
