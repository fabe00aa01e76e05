"""What the inside needs of a bot."""

from __future__ import annotations

from typing import Protocol

from core.domain.lines import Line
from core.domain.log import EntryBody
from core.domain.rulings import Answer


class Bot(Protocol):
    """One line's bot: pure."""

    @property
    def line(self) -> Line:
        """The line that it speaks for."""

    def answer(self, entry: EntryBody) -> Answer:
        """Speak or decline."""
