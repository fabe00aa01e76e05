"""mastodon_mock, running once for a whole process: what costs its time is beginning and ending."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import uvicorn
from mastodon_mock.app import create_app
from mastodon_mock.config import DatabaseConfig, MastodonMockConfig, SeedAccount, SeedConfig
from mastodon_mock.db.models import Account, Idempotency, MediaAttachment, Notification, OAuthToken, Status
from mastodon_mock.db.seed import apply_seed_data
from sqlalchemy import delete, select, text

_RECORD = (
    "CREATE TABLE accepted AS SELECT * FROM statuses WHERE 0",
    """CREATE TRIGGER accepting AFTER INSERT ON statuses BEGIN
       INSERT INTO accepted SELECT * FROM statuses WHERE id = NEW.id; END""",
)


class _Serving(uvicorn.Server):
    """Says when it is ready to be asked."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class Mock:
    """The running mock. Its database also keeps every status that was ever accepted (table `accepted`)."""

    def __init__(self) -> None:
        app = create_app(MastodonMockConfig(database=DatabaseConfig(path=":memory:"), seed=SeedConfig()))
        self._media = Path(app.state.media_path) / "attachments"
        self._engine, self.sessions = app.state.engine, app.state.session_factory
        with self.sessions.begin() as db:
            for statement in _RECORD:
                db.execute(text(statement))
        self._serving = _Serving(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", loop="asyncio"))
        self._thread = threading.Thread(target=self._serving.run, daemon=True)
        self._thread.start()
        if not self._serving.ready.wait(30):
            raise TimeoutError("mastodon_mock does not start")
        self.port: int = self._serving.servers[0].sockets[0].getsockname()[1]

    def end(self) -> None:
        """Ends it."""
        self._serving.should_exit = True
        self._thread.join(10)

    def open_accounts(self, tokens: Mapping[str, str]) -> None:
        """New accounts, handle → token."""
        seed = [SeedAccount(username=name, access_token=token) for name, token in tokens.items()]
        apply_seed_data(self._engine, SeedConfig(accounts=seed))

    def clear(self) -> None:
        """Nothing is left but the tables."""
        with self.sessions.begin() as db:
            for table in (Notification, Idempotency, MediaAttachment, OAuthToken, Status, Account):
                db.execute(delete(table))
            db.execute(text("DELETE FROM accepted"))

    def kept(self, name: str) -> bytes:
        """An uploaded file."""
        return (self._media / name).read_bytes()

    def texts(self) -> dict[str, str]:
        """Id → text of what stands, empty for a repost."""
        with self.sessions() as db:
            return {str(row.id): row.text for row in db.execute(select(Status.id, Status.text))}


@cache
def running() -> Mock:
    """This process's mock; it ends with the process."""
    mock = Mock()
    atexit.register(mock.end)
    return mock
