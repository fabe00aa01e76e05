"""Tells every open page of a change: one look at the timeline for all of them, and none when nobody listens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

QUIET_SECONDS = 15.0
"""After so long without a change a sign of life is sent, so that a listener who left is noticed."""
_log = logging.getLogger(__name__)


def one_second() -> Awaitable[None]:
    """What lies between two looks at the timeline."""
    return asyncio.sleep(1.0)


class Watch:
    """Reads a version again and again while someone listens. Used on one event loop.

    `read` may block: it runs in a thread. `pause` is awaited between two looks.
    """

    def __init__(self, read: Callable[[], str], pause: Callable[[], Awaitable[None]] = one_second) -> None:
        self._read = read
        self._pause = pause
        self._listeners: set[asyncio.Event] = set()
        self._looking: asyncio.Task[None] | None = None
        self._version: str | None = None
        self._closed = False

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return len(self._listeners)

    async def changes(self) -> AsyncIterator[str | None]:
        """The version as it is, then each newer one; None when all was quiet for a while. Ends when the watch is
        closed, or when the timeline can't be read: a browser then asks again."""
        news = asyncio.Event()
        self._listeners.add(news)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        looking = self._looking
        told = None
        try:
            while not self._closed and not looking.done():
                if self._version not in (None, told):
                    told = self._version
                    yield told
                elif not await _within(news.wait(), QUIET_SECONDS):
                    yield None
                news.clear()
        finally:
            self._listeners.discard(news)
            if not self._listeners:
                looking.cancel()
                self._looking = self._version = None

    def close(self) -> None:
        """Let every listener go; from then on nobody is kept."""
        self._closed = True
        self._wake()

    async def _look(self) -> None:
        try:
            while True:
                version = await asyncio.to_thread(self._read)
                if version != self._version:
                    self._version = version
                    self._wake()
                await self._pause()
        except Exception as error:  # noqa: BLE001 - whatever the timeline raises, the listeners are let go
            _log.warning("the timeline can't be read: %s", error)
        finally:
            asyncio.get_running_loop().call_soon(self._wake)

    def _wake(self) -> None:
        for news in self._listeners:
            news.set()


async def _within(waiting: Awaitable[object], seconds: float) -> bool:
    try:
        await asyncio.wait_for(waiting, seconds)
    except TimeoutError:
        return False
    return True
