"""Who calls the staff's API: a personal token as Bearer, and a brake on wrong ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from fastapi import Request
from fastapi.security import HTTPBearer

from core.domain.staff import Actor
from core.flow.staff import NoSuchToken, actor_of, token_hash
from core.ports.store import Store

bearer = HTTPBearer(auto_error=False, description="Your personal token (`people add`, `people renew`).")
WRONG_AT_MOST = 10
"""Wrong tokens that one address may send within a minute."""
MINUTE = timedelta(minutes=1)
ADDRESSES = 10_000
"""Addresses remembered at most: whoever sends from more forgets the oldest."""
LONGEST = 200
"""Characters of a token at most; ours have far fewer."""


class TooManyWrong(Exception):
    """Too many wrong tokens came from this address; the message says when to try again."""


class Doorkeeper:
    """Lets in who bears a token. One that was right before is let in also while its address is braked: behind a proxy
    all share one address."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._wrong: dict[str, deque[datetime]] = {}
        self._right: set[str] = set()
        self._lock = Lock()

    def actor(self, token: str | None, address: str) -> Actor:
        """Who calls. Raises NoSuchToken, TooManyWrong, StoreBusy, StoreBroken."""
        if not token:
            raise NoSuchToken("send your personal token: Authorization: Bearer …")
        name = token_hash(token[: LONGEST + 1])
        with self._lock:
            braked = self._is_braked(address) and name not in self._right
        if braked:
            raise TooManyWrong("too many wrong tokens came from your address: try again in a minute")
        try:
            actor = actor_of(self._store, token[: LONGEST + 1], "api")
        except NoSuchToken:
            with self._lock:
                self._right.discard(name)
                self._count(address)
            raise
        with self._lock:
            self._right.add(name)
        return actor

    def _is_braked(self, address: str) -> bool:
        times = self._wrong.get(address)
        while times and self._now() - times[0] > MINUTE:
            times.popleft()
        return times is not None and len(times) >= WRONG_AT_MOST

    def _count(self, address: str) -> None:
        while address not in self._wrong and len(self._wrong) >= ADDRESSES:
            del self._wrong[next(iter(self._wrong))]
        self._wrong.setdefault(address, deque(maxlen=WRONG_AT_MOST)).append(self._now())


def address_of(request: Request) -> str:
    """Where a call comes from; a proxy's address where one stands before."""
    return request.client.host if request.client else "unknown"
