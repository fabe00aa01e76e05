"""One commit for what several threads write: SQLite has one writer, and each durable commit waits for a disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from core.ports.store import StoreBroken, StoreBusy, Tx

T = TypeVar("T")


@dataclass
class _Asked:
    """An act that waits for its commit. `bell` rings when it is over, or when its thread is to lead."""

    act: Callable[[Tx], Any]
    bell: threading.Event = field(default_factory=threading.Event)
    over: bool = False
    answer: Any = None
    error: BaseException | None = None


class Committing:
    """Runs acts of many threads in few transactions: whoever comes while none is under way leads, and takes along what
    waits by then; what comes meanwhile waits for the next. `begin` gives a transaction that leaving it commits."""

    def __init__(self, begin: Callable[[], AbstractContextManager[Tx]]) -> None:
        self._begin = begin
        self._lock = threading.Lock()
        self._waiting: list[_Asked] = []
        self._led = False

    def run(self, act: Callable[[Tx], T]) -> T:
        """What the act answered, once it is committed. An act that raises leaves nothing and harms no other; it may
        be run a second time then, always from the start in another transaction. Raises what it raised, StoreBusy,
        StoreBroken."""
        mine = _Asked(act)
        with self._lock:
            self._waiting.append(mine)
            leads, self._led = not self._led, True
        if not leads:
            mine.bell.wait()
        if not mine.over:
            self._lead()
        if mine.error is not None:
            raise mine.error
        return cast("T", mine.answer)

    @property
    def waiting(self) -> int:
        """How many acts wait for the next commit."""
        return len(self._waiting)

    def _lead(self) -> None:
        with self._lock:
            taken, self._waiting = self._waiting, []
        try:
            self._commit(taken)
        finally:
            with self._lock:
                after = self._waiting[0] if self._waiting else None
                self._led = after is not None
            for one in taken:
                one.over = True
                one.bell.set()
            if after is not None:
                after.bell.set()

    def _commit(self, taken: list[_Asked]) -> None:
        try:
            with self._begin() as tx:
                answers = [one.act(tx) for one in taken]
        except (StoreBusy, StoreBroken) as trouble:
            _all_failed(taken, trouble)
        except Exception as error:  # noqa: BLE001 - an act may raise anything; its own thread gets it
            if len(taken) == 1:
                _all_failed(taken, error)
            else:
                for one in taken:  # nothing is written yet: each by itself, so that one harms no other
                    self._commit([one])
        except BaseException as end:
            _all_failed(taken, end)
            raise
        else:
            for one, answer in zip(taken, answers, strict=True):
                one.answer = answer


def _all_failed(taken: list[_Asked], error: BaseException) -> None:
    for one in taken:
        one.error = error
