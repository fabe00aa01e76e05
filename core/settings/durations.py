"""Durations and web addresses as people write them in YAML: `30s`, `15m`, `12h`, `3d`."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SIZES = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
_PATTERN = r"^[0-9]{1,7}[smhd]$"
_LONGEST = timedelta(days=3650)


def read_duration(written: object) -> timedelta:
    """`12h` → 12 hours; more than nothing and at most ten years. Raises PydanticCustomError (type `duration`)."""
    if isinstance(written, timedelta):
        return written
    if isinstance(written, str) and re.match(_PATTERN, written):
        length = timedelta(**{_UNITS[written[-1]]: int(written[:-1])})
        if timedelta(0) < length <= _LONGEST:
            return length
    raise PydanticCustomError("duration", "is no duration")


def as_written(length: timedelta) -> str:
    """12 hours → `12h`: the way back."""
    seconds = round(length.total_seconds())
    unit, size = next((unit, size) for unit, size in _SIZES if seconds % size == 0)
    return f"{seconds // size}{unit}"


def read_wait(written: object) -> timedelta:
    """A duration that may also be nothing: `0s` = at once. Raises PydanticCustomError (type `duration`)."""
    return timedelta(0) if written == "0s" else read_duration(written)


Duration = Annotated[
    timedelta,
    BeforeValidator(read_duration),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["30s", "15m", "12h", "3d"]}),
]


Wait = Annotated[
    timedelta,
    BeforeValidator(read_wait),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["0s", "30s", "15m"]}),
]


def check_address(address: str) -> str:
    """https anywhere, plain http on this machine only, no name or password inside: records hold persons and travel
    with tokens. Raises PydanticCustomError (type `web_address`)."""
    try:
        parts = urlsplit(address)
        host, credentials = parts.hostname, parts.username is not None or parts.password is not None
    except ValueError:
        host, credentials = None, False
    plain = " " not in address and address.isprintable() and not credentials
    if host and plain and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))):
        return address
    raise PydanticCustomError("web_address", "is no address that may be asked")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


WebAddress = Annotated[
    str,
    AfterValidator(check_address),
    WithJsonSchema({"type": "string", "pattern": "^https?://[^\\s@]+$", "examples": ["https://records.example/api"]}),
]
