"""The part of the wiring that opens the store, with all that is kept outside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from core.flow.own import Own
from core.flow.restored import notice_restored
from core.ports.anchor import Anchor
from core.ports.clock import Clock
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
