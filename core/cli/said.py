"""Prints what each handle says as it says it."""

from __future__ import annotations

import textwrap

import click

from core.domain.deliveries import Act, Delivered, Delivery, Outcome
from core.domain.log import AlertEntry, DigestEntry, IncidentEntry, LogEntry
from core.flow.knowledge import Knowledge

_WIDTH = 92


class Teller:
    """Is told of every settled delivery; prints those of the local timeline, and practised ones when asked."""

    def __init__(self, practised: bool = False) -> None:
        self._know: Knowledge | None = None
        self._practised = practised

    def knows(self, know: Knowledge) -> None:
        """From here on handles can be named."""
        self._know = know

    def told(self, delivery: Delivery, outcome: Outcome | None) -> None:
        """One delivery ended; None = practised."""
        channel, handle = delivery.key.account.split(":", 1)
        if outcome is None:
            if self._practised:
                self._say(f"@{handle} would have posted on {channel}", delivery)
        elif isinstance(outcome, Delivered):
            where = "" if channel == "local" else f" on {channel}"
            self._say(f"@{handle}{where}", delivery)

    def _say(self, who: str, delivery: Delivery) -> None:
        if delivery.key.act is Act.REPOST or delivery.post is None:
            lead = delivery.needs.account.split(":", 1)[1] if delivery.needs is not None else "the lead"
            click.echo(
                click.style(who, fg="cyan") + click.style(f" reposts @{lead}, ref {delivery.reference}", dim=True)
            )
            return
        click.secho(who, fg="cyan", bold=True)
        for line in delivery.post.text.splitlines():
            click.echo(textwrap.fill(line, _WIDTH, initial_indent="    ", subsequent_indent="    "))

    @staticmethod
    def kept_back(entry: LogEntry) -> None:
        """A record that made no post."""
        match entry.body:
            case IncidentEntry() as body:
                what = f"a {body.facts.offence_family or 'record of unknown offence'} record"
                where = f" at {body.facts.place.station}" if body.facts.place.station else ""
            case AlertEntry():
                what, where = "a service notice", ""
            case DigestEntry() as body:
                what, where = "a digest", f" of line {body.line}"
        click.secho(f"({entry.fate.value}: {what}{where}; rule {entry.rule})", fg="yellow")
