"""One line's beat and voice: what of the log is about this line. Pure: it holds nothing and writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from core.domain.alerts import AlertSaying
from core.domain.lines import AccountMode, Line, LineId
from core.domain.log import AlertEntry, DigestEntry, EntryBody, IncidentEntry, PatternEntry
from core.domain.places import placed_lines
from core.domain.rulings import Answer, Decline, Speak


@dataclass(frozen=True)
class LineBot:
    """The bot of one line."""

    line: Line

    def answer(self, entry: EntryBody) -> Answer:
        """Speak when the entry is about this line and its handle is on; else decline, with the rule."""
        name = self.line.id
        if all(account.mode is AccountMode.OFF for account in self.line.accounts):
            return Decline(line=name, rule="handle-off", why=f"every account of {self.line.handle} is off")
        if isinstance(entry, AlertEntry) and not self._asks_for(entry):
            return Decline(
                line=name, rule="not-asked-for", why=f"`also` of this line names no {entry.alert.saying_why}"
            )
        if name in self._lines(entry):
            return Speak(line=name, why=f"it is about the {self.line.name}")
        return Decline(line=name, rule="not-my-line", why=f"it is not about the {self.line.name}")

    def _asks_for(self, entry: AlertEntry) -> bool:
        return entry.alert.saying is not AlertSaying.ASKED or entry.alert.saying_why in self.line.also

    @staticmethod
    def _lines(entry: EntryBody) -> tuple[LineId, ...]:
        match entry:
            case IncidentEntry():
                return placed_lines(entry.placement)
            case AlertEntry():
                return entry.alert.lines
            case DigestEntry() | PatternEntry():
                return (entry.line,)
            case _:
                assert_never(entry)
