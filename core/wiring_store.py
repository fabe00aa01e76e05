"""The part of the wiring that opens the store, with all that is kept outside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from core.flow.backup import Restored, restore, who_may
from core.flow.own import Own
from core.flow.restored import notice_restored
from core.flow.staff import actor_of
from core.ports.anchor import Anchor
from core.ports.clock import Clock
from core.ports.copies import Copies
from core.ports.store import Store
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


def has_store(url: str) -> bool:
    """True when a store is there already."""
    head = "sqlite:///"
    return not url.startswith(head) or Path(url.removeprefix(head)).exists()


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
