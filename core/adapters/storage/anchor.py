"""The anchor: how far the store has come, written down in a file outside it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from core.adapters.whole_file import only_writer, replace_whole
from core.domain.audit import AuditHead
from core.ports.store import StoreBroken

log = logging.getLogger(__name__)
ANCHOR = "anchor.json"
EVERY_ROWS = 200
EVERY_SECONDS = 5.0
"""The file is due after so many rows or attempts, and at the first one after so long; the sweep and closing write the
rest. So an idle fleet's next act is anchored at once, and a busy one pays for one file in five seconds."""


class AnchorFile:
    """The port Anchor over one file, readable by its owner only; threads and processes may share it."""

    def __init__(self, path: Path, ticks: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._ticks = ticks
        self._lock = threading.Lock()
        self._noted: AuditHead | None = None
        self._written: AuditHead | None = None
        self._written_at: float | None = None

    def read(self) -> AuditHead | None:
        """What the file holds; None when there is none. Raises StoreBroken."""
        try:
            return AuditHead.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreBroken(f"the anchor {self._path} can't be read: {error.strerror}") from None
        except ValidationError:
            raise StoreBroken(f"{self._path} is no anchor: put a copy of it back, or move it away") from None

    def follow(self, kept: AuditHead | None, head: AuditHead) -> None:
        """The store that is opened stands at `head`, and the file says `kept`: go on from there."""
        with self._lock:
            self._noted, self._written = head, kept

    def note(self, written: AuditHead | None, tried: int | None) -> bool:
        """The store has come so far: the head of its log, the last attempt; True when it is time to write it down."""
        with self._lock:
            head = written or self._noted
            if head is None:
                return False
            head = head.model_copy(update={"attempts": max(tried or 0, head.attempts)})
            self._noted = head if self._noted is None else further(self._noted, head)
            if self._written is None or self._written_at is None:
                return True
            moved = self._noted.seq - self._written.seq + self._noted.attempts - self._written.attempts
            return moved >= EVERY_ROWS or (moved > 0 and self._ticks() - self._written_at >= EVERY_SECONDS)

    @property
    def pending(self) -> AuditHead | None:
        """What was noted and is not written down yet."""
        with self._lock:
            return None if self._noted == self._written else self._noted

    def keep(self, head: AuditHead) -> None:
        """Write it down, unless the file has seen more. What can't be written is said in the log: posting goes on."""
        try:
            with only_writer(self._path):
                known = self.read()
                rebased = known is not None and self._was_rebased(known)
                if known is not None and rebased:
                    head = known
                elif known is not None and known.store_id == head.store_id:
                    head = further(known, head)
                if head != known:
                    replace_whole(self._path, head.model_dump_json(indent=1).encode())
        except (OSError, StoreBroken) as error:
            log.error("the anchor %s can't be written: %s", self._path, error)  # noqa: TRY400 - one line says it
            return
        with self._lock:
            self._written, self._written_at = head, self._ticks()
            self._noted = head if rebased or self._noted is None else further(head, self._noted)

    def rebase(self, head: AuditHead) -> None:
        """Another history begins at `head`; the anchor of the one before is kept beside. Raises StoreBroken."""
        try:
            with only_writer(self._path):
                if self._path.exists():
                    self._path.replace(self._beside())
                replace_whole(self._path, head.model_dump_json(indent=1).encode())
        except OSError as error:
            raise StoreBroken(f"the anchor {self._path} can't be written: {error.strerror}") from None
        with self._lock:
            self._noted = self._written = head
            self._written_at = self._ticks()

    def _was_rebased(self, known: AuditHead) -> bool:
        """True when a restore began another history since this process wrote: what it saw of the old one is over."""
        with self._lock:
            return self._written is not None and known.is_behind(self._written)

    def _beside(self) -> Path:
        number = 1
        while (found := self._path.with_name(f"{self._path.stem}-before-{number}{self._path.suffix}")).exists():
            number += 1
        return found


def further(one: AuditHead, other: AuditHead) -> AuditHead:
    """The head of whichever came further, with the last attempt of both."""
    ahead = other if other.seq >= one.seq else one
    return ahead.model_copy(update={"attempts": max(one.attempts, other.attempts)})
