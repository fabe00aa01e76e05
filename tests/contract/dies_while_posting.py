"""A process for the crash proof: it writes an attempt, says so, and waits for the end that its test brings."""

from __future__ import annotations

import sys

from core.adapters.secrets.keyring import SqlKeyring
from core.adapters.storage.sql_store import open_store
from tests.contract.samples import NOW, attempt, claim


def main(url: str, keys: str) -> None:
    store = open_store(url, SqlKeyring(keys), audit_key=b"a made-up key")
    tried = attempt(store, claim(store, "doomed")[0], "doomed")
    with store.begin() as tx:
        tx.audit.write(NOW, "doomed", "test", "never committed", "n1")
        print(tried.id if tried else "none", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
