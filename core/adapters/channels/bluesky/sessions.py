"""One account's session: kept among the secrets, refreshed when it is over, made anew only as a last resort."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from hashlib import scrypt
from threading import Lock

from core.adapters.channels.bluesky.verdicts import TokenOver
from core.domain.lines import Account
from core.ports.channel import LoginNeeded
from core.ports.secrets import Secrets, SecretsBroken

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Session:
    """Who speaks, and with which tokens. Its tokens show in no repr."""

    did: str
    handle: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Door:
    """The two calls that give a session. Both raise TokenOver, LoginNeeded, PostDeferred."""

    enter: Callable[[str], Session]
    """With the password. createSession is limited (30 in 5 minutes, 300 a day), so it is the last resort."""
    refresh: Callable[[Session], Session]


class Sessions:
    """One account's session for all threads of this process, and through the secrets for all processes."""

    def __init__(self, secrets: Secrets, account: Account, door: Door) -> None:
        self._secrets = secrets
        self._account = account
        self._door = door
        self._lock = Lock()
        self._held: Session | None = None
        self._name = f"bluesky:{account.handle}:session"

    @property
    def held(self) -> Session | None:
        """The session, where there is one already."""
        return self._held

    def current(self) -> Session:
        """The session: the held one, the kept one, or a new one. Raises LoginNeeded, PostDeferred."""
        with self._lock:
            if self._held is None:
                password = self._password()
                self._held = self._kept(password) or self._enter(password)
            return self._held

    def renewed(self, worn: Session) -> Session:
        """The session after `worn` turned out to be over. Raises LoginNeeded, PostDeferred."""
        with self._lock:
            if self._held is not None and self._held != worn:
                return self._held  # another thread was first
            password = self._password()
            kept = self._kept(password)
            if kept is not None and kept != worn:
                self._held = kept  # another process was first
                return kept
            try:
                self._held = self._keep(self._door.refresh(worn), password)
            except TokenOver:
                self._held = self._enter(password)
            return self._held

    def hidden(self) -> tuple[str, ...]:
        """What no message may show."""
        held = self._held
        password = self._read(f"bluesky:{self._account.handle}:password") or ""
        return (password, held.access, held.refresh) if held is not None else (password,)

    def _enter(self, password: str) -> Session:
        try:
            return self._keep(self._door.enter(password), password)
        except TokenOver as refused:
            why = f"Bluesky does not take the app password ({refused})"
            raise LoginNeeded(f"{why}: run `accounts connect {self._account.id}`") from None

    def _password(self) -> str:
        name = f"bluesky:{self._account.handle}:password"
        password = self._read(name)
        if not password:
            raise LoginNeeded(f"no secret {name}: run `accounts connect {self._account.id}`")
        return password

    def _read(self, name: str) -> str | None:
        try:
            return self._secrets.get(name)
        except SecretsBroken as broken:
            raise LoginNeeded(str(broken)) from None

    def _kept(self, password: str) -> Session | None:
        """The session among the secrets, if it was made with this very password: a new one must be taken up."""
        try:
            kept = json.loads(self._read(self._name) or "{}")
            made_with = kept.pop("made_with", "")
            return Session(**kept) if made_with == self._mark(password) else None
        except (ValueError, TypeError, AttributeError):
            return None

    def _keep(self, session: Session, password: str) -> Session:
        try:
            self._secrets.put(self._name, json.dumps({**asdict(session), "made_with": self._mark(password)}))
        except SecretsBroken as broken:  # it serves this process all the same
            log.warning("the session of %s can't be kept: %s", self._account.id, broken)
        return session

    def _mark(self, password: str) -> str:
        """Tells one password from another without holding it: the password may stand in the environment alone."""
        return scrypt(password.encode(), salt=self._name.encode(), n=2**12, r=8, p=1).hex()
