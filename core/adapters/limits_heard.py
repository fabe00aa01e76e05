"""What platforms said of their limits in the headers of their answers, kept until somebody asks."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from core.domain.lines import AccountId
from core.ports.channel import LimitSeen


class LimitsHeard:
    """The newest word per account and name; asking takes what is there. Calls come from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._heard: dict[AccountId, dict[str, LimitSeen]] = {}

    def hear(self, account: AccountId, limits: Iterable[LimitSeen]) -> None:
        """Keep what an answer said; a later word of the same name takes its place."""
        with self._lock:
            self._heard.setdefault(account, {}).update({one.name: one for one in limits})

    def taken(self, account: AccountId) -> tuple[LimitSeen, ...]:
        """What was heard since this was last asked, by name."""
        with self._lock:
            heard = self._heard.pop(account, {})
        return tuple(heard[name] for name in sorted(heard))
