"""Where records come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from core.domain.alerts import ServiceAlert
from core.domain.incidents import Incident
from core.domain.lines import Frozen
from core.domain.policy import MayAssert


class BadRow(Frozen):
    """A row that could not be read: where it stood, field and fault (never the value), and its raw bytes."""

    position: str
    reason: str
    raw: bytes


class GoodRow(Frozen):
    """A row that was read."""

    position: str
    record: Incident | ServiceAlert
    raw: bytes


class Batch(Frozen):
    """A part of one pass. `cursor` is kept in the same transaction as the rows; `more` tells that the pass goes on."""

    rows: tuple[GoodRow | BadRow, ...]
    cursor: str | None
    more: bool = False


class SourceDown(Exception):
    """The source can't be read now; the message is one line without secrets."""


class Source(Protocol):
    """One source. It holds no state of its own: the cursor is handed in and given back."""

    name: str
    may_assert: MayAssert
    every_seconds: float
    """How often it is asked."""
    from_start: bool
    """True when a source that was never read begins at its start; else at *now*."""
    silent_after_seconds: float | None
    """How long it may bring nothing new before that is reported; None = for ever."""

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """All that is new since the cursor (None: from the very start), in batches of bounded size.
        Raises SourceDown, after having given what could be read."""

    def count_only(self, cursor: str | None) -> tuple[int, str | None]:
        """How many older rows there are and the cursor behind them: a new source starts at *now*. Raises SourceDown."""


@runtime_checkable
class RemembersGiven(Protocol):
    """A source whose cursor is no place in a list but what it gave of a feed that says everything at every look. It is
    never thrown away: what was given could then not end, and what comes back under another id would be said again."""

    def everything_again(self, cursor: str | None) -> str | None:
        """The cursor from which all that the feed holds is given once more. Raises SourceDown."""
