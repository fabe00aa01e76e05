"""Waking a waiting worker at once, between machines: LISTEN and NOTIFY of the PostgreSQL that holds the store."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import select
import threading

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

log = logging.getLogger(__name__)
BELL = "subway_fleet"
"""Name of the notification; it is heard inside one database only."""
CONNECT_SECONDS = 5
FIRST_REST, LONGEST_REST = 1.0, 30.0
"""How long it rests before it connects again: twice as long each time."""
_ALIVE = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}
"""A line that went dead without a word is noticed after less than a minute."""


class PostgresWakeups:
    """The port Wakeups between all processes that use one database.

    `ring` returns at once: one thread holds the connection, listens, and notifies the others; rings that come before it
    could are one. While there is no connection nobody else is woken: workers then have their slow sweep. It connects
    again by itself, and rings then, since something may have been missed. Behind a pooler that lends connections for
    single transactions nothing is heard: give it an address that leads to the database itself.
    """

    def __init__(self, url: str) -> None:
        plain = make_url(url).set(drivername="postgresql")
        self._address = plain.render_as_string(hide_password=False)
        self._place = plain.render_as_string(hide_password=True)
        self._me = secrets.token_hex(8)
        self._rung = threading.Event()
        self._owed = threading.Event()
        self._stopping = threading.Event()
        self._closed = False
        self._ear, self._nudge = os.pipe()
        for end in (self._ear, self._nudge):
            os.set_blocking(end, False)
        self._line = self._connected()
        self._thread = threading.Thread(target=self._serve, name="postgres-wakeups", daemon=True)
        self._thread.start()

    def ring(self) -> None:
        """Something may be ready, here or on another machine."""
        self._rung.set()
        self._owed.set()
        if not self._closed:
            self._wake()

    def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most `seconds`; True when it rang."""
        rang = self._rung.wait(seconds)
        if rang:
            self._rung.clear()
        return rang

    def close(self) -> None:
        """Pass on what was rung, then stop listening; a second time is no error."""
        if self._closed:
            return
        self._closed = True
        self._stopping.set()
        self._wake()
        self._thread.join()
        os.close(self._ear)
        os.close(self._nudge)

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it has nudges enough that wait for it
            os.write(self._nudge, b"!")

    def _connected(self) -> psycopg.Connection | None:
        """A connection that listens; None when there is none to be had now."""
        try:
            address = make_conninfo(self._address, **_ALIVE, connect_timeout=CONNECT_SECONDS)
            line = psycopg.connect(address, autocommit=True)
            line.execute(f"LISTEN {BELL}")
        except psycopg.Error as error:
            log.warning("%s does not wake this fleet now: %s", self._place, type(error).__name__)
            return None
        return line

    def _serve(self) -> None:
        rest = FIRST_REST
        while not self._stopping.is_set():
            if self._line is None:
                self._attend([], rest)
                rest = min(rest * 2, LONGEST_REST)
                if not self._stopping.is_set():
                    self._line = self._connected()
                    if self._line is not None:
                        self._rung.set()  # what rang meanwhile was heard by nobody here
                continue
            rest = FIRST_REST
            try:
                self._pass_on(self._line)
                self._hear(self._line)
                self._attend([self._line.fileno()], None)
            except (psycopg.Error, OSError) as error:
                log.warning("%s wakes this fleet no more: %s; it looks by itself", self._place, type(error).__name__)
                self._hang_up()
        self._last_word()

    def _attend(self, more: list[int], seconds: float | None) -> None:
        """Wait for a nudge, for one of `more`, or for so long. Without a connection only the end cuts it short."""
        until_stop = not more
        ready, _, _ = select.select([self._ear, *more], [], [], seconds)
        if self._ear in ready:
            with contextlib.suppress(BlockingIOError):
                while os.read(self._ear, 4096):
                    pass
            if until_stop:
                self._stopping.wait(seconds)

    def _pass_on(self, line: psycopg.Connection) -> None:
        if self._owed.is_set():
            self._owed.clear()
            try:
                line.execute("SELECT pg_notify(%s, %s)", (BELL, self._me))
            except psycopg.Error:
                self._owed.set()
                raise

    def _hear(self, line: psycopg.Connection) -> None:
        """Take in what has come; one's own rings were counted when they were rung."""
        for heard in line.notifies(timeout=0):
            if heard.payload != self._me:
                self._rung.set()

    def _last_word(self) -> None:
        if self._owed.is_set() and self._line is None:
            self._line = self._connected()
        if self._line is not None:
            with contextlib.suppress(psycopg.Error):
                self._pass_on(self._line)
        self._hang_up()

    def _hang_up(self) -> None:
        if self._line is not None:
            with contextlib.suppress(psycopg.Error):
                self._line.close()
        self._line = None
