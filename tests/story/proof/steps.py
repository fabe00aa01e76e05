"""The steps at which a life may end: commits and replies as the process itself counts them, requests as servers do."""

from __future__ import annotations

import os
import signal
import sys
import threading
from enum import StrEnum
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool


class Step(StrEnum):
    """A kind of numbered step."""

    BEFORE_COMMIT = "before a commit"
    AFTER_COMMIT = "after a commit"
    ASKED = "request sent"
    ANSWERED = "reply on its way"
    READ = "reply read"
    CLOCK = "by the clock"


OF_THE_PROCESS = frozenset({Step.BEFORE_COMMIT, Step.AFTER_COMMIT, Step.READ})
"""The process ends itself there; at the others somebody else ends it."""
_SENDS = {"http.client.send", "socket.connect"}


class Fuse:
    """Ends this process at the `number`-th step of one kind.

    It listens where Python and SQLAlchemy let anybody listen. A reply is read when the thread that sent the request
    turns to the store again: between the two it does nothing that outlives it.
    """

    def __init__(self, step: Step, number: int) -> None:
        self._step, self._left = step, number
        self._lock = threading.Lock()
        self._thread = threading.local()

    def lay(self) -> None:
        """From now on steps are counted."""
        event.listen(Engine, "begin", self._begun)
        event.listen(Engine, "commit", self._commits)
        event.listen(Pool, "checkin", self._given_back)
        sys.addaudithook(self._audited)

    def _audited(self, name: str, _arguments: Any) -> None:
        if name in _SENDS:
            self._thread.asked = True

    def _begun(self, _connection: Any) -> None:
        if getattr(self._thread, "asked", False):
            self._thread.asked = False
            self._came(Step.READ)

    def _commits(self, _connection: Any) -> None:
        self._came(Step.BEFORE_COMMIT)
        self._thread.committed = True

    def _given_back(self, _connection: Any, _record: Any) -> None:
        if getattr(self._thread, "committed", False):
            self._thread.committed = False
            self._came(Step.AFTER_COMMIT)

    def _came(self, step: Step) -> None:
        if step is not self._step:
            return
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
