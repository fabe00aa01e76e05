"""What the feeds are made of and by whom they were fetched: lists are read at most once in a few seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from core.domain.lines import LineId
from core.domain.partners import ANYONE
from core.domain.published import Published
from core.flow.knowledge import Knowledge
from core.flow.partner_status import note_pull
from core.flow.staff import NoSuchToken
from core.ports.clock import Clock
from core.ports.store import Store, StoreBroken, StoreBusy
from core.render.feed_head import FeedHead
from core.web.api.tokens import Doorkeeper, TooManyWrong

log = logging.getLogger(__name__)
FRESH = timedelta(seconds=5)
"""For so long what was read of the store is not read again."""
WRITE_EVERY = timedelta(minutes=1)
"""How often fetching without a token is written down: anybody may fetch, and each time would be a write."""
NO_TOKEN_OF_OURS = "unknown token"  # noqa: S105 - how such a caller is listed


@dataclass
class FeedDesk:
    """One set of feeds. `listed` gives the notices as of a time; `encode` writes protobuf; `base` is the public
    address of the pages, `prefix` the path of these feeds there."""

    know: Knowledge
    clock: Clock
    store: Store
    listed: Callable[[datetime], tuple[Published, ...]]
    encode: Callable[[Mapping[str, Any]], bytes]
    base: str
    prefix: str
    sender: str
    demonstration: bool = False
    drill: bool = False
    """True: CAP messages say Exercise."""
    shows_cards: bool = False
    """True where `base` is known to be reached by others."""
    _seen: tuple[datetime, tuple[Published, ...]] | None = None
    _written: dict[str, datetime] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._door = Doorkeeper(self.store, self.clock.now)

    def notices(self, now: datetime) -> tuple[Published, ...]:
        """What is published. Raises StoreBusy, StoreBroken."""
        with self._lock:
            if self._seen is None or not timedelta() <= now - self._seen[0] < FRESH:
                self._seen = (now, self.listed(now))
            return self._seen[1]

    def head(self, path: str, line: LineId | None, language: str | None) -> FeedHead:
        """What the feed at this path begins with."""
        spoken = list(dict.fromkeys(one for account in self.know.accounts.values() for one in account.languages))
        whose = "all lines" if line is None else self.know.lines[line].name
        return FeedHead(
            title=f"{self.know.agency.bureau}: {whose}",
            author=self.know.agency.bureau,
            base=self.base,
            path=f"{self.prefix}/{path}",
            line=line,
            language=language if language in spoken else (spoken or ["en"])[0],
            sender=self.sender,
            routes={one.id: one.routes for one in self.know.lines.values()},
            demonstration=self.demonstration,
            shows_cards=self.shows_cards and not self.demonstration,
        )

    def caller(self, token: str | None, address: str) -> str | None:
        """Whose token this is; `anyone` without one; None when it is nobody's, or too many wrong ones came."""
        if token is None:
            return ANYONE
        try:
            return self._door.actor(token, address).id
        except (NoSuchToken, TooManyWrong):
            return None

    def fetched(self, feed: str, who: str | None, status: int, now: datetime) -> None:
        """Write down who fetched what; a store that is busy loses the note, never the feed."""
        who = NO_TOKEN_OF_OURS if who is None else who
        if who in (ANYONE, NO_TOKEN_OF_OURS):
            key = f"{who} {feed} {status >= 400}"
            with self._lock:
                if now - self._written.get(key, now - WRITE_EVERY) < WRITE_EVERY:
                    return
                self._written[key] = now
        try:
            note_pull(self.store, f"{self.prefix.strip('/')}/{feed}", who, status, now)
        except (StoreBusy, StoreBroken) as busy:
            log.warning("who fetched %s could not be written down: %s", feed, type(busy).__name__)
