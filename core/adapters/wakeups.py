"""Waking a waiting worker at once: inside one process, or between the processes of one machine."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import select
import socket
import tempfile
import threading
from pathlib import Path

from core.ports.store import StoreBroken

_PATH_BYTES = 100
"""A Unix socket's name holds about 104 bytes on the narrowest system (sockaddr_un)."""


class InProcessWakeups:
    """The port Wakeups between threads."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self) -> None:
        """Something may be ready."""
        self._rung.set()

    def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most `seconds`; True when it rang."""
        rang = self._rung.wait(seconds)
        if rang:
            self._rung.clear()
        return rang

    def close(self) -> None:
        """Nothing to give back."""


class SocketWakeups:
    """The port Wakeups between processes that share a folder: each listens at a socket of its own in it.

    A ring goes to every socket there; one whose process is gone is cleared away. Raises StoreBroken when the folder
    can't hold sockets.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = _short(folder)
        self._borrowed = self._folder != folder.absolute()
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._path = self._folder / name
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        try:
            self._bind()
        except OSError as error:
            self._socket.close()
            raise StoreBroken(f"{self._folder} can't hold the fleet's wake-up sockets: {error.strerror}") from None

    def _bind(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._socket.bind(str(self._path))
        except FileNotFoundError:  # whoever left last took the folder away in between
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._socket.bind(str(self._path))

    def ring(self) -> None:
        """Something may be ready, here or in another process."""
        for path in self._folder.iterdir():
            if not path.is_socket():
                continue  # not ours: never touched
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)
                try:
                    sender.sendto(b"!", str(path))
                except BlockingIOError:
                    pass  # it has rings enough that wait for it
                except (ConnectionRefusedError, FileNotFoundError):
                    path.unlink(missing_ok=True)

    def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most `seconds`; True when it rang."""
        ready, _, _ = select.select([self._socket], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            while ready:
                self._socket.recv(16)
        return bool(ready)

    def close(self) -> None:
        """Stop listening; a second time is no error."""
        self._path.unlink(missing_ok=True)
        self._socket.close()
        if self._borrowed:
            with contextlib.suppress(OSError):  # others may still listen in it
                self._folder.rmdir()


def _short(folder: Path) -> Path:
    """The folder itself, or a private one with a short name where its own is too long for a socket."""
    folder = folder.absolute()
    if len(os.fsencode(folder)) + 24 <= _PATH_BYTES:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    places = (Path(tempfile.gettempdir()), Path("/tmp"))  # noqa: S108 - the folder in it is this user's alone
    fitting = [place for place in places if len(os.fsencode(place)) + 64 <= _PATH_BYTES]
    private = (fitting or places)[0] / f"fleet-{os.getuid()}-{digest}"
    private.mkdir(mode=0o700, exist_ok=True)
    if private.stat().st_uid != os.getuid() or private.stat().st_mode & 0o077:
        raise StoreBroken(f"{private} is not this user's own folder: remove it")
    return private
