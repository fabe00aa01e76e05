"""The loopback Mastodon in the test's own process: start it, tell it to misbehave, read its record."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from mastodon_mock.content_format import render_status_html
from mastodon_mock.db.models import Account, MediaAttachment, Status
from sqlalchemy import select, text

from tests.fakes.mastodon_server.faults import Fault, Order
from tests.fakes.mastodon_server.mock import running
from tests.fakes.mastodon_server.proxy import Call, Listener, Way

_ROWS = text(
    "SELECT a.id, a.text, a.in_reply_to_id, a.reblog_of_id, a.language, a.visibility,"
    " EXISTS (SELECT 1 FROM statuses s WHERE s.id = a.id) AS stands"
    " FROM accepted a JOIN accounts o ON o.id = a.account_id WHERE o.username = :who ORDER BY a.id"
)


@dataclass(frozen=True)
class MastodonStatus:
    """A status as the server's record has it; `stands` is False once it was deleted."""

    id: str
    text: str
    reply_to: str | None
    repost_of: str | None
    language: str | None
    visibility: str
    stands: bool


class MastodonServer:
    """mastodon_mock with these accounts (handle → token) behind the proxy, as a context manager; one at a time in a
    process, since all share one mock, which is cleared when one ends.

    The record keeps every status that was ever accepted, deleted ones too: it is what a proof is judged by.
    """

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self._mock = running()
        self._mock.open_accounts(tokens)
        self._sessions = self._mock.sessions
        self.way = Way(self._mock.port, self._mock.texts)
        self._listener = Listener(self.way)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.way.faults.end()
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()
        self._mock.clear()

    @property
    def url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self._listener.server_address[1]}"

    @property
    def requests(self) -> tuple[Call, ...]:
        """Every request so far."""
        return tuple(self.way.seen)

    def identity(self, handle: str) -> str:
        """An account's id."""
        with self._sessions() as db:
            return str(db.scalar(select(Account.id).where(Account.username == handle)))

    def posts(self, handle: str) -> tuple[MastodonStatus, ...]:
        """Every status and repost of an account that was ever accepted, in order."""
        with self._sessions() as db:
            rows = db.execute(_ROWS, {"who": handle}).all()
        return tuple(
            MastodonStatus(
                id=str(row.id),
                text=row.text,
                reply_to=None if row.in_reply_to_id is None else str(row.in_reply_to_id),
                repost_of=None if row.reblog_of_id is None else str(row.reblog_of_id),
                language=row.language,
                visibility=row.visibility,
                stands=bool(row.stands),
            )
            for row in rows
        )

    def live(self, handle: str) -> tuple[MastodonStatus, ...]:
        """Those that are still up."""
        return tuple(one for one in self.posts(handle) if one.stands)

    def pictures(self, handle: str) -> list[tuple[bytes, str]]:
        """Bytes and alt text of the pictures that stand with an account's statuses."""
        who = int(self.identity(handle))
        theirs = select(MediaAttachment).join(Status, Status.id == MediaAttachment.status_id)
        with self._sessions() as db:
            rows = db.scalars(theirs.where(Status.account_id == who).order_by(Status.id)).all()
            return [(self._mock.kept(row.filename or ""), row.description or "") for row in rows]

    def work_pictures_up(self, questions: int) -> None:
        """From now on an uploaded picture can be used only after it was asked for so many times."""
        self.way.questions = questions

    def say(self, handle: str, at: datetime, *words: str) -> None:
        """Statuses of some time that need no call."""
        who = int(self.identity(handle))
        with self._sessions.begin() as db:
            for one in words:
                shown = render_status_html(one)
                db.add(Status(account_id=who, text=one, content=shown, created_at=at, edit_history=[]))
                db.flush()

    def suspend(self, handle: str) -> None:
        """What a moderator does."""
        with self._sessions.begin() as db:
            db.execute(text("UPDATE accounts SET suspended = 1 WHERE username = :who"), {"who": handle})

    def misbehave(self, fault: Fault, *, times: int | None = 1, method: str = ".*", path: str = ".*") -> Order:
        """Orders a fault for the next `times` calls that match (patterns match the whole method and path)."""
        order = Order(fault, times, method, path)
        self.way.faults.orders.append(order)
        return order

    def lossy(self, fraction: float, seed: int) -> None:
        """Loses that fraction of publishing replies from now on, half before and half after the effect; 0 ends it."""
        self.way.faults.lossy(fraction, seed)

    def ignore_keys(self) -> None:
        """Be one of the servers that take no notice of the Idempotency-Key."""
        self.way.ignores_keys = True

    def freeze_reads(self) -> None:
        """From now on reads show only what stands now, until `thaw_reads`."""
        self.way.readable = frozenset(self._mock.texts())

    def thaw_reads(self) -> None:
        """Reads have caught up."""
        self.way.readable = None
