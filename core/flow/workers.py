"""A bounded pool that delivers and reconciles: side by side across accounts, woken and never polling."""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable

from core.domain.staff import FLEET_ACTOR
from core.flow.deliver import PostOffice, deliver
from core.flow.holding import seconds_to_next
from core.flow.reconcile import reconcile
from core.ports.store import StoreBroken, StoreBusy
from core.ports.wakeups import Wakeups

log = logging.getLogger(__name__)
SWEEP_SECONDS = 15.0
"""The slow sweep: how long a worker waits when nothing rings."""


class Workers:
    """`start()` sets the pool to work, `stop()` settles what is in flight and gives leases back.

    `trouble` is the reason why the pool gave up, None while it is well; `gave_up` is called then.
    """

    def __init__(
        self, office: PostOffice, wakeups: Wakeups, size: int, gave_up: Callable[[], None] = lambda: None
    ) -> None:
        self._gave_up = gave_up
        self._office = office
        self._wakeups = wakeups
        self._stopping = threading.Event()
        self._bell = threading.Condition()
        self._rung = 0
        self.trouble: str | None = None
        process = f"{os.getpid()}-{secrets.token_hex(3)}"
        self._threads = [
            threading.Thread(target=self._work, args=(f"{process}-{number}",), name=f"deliver-{number}")
            for number in range(size)
        ]
        self._listener = threading.Thread(target=self._listen, name="wakeups", daemon=True)

    def start(self) -> None:
        """Set the pool to work."""
        self._listener.start()
        for thread in self._threads:
            thread.start()

    def ring(self) -> None:
        """Something may be ready."""
        with self._bell:
            self._rung += 1
            self._bell.notify_all()

    def _wake_one(self) -> None:
        """Where one worker found something there may be more: the next one looks, and wakes another if there is."""
        with self._bell:
            self._rung += 1
            self._bell.notify()

    def stop(self) -> None:
        """Finish the calls in flight, then stop."""
        self._stopping.set()
        self.ring()
        for thread in self._threads:
            thread.join()
        self._wakeups.ring()
        self._listener.join()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            if self._wakeups.wait(SWEEP_SECONDS):
                self.ring()

    def _work(self, owner: str) -> None:
        while not self._stopping.is_set():
            with self._bell:
                heard = self._rung
            try:
                if work_once(self._office, owner, self._stopping.is_set, one_account=True, found=self._wake_one):
                    continue
                rest = self._rest()
            except StoreBusy as busy:
                log.warning("the store is busy: %s", busy)
                rest = 1.0
            except StoreBroken as broken:
                self.trouble = str(broken)
                log.error(  # noqa: TRY400 - the store said why in one line
                    "delivery stops: %s", broken
                )
                self._gave_up()
                return
            except Exception as error:  # noqa: BLE001 - a pool that dies in silence delivers nothing to anybody
                log.error("unforeseen %s: %s goes on", type(error).__name__, owner)  # noqa: TRY400
                rest = SWEEP_SECONDS
            with self._bell:
                if self._rung == heard and not self._stopping.is_set():
                    self._bell.wait(rest)

    def _rest(self) -> float:
        with self._office.store.begin() as tx:
            seconds = seconds_to_next(tx, self._office.know, self._office.clock.now())
        return SWEEP_SECONDS if seconds is None else min(max(seconds, 0.01), SWEEP_SECONDS)


def work_once(
    office: PostOffice,
    owner: str,
    stop: Callable[[], bool] = lambda: False,
    *,
    one_account: bool = False,
    found: Callable[[], None] = lambda: None,
) -> int:
    """One round of delivering and reconciling; how many were taken in hand. Raises StoreBusy, StoreBroken."""
    delivered = deliver(FLEET_ACTOR, office, owner, stop, one_account=one_account, found=found)
    return delivered + reconcile(FLEET_ACTOR, office, owner, stop=stop)


def drain(office: PostOffice, patience_seconds: float, wait: Callable[[float], object] = time.sleep) -> bool:
    """Deliver until nothing is left that time alone would make ready; False when patience ran out first.

    Patience counts only waiting, not delivering. Raises StoreBusy, StoreBroken.
    """
    owner = f"{os.getpid()}-{secrets.token_hex(3)}-drain"
    while True:
        # Asked before it looks: what time makes ready in between is found by the look, or was counted here.
        with office.store.begin() as tx:
            seconds = seconds_to_next(tx, office.know, office.clock.now())
        if work_once(office, owner):
            continue
        if seconds is None:
            return True
        if seconds > patience_seconds:
            return False
        pause = max(seconds, 0.01)
        wait(pause)
        patience_seconds -= pause
