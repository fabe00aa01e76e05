"""Replaces small files whole or not at all, one writer at a time, readable by their owner only."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def only_writer(path: Path) -> Iterator[None]:
    """Two processes must not overwrite each other's change: the others wait here. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _private(path.with_name(f".{path.name}.lock")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def replace_whole(path: Path, content: bytes) -> None:
    """Whole or not at all, also when the power goes: file and folder are synced around the rename. Raises OSError."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with _private(fresh) as file:
            os.write(file, content)
            os.fsync(file)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _private(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        yield file
    finally:
        os.close(file)
