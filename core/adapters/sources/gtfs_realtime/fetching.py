"""Where a feed's bytes come from: an address, asked whether they changed, or a file."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.adapters.http import HttpDown, HttpReader, Limits, Pace, checked_url
from core.ports.source import SourceDown

MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes, None when they are the same as last time, and by what that is known next time."""

    body: bytes | None
    etag: str | None = None
    modified: str | None = None


class Place(Protocol):
    """Where a feed lies."""

    def fetch(self, etag: str | None, modified: str | None) -> Fetched:
        """The feed as it is now. Raises SourceDown."""


class FeedAddress:
    """A feed behind an address. `headers` and `query` may hold a key: they are sent with every question and never told.
    Raises ValueError for an address that must not be asked."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._url = checked_url(url)
        self._query = dict(query or {})
        self._http = HttpReader(limits, headers, tuple(self._query.values()), pace)

    def fetch(self, etag: str | None, modified: str | None) -> Fetched:
        """Conditional where there was a mark (RFC 9110, 13.1). Raises SourceDown."""
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        asked = {name: value for name, value in conditions.items() if value is not None}
        try:
            answer = self._http.get(self._url, self._query, asked)
        except HttpDown as down:
            raise SourceDown(str(down)) from None
        body = None if answer.status == 304 else answer.body
        return Fetched(body, answer.headers.get("etag"), answer.headers.get("last-modified"))


class FeedFile:
    """A feed that something else writes into a file."""

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        self._path = path
        self._most = most_bytes

    def fetch(self, etag: str | None, modified: str | None) -> Fetched:  # noqa: ARG002 - a file is read whole
        """The whole file. Raises SourceDown."""
        try:
            if not stat.S_ISREG(self._path.stat().st_mode):  # a pipe would block for ever
                raise SourceDown(f"{self._path.name}: is no ordinary file")
            with self._path.open("rb") as file:
                body = file.read(self._most + 1)
        except OSError as error:
            raise SourceDown(f"{self._path.name}: {(error.strerror or 'can not be read').lower()}") from None
        if len(body) > self._most:
            raise SourceDown(f"{self._path.name}: holds more than {self._most} bytes")
        return Fetched(body)
