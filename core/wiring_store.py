"""The part of the wiring that opens the store, with all that is kept outside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from core.flow.backup import Restored, restore, who_may
from core.flow.own import FLEET_SECRET, Own
from core.flow.restored import notice_restored
from core.flow.staff import actor_of
from core.ports.anchor import Anchor
from core.ports.clock import Clock
from core.ports.copies import Copies
from core.ports.secrets import Secrets, SecretsBroken
from core.ports.store import Store
from core.ports.wakeups import Wakeups
from core.settings.fleet_settings import Settings


@contextmanager
def opened_store(
    settings: Settings, own: Own, beside: Path | None, clock: Clock
) -> Iterator[tuple[Store, Anchor | None]]:
    """The store, compared with its anchor. `beside` is the folder of anchor and seals; None for a throw-away store,
    which nobody restores. Raises StoreBroken, SecretsBroken."""
    from core.adapters.secrets.keyring import SqlKeyring
    from core.adapters.secrets.seals import SEALS, SealFile
    from core.adapters.storage.anchor import ANCHOR, AnchorFile
    from core.adapters.storage.sql_store import open_store

    with ExitStack() as stack:
        anchor = AnchorFile(beside / ANCHOR) if beside is not None else None
        seals = SealFile(beside / SEALS) if beside is not None else None
        keyring = stack.enter_context(closing(SqlKeyring(settings.keys_url, seals)))
        opened = open_store(settings.store_url, keyring, audit_key=own.audit_key, anchor=anchor)
        store = stack.enter_context(closing(opened))
        if anchor is not None and seals is not None:
            notice_restored(store, anchor, seals, clock, settings.policy)
        yield store, anchor


def open_bell(settings: Settings) -> Wakeups:
    """What wakes this fleet's workers: through the database where that is a server, else through a socket of its own.
    Raises StoreBroken."""
    if _file_of(settings.store_url) is None:
        from core.adapters.postgres_wakeups import PostgresWakeups

        return PostgresWakeups(settings.store_url)
    from core.adapters.wakeups import SocketWakeups

    return SocketWakeups(settings.state_dir / "bells")


def refuse_without_own(settings: Settings, kept: Secrets) -> None:
    """Raise SecretsBroken where a store is there and what belongs to it outside is gone: with new ones the fleet would
    take its own posts for others' and could not read its records."""
    store, keys = _file_of(settings.store_url), _file_of(settings.keys_url)
    anchored = (settings.state_dir / "anchor.json").exists()
    if not anchored and (store is None or not store.is_file()):
        return
    if kept.get(FLEET_SECRET) is None:
        gone = f"{settings.secrets_path} lacks the fleet's secret"
        raise SecretsBroken(f"{gone}, and its store is there: put the file back, or begin anew in another state folder")
    if keys is not None and not keys.exists() and store is not None and store.is_file():
        raise SecretsBroken(f"{keys} is gone, and the store's records open with it alone: put the file back")


def _file_of(url: str) -> Path | None:
    """The file behind an address; None for a server's."""
    head = "sqlite:///"
    return Path(url.removeprefix(head)) if url.startswith(head) else None


def has_store(url: str) -> bool:
    """True when a store is there already."""
    file = _file_of(url)
    return file is None or file.exists()


def copies_of(settings: Settings, own: Own) -> Copies:
    """Backups of the fleet's store, which open under the fleet's keys."""
    from core.adapters.secrets.keyring import SqlKeyring
    from core.adapters.secrets.seals import SEALS, SealFile
    from core.adapters.storage.copies import StoreCopies
    from core.adapters.storage.sql_store import open_store

    def opened(url: str) -> Store:
        keyring = SqlKeyring(settings.keys_url, SealFile(settings.state_dir / SEALS))
        return open_store(url, keyring, audit_key=own.audit_key)

    return StoreCopies(settings.store_url, opened)


def put_back(settings: Settings, own: Own, clock: Clock, token: str, folder: Path) -> Restored:
    """Restore a backup for whoever the token belongs to."""
    from core.adapters.secrets.seals import SEALS, SealFile
    from core.adapters.storage.anchor import ANCHOR, AnchorFile

    copies = copies_of(settings, own)
    actor = who_may(copies, folder, lambda store: actor_of(store, token, "cli"))
    beside = settings.state_dir
    anchor, seals = AnchorFile(beside / ANCHOR), SealFile(beside / SEALS)
    return restore(actor, clock, settings.policy, copies, anchor, seals, folder)
