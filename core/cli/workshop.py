"""What the commands ask of the wiring: a fleet that is open, and nothing of what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from core.domain.imported import ImportedNetwork
from core.domain.restored import Manifest
from core.domain.seen_alerts import SeenFeed
from core.domain.staff import Actor
from core.flow.backup import Restored
from core.flow.deliver import PostOffice, Said
from core.flow.knowledge import Knowledge
from core.flow.passes import House
from core.flow.pull import Start
from core.ports.anchor import Anchor
from core.ports.bot import Bot
from core.ports.channel import Channel
from core.ports.clock import Clock
from core.ports.secrets import Secrets
from core.ports.source import BadRow, GoodRow, Source
from core.ports.store import Store
from core.ports.timeline import Timeline
from core.ports.wakeups import Wakeups
from core.settings.fleet_settings import Settings
from core.settings.mistakes import Mistake


@dataclass(frozen=True)
class OpenFleet:
    """A fleet that is open: everything a command may need."""

    settings: Settings
    know: Knowledge
    store: Store
    secrets: Secrets
    clock: Clock
    channels: Mapping[str, Channel]
    timeline: Timeline
    house: House
    office: PostOffice
    wakeups: Wakeups
    anchor: Anchor | None = None
    """How far the store had come; None for a throw-away store."""


class Server(Protocol):
    """The pages while they are served."""

    url: str

    def stop(self) -> None:
        """Stop serving; a second time is no error."""


class Ticking(Protocol):
    """What wakes sources and bots."""

    def start(self) -> None:
        """Begin to tick."""

    def stop(self) -> None:
        """Let running jobs end, start no more."""


class CannotServe(Exception):
    """The pages can't be served; the message says why and what to do."""


class Workshop(Protocol):
    """Opens fleets. Everything it raises is one of the errors that the command line says in one line."""

    def settings(self, path: Path) -> Settings:
        """Read lines.yaml, the agency's folder and the environment. Raises SettingsWrong."""

    def mistakes(self, path: Path) -> tuple[Mistake, ...]:
        """All mistakes of lines.yaml, the agency's folder and the environment at once, missing credentials of live
        accounts and places that can't be written among them."""

    def secret_variable(self, name: str) -> str:
        """The environment variable that overrides a secret."""

    def knowledge(self, settings: Settings) -> Knowledge:
        """What the fleet knows, with a secret of its own where none is kept yet."""

    def open(
        self, settings: Settings, said: Said = lambda delivery, outcome: None
    ) -> AbstractContextManager[OpenFleet]:
        """The fleet on its own store. Raises StoreBroken, SecretsBroken."""

    def scratch(
        self, settings: Settings, folder: Path, *, record_clock: bool, said: Said = lambda delivery, outcome: None
    ) -> AbstractContextManager[OpenFleet]:
        """The same fleet on a throw-away store in `folder`: nothing but the local timeline is live, the rest
        practises; its clock may be each record's report date."""

    def rows(
        self, settings: Settings, path: Path, columns: str | None, progress: Callable[[int], None]
    ) -> Iterator[GoodRow | BadRow]:
        """Rows of a CSV or JSON Lines file through a column map of the agency (None: the one that fits its header).
        Raises ValueError naming the maps there are, OSError."""

    def rows_of_text(self, settings: Settings, text: bytes, columns: str | None) -> Iterator[GoodRow | BadRow]:
        """Records of a JSON or JSON Lines text. Raises ValueError."""

    def feed_in_file(
        self, settings: Settings, name: str | None, path: Path, now: datetime | None, looked: Callable[[SeenFeed], None]
    ) -> Source:
        """A recorded Alerts feed, read as this source of lines.yaml reads it (None: the only one there is, or by the
        defaults); `now` is the time of a form that names none. `looked` is told of the look. Raises ValueError."""

    def publication(self, place: str) -> ImportedNetwork:
        """What an agency's own publication (a file, or an https address) says of its stations and lines. Raises
        ValueError with the reason why it can't be read, OSError."""

    def bots(self, settings: Settings) -> Sequence[Bot]:
        """One bot per line."""

    def serve(self, fleet: OpenFleet, host: str, port: int, *, demonstration: bool) -> Server:
        """Serve the public pages. Raises CannotServe."""

    def ticker(self, fleet: OpenFleet, ring: Callable[[], None], start: Start | None) -> Ticking:
        """What wakes this fleet's sources and bots; `ring` is called when something may be ready to deliver."""

    def has_store(self, settings: Settings) -> bool:
        """True when a store is there already."""

    def backup(self, fleet: OpenFleet, actor: Actor, folder: Path) -> Manifest:
        """Copy the fleet's store. Raises NotAllowed, CannotCopy."""

    def restore(self, settings: Settings, token: str, folder: Path) -> Restored:
        """Put a backup in the store's place, by whoever the token belongs to. Raises NotAllowed, CannotCopy."""

    def actor(self, fleet: OpenFleet, token: str) -> Actor:
        """Who a personal token belongs to. Raises NoSuchToken."""
