"""Durations and web addresses as people write them in YAML: `30s`, `15m`, `12h`, `3d`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
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


Duration = Annotated[
    timedelta,
    BeforeValidator(read_duration),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["30s", "15m", "12h", "3d"]}),
]

WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s/@]+(/\S*)?$", examples=["https://records.example/api"])]
"""Without a name or password in it: those are secrets."""
