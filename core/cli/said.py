"""Prints what each handle says as it says it."""

from __future__ import annotations

import shutil
import textwrap
import threading

from core.cli.rule_words import why
from core.cli.speech import say
from core.domain.deliveries import Act, Delivered, Delivery, Outcome, Refused
from core.domain.log import AlertEntry, DigestEntry, Fate, IncidentEntry, LogEntry, PatternEntry
from core.domain.rulings import Ruling, Verdict
from core.flow.knowledge import Knowledge

_WIDTH = 96
_KEPT = {
    Fate.HELD: "held for a person",
    Fate.AMBIGUOUS: "waits for an officer",
    Fate.DIGEST: "kept for the evening's digest",
    Fate.DROPPED: "not said",
}


class Teller:
    """Is told of every settled delivery; prints those of the local timeline, and practised ones when asked.

    `gather`: reposts are kept until `flush`, and stand in one line then. Threads may share it.
    """

    def __init__(self, practised: bool = False, gather: bool = False) -> None:
        self.pages: str | None = None
        """Where the pages are; each post is printed with its address then."""
        self._practised = practised
        self._gather = gather
        self._reposts: dict[str, list[str]] = {}
        self._told: set[tuple[str, int, str]] = set()
        self._lock = threading.Lock()

    def told(self, delivery: Delivery, outcome: Outcome | None) -> None:
        """One delivery ended; None = practised."""
        channel, handle = delivery.key.account.split(":", 1)
        where = "" if channel == "local" else f" on {channel}"
        with self._lock:
            if isinstance(outcome, Refused):
                say(f"@{handle}{where} was refused: {outcome.why} (ref {delivery.reference})", fg="red")
            elif isinstance(outcome, Delivered):
                self._say(f"@{handle}", where, delivery, f"{outcome.receipt.url or ''}", practised=False)
            elif outcome is None and self._practised:
                self._say(f"@{handle}", where, delivery, "", practised=True)

    def _say(self, who: str, where: str, delivery: Delivery, url: str, *, practised: bool) -> None:
        would = " would have said" if practised else ""
        if delivery.key.act is Act.POST and delivery.post is not None:
            post = delivery.post
            part = f", part {post.part}" if post.part > 1 else ""
            say(f"{who}{would}{where} [{post.language}{part}]", fg="cyan", bold=True)
            say_text(post.text)
            if self.pages and url.startswith("/"):
                say(f"    {self.pages}{url}", dim=True)
            return
        seen = (delivery.key.notice_id, delivery.key.revision, delivery.key.account)
        if delivery.key.act is not Act.REPOST or seen in self._told:
            return  # a notice in two languages is reposted twice, and told once
        self._told.add(seen)
        lead = delivery.needs.account.split(":", 1)[1] if delivery.needs is not None else "the lead"
        if self._gather:
            self._reposts.setdefault(f"@{lead}{where}", []).append(who)
        else:
            reposts = "would have reposted" if practised else "reposts"
            say(who, fg="cyan", nl=False)
            say(f" {reposts} @{lead}{where}, ref {delivery.reference}")

    def flush(self) -> None:
        """Print the reposts that were gathered."""
        for lead, handles in self._reposts.items():
            _say_filled(f"reposted from {lead} by {', '.join(handles)}", fg="cyan")
        self._reposts.clear()
        self._told.clear()

    @staticmethod
    def kept_back(entry: LogEntry) -> None:
        """A record that made no post by now, and why."""
        kept = _KEPT.get(entry.fate, entry.fate.value)
        rule = f" (rule {entry.rule})" if entry.rule else ""
        _say_filled(f"{kept}: {why(entry.rule)}{rule}", fg="yellow")

    @staticmethod
    def person_kept_back(ruling: Ruling) -> None:
        """What is about the person of a record whose place was said."""
        kept = "held for a person" if ruling.verdict is Verdict.HOLD else "not said of the person"
        _say_filled(f"{kept}: {why(ruling.rule)} (rule {ruling.rule})", fg="yellow")


def heading(entry: LogEntry, know: Knowledge) -> str:
    """What came in, in a few words."""
    match entry.body:
        case IncidentEntry() as body:
            place = body.facts.place
            named = [place.train] if place.train else list(place.lines)
            where = place.station or "an unnamed place"
            lines = f", line {' '.join(named)}" if named else ""
            offence = know.offence(body.facts)
            what = "unknown offence" if offence is None else next(iter(offence.words.values()))
            return f"{what} at {where}{lines}, {body.facts.state.value}"
        case AlertEntry() as body:
            return f"service notice of {know.agency.transit_agency} for {' '.join(body.alert.lines)}"
        case DigestEntry() as body:
            return f"digest of the {know.lines[body.line].name} for {body.day}"
        case PatternEntry() as body:
            return f"pattern on the {know.lines[body.line].name}: {body.why}"


def say_text(text: str) -> None:
    """A post's text, folded to the terminal."""
    for line in text.splitlines():
        _say_filled(line)


def _say_filled(text: str, fg: str | None = None) -> None:
    width = min(_WIDTH, shutil.get_terminal_size((_WIDTH, 24)).columns)
    folded = textwrap.wrap(
        text, width, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False, break_long_words=False
    )
    for line in folded:
        say(line, fg=fg)
